import Growth
import HTTPTypes
import Hummingbird
import Store

/// Faults that an earlier program found in files: read, resolved, ignored, opened again.
enum DataQualityRoutes {
    static let list = ListDefinition<DataQualityIssue>(
        path: "/data-quality", filters: ["status", "severity", "issueType", "importLogId", "sourceId", "createdAt"],
        sorts: ["_id"], defaultSort: [.descending("_id")])

    private static let item = JSONSchema.entity(DataQualityIssue.self)
    private static let statuses = DataQualityIssue.Status.known.map(\.rawValue)

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/data-quality", for: .may(.readRecords), "Faults found by an earlier program",
            query: list.parameters
        ) { try await DataQualityPages.index($0) },
        Endpoint(
            .post, "/data-quality/all", for: .may(.editRecords), "Changes all faults that match", takes: .form
        ) { try await DataQualityPages.setAll($0) },
        Endpoint(.post, "/data-quality/undo", for: .may(.editRecords), "Takes such a change back", takes: .form) {
            visit in
            guard let entry = visit.input.text("entry").flatMap({ EntityID<AuditLog>($0) }) else {
                throw WebError.notFound
            }
            _ = try await visit.platform.dataQualityIssues.undo(entry)
            return visit.redirect(to: "/data-quality", flash: "dataQuality.undone.done")
        },
        Endpoint(.post, "/data-quality/{id}", for: .may(.editRecords), "Changes one fault", takes: .form) { visit in
            let issue = try await visit.platform.dataQualityIssues.get(try visit.id())
            let changed = try await visit.platform.dataQualityIssues.setAll(
                .id(issue.id), to: try status(visit), by: visit.principal)
            return visit.redirect(
                to: OwnPath.checked(visit.input.text("back") ?? "") ?? "/data-quality", flash: "dataQuality.saved",
                undo: Undo(action: "/data-quality/undo", id: changed.entry.raw))
        },
        Endpoint(
            .get, "/api/data_quality_issues", for: .may(.readRecords), "Lists faults found by an earlier program",
            query: list.parameters, gives: .json(.list(of: item))
        ) { try await list.json($0) },
        Endpoint(
            .patch, "/api/data_quality_issues/{id}", for: .may(.editRecords), "Changes the status of one",
            takes: .json(.object(.must("status", .word(statuses)))), gives: .json(item)
        ) { visit in
            try visit.input.allow("status")
            return try visit.json(
                try await visit.platform.dataQualityIssues.set(try visit.id(), to: try status(visit)))
        },
        Endpoint(
            .post, "/api/data_quality_issues/status", for: .may(.editRecords),
            "Changes the status of all that match, 10,000 at the most",
            takes: .json(.object(.must("status", .word(statuses)), .may("filter", .any))),
            gives: .json(.object(.must("changed", .integer), .must("undoId", .id)))
        ) { visit in
            try visit.input.allow("status", "filter")
            let reader = FilterReader(list.filterFields, FilterContext(visit))
            let filter = try visit.input["filter"].map { try reader.tree($0) } ?? .all
            let done = try await visit.platform.dataQualityIssues.setAll(
                filter, to: try status(visit), by: visit.principal)
            return visit.json(["changed": .int(done.count), "undoId": Value(done.entry)])
        },
        Endpoint(
            .post, "/api/data_quality_issues/undo/{id}", for: .may(.editRecords),
            "Takes a change of many back, by its `undoId`", gives: .json(.object(.must("changed", .integer)))
        ) { visit in
            visit.json(["changed": .int(try await visit.platform.dataQualityIssues.undo(try visit.id()))])
        },
    ]

    static func status(_ visit: MemberVisit) throws -> DataQualityIssue.Status {
        guard let status = visit.input.text("status").flatMap(DataQualityIssue.Status.init(known:)) else {
            throw InvalidFields(["status": visit.input.has("status") ? .notInList : .required])
        }
        return status
    }
}
