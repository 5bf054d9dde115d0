import Foundation
import Store

/// A lead that becomes an opportunity, once, and the way back.
extension Leads {
    /// Makes the lead's opportunity, which keeps where it came from. A lead that is converted already gives the one that
    /// it has, also to the second of two who ask at once.
    ///
    /// The lead is written first and says which opportunity: where a crash on an engine without transactions comes in
    /// between, asking again makes it.
    public func convert(
        _ id: EntityID<Lead>, _ edit: RecordEdit = RecordEdit(), by principal: Principal
    ) async throws -> Opportunity {
        let original = try await own(id, by: principal)
        if original.status == .converted, let made = original.opportunityId {
            if let stored = try await store.get(made) { return stored }
            return try await finish(original, made, edit, by: principal)
        }
        let opportunity = try await opportunity(of: original, EntityID(), edit)
        var lead = original
        try lead.convert(to: opportunity.id, at: now())
        do {
            _ = try await save(lead, original, by: principal) { writes in
                add(opportunity, to: &writes, by: principal)
            }
        } catch StoreError.conflict {
            guard let winner = try await store.get(id)?.opportunityId, let stored = try await store.get(winner) else {
                throw StoreError.conflict(collection: Lead.collection)
            }
            return stored
        }
        return try await Opportunities(store: store, now: now).stored(opportunity.id)
    }

    /// Deletes the opportunity, as long as nobody has touched it, and opens the lead again. Throws
    /// `LeadError.opportunityInUse` afterwards.
    public func takeBackConversion(_ id: EntityID<Lead>, by principal: Principal) async throws -> Lead {
        let original = try await own(id, by: principal)
        guard original.status == .converted, let made = original.opportunityId else { return original }
        let opportunity = try await store.get(made)
        if let opportunity, try await !isUntouched(opportunity) { throw LeadError.opportunityInUse }
        var lead = original
        lead.takeBackConversion(to: try await statusBefore(original) ?? .qualified)
        var first = Writes()
        if let opportunity {
            // Fails when somebody touches it at this moment, and with it everything.
            let unchanged = Filter.id(made) && .equals("updatedAt", opportunity.updatedAt.map(Value.date) ?? .null)
            first.update(Opportunity.self, where: unchanged, .set("stage", Value(opportunity.stage)), expecting: 1)
        }
        do {
            return try await save(lead, original, first: first, by: principal) { writes in
                writes.delete(Opportunity.self, where: .id(made))
                writes.delete(Activity.self, where: Timeline.filter(of: .opportunity(made)))
            }
        } catch StoreError.conflict {
            throw LeadError.opportunityInUse
        }
    }

    /// Whether a conversion can be taken back: nothing but the conversion has happened to the opportunity.
    public func isUntouched(_ opportunity: Opportunity) async throws -> Bool {
        try await isUntouched(.opportunity(opportunity.id), opportunity.createdAt, opportunity.updatedAt)
    }

    /// Whether nothing but its making has happened to a lead or an opportunity.
    func isUntouched(_ subject: Timeline.Subject, _ createdAt: Date?, _ updatedAt: Date?) async throws -> Bool {
        guard updatedAt?.milliseconds == createdAt?.milliseconds else { return false }
        let entries = try await store.count(Activity.self, where: Timeline.filter(of: subject), upTo: 2)
        let own =
            Filter.equals("relatedEntityType", .string(subject.type)) && .equals("relatedEntityId", .id(subject.id))
        let tasks = try await store.count(WorkTask.self, where: own, upTo: 1)
        return entries < 2 && tasks == 0
    }

    private func finish(
        _ lead: Lead, _ id: EntityID<Opportunity>, _ edit: RecordEdit, by principal: Principal
    ) async throws -> Opportunity {
        let opportunity = try await opportunity(of: lead, id, edit)
        var writes = Writes()
        add(opportunity, to: &writes, by: principal)
        do {
            try await store.commit(writes)
        } catch StoreError.duplicate {
            // Two who ask again at once both want the same one.
        }
        return try await Opportunities(store: store, now: now).stored(id)
    }

    private func opportunity(
        of lead: Lead, _ id: EntityID<Opportunity>, _ edit: RecordEdit
    ) async throws -> Opportunity {
        var opportunity = Opportunity(at: now())
        opportunity.id = id
        let subject = try await subject(of: lead)
        opportunity.title = [lead.serviceInterest, subject.name].compactMap { $0 }.joined(separator: " · ")
        if opportunity.title.isEmpty { opportunity.title = "–" }
        try opportunity.apply(edit)
        (opportunity.leadId, opportunity.companyId, opportunity.personId) = (lead.id, lead.companyId, lead.personId)
        (opportunity.sourceCampaignId, opportunity.sourceEmailReplyId) = (lead.campaignId, lead.emailReplyId)
        opportunity.assignedTo = lead.assignedTo
        return opportunity
    }

    private func add(_ opportunity: Opportunity, to writes: inout Writes, by principal: Principal) {
        writes.insert([opportunity])
        writes.insert(Opportunities(store: store, now: now).created(opportunity, by: principal))
    }
}
