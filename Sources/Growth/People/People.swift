import Foundation
import Matching
import Store

/// What can be done with people.
public struct People: Sendable {
    let store: any DocumentStore
    let timeline: Timeline
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
        timeline = Timeline(store: store, now: now)
    }

    public static let live = Companies.live
    public static let archived = Companies.archived

    /// The people whose name has these words, or whose address or number this is.
    public func matching(_ text: String) async throws -> Filter {
        if let query = ContactQuery(text) { return try await ContactPoints(store: store, now: now).people(query) }
        return Companies.words(text)
    }

    public func get(_ id: EntityID<Person>) async throws -> Person {
        guard let person = try await store.get(id) else { throw RecordError.notFound }
        return person
    }

    public func create(_ edit: RecordEdit, by principal: Principal) async throws -> Person {
        var person = Person()
        var fields = edit.fields
        if fields["fullName"] == nil { fields["fullName"] = .some(nil) }
        try person.apply(RecordEdit(fields, custom: edit.custom))
        try await Owners(store: store).demand(person.ownerId)
        try await takeCompanyName(&person)
        person.createdAt = now()
        person.refreshKeys()
        var writes = Writes()
        writes.insert([person])
        writes.insert(points(for: person, replacing: Person(), among: []).added)
        writes.insert([
            timeline.entry(.system, "Record created", ["action": "created"], of: .person(person.id), by: principal)
        ])
        writes.insertIfAbsent(KnownWords.rows(of: person))
        try await store.commit(writes)
        return try await get(person.id)
    }

    /// Throws `InvalidFields` for values that cannot stand, and `StoreError.conflict` when somebody changed the person
    /// since `edit.expected`, or while this call ran. The person's contact points follow the fields.
    public func edit(_ id: EntityID<Person>, _ edit: RecordEdit, by principal: Principal) async throws -> Person {
        let original = try await get(id)
        if let expected = edit.expected, let stored = original.updatedAt, expected.milliseconds != stored.milliseconds {
            throw StoreError.conflict(collection: Person.collection)
        }
        // Nobody would see it there any more.
        if original.mergedInto != nil { throw StoreError.conflict(collection: Person.collection) }
        var person = original
        try person.apply(edit)
        if person.ownerId != original.ownerId { try await Owners(store: store).demand(person.ownerId) }
        if person.companyId != original.companyId { try await takeCompanyName(&person) }
        return try await save(person, original, by: principal)
    }

    public func archive(_ id: EntityID<Person>, by principal: Principal) async throws -> Person {
        let original = try await get(id)
        guard original.archivedAt == nil else { return original }
        var person = original
        person.archivedAt = now()
        return try await save(person, original, by: principal, note: ["archived": ["after": true]])
    }

    public func restore(_ id: EntityID<Person>, by principal: Principal) async throws -> Person {
        let original = try await get(id)
        guard original.archivedAt != nil else { return original }
        if original.mergedInto != nil { throw MergeError.cannotRestore }
        var person = original
        person.archivedAt = nil
        return try await save(person, original, by: principal, note: ["archived": ["before": true]])
    }

    public func addNote(_ text: String?, to id: EntityID<Person>, by principal: Principal) async throws -> Activity {
        try await timeline.addNote(text, to: .person(get(id).id), by: principal)
    }

    public func contactPoints(of id: EntityID<Person>) async throws -> [ContactPoint] {
        let own = Filter.equals("entityType", Value(ContactPoint.Owner.person)) && .equals("entityId", .id(id.raw))
        return try await store.find(Query<ContactPoint>(own, limit: Companies.maxParts)).inOrder
    }

    public func sources(of person: Person) async throws -> [String: ValueSource] {
        try await Provenance(store: store).sources(of: person)
    }

    func save(
        _ changed: Person, _ original: Person, by principal: Principal, note: Document = Document()
    ) async throws -> Person {
        var fields = try ChangedFields.between(original, changed)
        for pair in note.pairs { fields[pair.key] = pair.value }
        guard !fields.isEmpty else { return original }
        var person = changed
        person.refreshKeys()
        var writes = Writes()
        try writes.save(person, original: original)
        let stored = try await contactPoints(of: person.id)
        let (added, edited) = points(for: person, replacing: original, among: stored)
        writes.insert(added)
        for (point, before) in edited { try writes.save(point, original: before) }
        if person.companyId != original.companyId {
            let own =
                Filter.equals("entityType", Value(ContactPoint.Owner.person)) && .equals("entityId", .id(person.id.raw))
            writes.update(ContactPoint.self, where: own, .set("companyId", person.companyId.map { Value($0) }))
        }
        writes.insert([timeline.updated(fields, of: .person(person.id), by: principal)])
        writes.insertIfAbsent(KnownWords.rows(of: person, before: original))
        try await store.commit(writes)
        try await LeadScoring(store: store, now: now).refresh(person: person)
        return try await get(person.id)
    }

    private func takeCompanyName(_ person: inout Person) async throws {
        guard let id = person.companyId else { return }
        guard let company = try await store.get(id) else { throw InvalidFields(["companyId": .notInList]) }
        person.companyNameAr = company.nameAr
    }
}

// MARK: Contact points

extension People {
    /// What of the person's contact points must change so that each address and number of the person has one.
    private func points(
        for person: Person, replacing original: Person, among stored: [ContactPoint]
    ) -> (added: [ContactPoint], edited: [(ContactPoint, ContactPoint)]) {
        var (added, edited): ([ContactPoint], [(ContactPoint, ContactPoint)]) = ([], [])
        let kinds: [(ContactPoint.Kind, String?, String?)] = [
            (.email, original.email, person.email), (.mobile, original.mobile, person.mobile),
            (.phone, original.phone, person.phone),
        ]
        for (kind, before, after) in kinds where before != after {
            guard let after, !stored.contains(where: { $0.contactType == kind && $0.normalizedValue == after }) else {
                continue
            }
            if let before, let point = stored.first(where: { $0.contactType == kind && $0.normalizedValue == before }) {
                var changed = point
                changed.setValue(after)
                edited.append((changed, point))
            } else {
                var point = ContactPoint()
                point.createdAt = now()
                point.entityType = .person
                point.entityId = person.id.raw
                point.personId = person.id
                point.companyId = person.companyId
                point.contactType = kind
                point.setValue(after)
                added.append(point)
            }
        }
        return (added, edited)
    }
}

extension Platform {
    public var people: People { People(store: store, now: now) }
}
