/// Decoding of character data: entities, line ends, and SpreadsheetML's own `_xHHHH_` escapes.
enum XMLText {
    typealias Bytes = UnsafePointer<UInt8>

    /// Writes the decoded text to `target`, which has room for `count` bytes: decoding never lengthens.
    ///
    /// - Parameter escapes: whether `_x000D_` and its like are decoded (ECMA-376 22.9.2.19, ST_Xstring).
    /// - Returns: the number of bytes written.
    static func decode(
        _ source: Bytes, count: Int, into target: UnsafeMutablePointer<UInt8>, escapes: Bool, isLiteral: Bool = false
    ) throws(XMLFault) -> Int {
        let end = source + count
        var at = source
        var out = target
        while at < end {
            let byte = at[0]
            if byte == UInt8(ascii: "&"), !isLiteral {
                let (scalar, next) = try entity(at, end: end)
                out = write(scalar, to: out)
                at = next
            } else if byte == 0x0D {
                // XML 1.0, 2.11: a line ends in LF, however it was written.
                out[0] = 0x0A
                out += 1
                at += 1
                if at < end, at[0] == 0x0A { at += 1 }
            } else if escapes, byte == UInt8(ascii: "_"), let (scalar, next) = escape(at, end: end) {
                out = write(scalar, to: out)
                at = next
            } else {
                out[0] = byte
                out += 1
                at += 1
            }
        }
        return out - target
    }

    /// A reference that begins at `at`: one of XML's five, or a character's number.
    private static func entity(_ at: Bytes, end: Bytes) throws(XMLFault) -> (Unicode.Scalar, Bytes) {
        var stop = at + 1
        while stop < end, stop[0] != UInt8(ascii: ";") {
            stop += 1
            // The longest is a character's number with leading zeros.
            guard stop - at < 32 else { throw .malformed }
        }
        guard stop < end else { throw .malformed }
        let name = UnsafeBufferPointer(start: at + 1, count: stop - at - 1)
        let next = stop + 1
        if name.first == UInt8(ascii: "#") {
            let isHex = name.count > 1 && name[1] == UInt8(ascii: "x")
            let digits = name.dropFirst(isHex ? 2 : 1)
            guard let value = number(digits, radix: isHex ? 16 : 10), let scalar = Unicode.Scalar(value) else {
                throw .malformed
            }
            return (scalar, next)
        }
        if name.elementsEqual("amp".utf8) { return ("&", next) }
        if name.elementsEqual("lt".utf8) { return ("<", next) }
        if name.elementsEqual("gt".utf8) { return (">", next) }
        if name.elementsEqual("quot".utf8) { return ("\"", next) }
        if name.elementsEqual("apos".utf8) { return ("'", next) }
        throw .forbidden
    }

    private static func number(_ digits: some Collection<UInt8>, radix: UInt32) -> UInt32? {
        guard !digits.isEmpty else { return nil }
        var value: UInt32 = 0
        for byte in digits {
            guard let digit = hexDigit(byte), digit < radix, value <= 0x10FFFF else { return nil }
            value = value * radix + digit
        }
        return value
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46: UInt32(byte) - 0x41 + 10
        case 0x61...0x66: UInt32(byte) - 0x61 + 10
        default: nil
        }
    }

    /// `_xHHHH_`: one UTF-16 unit; two of them make a character beyond U+FFFF, and half of one becomes U+FFFD.
    private static func escape(_ at: Bytes, end: Bytes) -> (Unicode.Scalar, Bytes)? {
        guard let first = unit(at, end: end) else { return nil }
        if first & 0xFC00 == 0xD800, let second = unit(at + 7, end: end), second & 0xFC00 == 0xDC00 {
            let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
            return (Unicode.Scalar(value) ?? "\u{FFFD}", at + 14)
        }
        return (Unicode.Scalar(first) ?? "\u{FFFD}", at + 7)
    }

    private static func unit(_ at: Bytes, end: Bytes) -> UInt32? {
        guard end - at >= 7, at[0] == UInt8(ascii: "_"), at[1] == UInt8(ascii: "x"), at[6] == UInt8(ascii: "_") else {
            return nil
        }
        return number(UnsafeBufferPointer(start: at + 2, count: 4), radix: 16)
    }

    private static func write(
        _ scalar: Unicode.Scalar, to out: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var out = out
        for byte in UTF8.encode(scalar).unsafelyUnwrapped {
            out[0] = byte
            out += 1
        }
        return out
    }

    /// The text without the white space at its ends, which Excel drops where `xml:space="preserve"` is missing.
    @inline(__always)
    static func trimmed(_ start: Bytes, _ count: Int) -> (Bytes, Int) {
        var first = start
        var last = start + count
        while first < last, isSpace(first[0]) { first += 1 }
        while last > first, isSpace(last[-1]) { last -= 1 }
        return (first, last - first)
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
