import Foundation
import Store

/// Whether somebody still wants mail, as they say themselves through a link in one.
public struct Unsubscribes: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    public struct Choice: Sendable, Hashable {
        public let email: String
        public let isUnsubscribed: Bool
    }

    /// `nil` for a recipient that is gone.
    public func choice(of recipient: ObjectID) async throws -> Choice? {
        guard let row = try await store.get(EntityID<CampaignRecipient>(recipient)) else { return nil }
        let reason = try await Suppressions(store: store).reason(row.email)
        return Choice(email: row.email, isUnsubscribed: reason != nil)
    }

    /// Returns when no mail goes to the address any more. Said twice, it is done once; of a recipient that is gone there is nothing to do.
    public func unsubscribe(_ recipient: ObjectID) async throws {
        guard let row = try await store.get(EntityID<CampaignRecipient>(recipient)) else { return }
        let time = now()
        if try await store.count(Suppression.self, where: .equals("address", .string(row.email)), upTo: 1) > 0 {
            return
        }
        var writes = Writes()
        writes.insertIfAbsent([
            Suppressions(store: store).row(
                row.email, .unsubscribed, campaign: row.campaignId, recipient: recipient, at: time)
        ])
        let reached: [CampaignRecipient.Status] = [.sent, .delivered, .opened, .clicked]
        writes.update(
            CampaignRecipient.self, where: .id(row.id) && .isIn("status", reached.map { Value($0) }),
            .set("status", Value(CampaignRecipient.Status.unsubscribed)))
        if let tracking = row.trackingId {
            writes.update(
                EmailMessage.self, where: .equals("trackingId", .string(tracking)),
                .set("status", Value(EmailMessage.Status.unsubscribed)))
        }
        writes.update(ContactPoint.self, where: row.points, consent("withdrawn", time))
        writes.insert(activities("unsubscribed", row, at: time))
        try await store.commit(writes)
    }

    /// Takes back what was said through this mail. What a bounce, a complaint or a colleague decided stays.
    public func subscribeAgain(_ recipient: ObjectID) async throws {
        guard let row = try await store.get(EntityID<CampaignRecipient>(recipient)) else { return }
        let time = now()
        let own =
            Filter.equals("address", .string(row.email)) && .equals("reason", Value(Suppression.Reason.unsubscribed))
        guard try await store.count(Suppression.self, where: own, upTo: 1) > 0 else { return }
        var writes = Writes()
        writes.delete(Suppression.self, where: own)
        writes.update(ContactPoint.self, where: row.points, consent("given", time))
        writes.insert(activities("subscribed_again", row, at: time))
        try await store.commit(writes)
    }

    private func consent(_ status: String, _ time: Date) -> Update {
        .set(
            "consent",
            .object(["status": .string(status), "basis": "consent", "source": "unsubscribe_link", "at": .date(time)]))
    }

    private func activities(_ action: String, _ row: CampaignRecipient, at time: Date) -> [Activity] {
        row.activities(
            .system, action == "unsubscribed" ? "Unsubscribed" : "Subscribed again",
            ["action": .string(action), "campaignId": Value(row.campaignId)], at: time)
    }
}

extension Platform {
    public var unsubscribes: Unsubscribes { Unsubscribes(store: store, now: now) }
}
