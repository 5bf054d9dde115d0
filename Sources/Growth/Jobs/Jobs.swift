import Foundation
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Work behind requests: queued in the store, taken by lease, done by whichever worker is alive.
public final class Jobs: Service {
    /// What a kind of job does. May run again after a crash, so it must bear that.
    public typealias Work = @Sendable (Job) async throws -> Void

    /// Nobody else takes a job for this long after its worker last said that it is alive.
    public static let lease: TimeInterval = 30
    static let heartbeat: Duration = .seconds(10)
    /// How long an idle worker waits before it looks again, unless it is woken.
    static let poll: Duration = .seconds(2)
    /// After this many tries a job counts as failed.
    static let maxAttempts = 100

    private let store: any DocumentStore
    private let now: @Sendable () -> Date
    private let logger: Logger
    /// The process, and what tells it from others with its number.
    private let owner = "\(ProcessInfo.processInfo.processIdentifier)-\(ObjectID())"
    private let parallel: Int
    private let works = Mutex<[String: Work]>([:])
    private let bell = Doorbell()

    public init(
        store: any DocumentStore, now: @escaping @Sendable () -> Date, parallel: Int = 2,
        logger: Logger = Logger(label: "anwal.jobs")
    ) {
        self.store = store
        self.now = now
        self.parallel = parallel
        self.logger = logger
    }

    /// To be called for every kind before `run`.
    public func register(_ kind: String, _ work: @escaping Work) { works.withLock { $0[kind] = work } }

    /// A new job, to be inserted together with what it is about.
    public func job(_ kind: String, on subject: ObjectID, by user: EntityID<User>?) -> Job {
        var job = Job()
        job.kind = kind
        job.subjectId = subject
        job.runAt = now()
        job.createdBy = user
        return job
    }

    /// Writes that come through, in one commit with what is added to them, only while this worker holds the job, whose
    /// lease they renew. A worker that was paused and taken for dead, and whose job another does now, thus changes
    /// nothing any more: it gets `StoreError.conflict`.
    public func writes(for job: Job) -> Writes {
        var writes = Writes()
        writes.update(Job.self, where: mine(job), renewal, expecting: 1)
        return writes
    }

    private var renewal: Update { .set("leaseUntil", .date(now().addingTimeInterval(Self.lease))) }

    /// Looks for work now rather than at the next poll.
    public func wake() { bell.ring() }

    func isActive(_ kind: String, on subject: ObjectID) async throws -> Bool {
        let filter =
            Filter.equals("kind", .string(kind)) && .equals("subjectId", .id(subject))
            && .isIn("status", ["pending", "running"])
        return try await store.count(Job.self, where: filter, upTo: 1) > 0
    }

    /// Thrown by work that finds its job cancelled.
    struct Cancelled: Error {}

    /// Cancels what waits or runs; work that runs notices at its next commit. Returns whether there was any.
    func cancel(_ kind: String, on subject: ObjectID) async throws -> Bool {
        let active =
            Filter.equals("kind", .string(kind)) && .equals("subjectId", .id(subject))
            && .isIn("status", ["pending", "running"])
        let update = Update.set("status", Value(Job.Status.cancelled)).set("finishedAt", .date(now()))
            .set("leaseUntil", nil)
        return try await store.update(Job.self, where: active, update) > 0
    }

    /// Commits `writes` and what the job says of itself, only while this worker holds the job and nobody cancelled it.
    /// Throws `Cancelled` when somebody did.
    func commit(_ writes: Writes, for job: Job, saying payload: Document) async throws {
        var all = Writes()
        let running = mine(job) && .equals("status", Value(Job.Status.running))
        all.update(Job.self, where: running, renewal.set("payload", .object(payload)), expecting: 1)
        all.append(writes)
        do {
            try await store.commit(all)
        } catch StoreError.conflict(Job.collection) {
            let found = try await store.get(job.id)
            throw found?.status == .cancelled ? Cancelled() : StoreError.conflict(collection: Job.collection)
        }
    }

    /// An engine that only one process opens has no other worker: whatever is leased there is a dead one's.
    public func releaseAll() async throws {
        _ = try await store.update(
            Job.self, where: .equals("status", "running"), .set("leaseUntil", .date(.distantPast)))
    }

    /// Takes and does jobs until the program is asked to stop. A job under way is cut off at its next safe place and
    /// taken up again by whoever comes next.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for _ in 0..<self.parallel { group.addTask { await self.work() } }
            }
        }
    }

    /// Does everything that is due, then returns: for commands that work on a folder by themselves.
    public func runUntilIdle() async throws {
        while let job = try await claim() { await perform(job) }
    }

    private func work() async {
        while !Task.isCancelled {
            let heard = bell.rings
            do {
                if let job = try await claim() {
                    await perform(job)
                    continue
                }
            } catch {
                logger.error("Jobs cannot be read", metadata: ["error": "\(error)"])
            }
            await bell.wait(since: heard, atMost: Self.poll)
        }
    }

    /// Does one job in the caller's own task, unless a worker has taken it already, and returns it as it is then. What
    /// it throws stands in the job; a caller who is cancelled leaves the rest to a worker.
    public func perform(_ id: EntityID<Job>) async throws -> Job? {
        let mine = Filter.id(id) && .equals("status", Value(Job.Status.pending))
        if let job = try await claim(mine) { await perform(job) }
        return try await store.get(id)
    }

    private func claim() async throws -> Job? {
        let at = now()
        let due = Filter.equals("status", "pending") && .range("runAt", from: nil, to: .including(.date(at)))
        let orphaned = Filter.equals("status", "running") && .range("leaseUntil", from: nil, to: .excluding(.date(at)))
        let kinds = works.withLock { Array($0.keys) }
        return try await claim(Filter.isIn("kind", kinds.map(Value.string)) && .or([due, orphaned]))
    }

    private func claim(_ filter: Filter) async throws -> Job? {
        let update = Update.set("status", Value(Job.Status.running)).set("leaseOwner", .string(owner))
            .set("leaseUntil", .date(now().addingTimeInterval(Self.lease))).increment("attempts", by: 1)
        return try await store.findAndUpdate(Job.self, where: filter, sort: [.ascending("runAt")], update)
    }

    private func perform(_ job: Job) async {
        guard let work = works.withLock({ $0[job.kind] }) else { return }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await work(job) }
                group.addTask { try await self.keepAlive(job) }
                try await group.next()
                group.cancelAll()
            }
            try await end(job, .done, nil)
        } catch is Cancelled {
            // Whoever cancelled it has written so.
        } catch is CancellationError {
            // The process stops: the lease runs out, and another worker, or this one when it is back, goes on.
        } catch {
            await fail(job, error)
        }
    }

    /// Ends by throwing: when the task is cancelled, or when somebody else has taken the job over.
    private func keepAlive(_ job: Job) async throws {
        while true {
            try await Task.sleep(for: Self.heartbeat)
            let held = try await store.update(Job.self, where: mine(job), renewal)
            if held == 0 { throw StoreError.conflict(collection: Job.collection) }
        }
    }

    private func mine(_ job: Job) -> Filter {
        .id(job.id) && .equals("leaseOwner", .string(owner)) && .equals("attempts", .int(job.attempts))
    }

    private func end(_ job: Job, _ status: Job.Status, _ error: String?) async throws {
        let update = Update.set("status", Value(status)).set("finishedAt", .date(now())).set("leaseUntil", nil)
            .set("errorMessage", error.map(Value.string))
        _ = try await store.update(Job.self, where: mine(job), update)
    }

    private func fail(_ job: Job, _ error: any Error) async {
        logger.error("A job failed", metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "error": "\(error)"])
        let isTransient = (error as? StoreError)?.isTransient ?? false
        do {
            if isTransient && job.attempts < Self.maxAttempts {
                let later = now().addingTimeInterval(Self.lease)
                _ = try await store.update(
                    Job.self, where: mine(job), .set("status", Value(Job.Status.pending)).set("runAt", .date(later)))
            } else {
                try await end(job, .failed, "\(error)")
            }
        } catch {
            // The store does not take writes: the lease runs out and the job is tried again.
            logger.error("A job's end cannot be written", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }
}
