/// The bounds of what a server may make us hold, each with its reason.
enum SMTPLimits {
    /// RFC 5321 section 4.5.3.1.5 says 512; some servers write long explanations.
    static let maxReplyLineBytes = 4_096
    static let maxReplyLines = 128
    /// As much of a reply as is kept: it goes into a record and a log.
    static let maxKeptLines = 20
    /// RFC 5321 section 4.5.3.1.8: a server takes at least 100 recipients, and nobody promises more.
    static let maxRecipients = 100
    /// A body goes in pieces of this size, so that one piece's time-out means something.
    static let bodyPieceBytes = 128 << 10
    /// One mail under way and one whose envelope went ahead: more cannot go, since DATA ends a group (RFC 2920 section 3.1).
    static let mailsInFlight = 2
}
