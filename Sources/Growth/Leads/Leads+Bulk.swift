import Foundation
import Store

/// Making leads of many companies or people, and taking that back: `BulkOrder.Verb.makeLeads`.
extension Leads {
    /// Leads of these records; `lead` says of a record whose its lead is.
    func making<E: Entity>(
        _ field: String, isLive: @escaping @Sendable (E) -> Bool, _ lead: @escaping @Sendable (E) -> Lead
    ) -> BulkMaking<E> {
        BulkMaking(
            weigh: { record, _ in
                guard isLive(record) else { throw InvalidFields(["archivedAt": .notPossible]) }
                if let open = try await openLead(field, record.id.raw) {
                    let owner = if let id = open.assignedTo { try await store.get(id)?.name } else { String?.none }
                    throw LeadError.alreadyOpen(nil, owner: owner)
                }
            },
            make: { record, order, principal in
                try await make(lead(record), LeadAssignment(order.value), by: principal)
            },
            takeBack: { entry, principal in
                guard let made = entry.metadata?.object?["leadId"]?.id else { throw RecordError.notFound }
                try await takeBackMaking(EntityID(made), by: principal)
            },
            tell: { entries, run, first, principal in
                let made = entries.compactMap { $0.metadata?.object?["leadId"]?.id }.map(EntityID<Lead>.init)
                var given: [EntityID<User>: Int] = [:]
                for lead in try await store.get(made).values { lead.assignedTo.map { given[$0, default: 0] += 1 } }
                var rows = notices(given, by: principal)
                for index in rows.indices {
                    // Once, also when a worker does this piece again after a crash.
                    let place = "\(first) \(rows[index].userId?.description ?? "")"
                    rows[index].id = EntityID(StableHash.id(at: run.raw.date, run.raw, "leads made", place))
                }
                var writes = Writes()
                writes.insertIfAbsent(rows)
                try await store.commit(writes)
            })
    }

    private func openLead(_ field: String, _ record: ObjectID) async throws -> Lead? {
        try await store.first(Lead.self, where: .equals(field, .id(record)) && Self.open)
    }

    private func make(_ wanted: Lead, _ assign: LeadAssignment, by principal: Principal) async throws {
        var lead = wanted
        lead.source = .manual
        lead.id = try await id(of: lead)
        let owner = try await owner(assign, principal)
        lead.assignedTo = owner?.id
        // The same stamp twice says that nobody has touched it.
        lead.createdAt = Date(milliseconds: now().milliseconds)
        lead.updatedAt = lead.createdAt
        lead = try await scoring.scored(lead)
        var writes = Writes()
        writes.insert([lead])
        writes.insert(created(lead, owner, by: principal))
        do {
            try await store.commit(writes)
        } catch StoreError.duplicate(Lead.collection, _) {
            // Somebody made it at this moment.
            guard let first = try await store.get(lead.id) else { throw RecordError.notFound }
            throw try await alreadyOpen(first, principal)
        }
    }

    /// Deletes a lead that nobody has touched since it was made. Throws `InvalidFields` for another one.
    private func takeBackMaking(_ id: EntityID<Lead>, by principal: Principal) async throws {
        guard let lead = try await store.get(id) else { throw RecordError.notFound }
        guard try await isUntouched(.lead(id), lead.createdAt, lead.updatedAt) else {
            throw InvalidFields(["updatedAt": .changedSince])
        }
        let subjects: [Timeline.Subject?] = [lead.companyId.map { .company($0) }, lead.personId.map { .person($0) }]
        var writes = Writes()
        // Fails when somebody touches it at this moment, and with it everything.
        let unchanged = Filter.id(id) && .equals("updatedAt", lead.updatedAt.map(Value.date) ?? .null)
        writes.update(Lead.self, where: unchanged, .set("status", Value(lead.status)), expecting: 1)
        writes.delete(Lead.self, where: .id(id))
        writes.delete(Activity.self, where: Timeline.filter(of: .lead(id)))
        writes.insert(
            subjects.compactMap { $0 }.map {
                timeline.entry(
                    .system, "Lead taken back", ["action": "lead_taken_back", "leadId": Value(id)], of: $0,
                    by: principal)
            })
        try await store.commit(writes)
    }
}

extension LeadAssignment {
    /// As a bulk order has it: `turn`, the id of a person, or nothing for nobody.
    init(_ text: String?) {
        if text == "turn" {
            self = .turn
        } else {
            self = text.flatMap { EntityID<User>($0) }.map { .user($0) } ?? .nobody
        }
    }
}
