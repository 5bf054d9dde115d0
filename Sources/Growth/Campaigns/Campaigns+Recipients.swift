import Foundation
import Store

/// What a person can do with a single row of the list.
extension Campaigns {
    public func recipient(_ id: EntityID<CampaignRecipient>) async throws -> CampaignRecipient {
        guard let row = try await store.get(id) else { throw RecordError.notFound }
        return row
    }

    /// Fills in what its mail calls them, and lets the row go when nothing is missing any more.
    ///
    /// - Parameter values: by the fields of `TemplateField.ofRecipient`; empty text clears.
    public func fill(
        _ id: EntityID<CampaignRecipient>, _ values: [String: String], by principal: Principal
    ) async throws -> CampaignRecipient {
        let original = try await recipient(id)
        var row = original
        guard row.status == .pending else { throw CampaignError.recipientUnderWay }
        var reader = FieldReader()
        for (name, text) in values {
            guard let field = TemplateField(rawValue: name), TemplateField.ofRecipient.contains(field) else {
                reader.refuse(name, .unknownField)
                continue
            }
            row[field] = reader.line(text, name)
        }
        try reader.throwIfAny()
        row.heldReason = try await holding(row.campaignId)(row)
        try await save(row, original, "recipient_filled_in", by: principal)
        return try await recipient(id)
    }

    /// Why a row of the campaign waits, as far as its mail goes; `nil`: nothing is missing. The template is read once for all rows.
    private func holding(_ id: EntityID<Campaign>) async throws -> (CampaignRecipient) -> String? {
        let campaign = try await get(id)
        var template = campaign.sentTemplate
        if template == nil, let id = campaign.templateId { template = try await store.get(id) }
        guard let compiled = template?.compiled(variants: campaign.variants) else { return { _ in nil } }
        let fixed = TemplateValues(sender: campaign, try await settings.current(), mailbox: nil)
        return { compiled.heldReason(of: $0, over: fixed) }
    }

    /// Lets every held row go whose values are all there now: after somebody mended the records or the template's fallbacks.
    ///
    /// - Returns: how many.
    public func releaseHeld(_ id: EntityID<Campaign>, by principal: Principal) async throws -> Int {
        let held =
            recipients(of: id) && .equals("status", Value(CampaignRecipient.Status.pending))
            && .exists("heldReason", true)
        let holding = try await holding(id)
        var released = 0
        try await store.stream(CampaignRecipient.self, where: held, batch: 500) { rows in
            let free = rows.filter { holding($0) == nil }.map(\.id)
            released += try await store.update(
                CampaignRecipient.self, where: .ids(free) && held, .set("heldReason", nil))
        }
        bell.ring()
        return released
    }

    /// Takes somebody off the list, as long as nothing went out to them.
    public func exclude(_ id: EntityID<CampaignRecipient>, by principal: Principal) async throws -> CampaignRecipient {
        let original = try await recipient(id)
        var row = original
        guard row.status == .pending || row.status == .failed else { throw CampaignError.recipientUnderWay }
        (row.status, row.skipReason, row.heldReason) = (.skipped, .excluded, nil)
        (row.sendKey, row.nextAttemptAt) = (nil, nil)
        try await save(row, original, "recipient_excluded", by: principal)
        return try await recipient(id)
    }

    /// Puts somebody back whom a person took off. Whoever is left out for another reason stays out.
    public func include(_ id: EntityID<CampaignRecipient>, by principal: Principal) async throws -> CampaignRecipient {
        let original = try await recipient(id)
        var row = original
        guard row.status == .skipped, row.skipReason == .excluded else { throw CampaignError.recipientUnderWay }
        let campaign = try await get(row.campaignId)
        guard campaign.status == .draft || campaign.isUnderWay else { throw CampaignError.notPossible(campaign.status) }
        (row.status, row.skipReason) = (.pending, nil)
        row.sendKey = "\(row.campaignId):\(row.email)"
        row.heldReason = try await holding(row.campaignId)(row)
        try await save(row, original, "recipient_included", by: principal)
        return try await recipient(id)
    }

    /// What a person decides of a row whose mail the server may have or not.
    public enum Decision: String, Sendable, CaseIterable {
        /// With the same Message-ID, so that a mailbox which has it may know it again.
        case sendAgain = "send_again"
        case countAsSent = "count_as_sent"
    }

    public func decide(
        _ id: EntityID<CampaignRecipient>, _ decision: Decision, by principal: Principal
    ) async throws -> CampaignRecipient {
        let original = try await recipient(id)
        guard original.status == .queued, let stamped = original.uncertainAt, original.lease == nil else {
            throw CampaignError.recipientUnderWay
        }
        var row = original
        (row.uncertainAt, row.errorMessage) = (nil, nil)
        switch decision {
        case .sendAgain: (row.status, row.attempts) = (.pending, (row.attempts ?? 0) + 1)
        case .countAsSent: (row.status, row.sentAt) = (.sent, stamped)
        }
        var more = Writes()
        if decision == .countAsSent {
            more.update(
                EmailMessage.self, where: .equals("trackingId", .string(SendWork.trackingId(row))),
                .set("status", Value(EmailMessage.Status.sent)).set("sentAt", .date(stamped)))
        }
        try await save(row, original, "recipient_\(decision.rawValue)", more, by: principal)
        bell.ring()
        return try await recipient(id)
    }

    private func save(
        _ row: CampaignRecipient, _ original: CampaignRecipient, _ action: String, _ more: Writes = Writes(),
        by principal: Principal
    ) async throws {
        var writes = Writes()
        let update = try Update.changes(from: original, to: row)
        if !update.isEmpty {
            // Whoever claims rows may have been quicker.
            writes.update(
                CampaignRecipient.self, where: .id(row.id) && .equals("status", Value(original.status)), update,
                expecting: 1)
        }
        writes.append(more)
        writes.insert([
            audit.entry(action, by: principal, on: .init(row.id), metadata: ["campaignId": Value(row.campaignId)])
        ])
        do { try await store.commit(writes) } catch StoreError.conflict { throw CampaignError.recipientUnderWay }
        bell.ring()
    }
}
