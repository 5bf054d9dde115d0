import Foundation
import Store

/// A hash that is the same in every process: FNV-1a over 64 bits, then mixed. Not for secrets.
/// Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm"; the mixer is that of SplitMix64.
enum StableHash {
    static func of(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var hash = 0xcbf2_9ce4_8422_2325 ^ seed
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return mix(hash)
    }

    static func of(_ text: String, seed: UInt64 = 0) -> UInt64 { of(text.utf8, seed: seed) }

    static func of(_ id: ObjectID, _ kind: String, _ text: String) -> UInt64 {
        of(text, seed: of(kind, seed: mix(id.high ^ UInt64(id.low) << 17)))
    }

    /// An id that is the same for the same record, purpose and text in every process, so that the store takes what has it
    /// only once.
    static func id(at date: Date, _ id: ObjectID, _ purpose: String, _ text: String) -> ObjectID {
        let hash = of(id, purpose, text)
        return ObjectID(
            at: date, run: UInt32(truncatingIfNeeded: hash >> 32), sequence: UInt32(truncatingIfNeeded: hash))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
