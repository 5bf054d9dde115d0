import Store
import Synchronization

/// Connections that only read, each on a queue of its own.
final class Readers: Sendable {
    private let connections: [Connection]
    private let state: Mutex<State>

    private struct State {
        var idle: [Int]
        /// First come, first served.
        var waiting: ArraySlice<Job> = []
        var stopped: StoreError?
    }

    private struct Job: Sendable {
        let run: @Sendable (Connection) -> Void
        let refuse: @Sendable (StoreError) -> Void
    }

    init(path: String, count: Int, layouts: Layouts) throws {
        connections = try (0..<count).map { _ in try Connection(path: path, isReader: true, layouts: layouts) }
        state = Mutex(State(idle: Array(0..<count)))
    }

    func perform<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        let limit = ReadLimit.longest
        return try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Job(
                    run: { connection in continuation.resume(with: Result { try Self.read(connection, limit, body) }) },
                    refuse: { continuation.resume(throwing: $0) }))
        }
    }

    private static func read<T>(
        _ connection: Connection, _ limit: Duration?, _ body: (Connection) throws -> T
    ) throws -> T {
        connection.tidy()
        connection.deadline = limit.map { .now + $0 }
        defer { connection.deadline = nil }
        do {
            return try body(connection)
        } catch let failure as SQLiteFailure {
            if failure.isInterruption, limit != nil { throw StoreError.tookTooLong }
            throw StoreError(sqlite: failure.code, failure.message)
        }
    }

    private func enqueue(_ job: Job) {
        let (reader, refusal) = state.withLock { state -> (Int?, StoreError?) in
            if let stopped = state.stopped { return (nil, stopped) }
            state.waiting.append(job)
            return (state.idle.popLast(), nil)
        }
        if let refusal { job.refuse(refusal) }
        if let reader { connections[reader].async { self.drain(reader, $0) } }
    }

    private func drain(_ reader: Int, _ connection: Connection) {
        while let job = next(for: reader) { job.run(connection) }
    }

    private func next(for reader: Int) -> Job? {
        state.withLock { state in
            if let job = state.waiting.popFirst() { return job }
            state.idle.append(reader)
            return nil
        }
    }

    /// Waits for the reads under way.
    func close() {
        let refused = state.withLock { state in
            state.stopped = .unavailable("the store is closed")
            defer { state.waiting = [] }
            return state.waiting
        }
        for job in refused { job.refuse(.unavailable("the store is closed")) }
        for connection in connections { connection.close() }
    }
}
