import MailMIME

/// An answer of the server (RFC 5321 section 4.2).
public struct SMTPReply: Hashable, Sendable {
    public let code: Int
    /// The text of each line, without codes and line ends.
    public let lines: [String]

    public init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// The enhanced status of RFC 2034, where its class agrees with the code.
    public var status: EnhancedStatus? {
        guard let status = EnhancedStatus(leading: lines.first ?? ""), status.classDigit == code / 100 else {
            return nil
        }
        return status
    }

    public var text: String { lines.joined(separator: " ") }

    public var isPositive: Bool { code / 100 == 2 }
    public var isTemporary: Bool { code / 100 == 4 }
    /// The server ends the connection (RFC 5321 section 3.8).
    public var isClosing: Bool { code == 421 }
}

extension SMTPReply: CustomStringConvertible {
    public var description: String { "\(code) \(text)" }
}
