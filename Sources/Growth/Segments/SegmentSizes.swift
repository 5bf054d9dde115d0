import Foundation
import Store

/// How many records dynamic segments have, for lists that show many of them: counted to a bound, one after the other, and kept for some
/// minutes, so that a list over a million records costs no more than its rows.
actor SegmentSizes {
    /// Beyond this it is "more than".
    static let bound = 10_000
    static let freshness: TimeInterval = 300
    /// Segments that are looked at again are counted again; more are not kept.
    private static let most = 1_000

    private struct Size {
        let changedAt: Date?
        let countedAt: Date
        let count: Int
    }

    private struct Key: Hashable {
        let segment: EntityID<Segment>
        /// A filter may ask for what is one's own.
        let user: EntityID<User>?
    }

    private var sizes: [Key: Size] = [:]
    private let turns = Turns()

    /// At most `bound + 1`.
    func size(
        of segment: Segment, for user: EntityID<User>?, now: Date, count: @Sendable () async throws -> Int
    ) async throws -> Int {
        let key = Key(segment: segment.id, user: user)
        if let known = fresh(key, segment, now) { return known }
        await turns.take()
        defer { turns.give() }
        if let known = fresh(key, segment, now) { return known }
        let found = try await count()
        if sizes.count >= Self.most { sizes = [:] }
        sizes[key] = Size(changedAt: segment.updatedAt, countedAt: now, count: found)
        return found
    }

    private func fresh(_ key: Key, _ segment: Segment, _ now: Date) -> Int? {
        guard let size = sizes[key], size.changedAt == segment.updatedAt,
            abs(now.timeIntervalSince(size.countedAt)) < Self.freshness
        else { return nil }
        return size.count
    }
}
