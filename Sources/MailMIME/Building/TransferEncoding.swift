/// How a text is written so that every server carries it unchanged.
enum TransferEncoding: String {
    case sevenBit = "7bit"
    case quotedPrintable = "quoted-printable"
    case base64 = "base64"

    /// The shortest that is safe. Lines of 7bit are those of the text, so a text that varies must not use it.
    static func best(for text: [UInt8], mayBeSevenBit: Bool) -> TransferEncoding {
        var literal = 0, line = 0, longest = 0
        var isSevenBit = true
        for byte in text {
            switch byte {
            case 0x0A: line = -1
            case 0x0D, 0x09, 0x20...0x3C, 0x3E...0x7E: break
            case 0x3D: literal -= 2
            default:
                isSevenBit = false
                literal -= 2
            }
            literal += 1
            line += 1
            longest = max(longest, line)
        }
        if mayBeSevenBit && isSevenBit && longest <= MailLimits.maxLineBytes && !hasFromLine(text) { return .sevenBit }
        // What was counted twice above: an encoded byte takes three characters.
        let encoded = (text.count - literal) / 2
        let quoted = (text.count + 2 * encoded) * 78 / 75
        return quoted <= (text.count + 2) / 3 * 4 * 78 / 76 ? .quotedPrintable : .base64
    }

    /// Mailbox files put ">" before such a line, which would break a signature.
    private static func hasFromLine(_ text: [UInt8]) -> Bool {
        let from = Array("From ".utf8)
        if text.starts(with: from) { return true }
        return text.indices.contains { text[$0] == 0x0A && text[($0 + 1)...].starts(with: from) }
    }
}

enum LineEnds {
    /// Every line end as CRLF.
    static func canonical(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { canonical($0) }
    }

    static func canonical(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(utf8.count + 16)
        var previous: UInt8 = 0
        for byte in utf8 {
            switch byte {
            case 0x0D: out += [0x0D, 0x0A]
            case 0x0A where previous == 0x0D: break
            case 0x0A: out += [0x0D, 0x0A]
            default: out.append(byte)
            }
            previous = byte
        }
        return out
    }
}
