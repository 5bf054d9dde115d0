/// Checks that bytes, given piece by piece, are well-formed UTF-8 (RFC 3629).
struct UTF8Validator {
    /// Continuation bytes that the character at the end of the last piece still lacks.
    private var missing = 0
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// True when no character is cut off at the end.
    var isComplete: Bool { missing == 0 }

    /// False as soon as a byte cannot stand where it is.
    mutating func accept(_ bytes: UnsafePointer<UInt8>, count: Int) -> Bool {
        var index = 0
        while index < count {
            if missing == 0 {
                index = Self.skipCommon(bytes, from: index, count: count)
                if index == count { return true }
            }
            let byte = bytes[index]
            index += 1
            if missing > 0 {
                guard byte >= low, byte <= high else { return false }
                missing -= 1
                low = 0x80
                high = 0xBF
            } else if !begin(byte) {
                return false
            }
        }
        return true
    }

    /// Takes the first byte of a character.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, low) = (2, 0xA0)
        case 0xED: (missing, high) = (2, 0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, low) = (3, 0x90)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, high) = (3, 0x8F)
        default: return false
        }
        return true
    }

    /// Skips what sheets are made of: ASCII, and two-byte letters from U+0400 to U+07FF (Arabic among them).
    @inline(__always)
    private static func skipCommon(_ bytes: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int {
        let raw = UnsafeRawPointer(bytes)
        var index = start
        while index + 32 <= count {
            let a = raw.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
            let high = (a[0] | a[1] | a[2] | a[3]) & 0x8080_8080_8080_8080
            if high == 0 {
                index += 32
                continue
            }
            let ascii = a[0] & 0x8080_8080_8080_8080
            // A whole ASCII word, or the ASCII bytes before the first letter that is not.
            index += ascii == 0 ? 8 : ascii.trailingZeroBitCount >> 3
            while index + 8 <= count {
                let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0xC0F0_C0F0_C0F0_C0F0 == 0x80D0_80D0_80D0_80D0 {
                    index += 8
                } else if word & 0xC0F0 == 0x80D0 {
                    index += 2
                } else {
                    break
                }
            }
            if bytes[index] >= 0x80 { return index }
        }
        while index < count, bytes[index] < 0x80 { index += 1 }
        return index
    }
}
