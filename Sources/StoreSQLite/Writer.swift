import Foundation
import GRDBSQLite
import Store
import Synchronization

/// The one connection that writes. Callers that wait at the same time share one transaction, and so one sync.
final class Writer: Sendable {
    /// Beyond this many bytes of log, readers are waited for so that it can start over.
    static let maxLogBytes: Int32 = 64 << 20
    /// Log pages after which they are copied to the database, and after which readers are waited for.
    static let (checkpointPages, restartPages): (Int32, Int32) = (8_000, 12_000)

    let connection: Connection
    private let log: LogSize
    private let state = Mutex(State())

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
        var stopped: StoreError?
        var transactions = 0
        var commits = 0
    }

    /// How many transactions were begun: fewer than jobs, when jobs waited together.
    var transactions: Int { state.withLock { $0.transactions } }

    /// How many transactions have changed what readers see. Counted after each has, so that what was read under a number
    /// that still holds is true.
    var commits: Int { state.withLock { $0.commits } }

    private struct Job: Sendable {
        /// Long work, which is not to be done again because another job beside it failed.
        var isAlone = false
        /// May run more than once: each time after everything it did was rolled back.
        let run: @Sendable (Connection) throws -> Void
        let finish: @Sendable (StoreError?) -> Void
    }

    init(path: String, layouts: Layouts) throws {
        connection = try Connection(path: path, isReader: false, layouts: layouts)
        log = try connection.sync { LogSize($0) }
    }

    /// Runs `body` in a transaction, one of its own where it is to be `alone`, and returns when it is durable.
    func perform<T: Sendable>(
        alone: Bool = false, _ body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        let result = Slot<T>()
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            enqueue(
                Job(
                    isAlone: alone,
                    run: { result.value = try body($0) },
                    finish: { error in
                        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
                    }))
        }
        guard let value = result.value else { throw StoreError.unavailable("a write ended without a result") }
        return value
    }

    /// Refuses all further writes with `error`. Returns whether it was the first to do so.
    @discardableResult
    func stop(_ error: StoreError) -> Bool {
        state.withLock { state in
            defer { state.stopped = state.stopped ?? error }
            return state.stopped == nil
        }
    }

    private func enqueue(_ job: Job) {
        let (refusal, starts) = state.withLock { state -> (StoreError?, Bool) in
            if let stopped = state.stopped { return (stopped, false) }
            state.waiting.append(job)
            defer { state.isRunning = true }
            return (nil, !state.isRunning)
        }
        if let refusal { job.finish(refusal) }
        if starts { connection.async { _ in self.drain() } }
    }

    private func drain() {
        while true {
            let (jobs, stopped) = state.withLock { state -> ([Job], StoreError?) in
                if state.waiting.isEmpty { state.isRunning = false }
                let together = state.waiting.firstIndex(where: \.isAlone) ?? state.waiting.count
                let count = max(together, min(1, state.waiting.count))
                defer { state.waiting.removeFirst(count) }
                return (Array(state.waiting[..<count]), state.stopped)
            }
            if jobs.isEmpty { return }
            if let stopped {
                for job in jobs { job.finish(stopped) }
            } else {
                run(jobs)
                checkpointIfNeeded()
            }
        }
    }

    /// All of them in one transaction. A job that fails takes back its own writes only.
    ///
    /// - Parameter isWary: whether each is set apart by a savepoint. At first none is, because for a savepoint SQLite copies every
    ///   page that is touched; when one of them fails, all start over, set apart.
    private func run(_ jobs: [Job], isWary: Bool = false) {
        connection.tidy()
        if let failure = state.withLock({ $0.stopped }) ?? failure({ try connection.run("BEGIN IMMEDIATE") }) {
            for job in jobs { job.finish(failure) }
            return
        }
        state.withLock { $0.transactions += 1 }
        var done: [Job] = []
        for (i, job) in jobs.enumerated() {
            guard let failure = isWary ? attempt(job) : failure({ try job.run(connection) }) else {
                done.append(job)
                continue
            }
            if !isWary {
                rollBack("ROLLBACK")
                if jobs.count > 1 { return run(jobs, isWary: true) }
                return job.finish(failure)
            }
            job.finish(failure)
            // After some errors SQLite takes back the whole transaction: the others start over, each by itself.
            if !connection.isInTransaction { return runEach(done + jobs[(i + 1)...]) }
        }
        let failure = failure { try connection.run("COMMIT") }
        state.withLock { $0.commits += 1 }
        if failure != nil { rollBack("ROLLBACK") }
        if failure == .diskFull, done.count > 1 { return runEach(done) }
        for job in done { job.finish(failure) }
    }

    private func runEach(_ jobs: [Job]) {
        for job in jobs { run([job]) }
    }

    private func attempt(_ job: Job) -> StoreError? {
        let failure = failure {
            try connection.run("SAVEPOINT job")
            try job.run(connection)
            try connection.run("RELEASE job")
        }
        if failure != nil, connection.isInTransaction {
            rollBack("ROLLBACK TO job")
            rollBack("RELEASE job")
        }
        return failure
    }

    /// What `body` threw, as the store's error. A failed read or sync below SQLite ends all writing: what the system
    /// dropped after a failed sync it does not report again.
    private func failure(_ body: () throws -> Void) -> StoreError? {
        do {
            try body()
            return nil
        } catch {
            connection.predicates = []
            let failure = (error as? SQLiteFailure).map { StoreError(sqlite: $0.code, $0.message) }
            let result = failure ?? error as? StoreError ?? .unsupported("\(error)")
            if case .io = result { stop(result) }
            return result
        }
    }

    private func rollBack(_ sql: String) {
        if !connection.isInTransaction { return }
        if let failure = failure({ try connection.run(sql) }) { stop(failure) }
    }
}

extension Writer {
    private func checkpointIfNeeded() {
        guard log.pages >= Self.checkpointPages else { return }
        checkpoint(SQLITE_CHECKPOINT_PASSIVE)
        if log.pages >= Self.restartPages { checkpoint(SQLITE_CHECKPOINT_RESTART) }
    }

    /// Copies the log to the database. Only the writer does so, ever.
    private func checkpoint(_ mode: Int32) {
        var (pages, copied): (Int32, Int32) = (0, 0)
        let code = sqlite3_wal_checkpoint_v2(connection.database, nil, mode, &pages, &copied)
        switch code & 0xFF {
        case SQLITE_OK where mode != SQLITE_CHECKPOINT_PASSIVE: log.pages = 0
        case SQLITE_OK, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL: break
        default: stop(StoreError(sqlite: code, String(cString: sqlite3_errmsg(connection.database))))
        }
    }

    /// Copies the whole log and empties it, so that the database is one file. After the readers are closed.
    /// After a failed sync the log may be less than what is read of it: then before the readers are closed, because
    /// SQLite copies the log by itself when the last connection goes, and a reader cannot.
    func close(isInOrder: Bool) {
        do {
            if isInOrder { try connection.sync { _ in checkpoint(SQLITE_CHECKPOINT_TRUNCATE) } }
        } catch {
            // The log stays and is read at the next start.
        }
        connection.close()
    }
}

/// The pages in the log after the last commit, as SQLite tells them.
///
/// `@unchecked Sendable`: touched on the writer's queue only.
final class LogSize: @unchecked Sendable {
    var pages: Int32 = 0

    init(_ connection: Connection) {
        sqlite3_wal_hook(
            connection.database,
            { size, _, _, pages in
                if let size { Unmanaged<LogSize>.fromOpaque(size).takeUnretainedValue().pages = pages }
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}

/// Carries a result out of a job.
///
/// `@unchecked Sendable`: written on the connection's queue, read by the caller when the job has ended.
final class Slot<T>: @unchecked Sendable {
    var value: T?
}
