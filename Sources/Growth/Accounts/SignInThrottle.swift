import Foundation
import Synchronization

/// How many passwords may be tried: a few a minute for an account, some more from one address.
///
/// Nobody is locked out for good: when the window is over the next try is let through. Kept in memory, so that a flood of tries
/// writes nothing.
public final class SignInThrottle: Sendable {
    public static let triesPerAccount = 10
    /// Colleagues behind one office router share an address.
    public static let triesPerAddress = 60
    private let window: TimeInterval
    /// Beyond this, names whose last try is over are dropped; a flood of made-up names cannot fill the memory.
    static let maxNames = 20_000

    private let tries = Mutex<[String: [Date]]>([:])

    /// - Parameter window: within how many seconds that many tries are let through.
    public init(window: TimeInterval = 60) { self.window = window }

    /// Counts a try. Throws `AccountError.tooManyAttempts` before any password is hashed.
    public func admit(account: String, address: String?, at now: Date) throws {
        try tries.withLock { tries in
            if tries.count >= Self.maxNames { tidy(&tries, at: now) }
            let names =
                [("account:" + account.prefix(254), Self.triesPerAccount)]
                + (address.map { [("address:" + $0, Self.triesPerAddress)] } ?? [])
            for (name, limit) in names {
                let recent = (tries[name] ?? []).filter { abs(now.timeIntervalSince($0)) < window }
                if recent.count >= limit, let first = recent.first {
                    let wait = window - now.timeIntervalSince(first)
                    throw AccountError.tooManyAttempts(retryAfterSeconds: Int(min(max(wait.rounded(.up), 1), window)))
                }
                tries[name] = recent
            }
            for (name, _) in names { tries[name, default: []].append(now) }
        }
    }

    /// A person who got in starts afresh.
    public func succeeded(account: String) {
        tries.withLock { $0["account:" + account.prefix(254)] = nil }
    }

    private func tidy(_ tries: inout [String: [Date]], at now: Date) {
        tries = tries.filter { $0.value.contains { abs(now.timeIntervalSince($0)) < window } }
        if tries.count >= Self.maxNames {
            let oldest = tries.sorted { ($0.value.last ?? .distantPast) < ($1.value.last ?? .distantPast) }
            for (name, _) in oldest.prefix(tries.count / 2) { tries[name] = nil }
        }
    }
}
