/// A message as it goes over the wire: CRLF only, lines of at most 998 octets, no dot doubled yet.
public struct EncodedMessage: Sendable, Hashable {
    public var bytes: [UInt8]
    /// A header holds letters beyond ASCII in an address, so that only SMTPUTF8 (RFC 6531) can carry it.
    public var needsSMTPUTF8: Bool

    public init(bytes: [UInt8], needsSMTPUTF8: Bool = false) {
        self.bytes = bytes
        self.needsSMTPUTF8 = needsSMTPUTF8
    }
}
