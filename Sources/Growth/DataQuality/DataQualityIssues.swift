import Foundation
import Store

/// What can be done with the faults that an earlier program found in files.
public struct DataQualityIssues: Sendable {
    let store: any DocumentStore
    let audit: AuditTrail

    /// How many one action changes at the most.
    public static let maxAtOnce = 10_000

    public func get(_ id: EntityID<DataQualityIssue>) async throws -> DataQualityIssue {
        guard let issue = try await store.get(id) else { throw RecordError.notFound }
        return issue
    }

    public func set(_ id: EntityID<DataQualityIssue>, to status: DataQualityIssue.Status) async throws
        -> DataQualityIssue
    {
        guard status.isKnown else { throw InvalidFields(["status": .notInList]) }
        let original = try await get(id)
        var issue = original
        issue.status = status
        try await store.save(issue, original: original)
        return try await get(id)
    }

    /// All that match, at most `maxAtOnce`, the first of them first. Returns the entry of the audit log, with which it can be taken
    /// back, and how many changed.
    public func setAll(
        _ filter: Filter, to status: DataQualityIssue.Status, by principal: Principal
    ) async throws -> (entry: EntityID<AuditLog>, count: Int) {
        guard status.isKnown else { throw InvalidFields(["status": .notInList]) }
        let changing = filter && .not(.equals("status", Value(status)))
        let issues = try await store.find(Query<DataQualityIssue>(changing, limit: Self.maxAtOnce))
        var before = Document()
        for (old, group) in Dictionary(grouping: issues, by: \.status).sorted(by: { $0.key.rawValue < $1.key.rawValue })
        {
            before[old.rawValue] = .array(group.map { Value($0.id) })
        }
        var writes = Writes()
        for chunk in issues.chunks(of: 1_000) {
            writes.update(DataQualityIssue.self, where: .ids(chunk.map(\.id)), .set("status", Value(status)))
        }
        let entry = audit.entry(
            "issues_changed", by: principal, metadata: ["issueStatus": Value(status), "before": .object(before)])
        writes.insert([entry])
        try await store.commit(writes)
        return (entry.id, issues.count)
    }

    /// Sets back what one action changed and nobody has changed since. Returns how many.
    public func undo(_ entry: EntityID<AuditLog>) async throws -> Int {
        guard let log = try await store.get(entry), log.action == "issues_changed", let told = log.metadata?.object,
            let status = told["issueStatus"]
        else { throw RecordError.notFound }
        var changed = 0
        for pair in told["before"]?.object?.pairs ?? [] {
            for chunk in (pair.value.array ?? []).chunks(of: 1_000) {
                changed += try await store.update(
                    DataQualityIssue.self, where: .isIn("_id", Array(chunk)) && .equals("status", status),
                    .set("status", .string(pair.key)))
            }
        }
        return changed
    }

    /// The kinds of fault there are, the most frequent first.
    public func types(limit: Int = 100) async throws -> [String] {
        try await store.group(
            DataQualityIssue.self, by: "issueType", sum: nil, where: .exists("issueType", true), limit: limit
        ).compactMap(\.value.string)
    }
}

extension Platform {
    public var dataQualityIssues: DataQualityIssues { DataQualityIssues(store: store, audit: audit) }
}
