import Foundation
import Store

/// What happened to a record, the latest first.
public struct Timeline: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    public static let noteLimit = 10_000
    private static let titleLimit = 120

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
    }

    public static func filter(of subject: Subject) -> Filter {
        .equals("entityType", .string(subject.type)) && .equals("entityId", .id(subject.id))
    }

    public static let order: [Sort] = [.descending("createdAt")]

    public func entries(of subject: Subject, limit: Int = 20, page: Page? = nil) async throws -> [Activity] {
        try await store.find(Query(Self.filter(of: subject), sort: Self.order, limit: limit, page: page))
    }

    /// A note, which tells the colleagues whom it names with an @, in one commit.
    public func addNote(_ text: String?, to subject: Subject, by principal: Principal) async throws -> Activity {
        let body = try Self.note(text)
        var activity = entry(.note, Self.title(of: body), ["text": .string(body)], of: subject, by: principal)
        var writes = Writes()
        writes.insert(try await mentioned(in: body, of: &activity, by: principal))
        writes.insert([activity])
        try await store.commit(writes)
        try await LeadScoring(store: store, now: now).refresh(of: subject)
        return activity
    }

    /// Throws `InvalidFields` unless there is something to keep.
    static func note(_ text: String?) throws -> String {
        var reader = FieldReader()
        let note = reader.text(text, "text")
        if note == nil { reader.refuse("text", .required) }
        try reader.throwIfAny()
        return note ?? ""
    }

    /// The first line of a text.
    static func title(of text: String) -> String { String(text.prefix { $0 != "\n" }.prefix(titleLimit)) }

    /// For a commit together with what it tells of.
    func entry(
        _ type: Activity.Kind, _ title: String, _ metadata: Document, of subject: Subject, by principal: Principal
    ) -> Activity {
        var activity = Activity()
        activity.createdAt = now()
        activity.entityType = subject.type
        activity.entityId = subject.id
        activity.type = type
        activity.title = title
        activity.metadata = metadata.isEmpty ? nil : .object(metadata)
        activity.createdBy = principal.userId
        BulkMark.current?.note(in: &activity)
        return activity
    }

    func updated(_ fields: Document, of subject: Subject, by principal: Principal) -> Activity {
        entry(.updated, "Record updated", ["fields": .object(fields)], of: subject, by: principal)
    }

    /// The record that a timeline is about.
    public struct Subject: Hashable, Sendable {
        public let type: String
        public let id: ObjectID

        public init(type: String, id: ObjectID) {
            self.type = type
            self.id = id
        }

        public static func company(_ id: EntityID<Company>) -> Subject { Subject(type: "company", id: id.raw) }
        public static func person(_ id: EntityID<Person>) -> Subject { Subject(type: "person", id: id.raw) }
        public static func lead(_ id: EntityID<Lead>) -> Subject { Subject(type: "lead", id: id.raw) }
        public static func opportunity(_ id: EntityID<Opportunity>) -> Subject {
            Subject(type: "opportunity", id: id.raw)
        }
    }
}
