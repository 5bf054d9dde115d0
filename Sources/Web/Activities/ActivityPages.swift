import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of activities show.
enum ActivityPages {
    static let path = "/activities"
    private static let limit = 50
    /// The kinds of records that entries are about.
    private static let records = ["company", "person", "lead", "opportunity", "task"]

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb(path, visit.phrase("activities.title")) }

    // MARK: Everything that happened

    static func list(_ visit: MemberVisit) async throws -> Response {
        let request = try ActivityRequest(visit)
        let part = try await visit.platform.activities.feed(
            request.selection, by: visit.principal, limit: limit, page: request.page)
        var data: PageData = [
            "entries": try await entries(part.rows, visit), "isEmpty": part.rows.isEmpty, "hasNext": false,
            "isNarrowed": request.isNarrowed, "from": request.value("from"), "to": request.value("to"),
            "people": try await people(visit, chosen: request.value("createdBy")),
            "types": Activity.Kind.known.map {
                option("activities.types.\($0.rawValue)", $0.rawValue, "type", request, visit)
            },
            "records": records.map { option("activities.records.\($0)", $0, "entityType", request, visit) },
            "isPart": visit.wantsFragment,
        ]
        if part.goesOn, let last = part.rows.last {
            data["hasNext"] = true
            data["next"] = request.link(after: try PageKey.text(at: last, sort: Timeline.order))
        }
        if visit.wantsFragment { return try visit.fragment("activities/rows", data) }
        return try visit.page("activities/index", title: visit.phrase("activities.title"), data)
    }

    private static func option(
        _ key: String, _ code: String, _ name: String, _ request: ActivityRequest, _ visit: MemberVisit
    ) -> PageData {
        ["code": code, "label": visit.phrase(key), "isChosen": request.value(name) == code]
    }

    private static func people(_ visit: MemberVisit, chosen: String) async throws -> [PageData] {
        try await visit.platform.users.list().map {
            ["code": $0.id.description, "label": $0.name, "isChosen": $0.id.description == chosen]
        }
    }

    /// The entries with the records that they are about.
    private static func entries(_ rows: [Activity], _ visit: MemberVisit) async throws -> [PageData] {
        let users = try await TimelineView.users(of: rows, visit)
        let cards = try await visit.platform.subjects.cards(rows.compactMap(\.subject), for: visit.principal)
        return rows.map { row in
            var data = TimelineView.entry(row, users, visit, noun(row), back: path)
            data["hasRecord"] = false
            if let subject = row.subject, let card = cards[subject], let path = subject.path {
                data["hasRecord"] = true
                data["record"] = card.name
                data["recordPath"] = path
                data["recordKind"] = visit.phrase("activities.records.\(subject.type)")
            }
            return data
        }
    }

    private static func noun(_ row: Activity) -> RecordNoun {
        [RecordNoun.people, .leads, .opportunities, .tasks].first { $0.singular == row.entityType } ?? .companies
    }

    // MARK: One entry

    static func show(_ visit: MemberVisit) async throws -> Response {
        let entry = try await visit.platform.activities.get(try visit.id(), by: visit.principal)
        let data: PageData = [
            "entries": try await entries([entry], visit),
            "heading": visit.phrase("activities.types.\(entry.type.rawValue)"),
        ]
        return try visit.page(
            "activities/show", title: visit.phrase("activities.types.\(entry.type.rawValue)"), data,
            trail: [crumb(visit)])
    }

    static func edit(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let entry = try await visit.platform.activities.get(try visit.id(), by: visit.principal)
        guard entry.isOwn(of: visit.principal), !entry.isWithdrawn else { throw WebError.notFound }
        return try form(visit, entry.type, entry, problems, action: "\(path)/\(entry.id)")
    }

    /// A new call or meeting on a page of its own: where the card's form came with something wrong in it.
    static func new(_ visit: MemberVisit, _ kind: Activity.Kind, _ problems: [String: FieldProblem]) throws -> Response
    {
        try form(visit, kind, nil, problems, action: kind == .call ? "\(path)/calls" : "\(path)/meetings")
    }

    private static func form(
        _ visit: MemberVisit, _ kind: Activity.Kind, _ entry: Activity?, _ problems: [String: FieldProblem],
        action: String
    ) throws -> Response {
        var data: PageData = [
            "action": action, "heading": visit.phrase("activities.types.\(kind.rawValue)"),
            "fields": ConversationForm.fields(kind, visit, entry, problems),
            "isNoteForm": kind == .note, "back": back(visit, entry),
            "entityType": visit.input.text("entityType") ?? "", "entityId": visit.input.text("entityId") ?? "",
            "updatedAt": entry?.updatedAt.map { String($0.milliseconds) } ?? "", "isEdit": entry != nil,
        ]
        if kind == .note {
            data["note"] = visit.input.text("text") ?? entry?.metadata?.object?["text"]?.string ?? ""
            data["errors"] = visit.sentences(problems)
        }
        return try visit.page(
            "activities/form", title: visit.phrase("activities.types.\(kind.rawValue)"), data, trail: [crumb(visit)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// The page that a form stood on, else the record's.
    static func back(_ visit: MemberVisit, _ entry: Activity?) -> String {
        visit.input.text("back").flatMap(OwnPath.checked) ?? visit.query("back").flatMap(OwnPath.checked)
            ?? entry?.subject?.path ?? path
    }
}

extension Activity {
    var subject: Timeline.Subject? { entityId.map { Timeline.Subject(type: entityType, id: $0) } }
}

/// Which entries somebody asks for.
struct ActivityRequest {
    var selection = Activities.Selection()
    var limit = 50
    var page: Page?
    private var pairs: [QueryPair]

    static let parameters: [QueryParameter] = [
        QueryParameter("type", .words(of: Activity.Kind.self), "Without it, all but what imports wrote of each record"),
        QueryParameter("entityType", .string), QueryParameter("createdBy", .id),
        QueryParameter("from", .string, "A day, or a moment"), QueryParameter("to", .string, "A day, itself included"),
        QueryParameter("limit", .integer, "10 to 200, by default 50"),
        QueryParameter("after", .string, "`next` of the page before"),
    ]

    init(_ visit: MemberVisit) throws {
        pairs = try QueryPair.all(visit.request.uri.query ?? "").filter { !$0.value.isEmpty }
        let work = WorkCalendar(visit.settings)
        for pair in pairs {
            switch pair.name {
            case "type": selection.type = try read(pair, Activity.Kind(known: pair.value))
            case "entityType":
                guard pair.value.utf8.count <= 40 else { throw WebError.badParameter(pair.name) }
                selection.entityType = pair.value
            case "createdBy": selection.createdBy = try read(pair, EntityID<User>(pair.value))
            case "from": selection.from = try read(pair, work.read(pair.value))
            case "to":
                let day = try read(pair, work.read(pair.value))
                selection.before = work.isWholeDay(day) ? work.day(1, after: day) : day
            case "limit":
                limit = try read(pair, Int(pair.value).flatMap { (10...200).contains($0) ? $0 : nil })
            case "after":
                page = try read(pair, PageKey.read(pair.value, sort: Timeline.order, isBackward: false))
            default: throw WebError.unknownParameter(pair.name)
            }
        }
    }

    private func read<T>(_ pair: QueryPair, _ value: T?) throws -> T {
        guard let value else { throw WebError.badParameter(pair.name) }
        return value
    }

    func value(_ name: String) -> String { pairs.first { $0.name == name }?.value ?? "" }

    var isNarrowed: Bool { pairs.contains { !["after", "limit"].contains($0.name) } }

    func link(after key: String) -> String {
        let kept = pairs.filter { $0.name != "after" } + [QueryPair(name: "after", value: key)]
        return "\(ActivityPages.path)?\(QueryPair.text(kept))"
    }
}
