/// Text beyond ASCII in a header: `=?UTF-8?B?…?=` (RFC 2047).
enum EncodedWord {
    private static let open = 10, close = 2  // "=?UTF-8?B?" and "?="

    /// Writes the words of a text; a word is 75 characters at most, fits a line of 76, and holds whole characters.
    static func write(_ text: String, inPhrase: Bool, to writer: inout HeaderWriter) {
        var text = text
        text.withUTF8 { bytes in
            let quotedCount = bytes.reduce(0) { $0 + quotedLength($1, inPhrase) }
            let isQuoted = quotedCount < (bytes.count + 2) / 3 * 4
            var start = 0
            while start < bytes.count {
                if start > 0 { writer.fold() }
                let line = MailLimits.encodedLineBytes - writer.column
                let room = min(MailLimits.encodedWordBytes, line) - open - close
                let end = isQuoted ? quotedEnd(bytes, start, room, inPhrase) : base64End(bytes, start, room)
                let piece = UnsafeBufferPointer(rebasing: bytes[start..<end])
                writer.sink.append(isQuoted ? "=?UTF-8?Q?" : "=?UTF-8?B?")
                if isQuoted {
                    writer.sink.append(quoted(piece, inPhrase))
                } else {
                    Base64.write(piece, to: &writer.sink)
                }
                writer.sink.append("?=")
                start = end
            }
        }
    }

    /// As many whole characters as fit, and at least one. Where it can be, whole groups of three bytes as well: some readers join the
    /// words before they decode them, and lose what follows a padding.
    private static func base64End(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ room: Int) -> Int {
        let most = boundary(bytes, start, min(bytes.count, start + room / 4 * 3))
        guard most < bytes.count else { return most }
        let groups = stride(from: most - (most - start) % 3, to: max(start, most - 13), by: -3)
        return groups.first { bytes[$0] & 0xC0 != 0x80 } ?? most
    }

    private static func quotedEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ room: Int, _ inPhrase: Bool)
        -> Int
    {
        var end = start, used = 0
        while end < bytes.count {
            used += quotedLength(bytes[end], inPhrase)
            if used > room { break }
            end += 1
        }
        return boundary(bytes, start, end)
    }

    /// Back to where a character begins.
    private static func boundary(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int) -> Int {
        var end = limit
        while end > start, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        if end > start { return end }
        end = start + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private static func quotedLength(_ byte: UInt8, _ inPhrase: Bool) -> Int {
        byte == 0x20 || isLiteral(byte, inPhrase) ? 1 : 3
    }

    private static func quoted(_ bytes: UnsafeBufferPointer<UInt8>, _ inPhrase: Bool) -> [UInt8] {
        var out: [UInt8] = []
        for byte in bytes {
            if byte == 0x20 {
                out.append(UInt8(ascii: "_"))
            } else if isLiteral(byte, inPhrase) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "="), Hex.upper(byte >> 4), Hex.upper(byte & 15)]
            }
        }
        return out
    }

    /// What section 5 lets stand in a phrase; it does for free text as well.
    private static func isLiteral(_ byte: UInt8, _ inPhrase: Bool) -> Bool {
        if CharacterClass.isAlphanumeric(byte) { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"): return true
        case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "'"), UInt8(ascii: "&"), UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "@"):
            return !inPhrase
        default: return false
        }
    }
}

enum Hex {
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }

    static func upper(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
}
