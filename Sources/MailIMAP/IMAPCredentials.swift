import Foundation

/// By what a mailbox signs in. Shows itself in no log, error or mirror.
public struct IMAPCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public var user: String
    fileprivate var secret: Secret

    fileprivate enum Secret: Hashable { case password(String), accessToken(String) }

    public static func password(_ password: String, user: String) -> IMAPCredentials {
        IMAPCredentials(user: user, secret: .password(password))
    }

    /// OAuth 2.0, for XOAUTH2.
    public static func accessToken(_ token: String, user: String) -> IMAPCredentials {
        IMAPCredentials(user: user, secret: .accessToken(token))
    }

    public var description: String { "credentials" }
    public var debugDescription: String { "credentials" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The exchange of AUTHENTICATE or LOGIN: the command without its tag, then what each request to go on is answered with.
struct IMAPSignIn {
    private(set) var command: String
    private var answers: [String]

    /// The best way that both know: a token by XOAUTH2, a password by PLAIN (RFC 4616), else by LOGIN. `nil` if there is none.
    init?(_ credentials: IMAPCredentials, _ capabilities: Set<String>) {
        let user = credentials.user
        switch credentials.secret {
        case .accessToken(let token) where capabilities.contains("AUTH=XOAUTH2"):
            command = "AUTHENTICATE XOAUTH2"
            // A refusal comes as a request to go on, whose answer is an empty line.
            answers = [Data("user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8).base64EncodedString(), ""]
        case .password(let password) where capabilities.contains("AUTH=PLAIN"):
            command = "AUTHENTICATE PLAIN"
            answers = [Data("\0\(user)\0\(password)".utf8).base64EncodedString()]
        case .password(let password)
        where !capabilities.contains("LOGINDISABLED") && !(user + password).utf8.contains(0):
            // Literals take every character, where quotes take some only.
            command = "LOGIN {\(user.utf8.count)}"
            answers = ["\(user) {\(password.utf8.count)}", password]
            return
        default: return nil
        }
        // RFC 4959: the first answer goes along, and saves a turn.
        if capabilities.contains("SASL-IR") { command += " " + answers.removeFirst() }
    }

    /// The answer to the next request; `nil` when the server asks for more than there is to say.
    mutating func answer() -> String? { answers.isEmpty ? nil : answers.removeFirst() }
}
