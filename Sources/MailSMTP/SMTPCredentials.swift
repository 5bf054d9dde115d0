import Foundation

/// By what a mailbox signs in. Shows itself in no log, error or mirror.
public struct SMTPCredentials: Hashable, Sendable {
    public var user: String
    fileprivate var secret: Secret

    fileprivate enum Secret: Hashable { case password(String), accessToken(String) }

    public static func password(_ password: String, user: String) -> SMTPCredentials {
        SMTPCredentials(user: user, secret: .password(password))
    }

    /// OAuth 2.0, for XOAUTH2.
    public static func accessToken(_ token: String, user: String) -> SMTPCredentials {
        SMTPCredentials(user: user, secret: .accessToken(token))
    }
}

extension SMTPCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "credentials" }
    public var debugDescription: String { "credentials" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The exchange of AUTH (RFC 4954): what is sent first, and what each challenge is answered with.
struct SMTPSignIn {
    let command: String
    private var answers: [String]

    /// The best way that both know: a token by XOAUTH2, a password by PLAIN (RFC 4616), else by LOGIN. `nil` if there is none.
    init?(_ credentials: SMTPCredentials, offered: [String]) {
        let user = credentials.user
        switch credentials.secret {
        case .accessToken(let token) where offered.contains("XOAUTH2"):
            command = "AUTH XOAUTH2 " + Self.base64("user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}")
            // A refusal comes as a challenge, whose answer is an empty line.
            answers = [""]
        case .password(let password) where offered.contains("PLAIN"):
            command = "AUTH PLAIN " + Self.base64("\0\(user)\0\(password)")
            answers = []
        case .password(let password) where offered.contains("LOGIN"):
            command = "AUTH LOGIN"
            answers = [Self.base64(user), Self.base64(password)]
        default: return nil
        }
    }

    /// The answer to the next challenge; `nil` when the server asks for more than there is to say.
    mutating func answer() -> String? { answers.isEmpty ? nil : answers.removeFirst() }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
