import Foundation
import Growth
import Hummingbird
import Store

/// Reports as charts that can be read without colour, each with its table.
enum ReportPages {
    static func index(_ visit: MemberVisit) async throws -> Response {
        let scope = try ReportRoutes.scope(visit), query = query(scope)
        let owners = try await visit.platform.leads.turns.owners()
        return try visit.page(
            "reports/index", title: visit.phrase("reports.title"),
            [
                "parts": Report.Kind.allCases.map { kind in
                    [
                        "path": "/reports/\(kind.rawValue)?\(query)",
                        "title": visit.phrase("reports.kinds.\(kind.rawValue)"),
                    ] as PageData
                },
                "hasOwners": visit.principal.ownRecordsOf == nil,
                "owners": DealWords.owners(owners, chosen: scope.owner?.description ?? "", visit),
                "periods": Reports.periods.map { days in
                    [
                        "code": String(days), "label": visit.phrase("reports.periods.\(days)"),
                        "isChosen": days == scope.days,
                    ] as PageData
                },
            ])
    }

    static func part(_ visit: MemberVisit) async throws -> Response {
        let report = try await ReportRoutes.report(visit)
        let data = data(report, try ReportRoutes.scope(visit), visit)
        if visit.wantsFragment { return try visit.fragment("reports/part", data) }
        return try visit.page(
            "reports/show", title: visit.phrase("reports.kinds.\(report.kind.rawValue)"), data,
            trail: [Crumb("/reports", visit.phrase("reports.title"))])
    }

    static func export(_ visit: MemberVisit) async throws -> Response {
        let report = try await ReportRoutes.report(visit), format = ExportAnswer.format(visit)
        let name = "report-\(report.kind.rawValue)"
        let rows = (report.lines + [total(report, visit)]).map { line in
            [Exports.Cell.text(label(line, report.kind, visit))] + line.values.map(Exports.Cell.number)
        }
        let file = try await visit.platform.exports.table(
            rows,
            header: [visit.phrase("reports.lines.\(report.kind.rawValue)")] + report.figures.map { head($0, visit) },
            name: name, format: format, ExportAnswer.words(visit, noun: .opportunities), by: visit.principal)
        return try ExportAnswer.response(file, name: name, format: format)
    }

    private static func query(_ scope: Reports.Scope) -> String {
        var pairs = [QueryPair(name: "days", value: String(scope.days))]
        if let owner = scope.owner { pairs.append(QueryPair(name: "owner", value: owner.description)) }
        return QueryPair.text(pairs)
    }

    /// For the partial `reports/part`.
    private static func data(_ report: Report, _ scope: Reports.Scope, _ visit: MemberVisit) -> PageData {
        let kind = report.kind.rawValue
        func row(_ line: Report.Line) -> PageData {
            let path = path(line, report.kind)
            return [
                "label": label(line, report.kind, visit), "hasPath": path != nil, "path": path ?? "",
                "cells": zip(report.figures, line.values).map { figure, value in
                    ["label": head(figure, visit), "number": visit.formats.number(value, places: 0)] as PageData
                },
            ]
        }
        return [
            "title": visit.phrase("reports.kinds.\(kind)"), "note": visit.phrase("reports.notes.\(kind)"),
            "isBrief": visit.query("brief") == "true", "isEmpty": report.isEmpty,
            "none": visit.phrase("reports.none.\(kind)"),
            "line": visit.phrase("reports.lines.\(kind)"), "heads": report.figures.map { head($0, visit) },
            "rows": report.lines.map(row), "total": row(total(report, visit)),
            "spec": ReportChart.spec(report, visit).json(.plain), "mayExport": ListExports.isOpen(to: visit),
            "exports": ["xlsx", "csv"].map {
                [
                    "label": visit.phrase("records.formats.\($0)"),
                    "href": "/reports/\(kind)/export?\(query(scope))&format=\($0)",
                ] as PageData
            },
        ]
    }

    private static func total(_ report: Report, _ visit: some Visiting) -> Report.Line {
        Report.Line(key: "", name: visit.phrase("reports.total"), values: report.total)
    }

    static func head(_ figure: Report.Figure, _ visit: some Visiting) -> String {
        visit.phrase("reports.figures.\(figure.rawValue)")
    }

    static func label(_ line: Report.Line, _ kind: Report.Kind, _ visit: some Visiting) -> String {
        if let name = line.name { return name }
        switch kind {
        case .pipeline: return RecordWords.label(visit, .opportunities, "stage", line.key)
        case .sources: return RecordWords.label(visit, .leads, "source", line.key)
        case .outcomes:
            let parts = line.key.split(separator: "-").compactMap { Int($0) }
            guard parts.count == 2 else { return line.key }
            return "\(visit.phrase("calendar.months.\(parts[1])")) \(parts[0])"
        case .people, .imports: return visit.phrase("reports.gone")
        }
    }

    /// The list or page that a line is about.
    private static func path(_ line: Report.Line, _ kind: Report.Kind) -> String? {
        if line.key.isEmpty { return nil }
        func list(_ path: String, _ field: String) -> String {
            "\(path)?" + QueryPair.text([QueryPair(name: "filter[\(field)]", value: line.key)])
        }
        switch kind {
        case .pipeline: return list("/opportunities/list", "stage")
        case .sources: return list("/leads", "source")
        case .imports: return "/imports/\(line.key)"
        case .people, .outcomes: return nil
        }
    }
}

/// The figures of a report that are worth looking at.
private enum ReportChart {
    /// A chart with more bars than this is not read any more; the table has them all.
    private static let bars = 12

    private static let figures: [Report.Kind: [Report.Figure]] = [
        .pipeline: [.value, .weighted], .outcomes: [.won, .lost], .people: [.calls, .meetings, .notes, .tasks, .moves],
        .sources: [.leads, .converted, .won], .imports: [.leads, .opportunities, .won],
    ]

    static func spec(_ report: Report, _ visit: some Visiting) -> Value {
        let lines = report.lines.prefix(bars)
        let charted = (figures[report.kind] ?? []).compactMap { figure in
            report.figures.firstIndex(of: figure).map { (figure, $0) }
        }
        return [
            "type": report.kind == .outcomes ? "bar" : "hbar", "stacked": .bool(report.kind == .people),
            "labels": Value(lines.map { DashboardCharts.shortened(ReportPages.label($0, report.kind, visit)) }),
            "series": .array(
                charted.map { figure, at in
                    [
                        "label": .string(ReportPages.head(figure, visit)),
                        "data": .array(lines.map { .double($0.values[at]) }),
                    ]
                }),
        ]
    }
}
