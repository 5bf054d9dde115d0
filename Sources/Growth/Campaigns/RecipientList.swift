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
    /// As many ids as one statement of the embedded engine lists.
    static let batch = 4_096

    /// Called by the worker that took the job; begins anew after a crash.
    func run(_ job: Job) async throws {
        guard let subject = job.subjectId, let campaign = try await store.get(EntityID<Campaign>(subject)),
            campaign.isEditable, let segmentId = campaign.segmentId, let segment = try await store.get(segmentId)
        else { return }
        let filter = try await segments.filter(of: segment, by: nil)
        let template = try await template(of: campaign)
        let total = try await segments.count(segment, by: nil)
        let source = Source(
            target: segment.targetType, filter: filter,
            audience: Audience(store: store, requiresConsent: campaign.requiresConsent),
            suppressed: try await suppressions.all(atMost: Self.manySuppressions))
        var book = GuestBook(campaign: campaign, template: template, fixed: try await fixedValues(campaign))
        // Indexes that are put off would slow down the campaigns under way.
        let isQuiet =
            try await store.count(
                Campaign.self, where: .equals("status", Value(Campaign.Status.sending)), upTo: 1) == 0
        // A guest book knows who is on the list: every `sendKey` is one campaign's and one address's.
        try await store.loading([CampaignRecipient.self], expecting: isQuiet ? total : 0, areDistinct: true) {
            var clearing = Writes()
            clearing.delete(CampaignRecipient.self, where: .equals("campaignId", Value(campaign.id)))
            try await jobs.commit(clearing, for: job, saying: ["done": 0, "total": .int(total)])
            var done = 0
            var batch = try await guests(of: source, behind: nil)
            while let current = batch {
                try Task.checkCancellation()
                // The next are read while these are written.
                async let following = guests(of: source, behind: current)
                let rows = current.candidates.map { book.row(for: $0, current.suppressed, current.frequent) }
                done += rows.count
                var writes = Writes()
                writes.insert(rows)
                try await jobs.commit(writes, for: job, saying: ["done": .int(done), "total": .int(max(total, done))])
                batch = try await following
            }
        }
        var finish = Writes()
        finish.update(
            Campaign.self, where: .id(campaign.id) && .equals("status", Value(Campaign.Status.draft)),
            .set("recipientsAt", .date(now())).set("stats", .object(try Document(part: book.stats))))
        try await store.commit(finish)
    }

    private var suppressions: Suppressions { Suppressions(store: store) }

    /// Up to so many are read once for the whole list; of more, those of each batch.
    private static let manySuppressions = 10_000

    /// Where the guests come from.
    private struct Source {
        let target: Segment.Target
        let filter: Filter
        let audience: Audience
        /// `nil`: there are too many.
        let suppressed: [String: Suppression.Reason]?
    }

    private struct Guests {
        var candidates: [Audience.Candidate]
        var suppressed: [String: Suppression.Reason]
        var frequent: Set<String>
        /// Behind whom the next begin; `nil` at the end.
        var next: ObjectID?
    }

    /// The first, or those behind `previous`; `nil` when there are no more.
    private func guests(of source: Source, behind previous: Guests?) async throws -> Guests? {
        if let previous, previous.next == nil { return nil }
        let (candidates, next) = try await source.audience.batch(
            of: source.target, where: source.filter, after: previous?.next, size: Self.batch)
        let emails = candidates.compactMap(\.email)
        let suppressed =
            if let known = source.suppressed {
                Suppressions.reasons(emails, among: known)
            } else {
                try await suppressions.reasons(emails)
            }
        let cap = FrequencyCap(store: store, settings: settings, now: now)
        return Guests(
            candidates: candidates, suppressed: suppressed, frequent: try await cap.reached(emails), next: next)
    }

    private func template(of campaign: Campaign) async throws -> CompiledTemplate? {
        guard let id = campaign.templateId, let template = try await store.get(id) else { return nil }
        return template.compiled(variants: campaign.variants)
    }

    private func fixedValues(_ campaign: Campaign) async throws -> TemplateValues {
        TemplateValues(sender: campaign, try await settings.latest(), mailbox: nil)
    }
}

/// Who is on the list already, and what becomes of the next.
struct GuestBook {
    let campaign: Campaign
    let template: CompiledTemplate?
    let fixed: TemplateValues
    private(set) var stats = DeliveryStats()
    /// 64 bits of each address, by a key of this process alone: of a million addresses two are mistaken for one with a
    /// chance of 1 in 37 million, and nobody can make two that are.
    private var seen: Set<Int> = []
    private let variants: WeightedVariants
    private let keyPrefix: String
    /// The fields of the template that only a row can fill.
    private let asked: [TemplateField]

    init(campaign: Campaign, template: CompiledTemplate?, fixed: TemplateValues) {
        self.campaign = campaign
        self.template = template
        self.fixed = fixed
        keyPrefix = "\(campaign.id):"
        variants = WeightedVariants(campaign.variants)
        asked = template.map { $0.fields.filter { fixed[$0] == nil } } ?? []
    }

    mutating func row(
        for candidate: Audience.Candidate, _ suppressed: [String: Suppression.Reason], _ frequent: Set<String>
    ) -> CampaignRecipient {
        var row = CampaignRecipient()
        row.campaignId = campaign.id
        (row.companyId, row.personId) = (candidate.companyId, candidate.personId)
        row.contactPointId = candidate.contactPointId
        row.email = candidate.email ?? ""
        row.companyName = candidate.firm?.name ?? candidate.contact?.companyName
        row.personName = candidate.contact?.name
        row.jobTitle = candidate.contact?.jobTitle
        (row.sector, row.city) = (candidate.firm?.sector, candidate.firm?.city)
        row.recommendedService = candidate.service
        row.skipReason = candidate.skip
        if row.skipReason == nil { row.skipReason = reason(row.email, suppressed, frequent) }
        guard row.skipReason == nil else {
            row.status = .skipped
            return row
        }
        stats.totalRecipients += 1
        row.sendKey = keyPrefix + row.email
        row.variant = variants.variant(for: stats.totalRecipients)
        hold(&row)
        return row
    }

    private mutating func reason(
        _ email: String, _ suppressed: [String: Suppression.Reason], _ frequent: Set<String>
    ) -> CampaignRecipient.SkipReason? {
        if let reason = suppressed[email] { return reason == .unsubscribed ? .unsubscribed : .suppressed }
        if frequent.contains(email) { return .frequencyCap }
        return seen.insert(email.hashValue).inserted ? nil : .duplicateEmail
    }

    private func hold(_ row: inout CampaignRecipient) {
        // With a value for every field nothing can be missing, which is quicker told than what is.
        guard let template, !asked.allSatisfy({ row[$0] != nil }) else { return }
        row.heldReason = template.heldReason(of: row, over: fixed)
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
