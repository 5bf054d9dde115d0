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
    /// Made by the run, and what something that stays hangs on.
    private var used: Set<ObjectID> = []
    private let ids: RunIDs
    private let stamp: Date

    /// Rows whose records are deleted in one go.
    private static let rows = 2_000

    init(store: any DocumentStore, log: ImportLog, now: Date, isDry: Bool) {
        self.store = store
        self.log = log
        self.now = now
        self.isDry = isDry
        ids = RunIDs(of: log)
        stamp = log.startedAt ?? .distantPast
    }

    /// `progress` is told the share of the work that is done, 0–1.
    mutating func run(progress: (Double) async throws -> Void = { _ in }) async throws -> UndoReport {
        var rekeyed = try await restore()
        rekeyed.formUnion(try await storedOwners())
        let points = try await touched(ContactPoint.self) { point in
            (point.contactValue, [point.companyId?.raw, point.personId?.raw, point.entityId].compactMap { $0 })
        }
        let services = try await touched(ServiceMatch.self) { ($0.recommendedService, [$0.companyId.raw]) }
        try await findUses(of: "person", by: "personId")
        var people = try await touched(Person.self) { ($0.fullName, [$0.companyId?.raw].compactMap { $0 }) }
        people.formUnion(
            try await inUse(Person.self, besides: people) { ($0.fullName, [$0.companyId?.raw].compactMap { $0 }) })
        try await findUses(of: "company", by: "companyId")
        try await findOwners(Person.self, Filter.range("companyId", madeIDs) && .not(ids.made)) { $0.companyId?.raw }
        try await findOwners(ServiceMatch.self, Filter.range("companyId", madeIDs) && .not(ids.made)) {
            $0.companyId.raw
        }
        var companies = try await touched(Company.self) { ($0.nameAr, []) }
        companies.formUnion(try await inUse(Company.self, besides: companies) { ($0.nameAr, []) })

        report.contactPointsDeleted = try await remove(ContactPoint.self, except: points) {
            try await progress($0 * 0.4)
        }
        report.serviceMatchesDeleted = try await remove(ServiceMatch.self, except: services) {
            try await progress(0.4 + $0 * 0.05)
        }
        report.peopleDeleted = try await remove(Person.self, except: people) { try await progress(0.45 + $0 * 0.2) }
        report.companiesDeleted = try await remove(Company.self, except: companies) {
            try await progress(0.65 + $0 * 0.35)
        }
        if !isDry { try await refreshKeys(of: rekeyed) }
        return report
    }

    // MARK: Created records

    private var madeIDs: ClosedRange<ObjectID> { ids.made(rows: 0...RunIDs.maxRows - 1) }

    /// Those of the run that somebody has changed since; what they belong to is in use.
    private mutating func touched<E: Entity>(
        _ type: E.Type, _ facts: (E) -> (name: String, owners: [ObjectID])
    ) async throws -> Set<ObjectID> {
        var found: [E] = []
        try await store.stream(type, where: ids.made && .not(.equals("updatedAt", .date(stamp))), batch: 500) {
            found += $0
        }
        for entity in found { keep(entity, .changedSince, facts) }
        return Set(found.map(\.id.raw))
    }

    /// Those of the run that something hangs on which stays; what they belong to is in use too.
    private mutating func inUse<E: Entity>(
        _ type: E.Type, besides touched: Set<ObjectID>, _ facts: (E) -> (name: String, owners: [ObjectID])
    ) async throws -> Set<ObjectID> {
        var kept: Set<ObjectID> = []
        let wanted = used.filter { ids.row(of: $0) != nil && !touched.contains($0) }.sorted()
        for chunk in wanted.chunks(of: 500) {
            for entity in try await store.find(Query<E>(.ids(chunk.map { EntityID<E>($0) }))) {
                keep(entity, .inUse, facts)
                kept.insert(entity.id.raw)
            }
        }
        return kept
    }

    /// Finds the records on which a contact point, a note or another activity hangs that the run did not make.
    private mutating func findUses(of type: String, by field: String) async throws {
        try await findOwners(ContactPoint.self, Filter.range(field, madeIDs) && .not(ids.made)) {
            field == "personId" ? $0.personId?.raw : $0.companyId?.raw
        }
        let activities =
            Filter.equals("entityType", .string(type)) && .range("entityId", madeIDs) && .not(ids.made)
            && .not(.equals("type", Value(Activity.Kind.import)))
        try await findOwners(Activity.self, activities) { $0.entityId }
    }

    private mutating func findOwners<E: Entity>(
        _ type: E.Type, _ filter: Filter, _ owner: @escaping @Sendable (E) -> ObjectID?
    ) async throws {
        var found: Set<ObjectID> = []
        try await store.stream(type, where: filter, batch: 500) { found.formUnion($0.compactMap(owner)) }
        used.formUnion(found)
    }

    private mutating func keep<E: Entity>(
        _ entity: E, _ reason: UndoReport.Reason, _ facts: (E) -> (name: String, owners: [ObjectID])
    ) {
        let (name, owners) = facts(entity)
        used.formUnion(owners)
        report.keep(.init(collection: E.collection, id: entity.id.raw, name: name, reason: reason, field: nil))
    }

    /// Deletes what still is as the run left it, and the import's own entries in its timeline. Returns how many were
    /// deleted, or would be.
    private func remove<E: Entity>(
        _ type: E.Type, except kept: Set<ObjectID>, progress: (Double) async throws -> Void
    ) async throws -> Int {
        guard
            let last = try await store.first(type, where: ids.made, sort: [.descending("_id")]).flatMap({
                ids.row(of: $0.id.raw)
            })
        else { return 0 }
        if isDry { return try await store.count(type, where: ids.made) - kept.count }
        let timeline = [Company.collection: "company", Person.collection: "person"][E.collection]
        var deleted = 0
        for first in stride(from: 0, through: last, by: Self.rows) {
            try Task.checkCancellation()
            let range = ids.made(rows: first...min(last, first + Self.rows - 1))
            let staying = kept.filter { range.contains($0) }.map(Value.id)
            deleted += try await store.delete(
                type,
                where: Filter.range("_id", range) && .equals("updatedAt", .date(stamp)) && .not(.isIn("_id", staying)))
            if let timeline {
                _ = try await store.delete(
                    Activity.self,
                    where: Filter.range("_id", range) && .equals("entityType", .string(timeline))
                        && .range("entityId", madeIDs)
                        && .not(.isIn("entityId", staying)))
            }
            try await progress(Double(first) / Double(last + 1))
        }
        return deleted
    }

    // MARK: Changed records

    /// Stored companies to which the run has added contact points.
    private func storedOwners() async throws -> Set<ObjectID> {
        var found: Set<ObjectID> = []
        let added =
            ids.made && .equals("entityType", Value(ContactPoint.Owner.company)) && .not(.range("entityId", madeIDs))
        try await store.stream(ContactPoint.self, where: added, batch: 500) { found.formUnion($0.map(\.entityId)) }
        return found
    }

    /// Brings the keys of companies up to what they are now, which is no change of theirs.
    private func refreshKeys(of companies: Set<ObjectID>) async throws {
        let contacts = Companies(store: store, now: { [now] in now })
        for chunk in companies.sorted().chunks(of: 500) {
            var changes: [(where: Filter, update: Update)] = []
            for stored in try await store.get(chunk.map { EntityID<Company>($0) }).values {
                var company = stored
                company.refreshKeys(contacts: try await contacts.contactPoints(of: company.id))
                guard stored.updatedAt != nil else { continue }
                if let change = try Update.ofKeys(from: stored, to: company) { changes.append(change) }
            }
            var writes = Writes()
            writes.update(Company.self, each: changes)
            try await store.commit(writes)
        }
    }

    /// The latest change first: a record that several rows changed goes back step by step. Returns the companies among them.
    private mutating func restore() async throws -> Set<ObjectID> {
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
            case ContactPoint.collection:
                try await restore(change, EntityID<ContactPoint>(id), name: \.contactValue, set: Self.set)
            default: break
            }
        }
        return Set(changes.filter { $0.recordType == Company.collection }.compactMap(\.recordId))
    }

    /// `set` puts `before` in place of `after`, and says whether `after` still stood there.
    private mutating func restore<E: Entity>(
        _ change: ImportChange, _ id: EntityID<E>, name: KeyPath<E, String>,
        set: (inout E, _ field: String, _ before: String?, _ after: String) -> Bool
    ) async throws {
        guard let stored = try await store.get(id) else { return }
        var record = stored
        let isUntouched = stored.updatedAt == stamp
        for pair in change.fields.pairs {
            guard let item = pair.value.object, let after = item["after"]?.string, let field = item["field"]?.string
            else { continue }
            if set(&record, field, item["before"]?.string, after) {
                report.fieldsRestored += 1
            } else if !isDry || record == stored {
                report.keep(
                    .init(
                        collection: E.collection, id: id.raw, name: stored[keyPath: name], reason: .changedSince,
                        field: field))
            }
        }
        guard !isDry, record != stored else { return }
        // Nobody has been at it since the run, so it is as it was before: an earlier run can be taken back too.
        record.updatedAt = isUntouched ? change.priorUpdatedAt ?? now : now
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
        if name == .status { company.settleArchiving(at: company.updatedAt ?? .distantPast) }
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
        person.refreshKeys()
        return true
    }

    private static func set(_ point: inout ContactPoint, _ field: String, _ before: String?, _ after: String) -> Bool {
        guard field == "consent", let written = ContactPoint.Consent(journalled: after), point.consent == written
        else { return false }
        point.consent = before.flatMap(ContactPoint.Consent.init(journalled:))
        return true
    }

    private static func set(_ service: inout ServiceMatch, _ field: String, _ before: String?, _ after: String) -> Bool
    {
        guard field == "fitScore", service.fitScore.map(CellValues.shortest) == after else { return false }
        service.fitScore = before.flatMap(Double.init)
        return true
    }
}

extension Filter {
    fileprivate static func range(_ field: String, _ ids: ClosedRange<ObjectID>) -> Filter {
        .range(field, from: .including(.id(ids.lowerBound)), to: .including(.id(ids.upperBound)))
    }
}

extension String {
    fileprivate func withoutPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
