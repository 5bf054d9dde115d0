import Foundation
import Logging
import Matching
import Store

/// Makes the rows of a campaign's recipients from its segment, in the background: one for each address, with a reason where
/// somebody gets no mail.
struct RecipientList: Sendable {
    let store: any DocumentStore
    let segments: Segments
    let settings: Settings
    let jobs: Jobs
    let now: @Sendable () -> Date

    static let kind = "campaign_recipients"
    static let batch = 2_000

    /// Called by the worker that took the job; begins anew after a crash.
    func run(_ job: Job) async throws {
        guard let subject = job.subjectId, let campaign = try await store.get(EntityID<Campaign>(subject)),
            campaign.isEditable, let segmentId = campaign.segmentId, let segment = try await store.get(segmentId)
        else { return }
        var clearing = Writes()
        clearing.delete(CampaignRecipient.self, where: .equals("campaignId", Value(campaign.id)))
        try await jobs.commit(clearing, for: job, saying: ["done": 0, "total": job.payload?.object?["total"] ?? 0])

        let filter = try await segments.filter(of: segment, by: nil)
        let template = try await template(of: campaign)
        let total = try await segments.count(segment, by: nil)
        let audience = Audience(store: store, requiresConsent: campaign.requiresConsent)
        var guests = GuestBook(campaign: campaign, template: template, fixed: try await fixedValues(campaign))
        // Indexes that are put off would slow down the campaigns under way.
        let isQuiet =
            try await store.count(
                Campaign.self, where: .equals("status", Value(Campaign.Status.sending)), upTo: 1) == 0
        try await store.loading([CampaignRecipient.self], expecting: isQuiet ? total : 0) {
            var last: ObjectID?
            var done = 0
            repeat {
                let (candidates, next) = try await audience.batch(
                    of: segment.targetType, where: filter, after: last, size: Self.batch)
                let suppressed = try await Suppressions(store: store).reasons(candidates.compactMap(\.email))
                let frequent = try await FrequencyCap(store: store, settings: settings, now: now)
                    .reached(candidates.compactMap(\.email))
                let rows = candidates.map { guests.row(for: $0, suppressed, frequent) }
                done += candidates.count
                last = next
                var writes = Writes()
                writes.insert(rows)
                try await jobs.commit(writes, for: job, saying: ["done": .int(done), "total": .int(max(total, done))])
            } while last != nil
        }
        var finish = Writes()
        finish.update(
            Campaign.self, where: .id(campaign.id) && .equals("status", Value(Campaign.Status.draft)),
            .set("recipientsAt", .date(now())).set("stats", .object(try Document(part: guests.stats))))
        try await store.commit(finish)
    }

    private func template(of campaign: Campaign) async throws -> CompiledTemplate? {
        guard let id = campaign.templateId, let template = try await store.get(id) else { return nil }
        return template.compiled(variants: campaign.variants)
    }

    private func fixedValues(_ campaign: Campaign) async throws -> TemplateValues {
        TemplateValues(sender: campaign, try await settings.current(), mailbox: nil)
    }
}

/// Who is on the list already, and what becomes of the next.
struct GuestBook {
    let campaign: Campaign
    let template: CompiledTemplate?
    let fixed: TemplateValues
    private(set) var stats = DeliveryStats()
    /// 96 bits of each address: of a million of them two are mistaken for one with a chance of 1 in 10^17.
    private var seen: Set<ObjectID> = []
    private let variants: WeightedVariants
    private let nowhere = ObjectID(high: 0, low: 0)

    init(campaign: Campaign, template: CompiledTemplate?, fixed: TemplateValues) {
        self.campaign = campaign
        self.template = template
        self.fixed = fixed
        variants = WeightedVariants(campaign.variants)
    }

    mutating func row(
        for candidate: Audience.Candidate, _ suppressed: [String: Suppression.Reason], _ frequent: Set<String>
    ) -> CampaignRecipient {
        var row = CampaignRecipient()
        row.campaignId = campaign.id
        (row.companyId, row.personId) = (candidate.companyId, candidate.personId)
        row.contactPointId = candidate.contactPointId
        row.email = candidate.email ?? ""
        row.companyName = candidate.company?.displayName ?? candidate.person?.companyNameAr
        row.personName = candidate.person?.fullName
        row.jobTitle = candidate.person?.jobTitle
        (row.sector, row.city) = (candidate.company?.sector, candidate.company?.city)
        row.recommendedService = candidate.service
        row.skipReason = candidate.skip
        if row.skipReason == nil { row.skipReason = reason(row.email, suppressed, frequent) }
        guard row.skipReason == nil else {
            row.status = .skipped
            return row
        }
        stats.totalRecipients += 1
        row.sendKey = "\(campaign.id):\(row.email)"
        row.variant = variants.variant(for: stats.totalRecipients)
        hold(&row)
        return row
    }

    private mutating func reason(
        _ email: String, _ suppressed: [String: Suppression.Reason], _ frequent: Set<String>
    ) -> CampaignRecipient.SkipReason? {
        if let reason = suppressed[email] { return reason == .unsubscribed ? .unsubscribed : .suppressed }
        if frequent.contains(email) { return .frequencyCap }
        let key = ObjectID(
            high: StableHash.of(email), low: UInt32(truncatingIfNeeded: StableHash.of(email, seed: 0x5EED)))
        return seen.insert(key).inserted ? nil : .duplicateEmail
    }

    private func hold(_ row: inout CampaignRecipient) {
        guard let template else { return }
        let missing = template.missing(TemplateValues(row, over: fixed), variant: row.variant ?? "")
        if !missing.isEmpty { row.heldReason = HeldReason.missing(missing) }
    }
}

/// Why a row waits for a person: `missing:companyName,city`.
public enum HeldReason {
    static func missing(_ fields: Set<TemplateField>) -> String {
        "missing:" + fields.map(\.rawValue).sorted().joined(separator: ",")
    }

    /// The fields that are missing; none for a reason of another kind.
    public static func fields(_ reason: String) -> [String] {
        guard reason.hasPrefix("missing:") else { return [] }
        return reason.dropFirst(8).split(separator: ",").map(String.init)
    }
}

/// Deals subjects out by their weights, the same every time.
struct WeightedVariants: Sendable {
    private let names: [String]

    init(_ variants: [SubjectVariant]) {
        names = variants.flatMap { Array(repeating: $0.name, count: min(max($0.weight, 0), 100)) }
    }

    /// - Parameter number: a running number. A step that shares no divisor with the length mixes the neighbours.
    func variant(for number: Int) -> String? {
        names.isEmpty ? nil : names[number * 7_919 % names.count]
    }
}
