/// A 64-bit hash that is the same in every run (Swift's own is seeded anew each time), so that results are too.
enum Hash {
    static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var x = value
        x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
        return x ^ (x >> 31)
    }

    @inline(__always)
    static func combine(_ a: UInt64, _ b: UInt64) -> UInt64 {
        mix(a ^ (b &+ seed &+ (a << 6) &+ (a >> 2)))
    }

    static func of(_ bytes: some Sequence<UInt8>, seed: UInt64 = Hash.seed) -> UInt64 {
        var hash = seed
        var word: UInt64 = 0
        var filled: UInt64 = 0
        for byte in bytes {
            word = word << 8 | UInt64(byte)
            filled += 1
            if filled & 7 == 0 {
                hash = mix(hash ^ word)
                word = 0
            }
        }
        return mix(hash ^ word ^ filled << 56)
    }

    static func of(_ text: String, seed: UInt64 = Hash.seed) -> UInt64 {
        of(text.utf8, seed: seed)
    }
}
