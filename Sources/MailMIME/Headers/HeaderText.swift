/// The rule that keeps a value inside its header: what ends a line, for a mail server or for a careless program behind it, is refused.
enum HeaderText {
    /// CR, LF, NUL; and the line ends of Unicode, which some programs turn into one.
    static func check(_ value: String, in field: String) throws(MessageError) {
        guard value.utf8.count <= MailLimits.maxHeaderValueBytes else { throw .headerTooLong(field: field) }
        var value = value
        let isClean = value.withUTF8 { utf8 in
            var previous: UInt8 = 0, beforePrevious: UInt8 = 0
            for byte in utf8 {
                switch byte {
                case 0, 0x0A, 0x0D: return false
                case 0x85 where previous == 0xC2: return false
                case 0xA8, 0xA9:
                    if previous == 0x80 && beforePrevious == 0xE2 { return false }
                default: break
                }
                beforePrevious = previous
                previous = byte
            }
            return true
        }
        guard isClean else { throw .forbiddenCharacter(field: field) }
    }

    /// Controls and the line ends of Unicode.
    static func showsNothing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Without the controls that `check` lets pass: a tab is a blank, the others show nothing and disturb readers.
    static func cleaned(_ text: String) -> String {
        guard mayShowNothing(text.utf8) else { return text }
        let scalars = text.unicodeScalars.compactMap { $0 == "\t" ? " " : showsNothing($0) ? nil : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Quickly: whether a byte is a control or begins what may be one.
    static func mayShowNothing(_ utf8: String.UTF8View) -> Bool {
        let isASCIIControl = { (byte: UInt8) in byte < 0x20 || byte == 0x7F }
        return utf8.withContiguousStorageIfAvailable { bytes in
            bytes.indices.contains { index in
                let byte = bytes[index]
                guard byte >= 0x80 else { return isASCIIControl(byte) }
                guard byte == 0xC2 || byte == 0xE2, index + 1 < bytes.count else { return false }
                return byte == 0xC2 ? bytes[index + 1] < 0xA0 : bytes[index + 1] == 0x80
            }
        } ?? true
    }

    /// A name as RFC 5322 section 2.2 has it: printing ASCII without a colon.
    static func checkName(_ name: String) throws(MessageError) {
        guard !name.isEmpty, name.utf8.count <= MailLimits.encodedWordBytes,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") })
        else { throw .badHeaderName }
    }
}

/// Why a message cannot be built.
public enum MessageError: Error, Hashable {
    /// A line end or NUL in the value of this header.
    case forbiddenCharacter(field: String)
    case headerTooLong(field: String)
    case badHeaderName
    /// A header that the message writes itself is given a second time.
    case reservedHeader(field: String)
    case badMessageID, badURL, badListID, badContentType
    case noRecipient
    /// Neither text nor HTML nor an attachment.
    case noContent
    /// Of a message that was built elsewhere.
    case bareLineEnd, lineTooLong
}
