import Growth
import HTTPTypes
import Hummingbird
import Store

/// The list of faults and what can be done with those it shows.
enum DataQualityPages {
    static func index(_ visit: MemberVisit) async throws -> Response {
        let request = try ListRequest(visit, DataQualityRoutes.list)
        let scope = scope(request)
        let page = try await request.page(visit.platform.store, within: scope)
        let runs = try await visit.platform.store.get(Array(Set(page.items.compactMap(\.importLogId))))
        let hasAny = try await visit.platform.store.count(DataQualityIssue.self, where: .all, upTo: 1) > 0
        let status = page.chosen("filter[status]")
        var data: PageData = [
            "rows": page.items.map { row($0, runs, visit) }, "isEmpty": page.items.isEmpty, "hasAny": hasAny,
            "pager": try page.pager(visit), "count": page.countText, "mayEdit": visit.may(.editRecords),
            "here": page.link([:]), "query": QueryPair.text(request.parameters.filter { !$0.value.isEmpty }),
            "severities": options(
                "severities", DataQualityIssue.Severity.known, page.chosen("filter[severity]"), visit),
            "statuses": options("statuses", DataQualityIssue.Status.known, status.isEmpty ? "open" : status, visit),
            "importLogId": page.chosen("filter[importLogId]"), "isOfRun": !page.chosen("filter[importLogId]").isEmpty,
        ]
        data["types"] = try await visit.platform.dataQualityIssues.types().map { type in
            [
                "code": type, "label": StoredWord.label("dataQuality.types", type, visit),
                "isChosen": type == page.chosen("filter[issueType]"),
            ] as PageData
        }
        data["targets"] = DataQualityIssue.Status.known.filter { $0.rawValue != (status.isEmpty ? "open" : status) }.map
        {
            ["code": $0.rawValue, "label": visit.phrase("dataQuality.all.\($0.rawValue)")] as PageData
        }
        return try visit.page("data_quality/index", title: visit.phrase("dataQuality.title"), data)
    }

    /// Open ones, unless the question itself speaks of a status.
    private static func scope(_ request: ListRequest<DataQualityIssue>) -> Filter {
        request.filter.names("status") ? .all : .equals("status", Value(DataQualityIssue.Status.open))
    }

    /// What the list showed is in the form as its query.
    static func setAll(_ visit: MemberVisit) async throws -> Response {
        let status = try DataQualityRoutes.status(visit)
        let request = try ListRequest(query: visit.input.text("query") ?? "", DataQualityRoutes.list)
        let done = try await visit.platform.dataQualityIssues.setAll(
            request.wholeFilter(within: scope(request)), to: status, by: visit.principal)
        return visit.redirect(
            to: "/data-quality", flash: "dataQuality.saved",
            undo: Undo(action: "/data-quality/undo", id: done.entry.raw))
    }

    private static func options<C: Choice>(
        _ group: String, _ words: [C], _ chosen: String, _ visit: MemberVisit
    ) -> [PageData] {
        words.map { word in
            [
                "code": word.rawValue, "label": StoredWord.label("dataQuality.\(group)", word.rawValue, visit),
                "isChosen": word.rawValue == chosen,
            ]
        }
    }

    private static let signs = ["critical": "error", "high": "error", "medium": "warn", "low": "info"]

    private static func row(
        _ issue: DataQualityIssue, _ runs: [EntityID<ImportLog>: ImportLog], _ visit: MemberVisit
    ) -> PageData {
        let severity = issue.severity?.rawValue
        let run = issue.importLogId.flatMap { runs[$0] }
        return [
            "id": issue.id.description, "hasSeverity": severity != nil,
            "severity": severity.map { StoredWord.label("dataQuality.severities", $0, visit) } ?? "",
            "sign": severity.flatMap { signs[$0] } ?? "",
            "type": issue.issueType.map { StoredWord.label("dataQuality.types", $0, visit) } ?? "–",
            "fix": issue.recommendedFix ?? "", "hasRun": run != nil, "file": run?.fileName ?? "",
            "run": run.map { "/imports/\($0.id)" } ?? "",
            "status": StoredWord.label("dataQuality.statuses", issue.status.rawValue, visit),
            "verbs": DataQualityIssue.Status.known.filter { $0 != issue.status }.map {
                ["code": $0.rawValue, "label": visit.phrase("dataQuality.verbs.\($0.rawValue)")] as PageData
            },
        ]
    }
}
