import Foundation
import Store

extension Users {
    /// A new session for the right address and password, whatever session the browser had before.
    ///
    /// Throws `AccountError.wrongCredentials` for every reason alike, `.tooManyAttempts` before hashing.
    public func signIn(
        email: String, password: String, address: String?, userAgent: String?
    ) async throws -> (token: String, session: Session, user: User) {
        let email = Self.folded(email)
        try throttle.admit(account: email, address: address, at: now())
        let found = try await find(email: email)
        let user = found?.status == .active ? found : nil
        let verdict = try await passwords.verify(password, against: user?.passwordHash)
        guard let user, verdict != .wrong else {
            try await audit.record("sign_in_failed", by: nil, on: found.map { .init($0) }, address: address)
            throw AccountError.wrongCredentials
        }
        throttle.succeeded(account: email)
        var change = Update.set("lastLoginAt", .date(now()))
        if verdict == .rightButOld {
            change = change.set("passwordHash", .string(try await passwords.hash(password)))
        }
        // Only while the password is still the one that was checked: a reset meanwhile wins.
        let unchanged = Filter.id(user.id) && .equals("passwordHash", user.passwordHash.map(Value.string) ?? .null)
        guard let signedIn = try await store.findAndUpdate(User.self, where: unchanged, sort: [], change) else {
            throw AccountError.wrongCredentials
        }
        let (token, session) = try await sessions.begin(for: user.id, userAgent: userAgent, address: address)
        let by = Principal(user: signedIn, origin: .session(session), address: address)
        try await audit.record("sign_in", by: by, on: .init(signedIn))
        return (token, session, signedIn)
    }

    public func signOut(_ principal: Principal) async throws {
        guard let session = principal.session else { return }
        var writes = Writes()
        writes.delete(Session.self, where: .id(session.id))
        writes.insert([audit.entry("sign_out", by: principal, on: .init(principal.user))])
        try await store.commit(writes)
    }

    /// Sets a new password after checking the old one, ends the person's other sessions and starts this one afresh.
    public func changePassword(
        of principal: Principal, from old: String, to new: String, userAgent: String?
    ) async throws -> (token: String, session: Session) {
        let user = try await get(principal.user.id)
        try throttle.admit(account: user.email, address: principal.address, at: now())
        guard try await passwords.verify(old, against: user.passwordHash) != .wrong else {
            throw InvalidFields(["currentPassword": .wrongPassword])
        }
        if let problem = old == new
            ? .passwordTooCommon : PasswordRules.problem(with: new, own: [user.name, user.email])
        {
            throw InvalidFields(["password": problem])
        }
        let hash = try await passwords.hash(new)
        try await change(
            user, .set("passwordHash", .string(hash)).set("mustChangePassword", nil), "password_changed", by: principal)
        return try await sessions.begin(for: user.id, userAgent: userAgent, address: principal.address)
    }

    /// Changes the user, ends all sessions and writes the audit row, in one commit.
    func change(
        _ user: User, _ update: Update, _ action: String, by principal: Principal, metadata: Document = Document(),
        first demands: Writes = Writes()
    ) async throws {
        var writes = demands
        writes.update(User.self, where: .id(user.id), update, expecting: 1)
        writes.delete(Session.self, where: Sessions.all(of: user.id))
        writes.insert([audit.entry(action, by: principal, on: .init(user), metadata: metadata)])
        try await store.commit(writes)
    }
}
