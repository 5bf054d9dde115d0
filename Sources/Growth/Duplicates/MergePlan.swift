import Foundation
import Store

/// What merging a record into another would do, worked out from what is stored now.
public struct MergePlan<R: MergeableRecord>: Sendable {
    /// The record that stays, as it is stored.
    public let survivor: R
    /// The one that is merged into it, as it is stored.
    public let other: R
    public let fields: [MergeField]
    /// What refers to the other record and moves, by collection, in the order of the table of references.
    public let moving: [(collection: String, count: Int)]
    /// Contact points and services of the other record that the survivor has already.
    public let doubled: Int

    /// The survivor afterwards.
    let merged: R
    let journal: MergeJournal

    public var changes: [MergeField] { fields.filter(\.isChanged) }
}

/// Works out merges.
struct MergePlanner<R: MergeableRecord>: Sendable {
    let store: any DocumentStore
    let now: Date

    /// Ids that a journal can hold: far below what a document may weigh.
    static var maxRows: Int { 200_000 }

    func plan(
        _ survivor: R, _ other: R, _ choices: [String: MergeField.Choice]
    ) async throws -> MergePlan<R> {
        let edits = MergeField.Edits(
            survivor: try await lastEdits(of: survivor), other: try await lastEdits(of: other))
        let fields = try MergeField.all(of: survivor, other, choices, edits)
        var merged = try survivor.taking(fields)
        var journal = MergeJournal()
        let points = try await unitePoints(survivor, other, merged, fields, &journal)
        try await moveReferences(survivor, other, merged, &journal)
        merged.matchKeys += other.matchKeys.filter { $0.hasPrefix("r:") && !merged.matchKeys.contains($0) }
        merged.refreshKeys(points)
        guard journal.rows <= Self.maxRows else { throw MergeError.tooMuch }
        return MergePlan(
            survivor: survivor, other: other, fields: fields, moving: Self.counts(journal, other.id.raw),
            doubled: journal.removed.count, merged: merged, journal: journal)
    }

    /// When a person last wrote each field.
    private func lastEdits(of record: R) async throws -> [String: Date] {
        let edits = Timeline.filter(of: record.subject) && .equals("type", Value(Activity.Kind.updated))
        var last: [String: Date] = [:]
        for edit in try await store.find(Query<Activity>(edits, sort: Timeline.order, limit: 200)) {
            for name in edit.metadata?.object?["fields"]?.object?.keys ?? [] where last[name] == nil {
                last[name] = edit.createdAt
            }
        }
        return last
    }

    /// Rows of each collection that end up with the survivor; a row that moves by two fields counts once.
    private static func counts(_ journal: MergeJournal, _ other: ObjectID) -> [(collection: String, count: Int)] {
        var rows: [String: Set<ObjectID>] = [:]
        for move in journal.moves where move.from == other { rows[move.collection, default: []].formUnion(move.ids) }
        for edit in journal.edits where edit.leads(from: other) { rows[edit.collection, default: []].insert(edit.id) }
        var order: [String] = []
        for reference in RecordReference.of(R.target) where !order.contains(reference.collection) {
            order.append(reference.collection)
        }
        return order.compactMap { name in rows[name].map { (name, $0.count) } }
    }

    // MARK: References

    /// Collections whose rows change in more than the id; they have a rule of their own.
    private static var special: Set<String> {
        [ContactPoint.collection, DuplicateReview.collection, ServiceMatch.collection, Person.collection]
    }

    private func moveReferences(_ survivor: R, _ other: R, _ merged: R, _ journal: inout MergeJournal) async throws {
        for reference in RecordReference.of(R.target)
        where reference.role == .moves && !Self.special.contains(reference.collection) {
            try await move(reference, from: other.id.raw, to: survivor.id.raw, &journal)
        }
        try await movePairs(survivor, other, merged, &journal)
        if let company = merged as? Company, let other = other as? Company {
            try await movePeople(to: company, from: other, &journal)
            try await moveServices(to: company.id, from: other.id, &journal)
        }
    }

    func move(
        _ reference: RecordReference, from: ObjectID, to: ObjectID, except: Set<ObjectID> = [],
        _ journal: inout MergeJournal
    ) async throws {
        let ids = try await reference.ids(of: from, in: store).filter { !except.contains($0) }
        guard !ids.isEmpty else { return }
        var had: [ObjectID] = []
        if reference.isArray { had = Array(Set(ids).intersection(try await reference.ids(of: to, in: store))).sorted() }
        journal.moves.append(
            .init(
                collection: reference.collection, field: reference.field, ids: ids, from: from, to: to,
                isArray: reference.isArray, had: had))
    }

    private func movePeople(to company: Company, from other: Company, _ journal: inout MergeJournal) async throws {
        var edits: [MergeJournal.Edit] = []
        try await store.stream(Person.self, where: .equals("companyId", Value(other.id)), batch: 500) { people in
            for person in people {
                var moved = person
                moved.companyId = company.id
                if person.companyNameAr == other.nameAr { moved.companyNameAr = company.nameAr }
                if let edit = try MergeJournal.Edit.between(person, moved) { edits.append(edit) }
            }
        }
        journal.edits += edits
    }

    /// Of a service that both have, the better score stays.
    private func moveServices(
        to company: EntityID<Company>, from other: EntityID<Company>, _ journal: inout MergeJournal
    ) async throws {
        let companies = Companies(store: store, now: { [now] in now })
        let own = Dictionary(
            try await companies.services(of: company).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var moving: [ObjectID] = []
        for service in try await companies.services(of: other) {
            guard let kept = own[service.key] else {
                moving.append(service.id.raw)
                continue
            }
            let isBetter = service.fitScore ?? -1 > kept.fitScore ?? -1
            journal.removed.append(try .init(isBetter ? kept : service))
            if isBetter { moving.append(service.id.raw) }
        }
        guard !moving.isEmpty else { return }
        journal.moves.append(
            .init(
                collection: ServiceMatch.collection, field: "companyId", ids: moving, from: other.raw, to: company.raw))
    }

    /// Pairs of the other record become pairs of the survivor; the pair of the two, and one that the survivor has
    /// already, are settled.
    private func movePairs(_ survivor: R, _ other: R, _ merged: R, _ journal: inout MergeJournal) async throws {
        let own = Set(try await reviews(of: survivor.id.raw).compactMap { $0.other(than: survivor.id.raw) })
        for review in try await reviews(of: other.id.raw) {
            var changed = review
            let third = review.other(than: other.id.raw)
            if third == survivor.id.raw || third.map(own.contains) ?? false {
                changed.status = .merged
            } else if review.entityId1 == other.id.raw {
                (changed.entityId1, changed.entityName1) = (survivor.id.raw, merged.displayName)
            } else {
                (changed.entityId2, changed.entityName2) = (survivor.id.raw, merged.displayName)
            }
            if let edit = try MergeJournal.Edit.between(review, changed) { journal.edits.append(edit) }
        }
    }

    private func reviews(of id: ObjectID) async throws -> [DuplicateReview] {
        var found: [DuplicateReview] = []
        for reference in RecordReference.of(R.target) where reference.collection == DuplicateReview.collection {
            found += try await store.find(Query<DuplicateReview>(reference.filter(of: id)))
        }
        return found
    }
}

extension MergeJournal.Edit {
    /// Whether it takes the row away from the record.
    func leads(from id: ObjectID) -> Bool {
        fields.pairs.contains { $0.value.object?["before"]?.id == id && $0.value.object?["after"]?.id != nil }
    }
}

extension ServiceMatch {
    fileprivate var key: String { recommendedService.lowercased().split(separator: " ").joined(separator: " ") }
}

extension MergeableRecord {
    /// The record with the values that the fields say stay.
    func taking(_ fields: [MergeField]) throws -> Self {
        var document = try Document(self)
        var custom = customFields
        for field in fields {
            if field.name.hasPrefix("customFields.") {
                custom[String(field.name.dropFirst("customFields.".count))] = field.result
            } else {
                document[field.name] = field.result
            }
        }
        document["customFields"] = custom.isEmpty ? nil : .object(custom)
        return try document.entity()
    }
}
