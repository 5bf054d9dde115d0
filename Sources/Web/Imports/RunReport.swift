import Foundation
import Growth
import Store

/// What a run left behind, in words and figures.
enum RunReport {
    /// What became of the records, what they are, and what the rows were like.
    static func tiles(_ log: ImportLog, _ visit: some Visiting) -> [PageData] {
        let counters = log.counters
        let records: [(String, Int)] = [
            ("created", counters.recordsCreated), ("updated", counters.recordsUpdated),
            ("skipped", counters.recordsSkipped), ("failed", counters.recordsFailed),
        ]
        let rows: [(String, Int)] = [
            ("rowsFound", counters.totalRowsFound), ("duplicates", counters.duplicatesDetected),
            ("warnings", log.warnings ?? 0), ("issues", counters.issuesFound),
        ]
        let kinds: [(String, Int)] = [
            ("companies", counters.companiesExtracted), ("people", counters.peopleExtracted),
            ("contactPoints", counters.contactPointsExtracted), ("serviceMatches", counters.serviceMatchesExtracted),
        ]
        return [("records", records), ("kinds", kinds), ("rows", rows)].map { name, figures in
            [
                "name": name, "title": visit.phrase("imports.figureGroups.\(name)"),
                "tiles": figures.filter { $0.1 > 0 || !optional.contains($0.0) }.map { name, count in
                    ["label": visit.phrase("imports.figures.\(name)"), "count": Formats.number(count)] as PageData
                },
            ]
        }
    }

    /// Left out when there are none.
    private static let optional: Set<String> = ["serviceMatches", "issues"]

    static func facts(_ log: ImportLog, _ users: [EntityID<User>: User], _ visit: some Visiting) -> [PageData] {
        let formats = visit.formats
        var facts: [(String, String)] = [
            ("who", RunPages.who(log.createdBy, users, visit)),
            ("type", visit.phrase("imports.types.\(log.importType.rawValue)")),
        ]
        // Until then it is how far the run has come.
        if !log.isRunning { facts.append(("rowsFound", Formats.number(log.counters.totalRowsFound))) }
        if let policy = log.mapping?.object?["policy"]?.string, ImportPolicy(rawValue: policy) != nil {
            facts.append(("policy", visit.phrase("imports.policies.\(policy).label")))
        }
        if let at = log.startedAt { facts.append(("startedAt", formats.dateTime(at))) }
        if let start = log.startedAt, let end = log.finishedAt {
            facts.append(
                ("duration", visit.plural("imports.seconds", max(1, Int(end.timeIntervalSince(start).rounded())))))
        }
        if let at = log.cancelledAt { facts.append(("cancelledAt", formats.dateTime(at))) }
        if let at = log.undoneAt {
            facts.append(("undoneAt", formats.dateTime(at)))
            facts.append(("undoneBy", RunPages.who(log.undoneBy, users, visit)))
        }
        return facts.map { ["label": visit.phrase("imports.facts.\($0.0)"), "value": $0.1] }
    }

    static func outcome(_ log: ImportLog, _ visit: some Visiting) -> String {
        let created = Formats.number(log.counters.recordsCreated), failed = Formats.number(log.counters.recordsFailed)
        return visit.phrase("imports.outcomes.\(name(log))", ["created": created, "failed": failed])
    }

    static func sign(_ log: ImportLog) -> String {
        ["completed": "ok", "partial": "warn", "cancelled": "warn", "failed": "error"][name(log)] ?? ""
    }

    private static func name(_ log: ImportLog) -> String {
        if log.undoneAt != nil { return "undone" }
        if log.isRunning { return "running" }
        if log.cancelledAt != nil { return "cancelled" }
        return switch log.status {
        case .completed: "completed"
        case .partiallyCompleted: "partial"
        default: "failed"
        }
    }

    static func kept(_ kept: UndoReport.Kept, _ visit: some Visiting) -> PageData {
        let paths = ["companies": "/companies/", "people": "/people/"]
        var data: PageData = [
            "name": kept.name, "reason": visit.phrase("imports.undo.reasons.\(kept.reason.rawValue)"),
            "what": visit.phrase("imports.collections.\(kept.collection)"), "hasPath": false,
            "hasField": kept.field != nil,
            "field": kept.field.map { fieldName($0, in: kept.collection, visit) } ?? "",
        ]
        if let path = paths[kept.collection] {
            data["hasPath"] = true
            data["path"] = path + kept.id.description
        }
        return data
    }

    private static func fieldName(_ field: String, in collection: String, _ visit: some Visiting) -> String {
        if collection == "companies", CompanyField(rawValue: field) != nil {
            return visit.phrase("imports.targets.company.\(field)")
        }
        if collection == "people", PersonField(rawValue: field) != nil {
            return visit.phrase("imports.targets.person.\(field)")
        }
        if collection == "contact_points" { return visit.phrase("contactPoints.fields.\(field)") }
        return field.hasPrefix("customFields.") ? String(field.dropFirst("customFields.".count)) : field
    }
}
