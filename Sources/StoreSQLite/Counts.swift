import Store
import Synchronization

/// Counts that nobody has written since: pages of a list ask for the same one again and again.
final class Counts: Sendable {
    struct Key: Hashable {
        let collection: String
        let filter: Filter
        let limit: Int?
    }

    private let kept = Mutex((commits: 0, counts: [Key: Int]()))
    private static let capacity = 500

    /// `nil` unless the count was taken when there were just as many commits.
    func known(_ key: Key, at commits: Int) -> Int? {
        kept.withLock { $0.commits == commits ? $0.counts[key] : nil }
    }

    func keep(_ count: Int, _ key: Key, at commits: Int) {
        kept.withLock { kept in
            if kept.commits > commits { return }
            if kept.commits < commits || kept.counts.count >= Self.capacity { kept = (commits, [:]) }
            kept.counts[key] = count
        }
    }
}
