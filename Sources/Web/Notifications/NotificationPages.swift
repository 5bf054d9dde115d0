import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of notifications show.
enum NotificationPages {
    static let path = "/notifications"
    private static let limit = 25

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb(path, visit.phrase("notifications.title")) }

    static func list(_ visit: MemberVisit) async throws -> Response {
        let request = try NotificationRequest(visit)
        let part = try await visit.platform.notifications.list(
            request.selection, of: visit.principal, limit: limit, page: request.page)
        let words = NotificationWords(visit: visit)
        let kind = request.selection.kind?.rawValue ?? ""
        var data: PageData = [
            "rows": part.rows.map(words.data), "isEmpty": part.rows.isEmpty,
            "isUnreadOnly": request.selection.unreadOnly,
            "allPath": link(unread: false, kind), "unreadPath": link(unread: true, kind),
            "kinds": kinds(visit, words, chosen: kind), "hasNext": false,
            "isNarrowed": request.selection.unreadOnly || !kind.isEmpty, "back": visit.request.uri.string,
            "mayBroadcast": visit.may(.manageUsers),
        ]
        if part.goesOn, let last = part.rows.last {
            data["hasNext"] = true
            data["next"] =
                link(unread: request.selection.unreadOnly, kind)
                + "&after=\(try PageKey.text(at: last, sort: Notifications.order))"
        }
        return try visit.page("notifications/index", title: visit.phrase("notifications.title"), data)
    }

    /// Every link names the parameter, so that more can be added.
    private static func link(unread: Bool, _ kind: String) -> String {
        "\(path)?unread=\(unread)" + (kind.isEmpty ? "" : "&type=\(kind)")
    }

    private static func kinds(_ visit: MemberVisit, _ words: NotificationWords, chosen: String) -> [PageData] {
        let off = visit.user.preferences.off
        return UserNotification.Kind.known.filter { !off.contains($0) }.map {
            ["code": $0.rawValue, "label": words.label($0), "isChosen": $0.rawValue == chosen]
        }
    }

    // MARK: Preferences

    static func preferences(_ visit: MemberVisit) async throws -> Response {
        let off = visit.user.preferences.off
        let words = NotificationWords(visit: visit)
        let data: PageData = [
            "kinds": NotificationPreferences.choices.map { kind in
                [
                    "code": kind.rawValue, "label": words.label(kind), "isOn": !off.contains(kind),
                    "hint": visit.phrase("notifications.hints.\(kind.rawValue)"),
                ] as PageData
            }
        ]
        return try visit.page(
            "notifications/preferences", title: visit.phrase("notifications.preferences"), data, trail: [crumb(visit)])
    }

    static func setPreferences(_ visit: MemberVisit) async throws -> NotificationPreferences {
        try visit.input.allow("on")
        let on = visit.input.texts("on") ?? []
        return try await visit.platform.notifications.setPreferences(
            on: Set(on.map(UserNotification.Kind.init(rawValue:))), by: visit.principal)
    }

    // MARK: A message to all

    static func broadcastForm(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]
    ) throws -> Response {
        let data: PageData = [
            "message": visit.input.text("message") ?? "", "key": visit.input.text("key") ?? ObjectID().description,
            "errors": visit.sentences(problems), "hasError": !problems.isEmpty,
        ]
        return try visit.page(
            "notifications/broadcast", title: visit.phrase("notifications.broadcast"), data, trail: [crumb(visit)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func broadcast(_ visit: MemberVisit) async throws -> Int {
        try visit.input.allow("message", "key")
        var key = ObjectID()
        if let text = visit.input.text("key") {
            guard let read = ObjectID(text) else { throw InvalidFields(["key": .notInList]) }
            key = read
        }
        return try await visit.platform.notifications.broadcast(
            visit.input.text("message"), key: key, by: visit.principal, audit: visit.platform.audit)
    }

    /// The page that a form stood on.
    static func back(_ visit: MemberVisit, _ otherwise: String = path) -> String {
        visit.input.text("back").flatMap(OwnPath.checked) ?? otherwise
    }
}

/// Which notifications somebody asks for.
struct NotificationRequest {
    var selection = Notifications.Selection()
    var limit = 25
    var page: Page?

    static let parameters: [QueryParameter] = [
        QueryParameter("unread", .boolean, "Only what is unread"),
        QueryParameter("type", .words(of: UserNotification.Kind.self)),
        QueryParameter("limit", .integer, "10 to 200, by default 25"),
        QueryParameter("after", .string, "`next` of the page before"),
    ]

    init(_ visit: MemberVisit) throws {
        for pair in try QueryPair.all(visit.request.uri.query ?? "") where !pair.value.isEmpty {
            switch pair.name {
            case "unread":
                guard ["true", "false"].contains(pair.value) else { throw WebError.badParameter(pair.name) }
                selection.unreadOnly = pair.value == "true"
            case "type":
                guard let kind = UserNotification.Kind(known: pair.value) else {
                    throw WebError.badParameter(pair.name)
                }
                selection.kind = kind
            case "limit":
                guard let limit = Int(pair.value), (10...200).contains(limit) else {
                    throw WebError.badParameter(pair.name)
                }
                self.limit = limit
            case "after":
                page = PageKey.read(pair.value, sort: Notifications.order, isBackward: false)
                if page == nil { throw WebError.badParameter(pair.name) }
            default: throw WebError.unknownParameter(pair.name)
            }
        }
    }
}
