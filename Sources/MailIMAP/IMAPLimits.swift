/// The bounds of what a server may make us hold, each with its reason.
enum IMAPLimits {
    /// A response without its literals. The longest that servers send are lists of flags and of capabilities.
    static let maxLineBytes = 64 << 10
    /// A literal. Nothing that is asked for comes in one; a mail will have a bound of its own.
    static let maxLiteralBytes = 1 << 20
    /// All the literals of one response together.
    static let maxResponseBytes = 4 << 20
    /// Lists within lists: an envelope nests four deep, a body's structure as deep as the mail.
    static let maxDepth = 32
    /// What may come before the answer to a command; a server that goes on for ever is left.
    static let maxResponsesPerCommand = 10_000
    /// As much of the server's words as is kept: they go into a record and a log.
    static let maxKeptText = 300
}
