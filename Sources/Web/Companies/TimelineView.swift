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
        let scope = try await visit.platform.activities.scope(of: visit.principal, on: subject)
        let page = try await request.page(visit.platform.store, within: scope)
        let users = try await users(of: page.items, visit)
        var data: PageData = [
            "entries": page.items.map { entry($0, users, visit, noun, back: recordPath(subject, path)) },
            "isEmptyTimeline": page.items.isEmpty, "hasMore": false,
            "log": ConversationForm.card(visit, subject, back: recordPath(subject, path)),
        ]
        if let next = try page.next() {
            data["hasMore"] = true
            data["more"] = page.link(["after": next])
        }
        return data
    }

    private static func recordPath(_ subject: Timeline.Subject, _ path: String) -> String { subject.path ?? path }

    /// Who wrote these entries and whom they name.
    static func users(_ visit: some Visiting, _ ids: [EntityID<User>]) async throws -> [EntityID<User>: User] {
        try await visit.platform.store.get(Array(Set(ids)))
    }

    static func users(of entries: [Activity], _ visit: some Visiting) async throws -> [EntityID<User>: User] {
        try await users(visit, entries.flatMap(people) + entries.flatMap(MentionText.mentioned))
    }

    static func json(_ visit: MemberVisit, _ subject: Timeline.Subject, path: String) async throws -> Response {
        let scope = try await visit.platform.activities.scope(of: visit.principal, on: subject)
        let page = try await ListRequest(visit, list(subject, path: path)).page(
            visit.platform.store, within: scope)
        return visit.json(try page.value { try EntityJSON.value($0.published) })
    }

    /// - Parameter back: the page to come back to from what is done with it.
    static func entry(
        _ activity: Activity, _ users: [EntityID<User>: User], _ visit: MemberVisit, _ noun: RecordNoun, back: String
    ) -> PageData {
        let metadata = activity.metadata?.object
        let diffs = (metadata?["fields"]?.object?.pairs ?? []).compactMap { diff($0, users, visit, noun) }
        let mayChange = activity.isOwn(of: visit.principal) && visit.may(.editRecords)
        var data: PageData = [
            "icon": icons[activity.type.rawValue] ?? "history", "diffs": diffs, "hasNote": false, "hasRun": false,
            "hasWho": false, "hasDate": false, "isRemoval": metadata?["removed"] != nil && visit.may(.editRecords),
            "isMerge": activity.isUndoableMerge && visit.may(.editRecords),
            "entryId": activity.id.description, "what": title(activity, metadata, visit), "entryBack": back,
            "isMine": mayChange && !activity.isWithdrawn, "isWithdrawn": mayChange && activity.isWithdrawn,
            "isEdited": metadata?["editedAt"] != nil, "hasTask": false, "hasPair": false,
            "isNote": activity.type == .note,
        ]
        if let who = activity.createdBy.flatMap({ users[$0]?.name }) {
            data["hasWho"] = true
            data["who"] = who
        }
        let note = activity.type == .note && !activity.isWithdrawn ? activity.title : nil
        if let text = metadata?["text"]?.string ?? note, Activities.written.contains(activity.type) {
            data["hasNote"] = true
            data["note"] = MentionText.parts(text, activity, users)
            data["untold"] = MentionText.untold(activity, users).map { visit.phrase("activities.untold", ["name": $0]) }
        }
        if let run = metadata?["importLogId"]?.id {
            data["hasRun"] = true
            data["run"] = "/imports/\(run)"
        }
        if let task = metadata?["taskId"]?.id {
            data["hasTask"] = true
            data["task"] = "/tasks/\(task)"
        }
        if let other = metadata?["otherId"]?.id, let own = activity.entityId {
            data["hasPair"] = true
            data["pair"] = "/duplicates/\(activity.entityType == "person" ? "people" : "companies")/\(own)/\(other)"
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
    static func title(_ activity: Activity, _ metadata: Document?, _ visit: MemberVisit) -> String {
        if activity.isWithdrawn { return visit.phrase("activities.withdrawn.\(activity.type.rawValue)") }
        if activity.type == .updated, let change = change(metadata) {
            return visit.phrase("records.changes.\(change)")
        }
        if [.call, .meeting].contains(activity.type) {
            return ConversationForm.sentence(Conversation(activity), visit)
        }
        if let name = metadata?["merged"]?.object?["name"]?.string {
            return visit.phrase(
                activity.undoneAt == nil ? "duplicates.timeline.merged" : "duplicates.timeline.wasMerged",
                ["name": name])
        }
        if metadata?["action"] == "unmerged" {
            return visit.phrase("duplicates.timeline.unmerged", ["name": metadata?["name"]?.string ?? ""])
        }
        let action = metadata?["action"]?.string.map { ".\($0)" } ?? ""
        let type = activity.type.rawValue
        let keys = [
            "records.activities.\(type)\(action)", "activities.sentences.\(type)\(action)",
            "records.activities.\(type)",
            "activities.sentences.\(type)", "activities.types.\(type)",
        ]
        // What the system wrote has many meanings; without one of its own its title says what.
        let known = activity.type == .system && !activity.title.isEmpty ? Array(keys.prefix(2)) : keys
        return MetadataSentence.text(visit, known, metadata) ?? activity.title
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

    static func label(_ field: String, _ visit: MemberVisit, _ noun: RecordNoun) -> String {
        if field.hasPrefix("customFields.") { return String(field.dropFirst("customFields.".count)) }
        for noun in [noun] + others {
            let key = noun.field(field)
            if visit.visit.resources.phrases.has(key) { return visit.phrase(key) }
        }
        return field
    }

    /// One of several in a line: its own direction of writing ends with it.
    static func isolated(_ text: String) -> String { "\u{2068}\(text)\u{2069}" }

    static func text(_ value: Value, _ field: String, _ visit: MemberVisit, _ noun: RecordNoun) -> String {
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
            return object.pairs.map { isolated(text($0.value, "\(field).\($0.key)", visit, noun)) }
                .joined(separator: " · ")
        case .id(let id): return id.description
        case .null: return ""
        }
    }
}
