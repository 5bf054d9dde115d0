import Foundation
import Growth
import Hummingbird
import Store

/// What is expected to be won, as a chart with its table, as a file and for programs.
enum ForecastPage {
    static let parameters = [QueryParameter("owner", .id, "Whose; by default everybody's that one sees")]

    private static let month: JSONSchema = .object(
        .must("month", .string), .must("count", .integer), .must("expected", .number), .must("weighted", .number),
        .must("wonCount", .integer), .must("won", .number))
    private static let rest: JSONSchema = .object(
        .must("count", .integer), .must("expected", .number), .must("weighted", .number))
    static let schema: JSONSchema = .object(
        .must("months", .array(month)), .must("overdue", rest), .must("undated", rest), .must("currency", .string))

    static func forecast(_ visit: MemberVisit) async throws -> Forecast {
        let owner = visit.query("owner") ?? ""
        var filter = Filter.all
        if !owner.isEmpty {
            guard let id = EntityID<User>(owner) else { throw WebError.badParameter("owner") }
            filter = .equals("assignedTo", Value(id))
        }
        return try await visit.platform.opportunities.forecast(
            filter, zone: DealWords.zone(visit), by: visit.principal)
    }

    static func value(_ forecast: Forecast) -> Value {
        func rest(_ month: Forecast.Month) -> Document {
            ["count": .int(month.count), "expected": .double(month.expected), "weighted": .double(month.weighted)]
        }
        return [
            "months": .array(
                forecast.months.map { month in
                    var value = rest(month)
                    value["month"] = .string(month.text)
                    value["wonCount"] = .int(month.wonCount)
                    value["won"] = .double(month.won)
                    return .object(value)
                }),
            "overdue": .object(rest(forecast.overdue)), "undated": .object(rest(forecast.undated)),
            "currency": .string(Opportunity.currency),
        ]
    }

    static func page(_ visit: MemberVisit) async throws -> Response {
        let forecast = try await forecast(visit), all = forecast.months + [forecast.overdue, forecast.undated]
        let owner = visit.query("owner") ?? ""
        let query = owner.isEmpty ? "" : QueryPair.text([QueryPair(name: "owner", value: owner)]) + "&"
        var data: PageData = [
            "tabs": BoardPage.tabs("forecast", visit), "spec": spec(forecast, visit).json(.plain),
            "lines": forecast.months.map { line($0, label($0, visit), visit) },
            "rest": [(forecast.overdue, "overdue"), (forecast.undated, "undated")].filter { $0.0.count > 0 }.map {
                line($0.0, visit.phrase("opportunities.forecast.\($0.1)"), visit)
            },
            "isEmpty": all.allSatisfy { $0.count == 0 && $0.wonCount == 0 },
            "mayExport": ListExports.isOpen(to: visit), "mayEdit": visit.may(.editRecords),
            "exports": ["xlsx", "csv"].map {
                [
                    "label": visit.phrase("records.formats.\($0)"),
                    "href": "/opportunities/forecast/export?\(query)format=\($0)",
                ] as PageData
            },
            "hasOwners": visit.principal.ownRecordsOf == nil,
        ]
        data["owners"] = DealWords.owners(try await visit.platform.leads.turns.owners(), chosen: owner, visit)
        data["expected"] = DealWords.money(all.reduce(0) { $0 + $1.expected }, visit)
        data["weighted"] = DealWords.money(all.reduce(0) { $0 + $1.weighted }, visit)
        data["won"] = DealWords.money(forecast.months.reduce(0) { $0 + $1.won }, visit)
        return try visit.page(
            "opportunities/forecast", title: visit.phrase("opportunities.forecast.title"), data,
            trail: [OpportunityPages.crumb(visit)])
    }

    private static func label(_ month: Forecast.Month, _ visit: some Visiting) -> String {
        "\(visit.phrase("calendar.months.\(month.month)")) \(month.year)"
    }

    private static func line(_ month: Forecast.Month, _ label: String, _ visit: some Visiting) -> PageData {
        [
            "label": label, "count": Formats.number(month.count), "expected": visit.formats.number(month.expected),
            "weighted": visit.formats.number(month.weighted), "won": visit.formats.number(month.won),
            "isQuiet": month.count == 0 && month.wonCount == 0,
        ]
    }

    private static func spec(_ forecast: Forecast, _ visit: some Visiting) -> Value {
        let series: [(String, (Forecast.Month) -> Double)] = [
            ("won", \.won), ("weighted", \.weighted), ("expected", \.expected),
        ]
        return [
            "type": "bar", "labels": Value(forecast.months.map { label($0, visit) }),
            "series": .array(
                series.map { name, amount in
                    [
                        "label": .string(visit.phrase("opportunities.forecast.\(name)")),
                        "data": .array(forecast.months.map { .double(amount($0)) }),
                    ]
                }),
        ]
    }

    static func export(_ visit: MemberVisit) async throws -> Response {
        let forecast = try await forecast(visit), format = ExportAnswer.format(visit)
        let heads = ["month", "count", "expected", "weighted", "wonCount", "won"].map {
            visit.phrase("opportunities.forecast.\($0)")
        }
        var rows = forecast.months.map { row($0, $0.text) }
        for (month, name) in [(forecast.overdue, "overdue"), (forecast.undated, "undated")] {
            rows.append(row(month, visit.phrase("opportunities.forecast.\(name)")))
        }
        let file = try await visit.platform.exports.table(
            rows, header: heads, name: "forecast", format: format,
            ExportAnswer.words(visit, noun: .opportunities), by: visit.principal)
        return try ExportAnswer.response(file, name: "forecast", format: format)
    }

    private static func row(_ month: Forecast.Month, _ label: String) -> [Exports.Cell] {
        [
            .text(label), .number(Double(month.count)), .number(month.expected), .number(month.weighted),
            .number(Double(month.wonCount)), .number(month.won),
        ]
    }
}
