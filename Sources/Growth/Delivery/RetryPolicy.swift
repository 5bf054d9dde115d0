import Foundation

/// When a mail that a server did not take for now is tried again (RFC 5321 section 4.5.4.1; the figures are those of a campaign, which
/// is stale after a day).
enum RetryPolicy {
    static let first: TimeInterval = 300
    static let factor = 2.0
    static let longest: TimeInterval = 4 * 3_600
    /// Each wait is up to a fifth shorter or longer, so that what failed together does not come back together.
    static let jitter = 0.2
    static let giveUpAfter: TimeInterval = 24 * 3_600

    /// - Parameters:
    ///   - attempts: how many were made, 1 or more.
    ///   - random: 0 to 1.
    ///   - asked: what the server asks to wait.
    /// - Returns: `nil`: it is given up.
    static func wait(after attempts: Int, random: Double, asked: TimeInterval? = nil) -> TimeInterval? {
        var (elapsed, wait) = (0.0, first)
        for _ in 1..<max(attempts, 1) {
            elapsed += wait
            wait = min(wait * factor, longest)
        }
        guard elapsed < giveUpAfter else { return nil }
        let jittered = max(first, wait * (1 - jitter + 2 * jitter * random))
        return max(jittered, min(asked ?? 0, longest) + (asked == nil ? 0 : 10))
    }
}
