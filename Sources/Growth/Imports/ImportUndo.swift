import Foundation
import Store

/// Takes a run back: deletes what it made and sets back what it changed, unless someone has touched it since.
///
/// Every step looks before it acts and acts only on what still is as the run left it; so undoing again after a crash
/// goes on where it stopped.
struct ImportUndo {
    let store: any DocumentStore
    let log: ImportLog
    let now: Date
    let isDry: Bool

    private var report = UndoReport()
    /// Owners of things that stay.
    private var owners: Set<ObjectID> = []
    private let ids: RunIDs
    private let stamp: Date

    private static let batch = 500

    init(store: any DocumentStore, log: ImportLog, now: Date, isDry: Bool) {
        self.store = store
        self.log = log
        self.now = now
        self.isDry = isDry
        ids = RunIDs(of: log)
        stamp = log.startedAt ?? .distantPast
    }

    mutating func run() async throws -> UndoReport {
        try await restore()
        try await removeContactPoints()
        try await removeServices()
        try await removePeople()
        try await removeCompanies()
        return report
    }

    // MARK: Created records

    private func isUntouched<E: Entity>(_ entity: E) -> Bool { entity.updatedAt == stamp }

    private mutating func removeContactPoints() async throws {
        let found = try await made(ContactPoint.self)
        for batch in found.chunks(of: Self.batch) {
            var gone: [EntityID<ContactPoint>] = []
            for point in try await read(batch) {
                if isUntouched(point) {
                    gone.append(point.id)
                } else {
                    owners.formUnion([point.companyId?.raw, point.personId?.raw, point.entityId].compactMap { $0 })
                    keep(point.id, point.contactValue, .changedSince)
                }
            }
            report.contactPointsDeleted += gone.count
            try await delete(gone)
        }
    }

    private mutating func removeServices() async throws {
        for batch in try await made(ServiceMatch.self).chunks(of: Self.batch) {
            var gone: [EntityID<ServiceMatch>] = []
            for service in try await read(batch) {
                if isUntouched(service) {
                    gone.append(service.id)
                } else {
                    owners.insert(service.companyId.raw)
                    keep(service.id, service.recommendedService, .changedSince)
                }
            }
            report.serviceMatchesDeleted += gone.count
            try await delete(gone)
        }
    }

    private mutating func removePeople() async throws {
        for batch in try await made(Person.self).chunks(of: Self.batch) {
            let people = try await read(batch)
            let used = try await used(people.map(\.id.raw), as: "person", pointField: "personId")
            var gone: [EntityID<Person>] = []
            for person in people {
                if let reason = reason(person, person.id.raw, used) {
                    if let company = person.companyId { owners.insert(company.raw) }
                    keep(person.id, person.fullName, reason)
                } else {
                    gone.append(person.id)
                }
            }
            report.peopleDeleted += gone.count
            try await delete(gone)
        }
    }

    private mutating func removeCompanies() async throws {
        for batch in try await made(Company.self).chunks(of: Self.batch) {
            let companies = try await read(batch)
            var used = try await used(companies.map(\.id.raw), as: "company", pointField: "companyId")
            let values = companies.map { Value.id($0.id.raw) }
            let others = Filter.isIn("companyId", values) && .not(ids.made)
            for person in try await store.find(Query<Person>(others)) { if let id = person.companyId { used.insert(id.raw) } }
            for service in try await store.find(Query<ServiceMatch>(others)) { used.insert(service.companyId.raw) }
            var gone: [EntityID<Company>] = []
            for company in companies {
                if let reason = reason(company, company.id.raw, used) {
                    keep(company.id, company.nameAr, reason)
                } else {
                    gone.append(company.id)
                }
            }
            report.companiesDeleted += gone.count
            try await delete(gone)
        }
    }

    private func reason<E: Entity>(_ entity: E, _ id: ObjectID, _ used: Set<ObjectID>) -> UndoReport.Reason? {
        if !isUntouched(entity) { return .changedSince }
        return used.contains(id) || owners.contains(id) ? .inUse : nil
    }

    /// Those on which a contact point, a note or another activity hangs that the run did not make.
    private func used(_ records: [ObjectID], as type: String, pointField: String) async throws -> Set<ObjectID> {
        var used: Set<ObjectID> = []
        let values = records.map(Value.id)
        for point in try await store.find(Query<ContactPoint>(.isIn(pointField, values) && .not(ids.made))) {
            used.formUnion([point.entityId, point.companyId?.raw, point.personId?.raw].compactMap { $0 })
        }
        let activities = Filter.equals("entityType", .string(type)) && .isIn("entityId", values) && .not(ids.made)
        for activity in try await store.find(Query<Activity>(activities)) where activity.type != .import {
            if let id = activity.entityId { used.insert(id) }
        }
        return used
    }

    private func made<E: Entity>(_ type: E.Type) async throws -> [EntityID<E>] {
        var found: [EntityID<E>] = []
        try await store.stream(type, where: ids.made, batch: 2_000) { found += $0.map(\.id) }
        return found
    }

    private func read<E: Entity>(_ batch: ArraySlice<EntityID<E>>) async throws -> [E] {
        let found = try await store.get(Array(batch))
        return batch.compactMap { found[$0] }
    }

    private mutating func keep<E: Entity>(_ id: EntityID<E>, _ name: String, _ reason: UndoReport.Reason) {
        report.keep(.init(collection: E.collection, id: id.raw, name: name, reason: reason, field: nil))
    }

    /// Deletes what still is as it was read, and the import's own entries in its timeline.
    private func delete<E: Entity>(_ gone: [EntityID<E>]) async throws {
        guard !isDry, !gone.isEmpty else { return }
        var writes = Writes()
        writes.delete(E.self, where: .ids(gone) && .equals("updatedAt", .date(stamp)))
        if E.self == Company.self || E.self == Person.self {
            let type = E.self == Company.self ? "company" : "person"
            writes.delete(
                Activity.self,
                where: .equals("entityType", .string(type)) && .isIn("entityId", gone.map { .id($0.raw) }) && ids.made)
        }
        try await store.commit(writes)
    }

    // MARK: Changed records

    /// The latest change first: a record that several rows changed goes back step by step.
    private mutating func restore() async throws {
        var changes: [ImportChange] = []
        let filter = Filter.equals("importLogId", Value(log.id)) && .equals("action", "updated")
        try await store.stream(ImportChange.self, where: filter, batch: 2_000) { batch in
            // What the run itself made is deleted rather than set back.
            changes += batch.filter { $0.recordId.map { ids.row(of: $0) == nil } ?? false }
        }
        for change in changes.reversed() {
            guard let id = change.recordId else { continue }
            switch change.recordType {
            case Company.collection: try await restore(change, EntityID<Company>(id), name: \.nameAr, set: Self.set)
            case Person.collection: try await restore(change, EntityID<Person>(id), name: \.fullName, set: Self.set)
            case ServiceMatch.collection:
                try await restore(change, EntityID<ServiceMatch>(id), name: \.recommendedService, set: Self.set)
            default: break
            }
        }
    }

    /// `set` puts `before` in place of `after`, and says whether `after` still stood there.
    private mutating func restore<E: Entity>(
        _ change: ImportChange, _ id: EntityID<E>, name: KeyPath<E, String>,
        set: (inout E, _ field: String, _ before: String?, _ after: String) -> Bool
    ) async throws {
        guard let stored = try await store.get(id) else { return }
        var record = stored
        for pair in change.fields.pairs {
            guard let item = pair.value.object, let after = item["after"]?.string, let field = item["field"]?.string else { continue }
            if set(&record, field, item["before"]?.string, after) {
                report.fieldsRestored += 1
            } else if !isDry || record == stored {
                report.keep(
                    .init(
                        collection: E.collection, id: id.raw, name: stored[keyPath: name], reason: .changedSince, field: field))
            }
        }
        guard !isDry, record != stored else { return }
        record.updatedAt = now
        try await store.save(record, original: stored)
    }

    private static func set(_ company: inout Company, _ field: String, _ before: String?, _ after: String) -> Bool {
        if let header = field.withoutPrefix("customFields.") {
            guard company.customFields[header]?.string == after else { return false }
            company.customFields[header] = before.map(Value.string)
            return true
        }
        guard let name = CompanyField(rawValue: field), company[name] == after else { return false }
        company[name] = before
        company.searchKeys = company.wordsForSearch
        return true
    }

    private static func set(_ person: inout Person, _ field: String, _ before: String?, _ after: String) -> Bool {
        if let header = field.withoutPrefix("customFields.") {
            guard person.customFields[header]?.string == after else { return false }
            person.customFields[header] = before.map(Value.string)
            return true
        }
        if field == "companyId" {
            guard person.companyId?.description == after else { return false }
            person.companyId = before.flatMap { EntityID<Company>($0) }
            return true
        }
        guard let name = PersonField(rawValue: field), person[name] == after else { return false }
        person[name] = before
        person.searchKeys = person.wordsForSearch
        return true
    }

    private static func set(_ service: inout ServiceMatch, _ field: String, _ before: String?, _ after: String) -> Bool {
        guard field == "fitScore", service.fitScore.map(CellValues.shortest) == after else { return false }
        service.fitScore = before.flatMap(Double.init)
        return true
    }
}

extension String {
    fileprivate func withoutPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
