import Foundation
import Synchronization

/// Makes the ids of this process.
final class ObjectIDSource: Sendable {
    static let shared = ObjectIDSource()

    private let process = UInt64.random(in: 0..<(1 << 40))
    private let state = Mutex((second: UInt32(0), counter: UInt32.random(in: 0..<(1 << 23))))

    func next(at date: Date) -> ObjectID {
        let now = ObjectID.seconds(date)
        let (second, counter) = state.withLock { state in
            // A clock that goes back must not give smaller ids than those already handed out.
            state.second = max(state.second, now)
            state.counter += 1
            if state.counter == 1 << 24 {
                state.counter = 0
                state.second += 1
            }
            return (state.second, state.counter)
        }
        let high = UInt64(second) << 32 | process >> 8
        let low = UInt32(truncatingIfNeeded: process & 0xFF) << 24 | counter
        return ObjectID(high: high, low: low)
    }
}
