import Foundation
import Synchronization

/// Counts the requests of each user, or of each address before sign-in, minute by minute.
final class RequestLimiter: Sendable {
    private struct Window {
        var start: Date
        var count: Int
    }

    private let windows = Mutex<[String: Window]>([:])
    private static let maxNames = 20_000

    /// Throws `WebError.tooManyRequests` beyond `limit` within a minute.
    func admit(_ name: String, at now: Date, limit: Int = WebLimits.requestsPerMinute) throws {
        try windows.withLock { windows in
            if windows.count >= Self.maxNames {
                windows = windows.filter { abs(now.timeIntervalSince($0.value.start)) < 60 }
                if windows.count >= Self.maxNames { windows.removeAll(keepingCapacity: true) }
            }
            var window = windows[name] ?? Window(start: now, count: 0)
            let age = now.timeIntervalSince(window.start)
            if abs(age) >= 60 { window = Window(start: now, count: 0) }
            window.count += 1
            windows[name] = window
            if window.count > limit {
                throw WebError.tooManyRequests(retryAfterSeconds: Int(min(max(60 - age, 1), 60).rounded(.up)))
            }
        }
    }
}
