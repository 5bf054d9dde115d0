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

    /// Eight bytes at a time, the first of them the highest.
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = seed
        let whole = bytes.count & ~7
        let raw = UnsafeRawBufferPointer(bytes)
        var i = 0
        while i < whole {
            hash = mix(hash ^ UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)))
            i += 8
        }
        var word: UInt64 = 0
        while i < bytes.count {
            word = word << 8 | UInt64(bytes[i])
            i += 1
        }
        return mix(hash ^ word ^ UInt64(truncatingIfNeeded: bytes.count) << 56)
    }

    static func of(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBufferPointer { of($0) }
    }

    static func of(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { of($0) }
    }
}
