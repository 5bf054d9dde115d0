/// One response of a server (RFC 9051 section 7).
enum IMAPResponse: Hashable, Sendable {
    /// The server waits for more of the command.
    case goOn(String)
    /// How a command ended; without a tag, a word about the connection.
    case status(tag: String?, IMAPStatus)
    /// `* 23 EXISTS`, `* CAPABILITY IMAP4rev1 …`: the name in capitals, a number where one stands before it.
    case data(String, number: UInt32?, [IMAPValue])
}

/// What a server says of a command or of the connection.
public struct IMAPStatus: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case ok = "OK"
        case no = "NO"
        case bad = "BAD"
        /// Signed in already, by other means.
        case preauthenticated = "PREAUTH"
        case bye = "BYE"
    }

    /// What stands in brackets for programs: `UIDVALIDITY 3857529045` (RFC 5530 has those of failures).
    public struct Code: Hashable, Sendable {
        /// In capitals.
        public var name: String
        public var argument: String
    }

    public var kind: Kind
    public var code: Code?
    /// For people; its control characters are blanks here.
    public var text: String

    public init(_ kind: Kind, code: Code? = nil, text: String = "") {
        self.kind = kind
        self.code = code
        self.text = text
    }
}

/// A value within a response.
enum IMAPValue: Hashable, Sendable {
    /// A word without quotes, a number among them.
    case atom(String)
    /// Quoted or literal: bytes, since nobody says in which character set.
    case string([UInt8])
    case list([IMAPValue])
    case none

    var atom: String? { if case .atom(let text) = self { text } else { nil } }
}
