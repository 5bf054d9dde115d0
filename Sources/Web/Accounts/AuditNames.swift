import Growth
import Store

/// Who did what to which record, by name: looked up for a whole page at once.
struct AuditNames {
    private let users: [EntityID<User>: User]
    private let cards: [Timeline.Subject: Subjects.Card]
    private let runs: [EntityID<ImportLog>: ImportLog]
    private let segments: [EntityID<Segment>: Segment]
    private let templates: [EntityID<EmailTemplate>: EmailTemplate]

    /// Collections whose records have a card, by the word that a timeline has for them.
    private static let kinds = [
        Company.collection: "company", Person.collection: "person", Lead.collection: "lead",
        Opportunity.collection: "opportunity", WorkTask.collection: "task",
    ]

    init(_ entries: [AuditLog], _ visit: MemberVisit) async throws {
        let subjects = entries.filter { $0.entityType == User.collection }.compactMap {
            $0.entityId.map(EntityID<User>.init)
        }
        users = try await visit.platform.store.get(Array(Set(entries.compactMap(\.userId) + subjects)))
        cards = try await visit.platform.subjects.cards(
            Array(Set(entries.compactMap(Self.subject))), for: visit.principal)
        let store = visit.platform.store
        func ids<E: Entity>(_ type: E.Type) -> [EntityID<E>] {
            Set(entries.filter { $0.entityType == E.collection }.compactMap(\.entityId)).map(EntityID<E>.init)
        }
        runs = try await store.get(ids(ImportLog.self))
        segments = try await store.get(ids(Segment.self))
        templates = try await store.get(ids(EmailTemplate.self))
    }

    private static func subject(_ entry: AuditLog) -> Timeline.Subject? {
        guard let kind = entry.entityType.flatMap({ kinds[$0] }), let id = entry.entityId else { return nil }
        return Timeline.Subject(type: kind, id: id)
    }

    func who(_ entry: AuditLog, _ visit: MemberVisit) -> String {
        guard let id = entry.userId else { return visit.phrase("audit.nobody") }
        return users[id]?.name ?? visit.phrase("audit.deletedUser")
    }

    /// As it is called now, else as it was then.
    func name(of entry: AuditLog) -> String? {
        let then = entry.metadata?.object?["name"]?.string
        guard let id = entry.entityId else { return then }
        switch entry.entityType {
        case User.collection: return users[EntityID(id)]?.name ?? then
        case ImportLog.collection: return runs[EntityID(id)]?.fileName ?? then
        case Segment.collection: return segments[EntityID(id)]?.name ?? then
        case EmailTemplate.collection: return templates[EntityID(id)]?.name ?? then
        default: return Self.subject(entry).flatMap { cards[$0]?.name } ?? then
        }
    }

    /// The page of the record, where there still is one.
    func path(of entry: AuditLog) -> String? {
        guard let id = entry.entityId else { return nil }
        switch entry.entityType {
        case User.collection: return users[EntityID(id)] == nil ? nil : "/users/\(id)"
        case ImportLog.collection: return runs[EntityID(id)] == nil ? nil : "/imports/\(id)"
        case Segment.collection: return segments[EntityID(id)] == nil ? nil : "/segments/\(id)"
        case EmailTemplate.collection: return templates[EntityID(id)] == nil ? nil : "/templates/\(id)"
        case SystemSettings.collection: return "/settings"
        default: return Self.subject(entry).flatMap { cards[$0] == nil ? nil : $0.path }
        }
    }
}

extension RecordWords {
    /// What a collection's record is called; a collection that we have no word for by its name.
    static func subject(_ visit: some Visiting, _ collection: String) -> String {
        let key = "audit.subjects.\(collection)"
        return visit.visit.resources.phrases.has(key) ? visit.phrase(key) : collection
    }
}
