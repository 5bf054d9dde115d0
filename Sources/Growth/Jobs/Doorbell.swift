import Synchronization

/// Lets idle workers sleep until there may be work.
final class Doorbell: Sendable {
    private struct State {
        var rings = 0
        var naps: [Int: Task<Void, Never>] = [:]
        var lastNap = 0
    }

    private let state = Mutex(State())

    /// How often it has rung. To be read before looking for work, so that a ring in between is not missed.
    var rings: Int { state.withLock { $0.rings } }

    func ring() {
        let naps = state.withLock { state in
            state.rings += 1
            defer { state.naps = [:] }
            return state.naps.values
        }
        for nap in naps { nap.cancel() }
    }

    /// Returns when it rings, at once if it has rung since `heard`, after `time`, or when the task is cancelled.
    func wait(since heard: Int, atMost time: Duration) async {
        // Cancellation is how a nap ends early.
        let nap = Task { _ = try? await Task.sleep(for: time) }
        let number = state.withLock { state -> Int? in
            guard state.rings == heard else { return nil }
            state.lastNap += 1
            state.naps[state.lastNap] = nap
            return state.lastNap
        }
        guard let number else { return nap.cancel() }
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        state.withLock { $0.naps[number] = nil }
    }
}
