import Foundation
import Store

/// What came of a campaign: counts of people, never of events.
public struct CampaignReport: Sendable {
    public struct Variant: Sendable, Hashable {
        /// "" where there is one subject only.
        public let name: String
        public let subject: String
        public let sent: Int
        public let opened: Int
        public let clicked: Int
    }

    public struct Link: Sendable, Hashable {
        public let url: String
        /// Clicks by people.
        public let clicks: Int
    }

    public var counts: CampaignFigures.Counts
    public var sent = 0
    public var opened = 0
    public var clicked = 0
    public var replied = 0
    public var bounced = 0
    /// Those of the bounced whose address the server refused before it took a mail.
    public var refused = 0
    public var failed = 0
    public var unsubscribed = 0
    public var leads = 0
    /// Riyals of the opportunities that were won from its leads.
    public var won = 0.0
    /// Opens and clicks by programs that look links and images over; not counted above.
    public var byPrograms = 0
    public var variants: [Variant] = []
    /// The most followed first.
    public var links: [Link] = []

    /// Everybody whom it was tried to write to, and it is known what came of it. Bounces are a share of these.
    public var tried: Int { sent + refused + failed }

    static let maxLinks = 50
}

extension Campaigns {
    public func report(_ id: EntityID<Campaign>) async throws -> CampaignReport {
        let campaign = try await get(id)
        var report = CampaignReport(counts: try await CampaignFigures(store: store).counts(id))
        let own = recipients(of: id)
        func count(_ filter: Filter) async throws -> Int {
            try await store.count(CampaignRecipient.self, where: own && filter)
        }
        report.sent = try await count(.exists("sentAt", true))
        report.opened = try await count(.exists("openedAt", true))
        report.clicked = try await count(.exists("clickedAt", true))
        report.replied = try await count(.exists("repliedAt", true))
        (report.bounced, report.failed) = (report.counts[.bounced], report.counts[.failed])
        if report.bounced > 0 {
            report.refused = try await count(
                .equals("status", Value(CampaignRecipient.Status.bounced)) && .exists("sentAt", false))
        }
        report.unsubscribed = report.counts[.unsubscribed]
        let leads = try await store.find(Query<Lead>(.equals("campaignId", Value(id)), limit: 10_000))
        report.leads = leads.count
        if !leads.isEmpty {
            let won =
                Filter.isIn("leadId", leads.map { Value($0.id) }) && .equals("stage", Value(Opportunity.Stage.won))
            report.won =
                try await store.group(Opportunity.self, by: "stage", sum: "valueEstimate", where: won, limit: 1)
                .first?.sum ?? 0
        }
        report.variants = try await variants(of: campaign)
        let events = Filter.related(
            Filter.Relation(local: "campaignRecipientId", CampaignRecipient.collection, foreign: "_id"), own)
        let people =
            events && .equals("kind", Value(TrackingEvent.Kind.click))
            && .not(.equals("userAgentClass", Value(TrackingEvent.UserAgentClass.scanner)))
        report.links = try await store.group(
            TrackingEvent.self, by: "url", sum: nil, where: people, limit: CampaignReport.maxLinks
        ).compactMap { group in group.value.string.map { CampaignReport.Link(url: $0, clicks: group.count) } }
        let programs = events && .equals("userAgentClass", Value(TrackingEvent.UserAgentClass.scanner))
        report.byPrograms = try await store.count(TrackingEvent.self, where: programs)
        return report
    }

    private func variants(of campaign: Campaign) async throws -> [CampaignReport.Variant] {
        var found: [CampaignReport.Variant] = []
        for variant in campaign.variants {
            let rows = recipients(of: campaign.id) && .equals("variant", .string(variant.name))
            func count(_ field: String) async throws -> Int {
                try await store.count(CampaignRecipient.self, where: rows && .exists(field, true))
            }
            found.append(
                CampaignReport.Variant(
                    name: variant.name, subject: variant.subject, sent: try await count("sentAt"),
                    opened: try await count("openedAt"), clicked: try await count("clickedAt")))
        }
        return found
    }
}
