import MailIMAP
import MailSMTP
import Store

/// What mailboxes are tried with.
public struct MailClients: Sendable {
    let smtp: SMTPClient
    let imap: IMAPClient

    public init() throws {
        smtp = try SMTPClient()
        imap = try IMAPClient()
    }
}

extension Mailboxes {
    /// A person waits for the answer.
    static let patience = Duration.seconds(20)

    /// Tries both directions at once, as sending and reading would, and keeps what came of it. Nothing is sent, and nothing in the
    /// inbox changes.
    public func check(_ id: EntityID<Mailbox>, with clients: MailClients) async throws -> [Direction: MailboxCheck] {
        let mailbox = try await get(id)
        async let sending = attempt(.smtp, mailbox) { try await trySending(mailbox, with: clients.smtp) }
        async let receiving = attempt(.imap, mailbox) { try await tryReceiving(mailbox, with: clients.imap) }
        let checks = try await [Direction.smtp: sending, .imap: receiving]
        try await note(checks.mapValues { $0.trouble?.kept }, of: id)
        return checks
    }

    /// Connects to the server that takes the mails and signs in, as sending would; keeps what came of it.
    ///
    /// - Returns: what failed and at which step; `nil` when all is well. Throws `SecretError.unreadable`.
    public func checkSending(_ id: EntityID<Mailbox>, with client: SMTPClient) async throws -> SMTPError? {
        let failure = try await trySending(try await get(id), with: client)
        try await note([.smtp: failure?.description], of: id)
        return failure
    }

    /// Connects to the server that has the inbox, signs in and opens it for reading; keeps what came of it.
    ///
    /// - Returns: what failed and at which step; `nil` when all is well. Throws `SecretError.unreadable`, and `InvalidFields` where
    ///   server or password are missing.
    public func checkReceiving(_ id: EntityID<Mailbox>, with client: IMAPClient) async throws -> IMAPError? {
        let failure = try await tryReceiving(try await get(id), with: client)
        try await note([.imap: failure?.description], of: id)
        return failure
    }

    private func attempt(
        _ direction: Direction, _ mailbox: Mailbox, _ body: @Sendable () async throws -> (some Troubling)?
    ) async throws -> MailboxCheck {
        guard mailbox.server(direction).host != nil else { return .notSetUp }
        // A server may take mails from this network without signing in; an inbox opens for nobody without.
        if direction == .imap, mailbox[.imap] == nil, mailbox.oauthRefreshTokenEncrypted == nil {
            return .failed(.noPassword)
        }
        do {
            guard let failure = try await body() else { return .well }
            return .failed(failure.trouble.hiding(try await password(direction, of: mailbox)))
        } catch SecretError.unreadable {
            return .failed(.needsPassword)
        } catch OAuthError.revoked {
            return .failed(.accessRevoked)
        } catch is OAuthError {
            return .failed(.noAccess)
        }
    }

    private func trySending(_ mailbox: Mailbox, with client: SMTPClient) async throws -> SMTPError? {
        var server = try mailbox.smtpServer()
        server.timeouts = SMTPTimeouts(all: Self.patience)
        let credentials = try await smtpCredentials(of: mailbox)
        do throws(SMTPError) {
            _ = try await client.check(server, credentials: credentials)
            return nil
        } catch {
            return error
        }
    }

    private func tryReceiving(_ mailbox: Mailbox, with client: IMAPClient) async throws -> IMAPError? {
        var server = try mailbox.imapServer()
        server.timeouts = IMAPTimeouts(all: Self.patience)
        guard let credentials = try await imapCredentials(of: mailbox) else {
            throw InvalidFields(["imapPassword": .required])
        }
        do throws(IMAPError) {
            _ = try await client.check(server, credentials: credentials)
            return nil
        } catch {
            return error
        }
    }
}

/// An error that says what is the matter with a mailbox.
private protocol Troubling: Error { var trouble: MailboxTrouble { get } }

extension SMTPError: Troubling { fileprivate var trouble: MailboxTrouble { MailboxTrouble(self) } }
extension IMAPError: Troubling { fileprivate var trouble: MailboxTrouble { MailboxTrouble(self) } }
