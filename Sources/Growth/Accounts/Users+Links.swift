import Foundation
import Store

/// Links that let somebody in once: an invitation for 7 days, a new password for 1 hour. Only their hashes are stored.
extension Users {
    public static let invitationLifetime: TimeInterval = 7 * 86_400
    public static let resetLifetime: TimeInterval = 3_600

    /// A user who may not sign in yet, and the token of the link that changes that.
    public func invite(
        name: String?, email: String?, role: User.Role, by principal: Principal
    ) async throws -> (user: User, token: String) {
        var problems: [String: FieldProblem] = [:]
        var user = Self.read(name: name, email: email, role: role, &problems)
        try InvalidFields(problems).throwIfAny()
        let token = Token.make()
        user.status = .invited
        user.inviteTokenHash = Token.hash(token)
        user.inviteExpiresAt = now().addingTimeInterval(Self.invitationLifetime)
        try await insert(user, "user_invited", by: principal)
        return (user, token)
    }

    /// A new link for somebody who has not come yet; the old one is void.
    public func inviteAgain(_ id: EntityID<User>, by principal: Principal) async throws -> String {
        let user = try await get(id)
        guard user.status == .invited else { throw AccountError.linkNotValid }
        let token = Token.make()
        let expiry = now().addingTimeInterval(Self.invitationLifetime)
        let update = Update.set("inviteTokenHash", .string(Token.hash(token))).set("inviteExpiresAt", .date(expiry))
        try await change(user, update, "user_invited", by: principal)
        return token
    }

    /// A link with which a user sets a new password. Until it is used the old password works.
    public func offerReset(_ id: EntityID<User>, by principal: Principal) async throws -> String {
        let user = try await get(id)
        guard user.status == .active else { throw AccountError.linkNotValid }
        let token = Token.make()
        var writes = Writes()
        let expiry = now().addingTimeInterval(Self.resetLifetime)
        writes.update(
            User.self, where: .id(id),
            .set("resetTokenHash", .string(Token.hash(token))).set("resetExpiresAt", .date(expiry)), expecting: 1)
        writes.insert([audit.entry("password_reset_offered", by: principal, on: .init(user))])
        try await store.commit(writes)
        return token
    }

    /// Whom an invitation is for. Throws `AccountError.linkNotValid`.
    public func invited(by token: String) async throws -> User {
        try await holder(of: token, "inviteTokenHash", "inviteExpiresAt", .invited)
    }

    /// Whom a reset link is for. Throws `AccountError.linkNotValid`.
    public func resetting(by token: String) async throws -> User {
        try await holder(of: token, "resetTokenHash", "resetExpiresAt", .active)
    }

    public func acceptInvitation(_ token: String, name: String?, password: String, address: String?) async throws
        -> User
    {
        let user = try await invited(by: token)
        var problems: [String: FieldProblem] = [:]
        let name = TextLine.read(name, "name", limit: 120, &problems) ?? user.name
        if let problem = PasswordRules.problem(with: password, own: [name, user.email]) {
            problems["password"] = problem
        }
        try InvalidFields(problems).throwIfAny()
        let update = Update.set("passwordHash", .string(try await passwords.hash(password)))
            .set("name", .string(name)).set("status", Value(User.Status.active))
            .set("inviteTokenHash", nil).set("inviteExpiresAt", nil)
        return try await redeem(token, "inviteTokenHash", of: user, update, "invitation_accepted", address)
    }

    public func resetPassword(_ token: String, password: String, address: String?) async throws -> User {
        let user = try await resetting(by: token)
        if let problem = PasswordRules.problem(with: password, own: [user.name, user.email]) {
            throw InvalidFields(["password": problem])
        }
        let update = Update.set("passwordHash", .string(try await passwords.hash(password)))
            .set("mustChangePassword", nil).set("resetTokenHash", nil).set("resetExpiresAt", nil)
        return try await redeem(token, "resetTokenHash", of: user, update, "password_reset", address)
    }

    private func holder(
        of token: String, _ hashField: String, _ expiryField: String, _ status: User.Status
    ) async throws -> User {
        guard Token.isPlausible(token) else { throw AccountError.linkNotValid }
        let filter =
            Filter.equals(hashField, .string(Token.hash(token)))
            && .equals("status", Value(status)) && .range(expiryField, from: .excluding(.date(now())), to: nil)
        guard let user = try await store.first(User.self, where: filter) else { throw AccountError.linkNotValid }
        return user
    }

    /// Of two who use a link at once, the commit's condition lets one through.
    private func redeem(
        _ token: String, _ hashField: String, of user: User, _ update: Update, _ action: String, _ address: String?
    ) async throws -> User {
        var writes = Writes()
        let unused = Filter.id(user.id) && .equals(hashField, .string(Token.hash(token)))
        writes.update(User.self, where: unused, update, expecting: 1)
        writes.delete(Session.self, where: Sessions.all(of: user.id))
        let by = Principal(user: user, origin: .session(Session()), address: address)
        writes.insert([audit.entry(action, by: by, on: .init(user))])
        do {
            try await store.commit(writes)
        } catch StoreError.conflict {
            throw AccountError.linkNotValid
        }
        return try await get(user.id)
    }
}
