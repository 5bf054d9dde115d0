import Foundation
import Store
import Synchronization

/// Where the links of sent mails lead: only to what stands in the campaign's own copy of its template.
public final class Destinations: Sendable {
    private let store: any DocumentStore
    private let state = Mutex(State())

    private struct State {
        var campaignOf: [ObjectID: EntityID<Campaign>] = [:]
        var links: [EntityID<Campaign>: [MergeText]] = [:]
        /// Where those lead that are the same for everybody.
        var fixed: [EntityID<Campaign>: [String?]] = [:]
    }

    static let maxRecipients = 100_000
    static let maxCampaigns = 200

    init(store: any DocumentStore) { self.store = store }

    /// What is known without asking the store; `nil` for a link that no fields stand in, of a recipient seen lately, else.
    public func known(_ recipient: ObjectID, link: Int) -> String? {
        state.withLock { state in
            guard let campaign = state.campaignOf[recipient], let fixed = state.fixed[campaign] else { return nil }
            return fixed.indices.contains(link) ? fixed[link] : nil
        }
    }

    /// `nil` where there is no such recipient or link.
    public func find(_ recipient: ObjectID, link: Int) async throws -> String? {
        guard let row = try await store.get(EntityID<CampaignRecipient>(recipient)) else { return nil }
        let links = try await links(of: row.campaignId)
        state.withLock { state in
            if state.campaignOf.count >= Self.maxRecipients { state.campaignOf = [:] }
            state.campaignOf[recipient] = row.campaignId
        }
        guard links.indices.contains(link) else { return nil }
        let address = links[link].string(TemplateValues(row, over: TemplateValues()))
        return SafeLink.isWeb(address) ? address : nil
    }

    func links(of id: EntityID<Campaign>) async throws -> [MergeText] {
        if let known = state.withLock({ $0.links[id] }) { return known }
        let campaign = try await store.get(id)
        let links = campaign?.sentTemplate?.compiled(variants: campaign?.variants ?? []).html.links ?? []
        state.withLock { state in
            if state.links.count >= Self.maxCampaigns { (state.links, state.fixed) = ([:], [:]) }
            state.links[id] = links
            state.fixed[id] = links.map { link in
                let address = link.fields.isEmpty ? link.string(TemplateValues()) : ""
                return SafeLink.isWeb(address) ? address : nil
            }
        }
        return links
    }
}
