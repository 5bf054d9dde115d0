import Foundation
import Store

/// Tells people what became of their campaigns.
struct CampaignNews: Sendable {
    let platform: Platform

    /// Whoever started it, else everybody who may.
    func tell(_ kind: UserNotification.Kind, _ campaign: Campaign, _ reason: Campaign.PauseReason? = nil) async throws {
        var metadata: Document = ["name": .string(campaign.name)]
        if let reason { metadata["reason"] = Value(reason) }
        let title = kind == .campaignFinished ? "Campaign sent" : "Campaign paused"
        let starter = try await starter(of: campaign)
        let receivers = if let starter { [starter] } else { try await users(.manageCampaigns) }
        try await insert(kind, title, to: receivers, path: "/campaigns/\(campaign.id)", metadata)
    }

    func tell(_ mailbox: Mailbox, _ trouble: String) async throws {
        try await insert(
            .mailboxError, "A mailbox cannot send", to: try await users(.manageMailboxes),
            path: "/mailboxes/\(mailbox.id)", ["name": .string(mailbox.email), "problem": .string(trouble)])
    }

    private func insert(
        _ kind: UserNotification.Kind, _ title: String, to users: [EntityID<User>], path: String, _ metadata: Document
    ) async throws {
        let rows = users.compactMap {
            platform.notifications.entry(kind, title, to: $0, path: path, metadata)
        }
        try await platform.store.insert(rows)
    }

    private func starter(of campaign: Campaign) async throws -> EntityID<User>? {
        let started =
            Filter.equals("entityId", .id(campaign.id.raw))
            && .isIn("action", ["campaign_started", "campaign_scheduled", "campaign_resumed"])
        return try await platform.store.first(AuditLog.self, where: started, sort: [.descending("createdAt")])?.userId
    }

    private func users(_ permission: Permission) async throws -> [EntityID<User>] {
        let active = Filter.equals("status", Value(User.Status.active))
        return try await platform.store.find(Query<User>(active, limit: 1_000))
            .filter { Permission.of($0.role).contains(permission) }.map(\.id)
    }
}
