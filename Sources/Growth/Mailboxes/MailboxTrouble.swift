import Foundation
import MailIMAP
import MailMIME
import MailSMTP

/// What kept a mailbox from being used: at which step, a code that pages have a sentence for, and the server's own words.
public struct MailboxTrouble: Hashable, Sendable {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case unknownHost = "unknown_host"
        case connectionRefused = "connection_refused"
        case unreachable
        case timedOut = "timed_out"
        case closed
        case refused
        /// User or password are wrong, or the provider wants another kind of password.
        case signInRefused = "sign_in_refused"
        case malformed
        case tlsNotOffered = "tls_not_offered"
        case injectedBeforeTLS = "injected_before_tls"
        case certificateNotTrusted = "certificate_not_trusted"
        case certificateExpired = "certificate_expired"
        case wrongHost = "wrong_host"
        case tlsFailed = "tls_failed"
        case passwordNeedsTLS = "password_needs_tls"
        case noCommonMechanism = "no_common_mechanism"
        /// What is stored cannot be read: it must be typed again.
        case needsPassword = "needs_password"
        case noPassword = "no_password"
        /// The provider gives no access any more until somebody agrees anew, or could not be asked for it.
        case accessRevoked = "access_revoked"
        case noAccess = "no_access"
        case other
    }

    public var step: String
    public var code: Code
    /// Of the server, as it was sent; never kept, since a server could repeat what it was told.
    public var said: String?
    /// What a server had against a mail.
    public var refusal: RefusalReason?
    /// As `health` keeps it.
    let kept: String

    private init(step: String, _ code: Code, said: String? = nil, kept: String) {
        (self.step, self.code, self.said, self.kept) = (step, code, said, kept)
    }

    /// What is kept of a refusal: the step, the problem and the codes; the words may repeat what the server was told.
    static func kept(_ step: SMTPError.Step, _ problem: DeliveryProblem, _ reply: SMTPReply) -> String {
        "\(step): \(problem.rawValue) \(RefusalReason.codes(reply.code, reply.status))"
    }

    static let needsPassword = MailboxTrouble(kept: "signIn: needsPassword")
    static let noPassword = MailboxTrouble(kept: "signIn: noPassword")
    static let accessRevoked = MailboxTrouble(kept: "signIn: accessRevoked")
    static let noAccess = MailboxTrouble(kept: "signIn: noAccess")

    /// Leaves the server's words out if they hold a secret.
    func hiding(_ secret: HiddenText?) -> MailboxTrouble {
        guard let secret = secret?.text, let said else { return self }
        let encoded = [Data(secret.utf8), Data("\0\(secret)".utf8)].map { $0.base64EncodedString().prefix(8) }
        guard said.contains(secret) || encoded.contains(where: { said.contains($0) }) else { return self }
        var trouble = self
        trouble.said = nil
        return trouble
    }

    init(_ error: SMTPError) {
        self.init(kept: error.description)
        if case .refused(let reply) = error.reason { said = "\(reply.code) \(reply.text)" }
    }

    init(_ error: IMAPError) {
        self.init(kept: error.description)
        if case .refused(let status) = error.reason { said = "\(status.kind.rawValue) \(status.text)" }
    }

    private static let codes: [String: Code] = [
        "unknownHost": .unknownHost, "connectionRefused": .connectionRefused, "unreachable": .unreachable,
        "timedOut": .timedOut, "closed": .closed, "malformedReply": .malformed, "malformedResponse": .malformed,
        "tlsNotOffered": .tlsNotOffered, "injectedBeforeTLS": .injectedBeforeTLS,
        "certificateNotTrusted": .certificateNotTrusted, "certificateExpired": .certificateExpired,
        "wrongHost": .wrongHost, "tlsFailed": .tlsFailed, "passwordNeedsTLS": .passwordNeedsTLS,
        "noCommonMechanism": .noCommonMechanism, "accessRevoked": .accessRevoked, "noAccess": .noAccess,
        "needsPassword": .needsPassword, "noPassword": .noPassword,
    ]

    /// Reads what `health` keeps: `tls: wrongHost`, or the words of a server that refused a mail.
    public init(kept: String) {
        let parts = kept.split(separator: ": ", maxSplits: 1).map(String.init)
        guard parts.count == 2, !(parts[0].first?.isNumber ?? true) else {
            // Kept by an earlier version, with all that the server said.
            self.init(step: "mail", kept.first?.isNumber ?? false ? .refused : .other, kept: kept)
            if code == .refused { refusal = RefusalReason(kept) }
            return
        }
        if parts[1].hasPrefix("refused with ") {
            let said = String(parts[1].dropFirst("refused with ".count))
            // 4xx, or a server that says it is unavailable, has nothing against the password.
            let isForNow = said.hasPrefix("4") || said.contains("UNAVAILABLE") || said.hasPrefix("BYE")
            self.init(
                step: parts[0], parts[0] == "signIn" && !isForNow ? .signInRefused : .refused, said: said, kept: kept)
        } else if let code = Self.codes[parts[1]] {
            self.init(step: parts[0], code, kept: kept)
        } else if let problem = parts[1].split(separator: " ").first.flatMap({ DeliveryProblem(rawValue: String($0)) })
        {
            let codes = parts[1].dropFirst(problem.rawValue.count + 1)
            self.init(step: parts[0], .refused, kept: kept)
            refusal = RefusalReason(problem, code: codes.isEmpty ? nil : String(codes))
        } else {
            self.init(step: parts[0], .other, said: parts[1], kept: kept)
        }
    }
}

/// What came of trying one direction of a mailbox.
public enum MailboxCheck: Hashable, Sendable {
    case well
    /// No server is named, so there is nothing to try.
    case notSetUp
    case failed(MailboxTrouble)

    public var trouble: MailboxTrouble? { if case .failed(let trouble) = self { trouble } else { nil } }
}

extension Mailbox {
    /// How a mailbox is, in one word.
    public enum Condition: String, Sendable, CaseIterable {
        case well, unwell, inactive
        case needsPassword = "needs_password"
        /// Nobody tried it yet.
        case unknown
    }

    public var condition: Condition {
        if health?.needsPassword == true { return .needsPassword }
        if status != .active { return .inactive }
        if health?.smtpError != nil || health?.imapError != nil { return .unwell }
        return health?.checkedAt == nil ? .unknown : .well
    }
}
