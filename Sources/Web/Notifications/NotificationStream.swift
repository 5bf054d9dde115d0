import Foundation
import Growth
import HTTPTypes
import Hummingbird
import ServiceLifecycle
import Store

/// Tells an open page at once what is new for its reader, by looking into the store, so that it does not matter which
/// process wrote it.
///
/// `counts` comes first and whenever a count changes; `notification` for each new row. An id is the moment up to which
/// the page knows everything: a browser that comes back sends it, and is told what it missed.
struct NotificationStream {
    let visit: MemberVisit
    let draw: @Sendable (UserNotification) throws -> String

    private static let interval: Duration = .milliseconds(1_000)
    private static let heartbeat: Duration = .seconds(15)
    /// Rows whose commit took longer than this to be read are counted, but not announced.
    private static let slack: TimeInterval = 30
    /// Of more that come at once, the latest are announced.
    private static let most = 5

    static let since = QueryParameter(
        "since", .integer, "Milliseconds since 1970, or the `Last-Event-ID` header: announces what came since")

    /// For the page: HTML.
    static func html(_ visit: MemberVisit) throws -> Response {
        let words = NotificationWords(visit: visit)
        return try NotificationStream(visit: visit) { row in
            try visit.render("notifications/toast", words.data(row))
        }.response()
    }

    /// For programs: the rows.
    static func json(_ visit: MemberVisit) throws -> Response {
        try NotificationStream(visit: visit) { try NotificationRoutes.value($0).json(.plain) }.response()
    }

    private func response() throws -> Response {
        let since = try moment()
        // Whoever does not ask for a stream gets what there is, and the answer ends.
        let goesOn = visit.request.headers[.accept]?.contains("text/event-stream") ?? false
        return visit.eventStream { events in
            var watch = Watch(since: since, seen: [])
            try await look(&watch, &events)
            var lastCheck = ContinuousClock.now
            while goesOn, !Task.isCancelled, !Task.isShuttingDownGracefully {
                // Ended by cancellation, which ends the loop too.
                try? await Task.sleep(for: Self.interval)
                if lastCheck.duration(to: .now) >= Self.heartbeat {
                    guard try await visit.isStillWelcome() else { return }
                    try await events.heartbeat()
                    lastCheck = .now
                }
                try await look(&watch, &events)
            }
        }
    }

    private struct Watch {
        var since: Date
        var seen: Set<EntityID<UserNotification>>
        var counts: Value?
    }

    private func moment() throws -> Date {
        let text = visit.request.headers[.lastEventID] ?? visit.query("since")
        guard let text else { return visit.platform.now() }
        guard let milliseconds = Int64(text), milliseconds >= 0 else { throw WebError.badParameter("since") }
        return Date(milliseconds: min(milliseconds, visit.platform.now().milliseconds))
    }

    private func look(_ watch: inout Watch, _ events: inout EventStream) async throws {
        let badges = try await Badges(of: visit.principal, visit.platform)
        let counts: Value = ["unread": .string(badges.unread.text), "tasks": .string(badges.tasks.text)]
        let rows = try await fresh(&watch, badges)
        let id = String(watch.since.milliseconds)
        if counts != watch.counts {
            try await events.send(counts.json(.plain), event: "counts", id: id)
            watch.counts = counts
        }
        for row in rows { try await events.send(try draw(row), event: "notification", id: id) }
    }

    /// What is unread, came since, and was not announced; the oldest first.
    private func fresh(_ watch: inout Watch, _ badges: Badges) async throws -> [UserNotification] {
        guard badges.unread.value > 0 else { return [] }
        let part = try await visit.platform.notifications.list(
            .init(unreadOnly: true), of: visit.principal, limit: Self.most)
        let isFirst = watch.counts == nil
        let from = isFirst ? watch.since : watch.since.addingTimeInterval(-Self.slack)
        let rows = part.rows.filter { row in
            guard let at = row.createdAt, !watch.seen.contains(row.id) else { return false }
            return at > from
        }
        watch.seen.formUnion(part.rows.map(\.id))
        if let latest = rows.compactMap(\.createdAt).max(), latest > watch.since { watch.since = latest }
        return rows.reversed()
    }
}

extension HTTPField.Name {
    static var lastEventID: Self { Self("Last-Event-ID") ?? .eTag }
}
