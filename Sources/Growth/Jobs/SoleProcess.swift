import Foundation
import ServiceLifecycle
import Store

/// Keeps a shared database to one process where the engine has no transactions: a standalone MongoDB server.
///
/// By a lease, as jobs are: a process that was killed is followed within `Jobs.lease`, one that ends gives it back.
public struct SoleProcess: Service {
    /// Another process has the database.
    public struct Occupied: Error {}

    private let store: any DocumentStore
    private let now: @Sendable () -> Date
    private let owner = Value.string(ObjectID().description)

    private static let id = EntityID<Job>(ObjectID(high: 0, low: 1))
    private static let past = Value.date(Date(timeIntervalSince1970: 0))

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
    }

    /// Throws `Occupied` when somebody else holds the lease and does not let it run out for `patience`.
    public func take(patience: Duration = .seconds(Jobs.lease + 5)) async throws {
        var lease = Job()
        lease.id = Self.id
        lease.kind = "sole_process"
        // Nothing that a worker takes.
        lease.status = .done
        lease.leaseUntil = Self.past.date
        var writes = Writes()
        writes.insertIfAbsent([lease])
        try await store.commit(writes)
        let deadline = ContinuousClock.now + patience
        while try await !hold(where: .range("leaseUntil", from: nil, to: .excluding(.date(now())))) {
            guard ContinuousClock.now < deadline else { throw Occupied() }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Renews the lease until the program is to end, and gives it back. Throws `Occupied` when somebody else has it.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            // Ended by cancellation, which is all that a sleep can throw.
            while (try? await Task.sleep(for: Jobs.heartbeat)) != nil {
                do {
                    guard try await hold(where: mine) else { throw Occupied() }
                } catch let error as StoreError where error.isTransient {
                    // Nobody else can take it while the server is away.
                }
            }
        }
        _ = try await store.update(Job.self, where: .id(Self.id) && mine, .set("leaseUntil", Self.past))
    }

    private var mine: Filter { .equals("leaseOwner", owner) }

    private func hold(where filter: Filter) async throws -> Bool {
        let until = now().addingTimeInterval(Jobs.lease)
        let update = Update.set("leaseOwner", owner).set("leaseUntil", .date(until))
        return try await store.update(Job.self, where: .id(Self.id) && filter, update) > 0
    }
}
