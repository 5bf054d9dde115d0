import Foundation
import Store

/// Whose a new lead becomes.
public enum LeadAssignment: Hashable, Sendable {
    case nobody
    case user(EntityID<User>)
    /// Whoever's turn it is.
    case turn
}

extension Leads {
    /// Makes a lead of a company or a person. Sales people make leads of their own; others say whose it is.
    ///
    /// - Parameter isAnother: although the record has an open lead that the asker sees.
    /// Throws `LeadError.alreadyOpen` when it has one; two that are made at once are one.
    public func create(
        _ edit: RecordEdit, assign: LeadAssignment = .nobody, isAnother: Bool = false, by principal: Principal
    ) async throws -> Lead {
        var lead = Lead()
        lead.source = .manual
        try lead.apply(edit)
        try await settleSubject(&lead, companyWasNamed: (edit.fields["companyId"] ?? nil)?.isEmpty == false)
        if let open = try await openLead(of: lead) {
            let mayAdd = isAnother ? try await isVisible(open, principal) : false
            if !mayAdd { throw try await alreadyOpen(open, principal) }
        }
        lead.id = try await id(of: lead)
        let owner = try await owner(assign, principal)
        lead.assignedTo = owner?.id
        lead.createdAt = now()
        lead = try await scoring.scored(lead)
        do {
            try await store.commit(try await making(lead, owner, by: principal))
        } catch StoreError.duplicate {
            // The same was asked for twice at once.
            guard let first = try await store.get(lead.id) else { throw RecordError.notFound }
            throw try await alreadyOpen(first, principal)
        }
        return lead
    }

    func making(_ lead: Lead, _ owner: User?, by principal: Principal) async throws -> Writes {
        let name = try await subject(of: lead).name ?? ""
        var writes = Writes()
        writes.insert([lead])
        writes.insert(created(lead, owner, by: principal))
        writes.insert([told(owner, of: lead, name, by: principal)].compactMap { $0 })
        return writes
    }

    /// The entries in the timelines of the lead, its company and its person.
    func created(_ lead: Lead, _ owner: User?, by principal: Principal) -> [Activity] {
        var metadata: Document = ["leadId": Value(lead.id)]
        if let source = lead.source { metadata["source"] = Value(source) }
        if let owner { metadata["assignedTo"] = .string(owner.name) }
        let subjects: [Timeline.Subject?] = [
            lead.companyId.map { .company($0) }, lead.personId.map { .person($0) }, .lead(lead.id),
        ]
        return subjects.compactMap { $0 }.map {
            timeline.entry("lead_created", "Lead created", metadata, of: $0, by: principal)
        }
    }

    func told(_ owner: User?, of lead: Lead, _ name: String, by principal: Principal) -> UserNotification? {
        notifications.entry(
            .leadAssigned, "Lead assigned: \(name)", to: owner?.id, about: .lead(lead.id), path: "/leads/\(lead.id)",
            ["name": .string(name)], by: principal)
    }

    func owner(_ assign: LeadAssignment, _ principal: Principal) async throws -> User? {
        if let own = principal.ownRecordsOf { return try await store.get(own) }
        switch assign {
        case .nobody: return nil
        case .turn: return try await turns.next()
        case .user(let id): return try await assignable(id)
        }
    }

    /// Throws `InvalidFields` for somebody who may own no leads.
    func assignable(_ id: EntityID<User>) async throws -> User {
        guard let user = try await turns.owners().first(where: { $0.id == id }) else {
            throw InvalidFields(["assignedTo": .notInList])
        }
        return user
    }
}

// MARK: At most one open lead

extension Leads {
    /// The open lead of the same person or company.
    public func openLead(of lead: Lead) async throws -> Lead? {
        let person = lead.personId.map { Filter.equals("personId", Value($0)) }
        let company = lead.companyId.map { Filter.equals("companyId", Value($0)) }
        let either = [person, company].compactMap { $0 }
        if either.isEmpty { return nil }
        return try await store.first(Lead.self, where: .or(either) && Self.open, sort: [.descending("createdAt")])
    }

    /// The same id for the same record and the same number of leads before it, so that of two who make one at once
    /// the store refuses the second.
    func id(of lead: Lead) async throws -> EntityID<Lead> {
        let (field, subject) =
            if let person = lead.personId { ("personId", person.raw) } else {
                ("companyId", lead.companyId?.raw ?? ObjectID(high: 0, low: 0))
            }
        let before = try await store.find(Query<Lead>(.equals(field, .id(subject)), limit: 1_000)).map(\.id)
        var number = before.count
        while true {
            let id = Self.id(of: subject, number)
            // A number whose lead was deleted is free; one that is taken is passed over.
            if !before.contains(id) { return id }
            number += 1
        }
    }

    /// With the record's own time in front, as every id.
    static func id(of subject: ObjectID, _ number: Int) -> EntityID<Lead> {
        let hash = StableHash.of(subject, "lead", String(number))
        let high = subject.high & 0xFFFF_FFFF_0000_0000 | hash >> 32
        return EntityID(ObjectID(high: high, low: UInt32(truncatingIfNeeded: hash)))
    }

    private func isVisible(_ lead: Lead, _ principal: Principal) async throws -> Bool {
        try await store.count(Lead.self, where: .id(lead.id) && Self.visible(to: principal), upTo: 1) > 0
    }

    func alreadyOpen(_ lead: Lead, _ principal: Principal) async throws -> LeadError {
        let owner = if let id = lead.assignedTo { try await store.get(id)?.name } else { String?.none }
        return .alreadyOpen(try await isVisible(lead, principal) ? lead.id : nil, owner: owner)
    }
}
