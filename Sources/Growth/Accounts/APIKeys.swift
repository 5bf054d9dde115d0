import Foundation
import Store

/// Keys for programs, sent as `Authorization: Bearer anwal_…`.
public struct APIKeys: Sendable {
    public static let prefix = "anwal_"

    let store: any DocumentStore
    let audit: AuditTrail
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, audit: AuditTrail, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.audit = audit
        self.now = now
    }

    /// The key in full is returned here and never again.
    public func create(
        name: String?, scopes: [String], expiresAt: Date? = nil, by principal: Principal
    ) async throws -> (key: String, stored: APIKey) {
        var problems: [String: FieldProblem] = [:]
        let name = TextLine.read(name, "name", required: true, limit: 100, &problems)
        let known = APIKey.Scope.allCases.map(\.rawValue).filter(scopes.contains)
        if known.isEmpty { problems["scopes"] = .required }
        if !Set(scopes).isSubset(of: known) { problems["scopes"] = .notInList }
        if let expiresAt, expiresAt <= now() { problems["expiresAt"] = .notADate }
        try InvalidFields(problems).throwIfAny()
        let secret = Self.prefix + Token.make()
        var key = APIKey()
        key.name = name ?? ""
        key.prefix = String(secret.prefix(12))
        key.keyHash = Token.hash(secret)
        key.userId = principal.user.id
        key.scopes = known
        key.expiresAt = expiresAt
        var writes = Writes()
        writes.insert([key])
        writes.insert([
            audit.entry("api_key_created", by: principal, on: .init(key), metadata: ["scopes": Value(known)])
        ])
        try await store.commit(writes)
        return (secret, key)
    }

    /// The key with its owner; `nil` when it is unknown, revoked, over, or the owner may not sign in.
    public func find(_ secret: String) async throws -> (key: APIKey, user: User)? {
        guard secret.hasPrefix(Self.prefix), Token.isPlausible(String(secret.dropFirst(Self.prefix.count))),
            let key = try await store.first(APIKey.self, where: .equals("keyHash", .string(Token.hash(secret))))
        else { return nil }
        let time = now()
        guard key.revokedAt == nil, key.expiresAt.map({ $0 > time }) ?? true,
            let user = try await store.get(key.userId), user.status == .active
        else { return nil }
        if key.lastUsedAt.map({ time.timeIntervalSince($0) >= Sessions.seenInterval }) ?? true {
            _ = try await store.update(APIKey.self, where: .id(key.id), .set("lastUsedAt", .date(time)))
        }
        return (key, user)
    }

    /// Those not revoked, the newest first.
    public func list(of user: EntityID<User>) async throws -> [APIKey] {
        try await store.find(Query<APIKey>(.equals("userId", Value(user)) && .exists("revokedAt", false), limit: 200))
            .reversed()
    }

    /// Throws `AccountError.keyNotFound` for anybody else's key.
    public func revoke(_ id: EntityID<APIKey>, by principal: Principal) async throws {
        let own = Filter.id(id) && .equals("userId", Value(principal.user.id)) && .exists("revokedAt", false)
        guard try await store.update(APIKey.self, where: own, .set("revokedAt", .date(now()))) == 1 else {
            throw AccountError.keyNotFound
        }
        try await audit.record("api_key_revoked", by: principal, on: .init(id))
    }
}
