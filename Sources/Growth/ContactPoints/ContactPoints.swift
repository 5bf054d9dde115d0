import Foundation
import Store

/// What can be done with the ways to reach companies and people.
public struct ContactPoints: Sendable {
    let store: any DocumentStore
    let timeline: Timeline
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
        timeline = Timeline(store: store, now: now)
    }

    /// Why somebody marks one as invalid; an import says `format`, a bounce `bounce`.
    public static let invalidReasons = ["wrong_number", "left_company", "bounce", "format", "other"]

    public func get(_ id: EntityID<ContactPoint>) async throws -> ContactPoint {
        guard let point = try await store.get(id) else { throw RecordError.notFound }
        return point
    }

    /// By address, number or domain; other text is looked for within the value.
    public func matching(_ text: String) -> Filter {
        if text.trimmingCharacters(in: .whitespaces).isEmpty { return .all }
        return ContactQuery(text)?.filter
            ?? .startsWith("normalizedValue", text.trimmingCharacters(in: .whitespaces).lowercased())
    }

    public func source(of point: ContactPoint) async throws -> ValueSource? {
        try await Provenance(store: store).source(of: point)
    }

    /// Throws `RecordError.notFound` when the owner does not exist.
    public func add(to owner: Timeline.Subject, _ edit: RecordEdit, by principal: Principal) async throws
        -> ContactPoint
    {
        var point = ContactPoint()
        point.entityType = ContactPoint.Owner(rawValue: owner.type)
        point.entityId = owner.id
        point.createdAt = now()
        if owner.type == "person" {
            guard let person = try await store.get(EntityID<Person>(owner.id)) else { throw RecordError.notFound }
            point.personId = person.id
            point.companyId = person.companyId
        } else {
            guard let company = try await store.get(EntityID<Company>(owner.id)) else { throw RecordError.notFound }
            point.companyId = company.id
        }
        var fields = edit.fields
        if fields["contactValue"] == nil { fields["contactValue"] = .some(nil) }
        try point.apply(RecordEdit(fields), now: now())
        let siblings = try await siblings(of: point)
        if siblings.contains(where: {
            $0.contactType == point.contactType && $0.normalizedValue == point.normalizedValue
        }) {
            throw InvalidFields(["contactValue": .alreadyListed])
        }
        var writes = Writes()
        writes.insert([point])
        try await finish(point, replacing: nil, siblings, &writes, by: principal)
        return try await get(point.id)
    }

    public func edit(
        _ id: EntityID<ContactPoint>, _ edit: RecordEdit, by principal: Principal
    ) async throws -> ContactPoint {
        let original = try await get(id)
        if let expected = edit.expected, let stored = original.updatedAt, expected.milliseconds != stored.milliseconds {
            throw StoreError.conflict(collection: ContactPoint.collection)
        }
        var point = original
        try point.apply(edit, now: now())
        return try await save(point, original, by: principal)
    }

    public func markInvalid(
        _ id: EntityID<ContactPoint>, reason: String?, by principal: Principal
    ) async throws -> ContactPoint {
        let original = try await get(id)
        let reason = reason.flatMap { $0.isEmpty ? nil : $0 }
        if let reason, !Self.invalidReasons.contains(reason) { throw InvalidFields(["reason": .notInList]) }
        var point = original
        point.markInvalid(reason, at: now())
        return try await save(point, original, by: principal)
    }

    public func markValid(_ id: EntityID<ContactPoint>, by principal: Principal) async throws -> ContactPoint {
        let original = try await get(id)
        var point = original
        point.markValid()
        return try await save(point, original, by: principal)
    }

    /// Returns the entry of the owner's timeline, with which it can be brought back.
    @discardableResult
    public func remove(_ id: EntityID<ContactPoint>, by principal: Principal) async throws -> Activity {
        let point = try await get(id)
        var writes = Writes()
        writes.delete(ContactPoint.self, where: .id(id))
        return try await finish(nil, replacing: point, try await siblings(of: point), &writes, by: principal)
    }

    /// Brings back what an entry of a timeline says was removed, with its id and all that it said.
    /// Throws `RecordError.notFound` for an entry that tells of no removal, or when the owner is gone.
    public func bringBack(_ entry: EntityID<Activity>, by principal: Principal) async throws -> ContactPoint {
        guard let activity = try await store.get(entry),
            let document = activity.metadata?.object?["removed"]?.object
        else { throw RecordError.notFound }
        let point: ContactPoint = try document.entity()
        if let present = try await store.get(point.id) { return present }
        let owner =
            try await point.entityType == .person
            ? store.get(EntityID<Person>(point.entityId)) != nil : store.get(EntityID<Company>(point.entityId)) != nil
        guard owner else { throw RecordError.notFound }
        var writes = Writes()
        writes.insert([point])
        try await finish(point, replacing: nil, try await siblings(of: point), &writes, by: principal)
        return try await get(point.id)
    }

    func save(
        _ point: ContactPoint, _ original: ContactPoint, by principal: Principal
    ) async throws -> ContactPoint {
        guard point != original else { return original }
        let siblings = try await siblings(of: point)
        let isChanged = point.normalizedValue != original.normalizedValue || point.contactType != original.contactType
        if isChanged,
            siblings.contains(where: {
                $0.contactType == point.contactType && $0.normalizedValue == point.normalizedValue
            })
        {
            throw InvalidFields(["contactValue": .alreadyListed])
        }
        var writes = Writes()
        try writes.save(point, original: original)
        try await finish(point, replacing: original, siblings, &writes, by: principal)
        return try await get(point.id)
    }

    private func siblings(of point: ContactPoint) async throws -> [ContactPoint] {
        let owner = Filter.equals("entityType", Value(point.entityType)) && .equals("entityId", .id(point.entityId))
        return try await store.find(Query<ContactPoint>(owner, limit: Companies.maxParts)).filter { $0.id != point.id }
    }

    /// One primary of a kind, the owner's fields and keys, and the entry in its timeline; all in one commit.
    @discardableResult
    private func finish(
        _ point: ContactPoint?, replacing original: ContactPoint?, _ siblings: [ContactPoint], _ writes: inout Writes,
        by principal: Principal
    ) async throws -> Activity {
        guard let any = point ?? original else { throw RecordError.notFound }
        if let point, point.isPrimary == true {
            for other in siblings where other.contactType == point.contactType && other.isPrimary == true {
                writes.update(ContactPoint.self, where: .id(other.id), .set("isPrimary", nil))
            }
        }
        let all = siblings + (point.map { [$0] } ?? [])
        if any.entityType == .person {
            try await refreshPerson(EntityID(any.entityId), all, replacing: original, by: point, &writes)
        } else if let company = try await store.get(EntityID<Company>(any.entityId)) {
            var changed = company
            changed.refreshKeys(contacts: all)
            try writes.save(changed, original: company)
        }
        let subject = Timeline.Subject(type: any.entityType.rawValue, id: any.entityId)
        var activity = timeline.updated(try Self.changes(point, original), of: subject, by: principal)
        if point == nil, let original {
            var metadata = activity.metadata?.object ?? Document()
            metadata["removed"] = .object(try Document(original))
            activity.metadata = .object(metadata)
        }
        writes.insert([activity])
        try await store.commit(writes)
        let field = any.entityType == .person ? "personId" : "companyId"
        try await LeadScoring(store: store, now: now).refresh(.equals(field, .id(any.entityId)))
        return activity
    }

    private func refreshPerson(
        _ id: EntityID<Person>, _ points: [ContactPoint], replacing old: ContactPoint?, by new: ContactPoint?,
        _ writes: inout Writes
    ) async throws {
        guard let person = try await store.get(id) else { return }
        var changed = person
        for (kind, field) in [(ContactPoint.Kind.email, PersonField.email), (.mobile, .mobile), (.phone, .phone)] {
            let values = points.inOrder.filter { $0.contactType == kind && $0.invalidAt == nil }.compactMap(
                \.normalizedValue)
            let primary = points.first { $0.contactType == kind && $0.isPrimary == true && $0.invalidAt == nil }?
                .normalizedValue
            let lostIts =
                old?.contactType == kind && old?.normalizedValue == person[field]
                && !(person[field].map(values.contains) ?? false)
            if let primary {
                changed[field] = primary
            } else if lostIts || person[field] == nil && new?.contactType == kind {
                changed[field] = values.first
            }
        }
        changed.refreshKeys()
        try writes.save(changed, original: person)
    }

    static func changes(_ point: ContactPoint?, _ original: ContactPoint?) throws -> Document {
        guard let point, let original else {
            let kind = (point ?? original)?.contactType.rawValue ?? ""
            let change = ChangedFields.change(
                original.map { .string($0.contactValue) }, point.map { .string($0.contactValue) })
            return [kind: change]
        }
        var fields = try ChangedFields.between(original, point)
        fields["normalizedValue"] = nil
        fields["contactPointId"] = ["after": .id(point.id.raw)]
        return fields
    }
}

extension Platform {
    public var contactPoints: ContactPoints { ContactPoints(store: store, now: now) }
}
