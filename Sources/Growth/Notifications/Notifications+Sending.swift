import Foundation
import Store

extension Notifications {
    static let maxMessage = 1_000

    /// Tells every active user something, one row each, in one commit. Returns how many.
    ///
    /// - Parameter key: what the form was drawn with: sent twice, it tells once.
    public func broadcast(
        _ text: String?, key: ObjectID = ObjectID(), by principal: Principal, audit: AuditTrail
    ) async throws -> Int {
        var reader = FieldReader()
        let message = reader.text(text, "message")
        if message == nil { reader.refuse("message", .required) }
        if message?.count ?? 0 > Self.maxMessage { reader.refuse("message", .tooLong(Self.maxMessage)) }
        try reader.throwIfAny()
        let active = Filter.equals("status", Value(User.Status.active))
        let users = try await store.find(Query<User>(active, limit: 10_000))
        let rows = users.compactMap { user -> UserNotification? in
            var row = entry(.system, "Message", to: user.id, ["by": .string(principal.user.name)])
            row?.id = EntityID(StableHash.id(at: key.date, key, "broadcast", user.id.description))
            row?.message = message
            return row
        }
        var writes = Writes()
        writes.insertIfAbsent(rows)
        writes.insert([audit.entry("notification_broadcast", by: principal, metadata: ["count": .int(rows.count)])])
        try await store.commit(writes)
        return rows.count
    }

    /// Changes which kinds somebody is told of: `on` names them all, the others are off.
    public func setPreferences(
        on: Set<UserNotification.Kind>, by principal: Principal
    ) async throws -> NotificationPreferences {
        guard let me = principal.userId else { throw RecordError.notFound }
        var preferences = NotificationPreferences(nil)
        let unknown = on.filter { !UserNotification.Kind.known.contains($0) }
        if !unknown.isEmpty { throw InvalidFields(["on": .notInList]) }
        preferences.off = Set(NotificationPreferences.choices).subtracting(on)
        _ = try await store.update(
            User.self, where: .id(me), .set("notificationPreferences", preferences.value))
        return preferences
    }
}
