import Growth
import Store

/// The campaigns under way, and the last that were sent, on the dashboard.
enum DashboardCampaigns {
    private static let most = 5

    static func data(_ visit: MemberVisit) async throws -> PageData {
        let campaigns = try await latest(visit)
        return [
            "rows": campaigns.map { row($0, visit) }, "hasRows": !campaigns.isEmpty,
            "mayManage": visit.may(.manageCampaigns),
        ]
    }

    /// First what goes on, then what was sent, then drafts; of each the youngest first.
    private static func latest(_ visit: MemberVisit) async throws -> [Campaign] {
        var found: [Campaign] = []
        for states in [["sending", "paused", "scheduled"], ["sent", "completed"], ["draft"]] where found.count < most {
            found += try await visit.platform.store.find(
                Query<Campaign>(
                    .isIn("status", states.map { .string($0) }), sort: [.descending("createdAt")],
                    limit: most - found.count))
        }
        return found
    }

    private static func row(_ campaign: Campaign, _ visit: MemberVisit) -> PageData {
        let stats = campaign.stats
        let attempted = min(stats.sent + stats.bounced, stats.totalRecipients)
        func share(_ count: Int) -> String { CampaignWords.share(count, of: stats.sent, visit) }
        return [
            "path": "/campaigns/\(campaign.id)", "name": campaign.name,
            "status": CampaignWords.status(campaign, visit), "sign": CampaignWords.sign(campaign),
            "isUnderWay": campaign.isUnderWay && stats.totalRecipients > 0, "done": String(attempted),
            "total": String(max(stats.totalRecipients, 1)),
            "progress": visit.phrase(
                "campaigns.progress",
                ["done": visit.formats.number(attempted), "total": visit.formats.number(stats.totalRecipients)]),
            "sent": visit.formats.number(stats.sent), "opened": share(stats.opened), "replied": share(stats.replied),
            "bounced": visit.formats.number(stats.bounced),
        ]
    }
}
