import Foundation
import Store

extension Users {
    /// How a sign-in goes on.
    public enum SignIn: Sendable {
        case done(token: String, session: Session, user: User)
        /// The password was right; `finishSignIn` takes the code. No session yet.
        case needsCode(challenge: String)
    }

    /// A new session for the right address and password, whatever session the browser had before; or the wait for a code.
    ///
    /// Throws `AccountError.wrongCredentials` for every reason alike, `.tooManyAttempts` before hashing.
    ///
    /// - Parameter code: for programs that send everything at once.
    public func signIn(
        email: String, password: String, code: String? = nil, address: String?, userAgent: String?
    ) async throws -> SignIn {
        let email = Self.folded(email)
        try throttle.admit(account: email, address: address, at: now())
        let found = try await find(email: email)
        var user = found?.status == .active ? found : nil
        let verdict = try await passwords.verify(password, against: user?.passwordHash)
        guard var known = user, verdict != .wrong else {
            try await audit.record("sign_in_failed", by: nil, on: found.map { .init($0) }, address: address)
            throw AccountError.wrongCredentials
        }
        if verdict == .rightButOld {
            // Only while the password is still the one that was checked: a reset meanwhile wins.
            let hash = Update.set("passwordHash", .string(try await passwords.hash(password)))
            user = try await store.findAndUpdate(User.self, where: Self.unchanged(known), sort: [], hash)
            guard let renewed = user else { throw AccountError.wrongCredentials }
            known = renewed
        }
        guard known.hasSecondFactor else { return try await enter(known, Update(), address, userAgent) }
        if let code { return try await enter(known, code: code, address, userAgent) }
        return .needsCode(challenge: try await challenge(for: known))
    }

    /// The second step of a sign-in. Throws `AccountError.wrongCode`, `.stepExpired` when the first step is too long ago
    /// or the password has changed since, and `.tooManyAttempts`.
    public func finishSignIn(
        challenge: String, code: String, address: String?, userAgent: String?
    ) async throws -> SignIn {
        let user = try await challenged(by: challenge)
        return try await enter(user, code: code, address, userAgent)
    }

    /// A challenge for somebody who proved the account by a link instead of a password.
    public func challenge(for user: User) async throws -> String {
        let payload: Value = [
            "user": Value(user.id), "at": .date(now()), "password": .string(Token.hash(user.passwordHash ?? "")),
        ]
        return try await secrets.seal(HiddenText(payload.json(.extended)), in: Self.challengePlace)
    }

    /// How long a person has to find the phone.
    public static let challengeLifetime: TimeInterval = 600
    private static let challengePlace = SecretPlace(
        .signIn, EntityID<Session>(ObjectID(high: 0, low: 0)), field: "challenge")

    private func challenged(by challenge: String) async throws -> User {
        do {
            let text = try await secrets.open(challenge, in: Self.challengePlace)
            let document = try Value(json: text.text, form: .extended).object
            if let id = document?["user"]?.id, let at = document?["at"]?.date,
                abs(now().timeIntervalSince(at)) < Self.challengeLifetime,
                let user = try await store.get(EntityID<User>(id)), user.status == .active,
                document?["password"]?.string == Token.hash(user.passwordHash ?? "")
            {
                return user
            }
        } catch is SecretError {
            // None of ours: as one that is over.
        }
        throw AccountError.stepExpired
    }

    private func enter(_ user: User, code: String, _ address: String?, _ userAgent: String?) async throws -> SignIn {
        try codeThrottle.admit(account: user.email, address: nil, at: now())
        var factor: SecondFactor?
        do {
            factor = try await secondFactor(of: user)
        } catch is SecretError {
            // Sealed under another secret: nobody gets in by it, and an administrator can take it off.
        }
        guard var factor, factor.accept(code, at: now()) else {
            try await audit.record("second_factor_failed", by: nil, on: .init(user), address: address)
            throw AccountError.wrongCode
        }
        let sealed = try await secrets.seal(factor.sealable, in: SecondFactor.place(of: user.id))
        do {
            return try await enter(user, .set("totpSecretEncrypted", .string(sealed)), address, userAgent)
        } catch AccountError.wrongCredentials {
            // Of two who send one code at once, the other was quicker.
            throw AccountError.wrongCode
        }
    }

    /// Begins the session, on the condition that the account is still what was checked.
    private func enter(_ user: User, _ update: Update, _ address: String?, _ userAgent: String?) async throws -> SignIn
    {
        guard
            let signedIn = try await store.findAndUpdate(
                User.self, where: Self.unchanged(user) && .equals("status", Value(User.Status.active)), sort: [],
                update.set("lastLoginAt", .date(now())))
        else { throw AccountError.wrongCredentials }
        throttle.succeeded(account: user.email)
        codeThrottle.succeeded(account: user.email)
        let (token, session) = try await sessions.begin(for: user.id, userAgent: userAgent, address: address)
        let by = Principal(user: signedIn, origin: .session(session), address: address)
        try await audit.record("sign_in", by: by, on: .init(signedIn))
        return .done(token: token, session: session, user: signedIn)
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
