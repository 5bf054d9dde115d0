import Crypto
import Foundation
import MailIMAP
import MailSMTP
import Outbound
import Store

/// Signing in at a mailbox's servers: by its password, or by a token of its provider.
extension Mailboxes {
    static let tokenField = "oauthRefreshTokenEncrypted"
    /// So long somebody may take at the provider's pages.
    private static let consentTime: TimeInterval = 600

    private static func place(_ mailbox: EntityID<Mailbox>) -> SecretPlace {
        SecretPlace(.mailbox, mailbox, field: tokenField)
    }

    // MARK: Using it

    /// `nil` where none is kept. Throws `SecretError.unreadable`.
    func refreshToken(of mailbox: Mailbox) async throws -> HiddenText? {
        guard let sealed = mailbox.oauthRefreshTokenEncrypted else { return nil }
        return try await secrets.open(sealed, in: Self.place(mailbox.id))
    }

    /// `nil` for a mailbox that signs in by its password. Throws `OAuthError`, `SecretError`.
    func accessToken(of mailbox: Mailbox) async throws -> HiddenText? {
        guard let refresh = try await refreshToken(of: mailbox) else { return nil }
        let provider = try oauth.provider(mailbox.provider)
        let (token, renewed) = try await oauth.access(
            to: mailbox.id, of: provider, refreshToken: refresh, now: now())
        if let renewed, let sealed = mailbox.oauthRefreshTokenEncrypted {
            let isSame = Filter.id(mailbox.id) && .equals(Self.tokenField, .string(sealed))
            let fresh = try await secrets.seal(renewed, in: Self.place(mailbox.id))
            _ = try await store.update(Mailbox.self, where: isSame, .set(Self.tokenField, .string(fresh)))
        }
        return token
    }

    /// `nil` where nothing is kept to sign in with. Throws `OAuthError`, `SecretError`.
    func smtpCredentials(of mailbox: Mailbox) async throws -> SMTPCredentials? {
        let user = mailbox.smtpUser ?? mailbox.email
        if let token = try await accessToken(of: mailbox) { return .accessToken(token.text, user: user) }
        return try await password(.smtp, of: mailbox).map { .password($0.text, user: user) }
    }

    func imapCredentials(of mailbox: Mailbox) async throws -> IMAPCredentials? {
        let user = mailbox.imapUser ?? mailbox.email
        if let token = try await accessToken(of: mailbox) { return .accessToken(token.text, user: user) }
        return try await password(.imap, of: mailbox).map { .password($0.text, user: user) }
    }

    /// What a pool of connections signs in with, as it stands when each is opened.
    func access(_ id: EntityID<Mailbox>) -> SMTPPool.Access {
        { () async throws(SMTPError) -> SMTPCredentials? in
            do {
                return try await smtpCredentials(of: try await get(id))
            } catch OAuthError.revoked {
                throw SMTPError(.signIn, .accessRevoked)
            } catch {
                throw SMTPError(.signIn, .noAccess)
            }
        }
    }

    // MARK: Getting it

    /// Whether mailboxes of this provider can sign in without a password here.
    public func offersAccess(_ provider: Mailbox.Provider) -> Bool {
        oauth.providers.contains { $0.provider == provider }
    }

    /// The provider's page where the mailbox's owner agrees (RFC 6749 section 4.1, with PKCE of RFC 7636).
    ///
    /// Nothing is kept meanwhile: the way back carries what is needed, sealed for this person.
    /// - Parameter back: the address of this program that the provider leads to. Throws `OAuthError.notConfigured`.
    public func beginAccess(
        to id: EntityID<Mailbox>, back: String, by principal: Principal
    ) async throws -> String {
        let mailbox = try await get(id)
        let provider = try oauth.provider(mailbox.provider)
        let verifier = SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.text(Data($0)) }
        let state: Value = [
            "mailbox": .string(id.description), "verifier": .string(verifier),
            "until": .double(now().addingTimeInterval(Self.consentTime).timeIntervalSince1970),
        ]
        let sealed = try await secrets.seal(HiddenText(state.json(.plain)), in: Self.returnPlace(principal))
        let challenge = Base64URL.text(Data(SHA256.hash(data: Data(verifier.utf8))))
        let fields: [(name: String, value: String)] =
            [
                ("client_id", provider.clientId), ("redirect_uri", back), ("response_type", "code"),
                ("scope", provider.scope), ("state", sealed), ("code_challenge", challenge),
                ("code_challenge_method", "S256"), ("login_hint", mailbox.email),
            ] + provider.extras
        return provider.authorizeAddress.absoluteString + "?" + FormExchange.encoded(fields)
    }

    /// Takes the code that the provider gave, and keeps the token that it is good for.
    public func finishAccess(
        state: String, code: String, back: String, by principal: Principal
    ) async throws -> Mailbox {
        guard let begun = await begun(state, by: principal) else { throw OAuthError.strangeReturn }
        let original = try await get(begun.mailbox)
        let provider = try oauth.provider(original.provider)
        let tokens = try await oauth.fetch(
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back),
                ("code_verifier", begun.verifier),
            ], provider)
        guard let refresh = tokens.refresh else { throw OAuthError.noRefreshToken }
        return try await keep(refresh, of: original, by: principal)
    }

    /// What a way back belongs to; `nil` where this person did not begin it, or began it too long ago.
    public func begun(
        _ state: String, by principal: Principal
    ) async -> (mailbox: EntityID<Mailbox>, verifier: String)? {
        // Whatever keeps it from being opened: it was not sealed here for this person.
        guard let text = try? await secrets.open(state, in: Self.returnPlace(principal)),
            let known = try? Value(json: text.text).object, let id = EntityID<Mailbox>(known["mailbox"]?.string ?? ""),
            let verifier = known["verifier"]?.string, let until = known["until"]?.double,
            now().timeIntervalSince1970 < until
        else { return nil }
        return (id, verifier)
    }

    /// From now on it signs in by its password, if it has one.
    public func endAccess(to id: EntityID<Mailbox>, by principal: Principal) async throws -> Mailbox {
        try await keep(nil, of: try await get(id), by: principal)
    }

    private func keep(
        _ token: HiddenText?, of original: Mailbox, by principal: Principal
    ) async throws -> Mailbox {
        var mailbox = original
        try await setToken(token, of: &mailbox)
        if let preset = MailboxPreset.find(mailbox.provider, email: mailbox.email) { mailbox.fill(from: preset) }
        return try await save(
            mailbox, original, token == nil ? "mailbox_access_ended" : "mailbox_access_given", by: principal)
    }

    func setToken(_ token: HiddenText?, of mailbox: inout Mailbox) async throws {
        mailbox.oauthRefreshTokenEncrypted =
            if let token { try await secrets.seal(token, in: Self.place(mailbox.id)) } else { nil }
        mailbox.health?.needsPassword = nil
        mailbox.health?.smtpError = nil
        mailbox.health?.imapError = nil
        await oauth.forget(mailbox.id)
    }

    /// Only whoever began it comes back by it.
    private static func returnPlace(_ principal: Principal) -> SecretPlace {
        SecretPlace(.access, principal.user.id, field: "return")
    }
}
