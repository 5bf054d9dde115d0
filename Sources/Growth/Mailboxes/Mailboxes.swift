import Foundation
import Store

/// What can be done with mailboxes. Passwords go in and never come out again but to their own server.
public struct Mailboxes: Sendable {
    let store: any DocumentStore
    let secrets: Secrets
    let audit: AuditTrail
    let now: @Sendable () -> Date
    var oauth = OAuthTokens()

    static let caps = 1...100_000
    static let ports = 1...65_535

    public enum Direction: String, Sendable, CaseIterable {
        case smtp, imap

        var field: String { "\(rawValue)PasswordEncrypted" }
    }

    /// What becomes of a password that is kept.
    public enum PasswordChange: Sendable {
        case keep, clear
        case set(HiddenText)
    }

    /// What somebody says of a mailbox; what they do not name stays.
    public struct Draft: Sendable {
        /// Field -> value as it was sent; empty text clears the field.
        public var fields: [String: String]
        public var smtpPassword = PasswordChange.keep
        public var imapPassword = PasswordChange.keep
        /// Of OAuth 2.0, for whoever obtained one elsewhere.
        public var refreshToken = PasswordChange.keep
        public var isDefault: Bool?
        /// `.some(nil)`: mails go out at any time.
        public var sendWindow: SendWindow??

        public init(_ fields: [String: String] = [:]) { self.fields = fields }
    }

    public func get(_ id: EntityID<Mailbox>) async throws -> Mailbox {
        guard let mailbox = try await store.get(id) else { throw RecordError.notFound }
        return mailbox
    }

    public func list() async throws -> [Mailbox] {
        try await store.find(Query<Mailbox>(sort: [.ascending("_id")], limit: 1_000))
    }

    /// The first one is the default, until somebody says otherwise. Throws `InvalidFields`.
    public func create(_ draft: Draft, by principal: Principal) async throws -> Mailbox {
        var mailbox = Mailbox()
        mailbox.createdAt = now()
        try await apply(draft, to: &mailbox, isNew: true)
        let isFirst = try await store.count(Mailbox.self, where: .all, upTo: 1) == 0
        mailbox.isDefault = draft.isDefault ?? isFirst
        var writes = Writes()
        if mailbox.isDefault {
            writes.update(Mailbox.self, where: .equals("isDefault", true), .set("isDefault", false))
        }
        writes.insert([mailbox])
        writes.insert([entry("mailbox_created", mailbox, by: principal)])
        try await commit(writes)
        return try await get(mailbox.id)
    }

    /// Throws `InvalidFields`; also where a kept password would go to another server than the one it was typed for.
    public func edit(_ id: EntityID<Mailbox>, _ draft: Draft, by principal: Principal) async throws -> Mailbox {
        let original = try await get(id)
        var mailbox = original
        try await apply(draft, to: &mailbox, isNew: false)
        try await checkDefault(mailbox, draft)
        var writes = Writes()
        if draft.isDefault == true {
            writes.update(Mailbox.self, where: .equals("isDefault", true), .set("isDefault", false))
            mailbox.isDefault = true
        }
        return try await save(mailbox, original, "mailbox_changed", behind: writes, by: principal)
    }

    /// With an entry of the audit log. Returns it as it is then.
    func save(
        _ mailbox: Mailbox, _ original: Mailbox, _ action: String, behind first: Writes = Writes(),
        by principal: Principal
    ) async throws -> Mailbox {
        var writes = first
        try writes.save(mailbox, original: original)
        writes.insert([entry(action, mailbox, by: principal)])
        try await commit(writes)
        return try await get(mailbox.id)
    }

    /// What a new mail goes out through must be one that sends; the only mailbox may rest all the same.
    private func checkDefault(_ mailbox: Mailbox, _ draft: Draft) async throws {
        guard mailbox.status != .active else { return }
        if draft.isDefault == true { throw InvalidFields(["isDefault": .defaultMustBeActive]) }
        guard mailbox.isDefault else { return }
        let others = Filter.equals("status", Value(Mailbox.Status.active)) && .not(.id(mailbox.id))
        if try await store.count(Mailbox.self, where: others, upTo: 1) > 0 {
            throw InvalidFields(["status": .defaultMustBeActive])
        }
    }

    /// The address is unique: of two that are made at once one is refused.
    private func commit(_ writes: Writes) async throws {
        do { try await store.commit(writes) } catch StoreError.duplicate(Mailbox.collection, _) {
            throw InvalidFields(["email": .taken])
        }
    }

    func entry(_ action: String, _ mailbox: Mailbox, by principal: Principal) -> AuditLog {
        audit.entry(action, by: principal, on: .init(mailbox.id), metadata: ["email": .string(mailbox.email)])
    }

    // MARK: Reading what was sent

    private func apply(_ draft: Draft, to mailbox: inout Mailbox, isNew: Bool) async throws {
        let before = mailbox
        var reader = MailboxReader(draft.fields)
        reader.read(into: &mailbox, isNew: isNew)
        if isNew, let preset = MailboxPreset.find(mailbox.provider, email: mailbox.email) {
            mailbox.fill(from: preset)
        }
        for direction in Direction.allCases {
            let change = direction == .smtp ? draft.smtpPassword : draft.imapPassword
            // Whoever may change the server but does not know the password must not have it sent to a server of their own.
            if case .keep = change, before[direction] != nil, before.server(direction) != mailbox.server(direction) {
                reader.refuse("\(direction.rawValue)Password", .passwordForOtherServer)
            }
            // The provider's token is good for much more than this mailbox.
            if case .keep = draft.refreshToken, before.oauthRefreshTokenEncrypted != nil,
                before.server(direction) != mailbox.server(direction)
            {
                reader.refuse("\(direction.rawValue)Host", .accessForOtherServer)
            }
        }
        if let window = draft.sendWindow {
            if let window, !SendCalendar.isValid(window) { reader.refuse("sendWindow", .notAWindow) }
            mailbox.sendWindow = window
        }
        try reader.throwIfAny()
        for direction in Direction.allCases {
            switch direction == .smtp ? draft.smtpPassword : draft.imapPassword {
            case .keep: break
            case .clear: mailbox[direction] = nil
            case .set(let password):
                let place = SecretPlace(.mailbox, mailbox.id, field: direction.field)
                mailbox[direction] = try await secrets.seal(password, in: place)
                mailbox.health?.needsPassword = nil
            }
        }
        switch draft.refreshToken {
        case .keep: break
        case .clear: try await setToken(nil, of: &mailbox)
        case .set(let token): try await setToken(token, of: &mailbox)
        }
    }

    // MARK: Passwords

    /// `nil` where none is kept. Throws `SecretError.unreadable` for one that was sealed under another secret, or that another
    /// program stored in a form of its own.
    func password(_ direction: Direction, of mailbox: Mailbox) async throws -> HiddenText? {
        guard let sealed = mailbox[direction] else { return nil }
        return try await secrets.open(sealed, in: SecretPlace(.mailbox, mailbox.id, field: direction.field))
    }

    /// Marks the mailboxes whose passwords cannot be read, and takes the mark off the others; what is stored stays as it is.
    ///
    /// - Returns: how many need their password typed again.
    @discardableResult
    public func markUnreadable() async throws -> Int {
        var marked = 0
        for mailbox in try await list() {
            let isReadable = try await isReadable(mailbox)
            if !isReadable { marked += 1 }
            if (mailbox.health?.needsPassword ?? false) == !isReadable { continue }
            var health = mailbox.health ?? Mailbox.Health()
            health.needsPassword = isReadable ? nil : true
            _ = try await store.update(
                Mailbox.self, where: .id(mailbox.id), .set("health", .object(try Document(part: health))))
        }
        return marked
    }

    private func isReadable(_ mailbox: Mailbox) async throws -> Bool {
        do {
            for direction in Direction.allCases { _ = try await password(direction, of: mailbox) }
            _ = try await signer(of: mailbox)
            _ = try await refreshToken(of: mailbox)
            return true
        } catch SecretError.unreadable {
            return false
        }
    }

    // MARK: Health

    /// What kept mails from going out; the mark goes with the next check or mail that is well.
    func note(trouble: String?, of id: EntityID<Mailbox>) async throws { try await note([.smtp: trouble], of: id) }

    /// What came of using these directions.
    func note(_ troubles: [Direction: String?], of id: EntityID<Mailbox>) async throws {
        var health = try await get(id).health ?? Mailbox.Health()
        if let trouble = troubles[.smtp] { health.smtpError = trouble }
        if let trouble = troubles[.imap] { health.imapError = trouble }
        health.checkedAt = now()
        _ = try await store.update(Mailbox.self, where: .id(id), .set("health", .object(try Document(part: health))))
    }
}

extension FieldProblem {
    static let passwordForOtherServer = FieldProblem("password_for_other_server")
    static let accessForOtherServer = FieldProblem("access_for_other_server")
    static let defaultMustBeActive = FieldProblem("default_must_be_active")
    static let notAWindow = FieldProblem("not_a_window")
}

extension Platform {
    public var mailboxes: Mailboxes {
        Mailboxes(store: store, secrets: secrets, audit: audit, now: now, oauth: oauth)
    }
}
