import Foundation
import Store

/// Lets one process alone send through a mailbox that has caps, so that they are counted in one place. Only a shared store needs it; a
/// mailbox without caps is everybody's.
struct MailboxLease: Sendable {
    let store: any DocumentStore
    let owner: String
    let now: @Sendable () -> Date

    static let lifetime: TimeInterval = 60

    /// Takes the lease, or renews one's own. False while another process has it.
    func take(_ mailbox: EntityID<Mailbox>) async throws -> Bool {
        let id = EntityID<Job>(StableHash.id(at: mailbox.raw.date, mailbox.raw, "mailbox_lease", ""))
        let time = now()
        let free = Filter.or([
            .equals("leaseOwner", .string(owner)), .range("leaseUntil", from: nil, to: .excluding(.date(time))),
        ])
        let update = Update.set("leaseOwner", .string(owner)).set(
            "leaseUntil", .date(time.addingTimeInterval(Self.lifetime)))
        if try await store.update(Job.self, where: .id(id) && free, update) > 0 { return true }
        var lease = Job()
        (lease.id, lease.kind, lease.subjectId) = (id, "mailbox_lease", mailbox.raw)
        // Nothing that a worker takes.
        (lease.status, lease.leaseOwner) = (.done, owner)
        lease.leaseUntil = time.addingTimeInterval(Self.lifetime)
        do {
            try await store.insert(lease)
            return true
        } catch StoreError.duplicate(Job.collection, _) {
            return false
        }
    }
}
