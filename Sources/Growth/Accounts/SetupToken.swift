import Foundation
import Store
import Synchronization

/// The one-time link with which the first administrator is made.
///
/// Only its hash is kept, in memory: each start without an administrator makes a new link and the old one is void.
public final class SetupToken: Sendable {
    private let hash = Mutex<String?>(nil)

    public init() {}

    /// A new token; one made before no longer counts.
    func renew() -> String {
        let token = Token.make()
        hash.withLock { $0 = Token.hash(token) }
        return token
    }

    func matches(_ token: String) -> Bool {
        guard Token.isPlausible(token), let expected = hash.withLock({ $0 }) else { return false }
        return Token.areEqual(Token.hash(token), expected)
    }

    func void() { hash.withLock { $0 = nil } }
}

extension Users {
    /// The first administrator's id is always this one, so that of many who set up at once the id lets one win.
    static let firstAdministratorId = EntityID<User>(ObjectID(high: 0, low: 1))

    /// Whether nobody can administer the platform yet.
    public func needsSetUp() async throws -> Bool {
        try await store.first(User.self, where: .equals("role", Value(User.Role.admin))) == nil
    }

    /// The token for the set-up link, `nil` when an administrator exists.
    public func beginSetUp() async throws -> String? {
        try await needsSetUp() ? setupToken.renew() : nil
    }

    /// Makes the first administrator. Throws `AccountError.linkNotValid` for a wrong token, `.setUpClosed` when an
    /// administrator exists, `InvalidFields` for what the person can put right.
    public func setUp(
        token: String, name: String?, email: String?, password: String, language: Language?, address: String?
    ) async throws -> User {
        guard try await needsSetUp() else { throw AccountError.setUpClosed }
        guard setupToken.matches(token) else { throw AccountError.linkNotValid }
        var user = try await checked(name: name, email: email, password: password, role: .admin)
        user.id = Self.firstAdministratorId
        user.locale = language
        var writes = Writes()
        writes.insert([user])
        let by = Principal(user: user, origin: .link, address: address)
        writes.insert([audit.entry("set_up", by: by, on: .init(user))])
        do {
            try await store.commit(writes)
        } catch StoreError.duplicate {
            throw AccountError.setUpClosed
        }
        setupToken.void()
        return user
    }
}
