import Foundation
import Matching
import Store

/// The people who may sign in.
///
/// What takes a right away (role, status, password, deletion) ends the person's sessions in the same commit.
public struct Users: Sendable {
    let store: any DocumentStore
    let passwords: Passwords
    let sessions: Sessions
    let throttle: SignInThrottle
    let audit: AuditTrail
    let secrets: Secrets
    /// Codes of six digits are few: less often than passwords, and counted apart.
    let codeThrottle = SignInThrottle(window: 600)
    let setupToken: SetupToken
    let now: @Sendable () -> Date

    public init(
        store: any DocumentStore, passwords: Passwords, sessions: Sessions, audit: AuditTrail, secrets: Secrets,
        throttle: SignInThrottle = SignInThrottle(), setupToken: SetupToken = SetupToken(),
        now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.passwords = passwords
        self.sessions = sessions
        self.throttle = throttle
        self.audit = audit
        self.secrets = secrets
        self.setupToken = setupToken
        self.now = now
    }

    public func get(_ id: EntityID<User>) async throws -> User {
        guard let user = try await store.get(id) else { throw AccountError.userNotFound }
        return user
    }

    public func find(email: String) async throws -> User? {
        try await store.first(User.self, where: .equals("email", .string(Self.folded(email))))
    }

    /// By name; a team has no more than a page of them.
    public func list() async throws -> [User] {
        try await store.find(Query<User>(limit: 1_000)).sorted { ($0.name, $0.email) < ($1.name, $1.email) }
    }

    /// Makes an active user with a password, as the command line does.
    public func create(
        name: String?, email: String?, password: String, role: User.Role, by principal: Principal
    ) async throws -> User {
        let user = try await checked(name: name, email: email, password: password, role: role)
        try await insert(user, "user_created", by: principal)
        return user
    }

    func insert(_ user: User, _ action: String, by principal: Principal) async throws {
        var writes = Writes()
        writes.insert([user])
        writes.insert([audit.entry(action, by: principal, on: .init(user), metadata: ["role": Value(user.role)])])
        do {
            try await store.commit(writes)
        } catch StoreError.duplicate {
            throw InvalidFields(["email": .taken])
        }
    }

    /// An active user whose every field is right and whose password is hashed.
    func checked(name: String?, email: String?, password: String, role: User.Role) async throws -> User {
        var problems: [String: FieldProblem] = [:]
        var user = Self.read(name: name, email: email, role: role, &problems)
        if let problem = PasswordRules.problem(with: password, own: [user.name, user.email]) {
            problems["password"] = problem
        }
        try InvalidFields(problems).throwIfAny()
        user.passwordHash = try await passwords.hash(password)
        user.status = .active
        return user
    }

    static func read(
        name: String?, email: String?, role: User.Role, _ problems: inout [String: FieldProblem]
    ) -> User {
        var user = User()
        user.name = TextLine.read(name, "name", required: true, limit: 120, &problems) ?? ""
        user.email = folded(TextLine.read(email, "email", required: true, limit: 254, &problems) ?? "")
        if problems["email"] == nil && EmailAddress(user.email) == nil { problems["email"] = .notAnEmail }
        if !role.isKnown { problems["role"] = .notInList }
        user.role = role
        return user
    }

    static func folded(_ email: String) -> String {
        email.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }
}
