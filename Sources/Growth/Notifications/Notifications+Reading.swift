import Foundation
import Store

/// What a person reads, and that they have read it.
///
/// A row of their own has its status. A broadcast of an earlier program, which has no user, is read by whoever is in
/// its `readBy`.
extension Notifications {
    public static let order: [Sort] = [.descending("createdAt")]

    /// Some of a person's notifications, the latest first.
    public struct Part: Sendable {
        /// With the status that they have for this person.
        public var rows: [UserNotification]
        public var goesOn: Bool
    }

    /// Which ones somebody wants to see.
    public struct Selection: Sendable {
        public var unreadOnly: Bool
        public var kind: UserNotification.Kind?

        public init(unreadOnly: Bool = false, kind: UserNotification.Kind? = nil) {
            self.unreadOnly = unreadOnly
            self.kind = kind
        }
    }

    public func list(
        _ selection: Selection = Selection(), of principal: Principal, limit: Int = 25, page: Page? = nil
    ) async throws -> Part {
        guard let me = principal.userId else { return Part(rows: [], goesOn: false) }
        let chosen =
            principal.user.preferences.filter
            && (selection.kind.map { .equals("type", Value($0)) } ?? .all)
        func read(_ scope: Filter) async throws -> [UserNotification] {
            try await store.find(Query(scope && chosen, sort: Self.order, limit: limit + 1, page: page))
        }
        let own = try await read(Self.own(me, unreadOnly: selection.unreadOnly))
        let shared = try await read(Self.broadcasts(me, unreadOnly: selection.unreadOnly))
        let rows = (own + shared.map { Self.seen($0, by: me) }).sorted {
            ($0.createdAt ?? .distantPast, $0.id) > ($1.createdAt ?? .distantPast, $1.id)
        }
        return Part(rows: Array(rows.prefix(limit)), goesOn: rows.count > limit)
    }

    /// How many are unread; at most `limit`.
    public func unreadCount(of principal: Principal, upTo limit: Int = 100) async throws -> Int {
        guard let me = principal.userId else { return 0 }
        let shown = principal.user.preferences.filter
        let own = try await store.count(
            UserNotification.self, where: Self.own(me, unreadOnly: true) && shown, upTo: limit)
        if own >= limit { return limit }
        let shared = try await store.count(
            UserNotification.self, where: Self.broadcasts(me, unreadOnly: true) && shown, upTo: limit)
        return min(own + shared, limit)
    }

    /// Throws `RecordError.notFound` for somebody else's.
    public func get(_ id: EntityID<UserNotification>, of principal: Principal) async throws -> UserNotification {
        guard let me = principal.userId, let row = try await store.get(id), row.userId == nil || row.userId == me else {
            throw RecordError.notFound
        }
        return Self.seen(row, by: me)
    }

    public func mark(
        _ id: EntityID<UserNotification>, isRead: Bool, by principal: Principal
    ) async throws -> UserNotification {
        let row = try await get(id, of: principal)
        guard let me = principal.userId, (row.status == .read) != isRead else { return row }
        let update =
            row.userId == nil
            ? isRead ? Update().addToSet("readBy", [Value(me)]) : Update().remove("readBy", [Value(me)])
            : Update.set("status", Value(isRead ? UserNotification.Status.read : .unread))
                .set("readAt", isRead ? .date(now()) : nil)
        _ = try await store.update(UserNotification.self, where: .id(id), update)
        return try await get(id, of: principal)
    }

    /// Those that were there when this began; what comes meanwhile stays unread.
    public func markAllRead(by principal: Principal) async throws {
        guard let me = principal.userId else { return }
        let time = now()
        let until = Filter.range("createdAt", from: nil, to: .including(.date(time)))
        let read = Update.set("status", Value(UserNotification.Status.read)).set("readAt", .date(time))
        var writes = Writes()
        writes.update(UserNotification.self, where: Self.own(me, unreadOnly: true) && until, read)
        writes.update(
            UserNotification.self, where: Self.broadcasts(me, unreadOnly: true) && until,
            Update().addToSet("readBy", [Value(me)]))
        try await store.commit(writes)
    }

    private static func own(_ me: EntityID<User>, unreadOnly: Bool) -> Filter {
        let own = Filter.equals("userId", Value(me))
        return unreadOnly ? own && .equals("status", Value(UserNotification.Status.unread)) : own
    }

    private static func broadcasts(_ me: EntityID<User>, unreadOnly: Bool) -> Filter {
        let shared = Filter.equals("userId", .null)
        guard unreadOnly else { return shared }
        return shared && .equals("status", Value(UserNotification.Status.unread))
            && .not(.hasAny("readBy", [Value(me)]))
    }

    /// A broadcast with the status that it has for one of its readers.
    private static func seen(_ row: UserNotification, by me: EntityID<User>) -> UserNotification {
        guard row.userId == nil else { return row }
        var row = row
        if row.readBy.contains(me) { row.status = .read }
        row.readBy = []
        return row
    }
}
