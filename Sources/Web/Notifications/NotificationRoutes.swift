import Growth
import HTTPTypes
import Hummingbird
import Store

/// Notifications: in the browser, at once, and for programs. Everybody reads and marks their own.
enum NotificationRoutes {
    static let all: [Endpoint] = pages + api

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/notifications", for: .may(.readRecords), "A person's notifications",
            query: NotificationRequest.parameters
        ) { try await NotificationPages.list($0) },
        Endpoint(
            .get, "/notifications/events", for: .may(.readRecords), "What is new, as it comes",
            query: [NotificationStream.since], gives: .events
        ) { try NotificationStream.html($0) },
        Endpoint(.post, "/notifications/read", for: .may(.readRecords), "Marks everything as read", takes: .form) {
            visit in
            try await visit.platform.notifications.markAllRead(by: visit.principal)
            return visit.redirect(to: NotificationPages.back(visit), flash: "notifications.allRead.done")
        },
        Endpoint(
            .post, "/notifications/{id}/open", for: .may(.readRecords),
            "Marks it as read and leads to what it is about",
            takes: .form
        ) { visit in
            let row = try await visit.platform.notifications.mark(try visit.id(), isRead: true, by: visit.principal)
            return visit.redirect(to: NotificationWords(visit: visit).path(row) ?? NotificationPages.path)
        },
        Endpoint(.post, "/notifications/{id}/read", for: .may(.readRecords), "Marks it as read", takes: .form) {
            try await mark($0, isRead: true)
        },
        Endpoint(.post, "/notifications/{id}/unread", for: .may(.readRecords), "Marks it as unread", takes: .form) {
            try await mark($0, isRead: false)
        },
        Endpoint(.get, "/notifications/preferences", for: .signedIn, "Which kinds a person is told of") {
            try await NotificationPages.preferences($0)
        },
        Endpoint(
            .post, "/notifications/preferences", for: .signedIn, "Changes which kinds a person is told of", takes: .form
        ) { visit in
            _ = try await NotificationPages.setPreferences(visit)
            return visit.redirect(to: "/notifications/preferences", flash: "notifications.preferencesSaved.done")
        },
        Endpoint(.get, "/notifications/new", for: .may(.manageUsers), "The form of a message to everybody") {
            try NotificationPages.broadcastForm($0)
        },
        Endpoint(.post, "/notifications", for: .may(.manageUsers), "Sends a message to everybody", takes: .form) {
            visit in
            do {
                _ = try await NotificationPages.broadcast(visit)
                return visit.redirect(to: NotificationPages.path, flash: "notifications.broadcastSent.done")
            } catch let error as InvalidFields {
                return try NotificationPages.broadcastForm(visit, error.problems)
            }
        },
    ]

    private static func mark(_ visit: MemberVisit, isRead: Bool) async throws -> Response {
        _ = try await visit.platform.notifications.mark(try visit.id(), isRead: isRead, by: visit.principal)
        return visit.redirect(to: NotificationPages.back(visit))
    }

    // MARK: API

    private static let item = JSONSchema.entity(UserNotification.self)
    private static let preferences: JSONSchema = .object(
        .must("on", .array(.words(of: UserNotification.Kind.self))))

    private static let api: [Endpoint] = [
        Endpoint(
            .get, "/api/notifications", for: .may(.readRecords), "A person's notifications, the latest first",
            query: NotificationRequest.parameters,
            gives: .json(.object(.must("items", .array(item)), .must("next", .nullable(.string))))
        ) { visit in
            let request = try NotificationRequest(visit)
            let part = try await visit.platform.notifications.list(
                request.selection, of: visit.principal, limit: request.limit, page: request.page)
            let last = part.goesOn ? part.rows.last : nil
            let next = try last.map { try PageKey.text(at: $0, sort: Notifications.order) }
            return visit.json([
                "items": .array(try part.rows.map(value)), "next": next.map(Value.string) ?? .null,
            ])
        },
        Endpoint(
            .get, "/api/notifications/count", for: .may(.readRecords), "How many are unread, at most 100",
            gives: .json(.object(.must("unread", .integer)))
        ) { visit in
            visit.json(["unread": .int(try await visit.platform.notifications.unreadCount(of: visit.principal))])
        },
        Endpoint(
            .get, "/api/notifications/events", for: .may(.readRecords),
            "What is new, as it comes; without `Accept: text/event-stream`, what there is now",
            query: [NotificationStream.since], gives: .events
        ) { try NotificationStream.json($0) },
        Endpoint(.post, "/api/notifications/read", for: .may(.readRecords), "Marks everything as read", gives: .nothing)
        { visit in
            try await visit.platform.notifications.markAllRead(by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/notifications/{id}/read", for: .may(.readRecords), "Marks it as read", gives: .json(item)
        ) { visit in
            visit.json(
                try value(
                    try await visit.platform.notifications.mark(try visit.id(), isRead: true, by: visit.principal)))
        },
        Endpoint(
            .delete, "/api/notifications/{id}/read", for: .may(.readRecords), "Marks it as unread", gives: .json(item)
        ) { visit in
            visit.json(
                try value(
                    try await visit.platform.notifications.mark(try visit.id(), isRead: false, by: visit.principal)))
        },
        Endpoint(
            .get, "/api/notifications/preferences", for: .may(.readRecords), "Which kinds a person is told of",
            gives: .json(preferences)
        ) { visit in visit.json(value(visit.user.preferences)) },
        Endpoint(
            .patch, "/api/notifications/preferences", for: .may(.readRecords),
            "Changes which kinds a person is told of: those that are named", takes: .json(preferences),
            gives: .json(preferences)
        ) { visit in
            guard visit.input["on"]?.array != nil else { throw InvalidFields(["on": .required]) }
            return visit.json(value(try await NotificationPages.setPreferences(visit)))
        },
        Endpoint(
            .post, "/api/notifications", for: .may(.manageUsers), "Sends a message to everybody",
            takes: .json(.object(.must("message", .string), .may("key", .id))),
            gives: .json(.object(.must("count", .integer)), status: .created)
        ) { visit in
            visit.json(["count": .int(try await NotificationPages.broadcast(visit))], status: .created)
        },
    ]

    private static func value(_ preferences: NotificationPreferences) -> Value {
        let on = UserNotification.Kind.known.filter { !preferences.off.contains($0) }
        return ["on": Value(on.map(\.rawValue))]
    }

    static func value(_ row: UserNotification) throws -> Value { try EntityJSON.value(row) }
}
