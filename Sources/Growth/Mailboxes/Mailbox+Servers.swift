import MailIMAP
import MailSMTP

extension Mailbox {
    /// Everything of it that is sealed.
    static let secretFields =
        Mailboxes.Direction.allCases.map(\.field) + ["oauthRefreshTokenEncrypted", "dkimKeyEncrypted"]

    /// The sealed password of a direction.
    subscript(_ direction: Mailboxes.Direction) -> String? {
        get { direction == .smtp ? smtpPasswordEncrypted : imapPasswordEncrypted }
        set {
            if direction == .smtp { smtpPasswordEncrypted = newValue } else { imapPasswordEncrypted = newValue }
        }
    }

    /// Where a password goes: to whom, how protected, in whose name.
    struct Destination: Hashable {
        let host: String?
        let port: Int?
        let security: Security?
        let user: String?
    }

    func server(_ direction: Mailboxes.Direction) -> Destination {
        switch direction {
        case .smtp: Destination(host: smtpHost, port: smtpPort, security: smtpSecurity, user: smtpUser ?? email)
        case .imap: Destination(host: imapHost, port: imapPort, security: imapSecurity, user: imapUser ?? email)
        }
    }

    /// Throws `InvalidFields` where no server is named.
    func smtpServer() throws -> SMTPServer {
        guard let smtpHost else { throw InvalidFields(["smtpHost": .required]) }
        let security = smtpSecurity ?? (smtpPort == 465 ? .tls : .starttls)
        let name = email.split(separator: "@").last.map(String.init) ?? "localhost"
        var server = SMTPServer(
            host: smtpHost, port: smtpPort ?? (security == .tls ? 465 : 587),
            security: security == .tls ? .tls : security == .unencrypted ? .none : .startTLS, clientName: name)
        // A relay on this very machine; nowhere else does a password go unprotected.
        server.allowsPasswordOnLoopback = security == .unencrypted
        return server
    }

    /// Throws `InvalidFields` where no server is named.
    func imapServer() throws -> IMAPServer {
        guard let imapHost else { throw InvalidFields(["imapHost": .required]) }
        let security = imapSecurity ?? (imapPort == 143 ? .starttls : .tls)
        var server = IMAPServer(
            host: imapHost, port: imapPort ?? (security == .tls ? 993 : 143),
            security: security == .tls ? .tls : security == .unencrypted ? .none : .startTLS)
        server.allowsPasswordOnLoopback = security == .unencrypted
        return server
    }

    /// Fills what was not typed.
    mutating func fill(from preset: MailboxPreset) {
        if smtpHost == nil {
            (smtpHost, smtpPort, smtpSecurity) = (preset.smtpHost, preset.smtpPort, preset.smtpSecurity)
        }
        if imapHost == nil {
            (imapHost, imapPort, imapSecurity) = (preset.imapHost, preset.imapPort, preset.imapSecurity)
        }
    }
}
