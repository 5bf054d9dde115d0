import Growth
import Store

/// The charts of the dashboard, each with the table of its figures.
enum DashboardCharts {
    private static let bars = 8

    /// What the last imports did, the earliest first.
    static func imports(_ runs: [ImportLog], _ visit: MemberVisit) -> PageData {
        let ended = runs.filter { $0.finishedAt != nil }.reversed()
        let series: [(name: String, value: (ImportCounters) -> Int)] = [
            ("created", \.recordsCreated), ("updated", \.recordsUpdated), ("failed", \.recordsFailed),
        ]
        let spec: Value = [
            "type": "bar", "stacked": true, "labels": Value(ended.map { shortened($0.fileName) }),
            "series": .array(
                series.map { name, value in
                    [
                        "label": .string(visit.phrase("imports.figures.\(name)")),
                        "data": .array(ended.map { .int(value($0.counters)) }),
                    ]
                }),
        ]
        return [
            "spec": spec.json(.plain), "heads": series.map { visit.phrase("imports.figures.\($0.name)") },
            "lines": ended.map { run in
                [
                    "label": run.fileName,
                    "cells": series.map { name, value in
                        [
                            "label": visit.phrase("imports.figures.\(name)"),
                            "number": Formats.number(value(run.counters)),
                        ]
                    },
                ] as PageData
            },
        ]
    }

    /// Live companies by city and by sector, the most frequent first.
    static func breakdown(_ visit: MemberVisit) async throws -> PageData {
        var charts: [PageData] = []
        for field in ["city", "sector"] {
            let groups = try await visit.platform.store.group(
                Company.self, by: field, sum: nil, where: Companies.live && .exists(field, true), limit: bars)
            if groups.isEmpty { continue }
            charts.append(chart(field, groups, visit))
        }
        return ["charts": charts]
    }

    private static func chart(_ field: String, _ groups: [Group], _ visit: MemberVisit) -> PageData {
        let spec: Value = [
            "type": "hbar", "labels": Value(groups.map { shortened($0.value.string ?? "") }),
            "series": [
                [
                    "label": .string(visit.phrase("dashboard.companies")),
                    "data": .array(groups.map { .int($0.count) }),
                ]
            ],
        ]
        return [
            "title": visit.phrase("dashboard.by.\(field)"), "field": visit.phrase("companies.fields.\(field)"),
            "spec": spec.json(.plain),
            "lines": groups.map { group in
                let value = group.value.string ?? ""
                let query = QueryPair.text([QueryPair(name: "filter[\(field)]", value: value)])
                return ["label": value, "number": Formats.number(group.count), "path": "/companies?" + query]
                    as PageData
            },
        ]
    }

    /// As long as a label beside a bar may be.
    static func shortened(_ name: String) -> String { name.count > 24 ? name.prefix(23) + "…" : name }
}
