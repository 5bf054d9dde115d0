import Growth
import Hummingbird
import Store

/// A record that is part of another now: its address leads there.
enum MergedRecord {
    /// `nil` for a record of its own.
    static func redirect<R: MergeableRecord>(_ record: R, _ noun: RecordNoun, _ visit: MemberVisit) async throws
        -> Response?
    {
        guard record.mergedInto != nil else { return nil }
        let survivor = try await visit.platform.merges.survivor(of: record)
        return visit.redirect(to: "/\(noun.rawValue)/\(survivor.id)", flash: "duplicates.redirected.done")
    }
}
