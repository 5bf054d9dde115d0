/// The bounds of what this module reads and writes, each with its reason.
enum MailLimits {
    /// RFC 5321 section 4.5.3.1: a local part, a domain, and a path of 256 with its two brackets.
    static let maxLocalBytes = 64
    static let maxDomainBytes = 255
    static let maxAddressBytes = 254
    /// RFC 1035 section 2.3.4.
    static let maxLabelBytes = 63

    /// RFC 5322 section 2.1.1, without CRLF: what must not, and what should not be exceeded.
    static let maxLineBytes = 998
    static let softLineBytes = 78
    /// RFC 2047 section 2: a line with an encoded-word, and an encoded-word.
    static let encodedLineBytes = 76
    static let encodedWordBytes = 75

    /// Below what servers take for References, and enough for a long thread: the first and the last ones are kept.
    static let maxReferences = 100
    /// A value of one header as it is given to us: beyond it nobody means a header.
    static let maxHeaderValueBytes = 65_536

    /// Against mails made to exhaust a reader. Depth and number of parts are those of honest mails times ten.
    static let maxMessageBytes = 50 << 20
    static let maxDepth = 50
    static let maxParts = 1_000
    static let maxHeaders = 1_000
    static let maxHeaderBytes = 256 << 10
    static let maxDecodedBytes = 100 << 20
    /// The addresses that one header may name.
    static let maxAddresses = 10_000
}
