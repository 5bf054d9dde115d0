import Foundation
import Store

/// Counts the rows of a campaign: the figures that stand in `stats`, and those of its page.
public struct CampaignFigures: Sendable {
    let store: any DocumentStore

    public init(store: any DocumentStore) { self.store = store }

    /// How many rows stand where.
    public struct Counts: Sendable, Hashable {
        public var byStatus: [String: Int] = [:]
        public var bySkipReason: [String: Int] = [:]
        /// Pending rows that wait for a person.
        public var held = 0
        /// Rows of which nobody knows whether the server has their mail.
        public var uncertain = 0

        public subscript(_ status: CampaignRecipient.Status) -> Int { byStatus[status.rawValue] ?? 0 }
        public var all: Int { byStatus.values.reduce(0, +) }
        public var skipped: Int { self[.skipped] }
        /// Everybody who is meant to get a mail.
        public var meant: Int { all - skipped }
        public var waiting: Int { self[.pending] + self[.queued] }
        /// The server took it, whatever came later.
        public var sent: Int {
            self[.sent] + self[.delivered] + self[.opened] + self[.clicked] + self[.replied] + self[.unsubscribed]
        }
    }

    /// - Parameter isMaking: whether the list is in the making. Then nothing is counted: it would be wrong at once, and no index serves.
    public func counts(_ id: EntityID<Campaign>, isMaking: Bool = false) async throws -> Counts {
        if isMaking { return Counts() }
        let own = Filter.equals("campaignId", Value(id))
        var counts = try await statuses(own)
        if counts.skipped > 0 {
            let skipped = own && .equals("status", Value(CampaignRecipient.Status.skipped))
            counts.bySkipReason = try await group(skipped, by: "skipReason")
        }
        if counts[.pending] > 0 {
            let held = own && .equals("status", Value(CampaignRecipient.Status.pending)) && .exists("heldReason", true)
            counts.held = try await store.count(CampaignRecipient.self, where: held)
        }
        if counts[.queued] > 0 {
            let uncertain =
                own && .equals("status", Value(CampaignRecipient.Status.queued)) && .exists("uncertainAt", true)
                && .exists("lease", false)
            counts.uncertain = try await store.count(CampaignRecipient.self, where: uncertain)
        }
        return counts
    }

    private func statuses(_ own: Filter) async throws -> Counts {
        var counts = Counts()
        counts.byStatus = try await group(own, by: "status")
        return counts
    }

    private func group(_ filter: Filter, by field: String) async throws -> [String: Int] {
        let groups = try await store.group(CampaignRecipient.self, by: field, sum: nil, where: filter, limit: 100)
        return Dictionary(groups.map { ($0.value.string ?? "", $0.count) }, uniquingKeysWith: +)
    }

    /// Writes what the rows say into the campaign.
    ///
    /// - Parameter quickly: only what the statuses tell, while mails go out; else every figure, by looking at every row.
    func refresh(_ id: EntityID<Campaign>, quickly: Bool) async throws {
        let own = Filter.equals("campaignId", Value(id))
        let counts = try await statuses(own)
        guard var stats = try await store.get(id)?.stats else { return }
        let before = stats
        stats.totalRecipients = counts.meant
        if quickly {
            stats.sent = max(stats.sent, counts.sent)
        } else {
            func count(_ field: String) async throws -> Int {
                try await store.count(CampaignRecipient.self, where: own && .exists(field, true))
            }
            stats.sent = try await count("sentAt")
            stats.delivered = counts[.delivered]
            stats.opened = try await count("openedAt")
            stats.clicked = try await count("clickedAt")
            stats.replied = try await count("repliedAt")
            stats.bounced = counts[.bounced]
            stats.unsubscribed = counts[.unsubscribed]
        }
        guard stats != before else { return }
        _ = try await store.update(Campaign.self, where: .id(id), .set("stats", .object(try Document(part: stats))))
    }
}

extension Platform {
    public var campaignFigures: CampaignFigures { CampaignFigures(store: store) }
}
