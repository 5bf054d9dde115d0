import Foundation
import Store

extension Campaigns {
    // MARK: The list

    /// Has the list of recipients made, in the background. Throws `CampaignError.listInTheMaking` while that goes on.
    public func makeRecipients(_ id: EntityID<Campaign>, by principal: Principal) async throws {
        let campaign = try await get(id)
        guard campaign.isEditable else { throw CampaignError.notPossible(campaign.status) }
        let grave = try await check(campaign).filter { $0.isGrave }.map(\.code)
        let blocking = grave.filter { [.noSegment, .inactiveSegment, .unreadableSegment, .noTemplate].contains($0) }
        guard blocking.isEmpty else { throw CampaignError.notReady(blocking) }
        if try await jobs.isActive(RecipientList.kind, on: id.raw) { throw CampaignError.listInTheMaking }
        var job = jobs.job(RecipientList.kind, on: id.raw, by: principal.userId)
        job.payload = .object(["done": 0, "total": 0])
        var writes = Writes()
        // Of two who ask at once only the first finds the campaign as it was read.
        writes.update(
            Campaign.self,
            where: .id(id) && .equals("status", Value(Campaign.Status.draft))
                && .equals("updatedAt", campaign.updatedAt.map(Value.date) ?? .null), .set("recipientsAt", nil),
            expecting: 1)
        writes.insert([job])
        do { try await store.commit(writes) } catch StoreError.conflict { throw CampaignError.listInTheMaking }
        jobs.wake()
    }

    /// How far the making of the list is; `nil` when none goes on.
    public func listProgress(_ id: EntityID<Campaign>) async throws -> (done: Int, total: Int)? {
        let own =
            Filter.equals("kind", .string(RecipientList.kind)) && .equals("subjectId", .id(id.raw))
            && .isIn("status", ["pending", "running"])
        guard let job = try await store.first(Job.self, where: own) else { return nil }
        return (job.payload?.object?["done"]?.int ?? 0, job.payload?.object?["total"]?.int ?? 0)
    }

    // MARK: Moves

    /// Copies template and segment, and has the mails sent from `date` on; `nil`: at once. Asked for twice at once, it is done once.
    ///
    /// Throws `CampaignError.notReady` with everything grave that `check` finds.
    public func schedule(_ id: EntityID<Campaign>, at date: Date?, by principal: Principal) async throws -> Campaign {
        let original = try await get(id)
        var campaign = original
        try campaign.schedule(at: date, now: now())
        if try await jobs.isActive(RecipientList.kind, on: id.raw) { throw CampaignError.listInTheMaking }
        let grave = try await check(original).filter(\.isGrave).map(\.code)
        guard grave.isEmpty else { throw CampaignError.notReady(grave) }
        try await snapshot(&campaign)
        // Whoever starts something here says that the data is in use here. What was under way on the original has been paused.
        if try await installMark.isOfAnother() { try await installMark.confirm() }
        return try await save(
            campaign, original, date == nil ? "campaign_started" : "campaign_scheduled", by: principal)
    }

    public func unschedule(_ id: EntityID<Campaign>, by principal: Principal) async throws -> Campaign {
        try await move(id, "campaign_unscheduled", by: principal) { campaign throws(CampaignError) in
            try campaign.unschedule()
        }
    }

    public func pause(_ id: EntityID<Campaign>, by principal: Principal) async throws -> Campaign {
        try await move(id, "campaign_paused", by: principal) { campaign throws(CampaignError) in try campaign.pause() }
    }

    public func resume(_ id: EntityID<Campaign>, by principal: Principal) async throws -> Campaign {
        let now = now()
        let wasCopied = try await get(id).pauseReason == .copiedDatabase
        if wasCopied { try await installMark.confirm() }
        return try await move(id, "campaign_resumed", by: principal) { campaign throws(CampaignError) in
            try campaign.resume(now: now)
        }
    }

    public func cancel(_ id: EntityID<Campaign>, by principal: Principal) async throws -> Campaign {
        let now = now()
        return try await move(id, "campaign_cancelled", by: principal) { campaign throws(CampaignError) in
            try campaign.cancel(now: now)
        }
    }

    /// Those whom it failed to reach become pending again, and nobody else. Addresses that are no good stay failed.
    public func retryFailures(_ id: EntityID<Campaign>, by principal: Principal) async throws -> Campaign {
        let original = try await get(id)
        var campaign = original
        try campaign.retryFailures()
        let failed = recipients(of: id) && .equals("status", Value(CampaignRecipient.Status.failed))
        var writes = Writes()
        try writes.save(campaign, original: original)
        writes.update(
            CampaignRecipient.self, where: failed,
            .set("status", Value(CampaignRecipient.Status.pending)).set("attempts", nil).set("nextAttemptAt", nil)
                .set("errorMessage", nil))
        writes.insert([audit.entry("campaign_retried", by: principal, on: .init(campaign))])
        try await store.commit(writes)
        bell.ring()
        return try await get(id)
    }

    /// How long replies to a campaign are waited for.
    static let replyWindow: TimeInterval = 14 * 86_400

    /// What was sent long enough ago is over.
    func complete() async throws {
        let over = now().addingTimeInterval(-Self.replyWindow)
        let sent =
            Filter.equals("status", Value(Campaign.Status.sent))
            && .range("sentAt", from: nil, to: .excluding(.date(over)))
        _ = try await store.update(Campaign.self, where: sent, .set("status", Value(Campaign.Status.completed)))
    }

    private func move(
        _ id: EntityID<Campaign>, _ action: String, by principal: Principal,
        _ change: (inout Campaign) throws(CampaignError) -> Void
    ) async throws -> Campaign {
        // What is sent moves figures of the same document all the time: whoever comes between is waited for.
        for attempt in 0... {
            let original = try await get(id)
            var campaign = original
            try change(&campaign)
            do { return try await save(campaign, original, action, by: principal) } catch StoreError.conflict
                where attempt < 20
            {
                continue
            }
        }
        throw StoreError.conflict(collection: Campaign.collection)
    }

    private func save(
        _ campaign: Campaign, _ original: Campaign, _ action: String, by principal: Principal
    ) async throws -> Campaign {
        var writes = Writes()
        try writes.update(
            Campaign.self, where: .id(campaign.id) && .equals("status", Value(original.status)),
            .changes(from: original, to: campaign), expecting: 1)
        writes.insert([audit.entry(action, by: principal, on: .init(campaign))])
        try await store.commit(writes)
        bell.ring()
        return try await get(campaign.id)
    }

    /// What goes out is what it says at this moment, whatever becomes of template and segment.
    private func snapshot(_ campaign: inout Campaign) async throws {
        if let id = campaign.templateId, let template = try await store.get(id) {
            campaign.subjectSnapshot = template.subject
            var document = try Document(template)
            document["templateId"] = .id(id.raw)
            campaign.templateSnapshot = .object(document)
        }
        if let id = campaign.segmentId, let segment = try await store.get(id) {
            var document: Document = [
                "segmentId": .id(id.raw), "name": .string(segment.name), "targetType": Value(segment.targetType),
            ]
            document["filters"] = segment.filters
            campaign.segmentSnapshot = .object(document)
        }
    }
}
