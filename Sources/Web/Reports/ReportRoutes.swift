import Growth
import HTTPTypes
import Hummingbird
import Store

/// What came of the work, by month, person and source.
enum ReportRoutes {
    static let all: [Endpoint] = [
        Endpoint(
            .get, "/reports", for: .may(.readRecords), "The reports, each as a chart with its table", query: parameters
        ) { try await ReportPages.index($0) },
        Endpoint(
            .get, "/reports/{kind}", for: .may(.readRecords), "One report, for the page of all and the dashboard",
            query: parameters + [QueryParameter("brief", .boolean, "Whether the figures stand folded away")]
        ) { try await ReportPages.part($0) },
        Endpoint(
            .get, "/reports/{kind}/export", for: .may(.exportRecords), "One report as a spreadsheet",
            query: parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await ReportPages.export($0) },
        Endpoint(
            .get, "/api/reports/{kind}", for: .may(.readRecords),
            "pipeline, outcomes, people, sources or imports: lines of the same figures", query: parameters,
            gives: .json(schema)
        ) { visit in visit.json(value(try await report(visit))) },
        Endpoint(
            .get, "/api/reports/{kind}/export", for: .may(.exportRecords), "One report as a spreadsheet",
            query: parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await ReportPages.export($0) },
    ]

    private static let parameters = [
        QueryParameter(
            "days", .word(Reports.periods.map(String.init)), "How far back what happened is counted: 90 unless told"),
        QueryParameter("owner", .id, "Whose; by default everybody's that one sees"),
    ]

    private static let figure = JSONSchema.word(Report.Figure.allCases.map(\.rawValue))
    private static let schema: JSONSchema = .object(
        .must("kind", .word(Report.Kind.allCases.map(\.rawValue))), .must("figures", .array(figure)),
        .must(
            "lines",
            .array(.object(.must("key", .string), .may("name", .string), .must("values", .array(.number))))),
        .must("total", .array(.number)), .must("currency", .string))

    static func kind(_ visit: MemberVisit) throws -> Report.Kind {
        guard let kind = Report.Kind(rawValue: try visit.parameter("kind")) else { throw WebError.notFound }
        return kind
    }

    static func scope(_ visit: MemberVisit) throws -> Reports.Scope {
        var scope = Reports.Scope(zone: DealWords.zone(visit))
        if let text = visit.query("days"), !text.isEmpty {
            guard let days = Int(text), Reports.periods.contains(days) else { throw WebError.badParameter("days") }
            scope.days = days
        }
        if let text = visit.query("owner"), !text.isEmpty {
            guard let owner = EntityID<User>(text) else { throw WebError.badParameter("owner") }
            scope.owner = owner
        }
        return scope
    }

    static func report(_ visit: MemberVisit) async throws -> Report {
        try await visit.platform.reports.report(try kind(visit), try scope(visit), by: visit.principal)
    }

    private static func value(_ report: Report) -> Value {
        func numbers(_ values: [Double]) -> Value { .array(values.map(Value.double)) }
        return [
            "kind": .string(report.kind.rawValue), "figures": Value(report.figures.map(\.rawValue)),
            "lines": .array(
                report.lines.map { line in
                    var value: Document = ["key": .string(line.key), "values": numbers(line.values)]
                    if let name = line.name { value["name"] = .string(name) }
                    return .object(value)
                }),
            "total": numbers(report.total), "currency": .string(Opportunity.currency),
        ]
    }
}
