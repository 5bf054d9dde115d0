import Foundation
import Matching
import Spreadsheet
import Store

/// Goes over the rows of a planned file in batches: parses, identifies, fetches what is stored, applies.
///
/// The same pass serves the run, which commits each batch, and the preview, which commits nothing.
struct ImportPass {
    let store: any DocumentStore
    let request: ImportRequest
    let context: ImportBatch.Context
    let personMatchFields: [String]
    /// Nothing is stored.
    let isDry: Bool

    /// Rows in a batch: one durable commit for each.
    static let batchRows = 2_000

    /// Rows before `start` (in the order of the run) are only identified: they are written already.
    func run(
        _ workbook: Workbook, from start: Int,
        _ commit: @escaping @Sendable (ImportBatch, _ done: Int, _ lastRow: Int) async throws -> Void
    ) async throws {
        var identities = ImportIdentities(
            plan: context.plan, ids: context.ids, type: request.mapping.type, personMatchFields: personMatchFields)
        var overlay = Overlay()
        var done = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, sheet) in request.mapping.recordSheets.enumerated() {
                var rows = try ParsedRows(workbook, sheet, request, deriving: .keys)
                let offset = context.plan.offsets.indices.contains(number) ? context.plan.offsets[number] : 0
                var items: [ImportBatch.Item] = []
                try await rows.forEach(batch: Self.batchRows) { read, _ in
                    items.removeAll(keepingCapacity: true)
                    for parsed in read {
                        let row = offset + parsed.row
                        let identity = identities.identify(parsed, row: row, role: sheet.role)
                        done += 1
                        if done > start {
                            items.append(.init(row: row, sheet: sheet, parsed: parsed, identity: identity))
                        }
                    }
                    guard let last = items.last else { return }
                    try Task.checkCancellation()
                    let batch = try await apply(items, &overlay)
                    let through = done
                    // The batch before this one was written meanwhile.
                    try await group.next()
                    group.addTask { try await commit(batch, through, last.row) }
                }
            }
            try await group.next()
        }
    }

    private func apply(_ items: [ImportBatch.Item], _ overlay: inout Overlay) async throws -> ImportBatch {
        var batch = ImportBatch(context)
        batch.keepsVerdicts = isDry
        try await fetch(for: items, overlay, into: &batch)
        for item in items { batch.apply(item) }
        if isDry { overlay.keep(batch, items, plan: context.plan) } else { overlay = Overlay(of: batch) }
        return batch
    }

    /// Holds every record that these rows speak of and that an earlier batch, run or person has made.
    private func fetch(for items: [ImportBatch.Item], _ overlay: Overlay, into batch: inout ImportBatch) async throws {
        var companies: Set<EntityID<Company>> = []
        var people: Set<EntityID<Person>> = []
        var owners: Set<ObjectID> = []
        var services: Set<EntityID<ServiceMatch>> = []
        var serviced: Set<ObjectID> = []
        var points: Set<EntityID<ContactPoint>> = []
        for item in items {
            if let company = item.identity.company, !company.isNew, item.parsed.company != nil {
                companies.insert(company.id)
            }
            if let person = item.identity.person, !person.isNew { people.insert(person.id) }
            for contact in item.identity.contacts.compactMap({ $0 }) {
                if contact.ownerIsStored { owners.insert(contact.owner) }
                if let earlier = contact.earlier, item.parsed.consent != nil { points.insert(earlier) }
                if item.sheet.role == .contactPoints, contact.person == nil, let company = contact.company {
                    companies.insert(company)
                }
            }
            if let service = item.identity.service {
                if let earlier = service.earlier { services.insert(earlier) }
                if service.companyIsStored { serviced.insert(service.company.raw) }
            }
        }
        for company in try await stored(Array(companies), overlay.companies) { batch.companies.hold(company) }
        for person in try await stored(Array(people), overlay.people) { batch.people.hold(person) }
        for service in try await stored(Array(services), overlay.services) { batch.services.hold(service) }
        for point in try await stored(Array(points), overlay.points) { batch.points.hold(point) }
        try await fetchParts(of: owners, serviced: serviced, overlay, into: &batch)
    }

    private func fetchParts(
        of owners: Set<ObjectID>, serviced: Set<ObjectID>, _ overlay: Overlay, into batch: inout ImportBatch
    ) async throws {
        for chunk in Array(owners).chunks(of: 500) {
            let filter = Filter.isIn("entityType", ["company", "person"]) && .isIn("entityId", chunk.map(Value.id))
            for point in try await store.find(Query<ContactPoint>(filter))
            where context.ids.row(of: point.id.raw) == nil {
                guard let normalized = point.normalizedValue else { continue }
                let key = StableHash.of(point.entityId, point.contactType.rawValue, normalized)
                batch.storedPoints[key] = point.id
                batch.points.hold(overlay.points[point.id] ?? point)
            }
        }
        for chunk in Array(serviced).chunks(of: 500) {
            let filter = Filter.isIn("companyId", chunk.map(Value.id))
            for service in try await store.find(Query<ServiceMatch>(filter))
            where context.ids.row(of: service.id.raw) == nil {
                batch.services.hold(service)
                let key = StableHash.of(service.companyId.raw, "service", FoldedText.fold(service.recommendedService))
                batch.storedServices[key] = service.id
            }
        }
    }

    private func stored<E: Entity>(_ ids: [EntityID<E>], _ overlay: [EntityID<E>: E]) async throws -> [E] {
        var found = ids.compactMap { overlay[$0] }
        for chunk in ids.filter({ overlay[$0] == nil }).chunks(of: 1_000) {
            found += try await store.get(Array(chunk)).values
        }
        return found
    }
}

/// What later rows come back to and the store does not hold: the batch that a run is writing now, all that a preview
/// would have written.
private struct Overlay {
    var companies: [EntityID<Company>: Company] = [:]
    var people: [EntityID<Person>: Person] = [:]
    var services: [EntityID<ServiceMatch>: ServiceMatch] = [:]
    var points: [EntityID<ContactPoint>: ContactPoint] = [:]

    init() {}

    init(of batch: ImportBatch) {
        (companies, people, services) = (batch.companies.current, batch.people.current, batch.services.current)
        points = batch.points.current
    }

    mutating func keep(_ batch: ImportBatch, _ items: [ImportBatch.Item], plan: ImportPlan) {
        for item in items {
            guard let reference = item.identity.company, !reference.isNew || plan.hasFollowers(item.row) else {
                continue
            }
            if let company = batch.companies[reference.id] { companies[reference.id] = company }
        }
        for person in batch.people.current.values { people[person.id] = person }
        for service in batch.services.current.values { services[service.id] = service }
        for point in batch.points.written where point.consent != nil { points[point.id] = point }
    }
}
