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
            index = skipCommon(bytes, from: index, count: count)
            // What the words could not judge is judged byte by byte.
            let stop = min(count, index + 8)
            while index < stop {
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

    /// Skips what sheets are made of, ASCII and letters of two bytes (Arabic among them), eight bytes at a time: after
    /// each first byte, and only there, a continuation must stand.
    @inline(__always)
    private mutating func skipCommon(_ bytes: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int {
        guard missing <= 1 else { return start }
        let raw = UnsafeRawPointer(bytes)
        let top: UInt64 = 0x8080_8080_8080_8080
        var carry: UInt64 = missing == 1 ? 0x80 : 0
        var index = start
        while index + 8 <= count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let high = word & top
            if high | carry == 0 {
                index += 8
                continue
            }
            let second = word << 1 & top
            let first = high & second
            let isLonger = first & (word << 2)
            // A first byte of C0 or C1 would write ASCII in two bytes.
            let isNoOverlong = ((word & 0x1E1E_1E1E_1E1E_1E1E) &+ 0x7F7F_7F7F_7F7F_7F7F) & top
            let isWrong = (first << 8 | carry) ^ (high & ~second)
            if isLonger | isWrong | (first & ~isNoOverlong) != 0 { break }
            carry = first >> 56
            index += 8
        }
        missing = carry == 0 ? 0 : 1
        return index
    }
}
