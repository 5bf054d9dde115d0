import Glibc

/// Fills chunks on a thread of its own, a few pieces ahead of the reader. Dropping it stops and joins the thread.
final class ReadAhead: ChunkSource {
    private let shared: Shared
    private var thread: pthread_t?

    /// Falls back to the caller's thread (`nil`) when the system gives no thread.
    init?(stream: any ByteStream) {
        shared = Shared(stream: stream)
        let context = Unmanaged.passRetained(shared)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Shared>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return nil
        }
        self.thread = thread
    }

    deinit {
        shared.cancel()
        if let thread { pthread_join(thread, nil) }
    }

    func next(reusing old: Chunk?) throws(SpreadsheetError) -> Chunk? {
        try shared.take(returning: old)
    }
}

/// What both threads see.
///
/// `@unchecked Sendable`: every stored variable is read and written under `lock`; `stream` is used by the thread only.
private final class Shared: @unchecked Sendable {
    private let stream: any ByteStream
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var ready: [Chunk] = []
    private var free: [Chunk] = []
    private var failure: SpreadsheetError?
    private var isDone = false
    private var isCancelled = false

    private static let chunks = 6

    init(stream: any ByteStream) {
        self.stream = stream
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
        free = (0..<Self.chunks).map { _ in Chunk() }
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    func cancel() {
        pthread_mutex_lock(lock)
        isCancelled = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    func take(returning old: Chunk?) throws(SpreadsheetError) -> Chunk? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        if let old {
            free.append(old)
            pthread_cond_signal(changed)
        }
        while ready.isEmpty {
            if let failure { throw failure }
            if isDone { return nil }
            pthread_cond_wait(changed, lock)
        }
        return ready.removeFirst()
    }

    /// The thread: until the end of the stream, an error, or `cancel()`.
    func run() {
        while let chunk = emptyChunk() {
            do throws(SpreadsheetError) {
                try stream.fill(chunk)
                finish(chunk, failure: nil)
            } catch {
                finish(nil, failure: error)
            }
        }
    }

    private func emptyChunk() -> Chunk? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while free.isEmpty, !isCancelled, !isDone { pthread_cond_wait(changed, lock) }
        return isCancelled || isDone ? nil : free.popLast()
    }

    private func finish(_ chunk: Chunk?, failure: SpreadsheetError?) {
        pthread_mutex_lock(lock)
        if let chunk, chunk.count > 0 { ready.append(chunk) } else { isDone = true }
        self.failure = failure
        pthread_cond_signal(changed)
        pthread_mutex_unlock(lock)
    }
}
