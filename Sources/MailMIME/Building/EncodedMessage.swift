/// A message as it goes over the wire: CRLF only, lines of at most 998 octets, no dot doubled yet.
public struct EncodedMessage: Sendable, Hashable {
    public let bytes: [UInt8]
    /// A header holds letters beyond ASCII in an address, so that only SMTPUTF8 (RFC 6531) can carry it.
    public let needsSMTPUTF8: Bool
    /// Whether a byte has its eighth bit set. What is built here has none beyond such addresses.
    public let is8Bit: Bool

    init(bytes: [UInt8], needsSMTPUTF8: Bool = false) {
        self.bytes = bytes
        self.needsSMTPUTF8 = needsSMTPUTF8
        is8Bit = needsSMTPUTF8
    }

    /// A message that was built elsewhere. A bare CR or LF, which some servers take for a line end and others do not
    /// (CVE-2023-51764), and a line of more than 998 octets are refused; a missing last line end is added.
    public init(validating bytes: [UInt8], needsSMTPUTF8: Bool = false) throws(MessageError) {
        var lineStart = 0, seen: UInt8 = 0
        for (index, byte) in bytes.enumerated() {
            seen |= byte
            switch byte {
            case 0x0D where index + 1 == bytes.count || bytes[index + 1] != 0x0A: throw .bareLineEnd
            case 0x0A:
                guard index > 0, bytes[index - 1] == 0x0D else { throw .bareLineEnd }
                guard index - 1 - lineStart <= MailLimits.maxLineBytes else { throw .lineTooLong }
                lineStart = index + 1
            default: break
            }
        }
        guard bytes.count - lineStart <= MailLimits.maxLineBytes else { throw .lineTooLong }
        self.bytes = lineStart == bytes.count ? bytes : bytes + [0x0D, 0x0A]
        self.needsSMTPUTF8 = needsSMTPUTF8
        is8Bit = seen >= 0x80
    }
}
