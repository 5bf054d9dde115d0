import Foundation
import Growth
import Hummingbird
import Store

/// A record's timeline on its page, a stretch at a time.
enum TimelineView {
    static func list(_ subject: Timeline.Subject, path: String) -> ListDefinition<Activity> {
        ListDefinition(path: path, filters: ["type"], sorts: ["createdAt"], defaultSort: Timeline.order)
    }

    static let parameters = list(.init(type: "company", id: ObjectID(high: 0, low: 0)), path: "/").parameters

    /// - Parameters:
    ///   - path: where more of it can be fetched.
    ///   - noun: whose locale file has the labels of changed fields.
    static func data(_ visit: MemberVisit, _ subject: Timeline.Subject, path: String, noun: RecordNoun) async throws
        -> PageData
    {
        let isOwnPage = visit.request.uri.path == path
        let request =
            try isOwnPage
            ? ListRequest(visit, list(subject, path: path)) : ListRequest(Input(), list(subject, path: path))
        let page = try await request.page(visit.platform.store, within: Timeline.filter(of: subject))
        let users = try await visit.platform.store.get(Array(Set(page.items.flatMap(people))))
        var data: PageData = [
            "entries": page.items.map { entry($0, users, visit, noun) }, "isEmptyTimeline": page.items.isEmpty,
            "hasMore": false,
        ]
        if let next = try page.next() {
            data["hasMore"] = true
            data["more"] = page.link(["after": next])
        }
        return data
    }

    static func json(_ visit: MemberVisit, _ subject: Timeline.Subject, path: String) async throws -> Response {
        try await list(subject, path: path).json(visit, within: Timeline.filter(of: subject))
    }

    private static func entry(
        _ activity: Activity, _ users: [EntityID<User>: User], _ visit: MemberVisit, _ noun: RecordNoun
    ) -> PageData {
        let metadata = activity.metadata?.object
        let diffs = (metadata?["fields"]?.object?.pairs ?? []).compactMap { diff($0, users, visit, noun) }
        var data: PageData = [
            "icon": icons[activity.type.rawValue] ?? "history", "diffs": diffs, "hasNote": false, "hasRun": false,
            "hasWho": false, "hasDate": false, "isRemoval": metadata?["removed"] != nil && visit.may(.editRecords),
            "entryId": activity.id.description, "what": title(activity, metadata, visit),
        ]
        if let who = activity.createdBy.flatMap({ users[$0]?.name }) {
            data["hasWho"] = true
            data["who"] = who
        }
        if activity.type == .note {
            data["hasNote"] = true
            data["note"] = metadata?["text"]?.string ?? activity.title
        }
        if let run = metadata?["importLogId"]?.id {
            data["hasRun"] = true
            data["run"] = "/imports/\(run)"
        }
        if let at = activity.createdAt {
            data["hasDate"] = true
            data["at"] = visit.formats.dateTime(at)
            data["machineAt"] = visit.formats.machine(at)
        }
        return data
    }

    private static let icons = [
        "import": "import", "note": "note", "updated": "edit", "merged": "merge", "call": "phone",
        "meeting": "calendar",
        "email_sent": "mail", "email_opened": "eye", "email_clicked": "link", "email_replied": "inbox",
        "email_bounced": "warning", "task_created": "task", "task_completed": "check", "stage_changed": "board",
        "lead_created": "lead", "ai_classified": "robot",
    ]

    /// Our own entries have a sentence in both languages; others show the title that they were written with.
    private static func title(_ activity: Activity, _ metadata: Document?, _ visit: MemberVisit) -> String {
        if activity.type == .updated, let change = change(metadata) {
            return visit.phrase("records.changes.\(change)")
        }
        let action = metadata?["action"]?.string.map { ".\($0)" } ?? ""
        for key in [
            "records.activities.\(activity.type.rawValue)\(action)", "records.activities.\(activity.type.rawValue)",
        ]
        where visit.visit.resources.phrases.has(key) {
            return visit.phrase(key)
        }
        return activity.title
    }

    /// Changes that have a name of their own.
    private static func change(_ metadata: Document?) -> String? {
        let fields = metadata?["fields"]?.object ?? Document()
        if metadata?["removed"] != nil { return "pointRemoved" }
        if fields["contactPointId"] != nil { return "pointChanged" }
        let status = fields["status"]?.object, mark = fields["archived"]?.object
        if status?["after"] == "archived" || mark?["after"] == true { return "archived" }
        if status?["before"] == "archived" || mark?["before"] == true { return "restored" }
        let isPoint = fields.keys.count == 1 && ContactPoint.Kind.known.contains { $0.rawValue == fields.keys[0] }
        return isPoint && fields.pairs[0].value.object?["before"] == nil ? "pointAdded" : nil
    }

    /// Fields that hold the id of a colleague.
    private static let userFields: Set<String> = ["ownerId", "assignedTo", "createdBy"]

    /// Who wrote an entry, and whom it names.
    private static func people(_ activity: Activity) -> [EntityID<User>] {
        let fields = activity.metadata?.object?["fields"]?.object?.pairs ?? []
        let named = fields.filter { userFields.contains($0.key) }.flatMap { pair in
            ["before", "after"].compactMap { pair.value.object?[$0]?.id }
        }
        return named.map(EntityID.init) + [activity.createdBy].compactMap { $0 }
    }

    private static func diff(
        _ pair: Document.Pair, _ users: [EntityID<User>: User], _ visit: MemberVisit, _ noun: RecordNoun
    ) -> PageData? {
        guard pair.key != "contactPointId", let change = pair.value.object else { return nil }
        var data: PageData = ["changed": label(pair.key, visit, noun), "hasBefore": false, "hasAfter": false]
        func shown(_ value: Value) -> String {
            guard userFields.contains(pair.key), let id = value.id else { return text(value, pair.key, visit, noun) }
            return users[EntityID(id)]?.name ?? visit.phrase("audit.deletedUser")
        }
        if let before = change["before"] {
            data["hasBefore"] = true
            data["before"] = shown(before)
        }
        if let after = change["after"] {
            data["hasAfter"] = true
            data["after"] = shown(after)
        }
        return data
    }

    /// Whose fields a record's timeline tells of beside its own.
    private static let others: [RecordNoun] = [.contactPoints, .opportunities, .leads]

    private static func label(_ field: String, _ visit: MemberVisit, _ noun: RecordNoun) -> String {
        if field.hasPrefix("customFields.") { return String(field.dropFirst("customFields.".count)) }
        for noun in [noun] + others {
            let key = noun.field(field)
            if visit.visit.resources.phrases.has(key) { return visit.phrase(key) }
        }
        return field
    }

    private static func text(_ value: Value, _ field: String, _ visit: MemberVisit, _ noun: RecordNoun) -> String {
        switch value {
        case .string(let text):
            let labels = ([noun] + others).lazy.map { RecordWords.label(visit, $0, field, text) }
            return labels.first { $0 != text } ?? text
        case .bool(let flag): return visit.phrase(flag ? "records.yes" : "records.no")
        case .double(let number): return visit.formats.number(number)
        case .int(let number): return String(number)
        case .date(let date): return visit.formats.dateTime(date)
        case .array(let items):
            return items.map { text($0, field, visit, noun) }.joined(separator: visit.phrase("shell.listSeparator"))
        case .object(let object):
            return object.pairs.map { text($0.value, "\(field).\($0.key)", visit, noun) }.joined(separator: " · ")
        case .id(let id): return id.description
        case .null: return ""
        }
    }
}
