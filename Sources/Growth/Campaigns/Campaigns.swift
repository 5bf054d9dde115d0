import Foundation
import Store

/// What can be done with campaigns.
public struct Campaigns: Sendable {
    let store: any DocumentStore
    let segments: Segments
    let settings: Settings
    let jobs: Jobs
    let audit: AuditTrail
    let now: @Sendable () -> Date
    let installMark: InstallMark
    /// Rings where mails are sent.
    let bell: Doorbell

    static let maxMailboxes = 50
    static let maxVariants = 8
    public static let order: [Sort] = [.descending("createdAt")]

    /// What somebody says of a campaign; what they do not name stays, empty text clears.
    public struct Draft: Sendable {
        public var name: String?
        public var segmentId: String?
        public var templateId: String?
        public var mailboxIds: [String]?
        public var language: String?
        public var sendWindow: SendWindow??
        public var timezone: String?
        public var variants: [SubjectVariant]?
        public var requiresConsent: Bool?

        public init() {}
    }

    public func get(_ id: EntityID<Campaign>) async throws -> Campaign {
        guard let campaign = try await store.get(id) else { throw RecordError.notFound }
        return campaign
    }

    public func list(_ filter: Filter = .all, page: Page? = nil, limit: Int = 50) async throws -> [Campaign] {
        try await store.find(Query(filter, sort: Self.order, limit: limit, page: page))
    }

    public func create(_ draft: Draft, by principal: Principal) async throws -> Campaign {
        var campaign = Campaign()
        var draft = draft
        draft.name = draft.name ?? ""
        try await apply(draft, to: &campaign)
        campaign.createdAt = now()
        var writes = Writes()
        writes.insert([campaign])
        writes.insert([audit.entry("campaign_created", by: principal, on: .init(campaign))])
        try await store.commit(writes)
        return try await get(campaign.id)
    }

    /// Only a draft can be changed. What changes who is written to, or what, makes its list of recipients out of date.
    ///
    /// - Parameter expected: the `updatedAt` that the editor saw. Throws `StoreError.conflict` when it is another now.
    public func edit(
        _ id: EntityID<Campaign>, _ draft: Draft, expected: Date? = nil, by principal: Principal
    ) async throws -> Campaign {
        let original = try await get(id)
        if let expected, expected != original.updatedAt { throw StoreError.conflict(collection: Campaign.collection) }
        var campaign = original
        try campaign.edit()
        if try await jobs.isActive(RecipientList.kind, on: id.raw) { throw CampaignError.listInTheMaking }
        try await apply(draft, to: &campaign)
        if campaign.segmentId != original.segmentId || campaign.templateId != original.templateId
            || campaign.variants != original.variants || campaign.requiresConsent != original.requiresConsent
        {
            campaign.recipientsAt = nil
        }
        var writes = Writes()
        try writes.save(campaign, original: original)
        writes.insert([audit.entry("campaign_changed", by: principal, on: .init(campaign))])
        try await store.commit(writes)
        return try await get(id)
    }

    /// Only a draft can be deleted, and its list with it.
    public func delete(_ id: EntityID<Campaign>, by principal: Principal) async throws {
        let campaign = try await get(id)
        guard campaign.isEditable else { throw CampaignError.notPossible(campaign.status) }
        _ = try await jobs.cancel(RecipientList.kind, on: id.raw)
        var writes = Writes()
        writes.delete(Campaign.self, where: .id(id) && .equals("status", Value(Campaign.Status.draft)))
        writes.delete(CampaignRecipient.self, where: .equals("campaignId", Value(id)))
        writes.insert([audit.entry("campaign_deleted", by: principal, on: .init(campaign))])
        try await store.commit(writes)
    }

    /// A draft that says the same.
    public func duplicate(_ id: EntityID<Campaign>, name: String, by principal: Principal) async throws -> Campaign {
        let original = try await get(id)
        var draft = Draft()
        draft.name = name
        (draft.segmentId, draft.templateId) = (original.segmentId?.description, original.templateId?.description)
        draft.mailboxIds = original.mailboxIds.map(\.description)
        (draft.sendWindow, draft.timezone, draft.variants) = (original.sendWindow, original.timezone, original.variants)
        draft.requiresConsent = original.requiresConsent
        return try await create(draft, by: principal)
    }

    private func apply(_ draft: Draft, to campaign: inout Campaign) async throws {
        var reader = FieldReader()
        if let name = draft.name { campaign.name = reader.line(name, "name", required: true, limit: 120) ?? "" }
        if let text = draft.segmentId {
            campaign.segmentId = reader.id(text, "segmentId")
            if let id = campaign.segmentId, try await store.get(id) == nil { reader.refuse("segmentId", .notInList) }
        }
        if let text = draft.templateId {
            campaign.templateId = reader.id(text, "templateId")
            if let id = campaign.templateId {
                if let template = try await store.get(id) {
                    campaign.language = template.language
                } else {
                    reader.refuse("templateId", .notInList)
                }
            }
        }
        if let texts = draft.mailboxIds { try await take(mailboxes: texts, &campaign, &reader) }
        if let language = draft.language { campaign.language = reader.choice(language, "language") }
        if let window = draft.sendWindow {
            if let window, !SendCalendar.isValid(window) { reader.refuse("sendWindow", .notInList) }
            campaign.sendWindow = window
        }
        if let zone = draft.timezone {
            campaign.timezone = reader.line(zone, "timezone")
            if let zone = campaign.timezone, TimeZone(identifier: zone) == nil {
                reader.refuse("timezone", .notATimeZone)
            }
        }
        if let variants = draft.variants { campaign.variants = Self.checked(variants, &reader) }
        if let requires = draft.requiresConsent { campaign.requiresConsent = requires }
        try reader.throwIfAny()
    }

    private func take(mailboxes texts: [String], _ campaign: inout Campaign, _ reader: inout FieldReader) async throws {
        let ids = texts.compactMap { EntityID<Mailbox>($0) }
        let found = try await store.get(ids)
        if ids.count != texts.count || ids.contains(where: { found[$0] == nil }) || Set(ids).count != ids.count {
            reader.refuse("mailboxIds", .notInList)
        }
        if ids.count > Self.maxMailboxes { reader.refuse("mailboxIds", .tooLong(Self.maxMailboxes)) }
        (campaign.mailboxIds, campaign.mailboxId) = (ids, ids.first)
        campaign.senderEmail = ids.first.flatMap { found[$0]?.email }
    }

    /// Named A, B, C… where they have no names.
    private static func checked(_ variants: [SubjectVariant], _ reader: inout FieldReader) -> [SubjectVariant] {
        if variants.count > maxVariants { reader.refuse("variants", .tooLong(maxVariants)) }
        let named = variants.enumerated().map { number, variant in
            var variant = variant
            if variant.name.isEmpty { variant.name = String(UnicodeScalar(UInt8(65 + number % 26))) }
            variant.subject =
                reader.line(variant.subject, "variants", required: true, limit: Templates.maxSubject) ?? ""
            if !(1...100).contains(variant.weight) { reader.refuse("variants", .outOfRange("1", "100")) }
            return variant
        }
        if Set(named.map(\.name)).count != named.count { reader.refuse("variants", .taken) }
        return named
    }
}

extension Platform {
    public var campaigns: Campaigns {
        Campaigns(
            store: store, segments: segments, settings: settings, jobs: jobs, audit: audit, now: now,
            installMark: installMark, bell: deliveryBell)
    }
}
