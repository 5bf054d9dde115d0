import Foundation
import Store

/// Takes up what a dead worker left: claimed rows go back to where they were, stamped ones wait for a person.
struct Takeover: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    static let batch = 500

    /// - Parameter all: every lease is a dead worker's: the engine is one process's, which has just begun.
    /// - Returns: how many rows were given back, and how many are uncertain now.
    @discardableResult
    func run(all: Bool) async throws -> (released: Int, uncertain: Int) {
        var (released, uncertain) = (0, 0)
        let queued = Filter.equals("status", Value(CampaignRecipient.Status.queued)) && .exists("lease", true)
        try await store.stream(CampaignRecipient.self, where: queued, batch: Self.batch) { rows in
            let dead = rows.filter { all || ($0.lease?.until ?? .distantPast) < now() }
            let (stamped, claimed) = (dead.filter { $0.uncertainAt != nil }, dead.filter { $0.uncertainAt == nil })
            for row in stamped {
                var writes = Writes()
                // Its worker may be alive after all and have recorded it: then nothing matches, or the message is there.
                writes.update(
                    CampaignRecipient.self, where: .id(row.id) && queued && .exists("uncertainAt", true),
                    .set("lease", nil).set("errorMessage", "interrupted"))
                writes.insertIfAbsent([
                    SendWork.message(row, mailbox: row.lease?.mailboxId, .queued, at: row.uncertainAt)
                ])
                try await store.commit(writes)
            }
            uncertain += stamped.count
            for (owner, rows) in Dictionary(grouping: claimed, by: { $0.lease?.owner ?? "" }) {
                let same = Filter.equals("lease.owner", owner.isEmpty ? .null : .string(owner))
                released += try await store.update(
                    CampaignRecipient.self,
                    where: .ids(rows.map(\.id)) && queued && same && .exists("uncertainAt", false),
                    .set("status", Value(CampaignRecipient.Status.pending)).set("lease", nil))
            }
        }
        return (released, uncertain)
    }
}
