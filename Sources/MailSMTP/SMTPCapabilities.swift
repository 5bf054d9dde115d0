/// What the server offers in its answer to EHLO (RFC 5321 section 4.1.1.1).
public struct SMTPCapabilities: Hashable, Sendable {
    public var pipelining = false
    public var eightBitMIME = false
    public var smtpUTF8 = false
    public var startTLS = false
    public var enhancedStatusCodes = false
    /// Bytes that a message may have; `nil` if the server names no limit.
    public var maxMessageBytes: Int?
    public var offersSize = false
    /// In upper case.
    public var mechanisms: [String] = []

    public init() {}

    init(_ reply: SMTPReply) {
        for line in reply.lines.dropFirst() {
            // Some old servers write AUTH=LOGIN.
            let words = line.uppercased().split { $0 == " " || $0 == "=" }.map(String.init)
            switch words.first {
            case "PIPELINING": pipelining = true
            case "8BITMIME": eightBitMIME = true
            case "SMTPUTF8": smtpUTF8 = true
            case "STARTTLS": startTLS = true
            case "ENHANCEDSTATUSCODES": enhancedStatusCodes = true
            case "AUTH": mechanisms += words.dropFirst().filter { !mechanisms.contains($0) }
            case "SIZE":
                offersSize = true
                // 0 means "no fixed limit" (RFC 1870 section 4).
                maxMessageBytes = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            default: break
            }
        }
    }
}
