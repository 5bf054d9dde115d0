extension JSONParser {
    /// Called at the opening quote; stops behind the closing one.
    mutating func parseString() throws(JSONError) -> String {
        offset += 1
        let start = offset
        var isASCII: UInt8 = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let slice = UnsafeBufferPointer(rebasing: bytes[start..<offset])
                offset += 1
                if isASCII < 0x80 { return String(decoding: slice, as: UTF8.self) }
                return try decoded(slice, at: start)
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
            if byte < 0x20 { throw fail(.controlCharacter) }
            isASCII |= byte
            offset += 1
        }
        throw fail(.unexpectedEnd)
    }

    /// Called at the first backslash.
    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var text = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try text.withUnsafeBufferPointer { (buffer) throws(JSONError) in try decoded(buffer, at: start) }
            case UInt8(ascii: "\\"):
                offset += 1
                try parseEscape(into: &text)
            case 0..<0x20: throw fail(.controlCharacter)
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw fail(.unexpectedEnd)
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONError) {
        guard offset < bytes.count else { throw fail(.unexpectedEnd) }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(Character(try parseScalar())).utf8))
        default:
            offset -= 1
            throw fail(.badEscape)
        }
    }

    /// The four digits behind `\u`, and those of the second half of a surrogate pair (RFC 8259, section 7).
    private mutating func parseScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try parseFourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, peek == UInt8(ascii: "\\"), offset + 1 < bytes.count,
            bytes[offset + 1] == UInt8(ascii: "u")
        else { throw fail(.loneSurrogate) }
        offset += 2
        let second = try parseFourDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fail(.loneSurrogate) }
        return scalar
    }

    private mutating func parseFourDigits() throws(JSONError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch peek {
            case 0x30...0x39: digit = peek - 0x30
            case 0x61...0x66: digit = peek - 0x57
            case 0x41...0x46: digit = peek - 0x37
            default: throw fail(.badEscape)
            }
            number = number << 4 | UInt32(digit)
            offset += 1
        }
        return number
    }

    private func decoded(_ slice: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONError(reason: .notUTF8, offset: start)
        }
        return text
    }
}
