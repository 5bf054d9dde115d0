import Foundation
import Store

/// Signed-in browsers. A session ends by itself 14 days after it began, or after 12 hours of silence.
public struct Sessions: Sendable {
    public static let idleLimit: TimeInterval = 12 * 3_600
    public static let absoluteLimit: TimeInterval = 14 * 86_400
    /// Being seen is written at most this often, so that reading pages writes nothing.
    static let seenInterval: TimeInterval = 60

    let store: any DocumentStore
    let audit: AuditTrail
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, audit: AuditTrail, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.audit = audit
        self.now = now
    }

    /// A new session and the token for the cookie, which is stored nowhere.
    public func begin(
        for user: EntityID<User>, userAgent: String?, address: String?
    ) async throws -> (token: String, session: Session) {
        let token = Token.make()
        let time = now()
        var session = Session()
        session.userId = user
        session.tokenHash = Token.hash(token)
        session.csrfToken = Token.make()
        session.createdAt = time
        session.lastSeenAt = time
        session.expiresAt = time.addingTimeInterval(Self.absoluteLimit)
        session.userAgent = userAgent.map { String($0.prefix(300)) }
        session.address = address
        var writes = Writes()
        writes.insert([session])
        writes.update(User.self, where: .id(user), .set("lastLoginAt", .date(time)))
        try await store.commit(writes)
        return (token, session)
    }

    /// The session of a token with its user; `nil` when it is unknown, over, or the user may not sign in.
    ///
    /// - Parameter isUse: `false` when a page that is merely open asks, which does not keep a session from falling silent.
    public func find(_ token: String, isUse: Bool = true) async throws -> (session: Session, user: User)? {
        guard Token.isPlausible(token),
            let session = try await store.first(Session.self, where: .equals("tokenHash", .string(Token.hash(token))))
        else { return nil }
        let time = now()
        guard !isOver(session, at: time) else {
            // Gone for good, so that a clock set back does not revive it.
            _ = try await store.delete(Session.self, where: .id(session.id))
            return nil
        }
        guard let user = try await store.get(session.userId), user.status == .active else { return nil }
        if isUse, time.timeIntervalSince(session.lastSeenAt) >= Self.seenInterval {
            _ = try await store.update(Session.self, where: .id(session.id), .set("lastSeenAt", .date(time)))
        }
        return (session, user)
    }

    func isOver(_ session: Session, at time: Date) -> Bool {
        time >= session.expiresAt || time.timeIntervalSince(session.lastSeenAt) >= Self.idleLimit
    }

    /// The newest first.
    public func list(of user: EntityID<User>) async throws -> [Session] {
        let time = now()
        return try await store.find(Query<Session>(.equals("userId", Value(user)), limit: 200))
            .filter { !isOver($0, at: time) }
            .sorted { $0.lastSeenAt > $1.lastSeenAt }
    }

    /// Ends one of a user's sessions. Throws `AccountError.sessionNotFound` for anybody else's.
    public func end(_ id: EntityID<Session>, of user: EntityID<User>, by principal: Principal) async throws {
        let own = Filter.id(id) && .equals("userId", Value(user))
        guard try await store.delete(Session.self, where: own) > 0 else { throw AccountError.sessionNotFound }
        try await audit.record("session_ended", by: principal, on: .init(user))
    }

    /// Ends all of a user's sessions but the one that asks, and returns how many those were.
    @discardableResult
    public func endAll(of user: EntityID<User>, by principal: Principal) async throws -> Int {
        let ended = try await store.delete(Session.self, where: Self.all(of: user, except: principal.session?.id))
        if ended > 0 {
            try await audit.record("sessions_ended", by: principal, on: .init(user), metadata: ["count": .int(ended)])
        }
        return ended
    }

    /// What is over by itself. To be called now and then.
    public func sweep() async throws -> Int {
        let time = now()
        let silent = time.addingTimeInterval(-Self.idleLimit)
        return try await store.delete(
            Session.self,
            where: .or([
                .range("expiresAt", from: nil, to: .including(.date(time))),
                .range("lastSeenAt", from: nil, to: .including(.date(silent))),
            ]))
    }

    static func all(of user: EntityID<User>, except kept: EntityID<Session>? = nil) -> Filter {
        let own = Filter.equals("userId", Value(user))
        return kept.map { own && .not(.id($0)) } ?? own
    }
}
