import Foundation
import Growth
import Hummingbird
import Store

/// Step 3: what a run would do, row by row, in a sheet that looks like the person's own.
enum PreviewPages {
    private static let pageRows = 50

    static func show(_ visit: MemberVisit) async throws -> Response {
        let (file, draft) = try PreviewMaking.asked(visit)
        return try await ImportRefusal.explained {
            guard let preview = visit.platform.imports.finishedPreview(draft, of: file) else {
                return try waiting(file, visit)
            }
            return try await page(file, draft, preview, visit)
        }
    }

    /// Without JavaScript: waits for the preview, then shows it.
    static func make(_ visit: MemberVisit) async throws -> Response {
        let (file, draft) = try PreviewMaking.asked(visit)
        _ = try await ImportRefusal.explained { try await visit.platform.imports.previewInTurn(file, draft) }
        return visit.redirect(to: "/imports/files/\(file.id)/preview")
    }

    /// Runs what the person saw: the form holds the token of its preview.
    static func execute(_ visit: MemberVisit) async throws -> Response {
        let (file, draft) = try PreviewMaking.asked(visit)
        guard visit.input.text("token") == visit.platform.imports.previewToken(draft, of: file) else {
            throw ImportRefusal(ImportError.previewGone) ?? WebError.notFound
        }
        let log = try await ImportRuns.start(draft, of: file, visit)
        return visit.redirect(to: "/imports/\(log.id)")
    }

    private static func waiting(_ file: Uploads.File, _ visit: MemberVisit) throws -> Response {
        var data = PreviewMaking.barData(nil, visit)
        data["steps"] = WizardSteps.data(at: .preview, file: file.id, visit)
        data["fileId"] = file.id
        data["fileName"] = file.name
        return try visit.page(
            "imports/preview-wait", title: visit.phrase("imports.previewTitle"), data, trail: [RunPages.crumb(visit)])
    }

    private static func page(
        _ file: Uploads.File, _ draft: ImportRequest, _ preview: ImportPreview, _ visit: MemberVisit
    ) async throws -> Response {
        let imports = visit.platform.imports
        let choice = try RowChoice(visit)
        let isExcluded = visit.query("excluded") == "true"
        let (rows, total): ([PreviewRow], Int)
        if isExcluded {
            rows = try imports.excludedRows(of: file, draft)
            total = rows.count
        } else {
            (rows, total) = try imports.previewRows(
                preview.token, of: file, action: choice.action, withWarnings: choice.warnings, from: choice.from,
                limit: pageRows)
        }
        let names = try await companyNames(rows, visit)
        var data = PreviewCounts.data(file, draft, preview, visit)
        data["steps"] = WizardSteps.data(at: .preview, file: file.id, visit)
        data["tabs"] = PreviewCounts.tabs(file, draft, preview, visit)
        data["grids"] = PreviewGrid.data(rows, file, draft, names, isExcluded: isExcluded, visit)
        data["isEmpty"] = rows.isEmpty
        data["pager"] = pager(file, choice, total: total, shown: rows.count, isExcluded: isExcluded, visit)
        return try visit.page(
            "imports/preview", title: visit.phrase("imports.previewTitle"), data, trail: [RunPages.crumb(visit)])
    }

    /// The stored companies that rows were matched with.
    static func companyNames(_ rows: [PreviewRow], _ visit: MemberVisit) async throws -> [EntityID<Company>: String] {
        let ids = Set(rows.compactMap { VerdictView($0.verdict).companyId })
        if ids.isEmpty { return [:] }
        return try await visit.platform.store.get(Array(ids)).mapValues(\.displayName)
    }

    private static func pager(
        _ file: Uploads.File, _ choice: RowChoice, total: Int, shown: Int, isExcluded: Bool, _ visit: MemberVisit
    ) -> PageData {
        let base = PreviewCounts.path(file, action: choice.action?.rawValue, warnings: choice.warnings)
        let separator = base.contains("?") ? "&" : "?"
        let last = choice.from + shown
        return [
            "range": shown == 0 ? "0" : "\(Formats.number(choice.from + 1))–\(Formats.number(last))",
            "total": Formats.number(total),
            "hasPrevious": choice.from > 0 && !isExcluded, "hasNext": last < total && !isExcluded,
            "previous": "\(base)\(separator)from=\(max(0, choice.from - pageRows))",
            "next": "\(base)\(separator)from=\(last)",
        ]
    }
}

/// The figures above the sheet and the bar below it, which corrections change.
enum PreviewCounts {
    static func data(_ file: Uploads.File, _ draft: ImportRequest, _ preview: ImportPreview, _ visit: MemberVisit)
        -> PageData
    {
        let willWrite = (preview.actions[.create] ?? 0) + (preview.actions[.update] ?? 0)
        return [
            "fileId": file.id, "fileName": file.name, "token": preview.token, "isBusy": false,
            "tiles": tiles(preview, visit), "canImport": willWrite > 0,
            "importWords": visit.plural("imports.importRows", willWrite),
        ]
    }

    private static func tiles(_ preview: ImportPreview, _ visit: MemberVisit) -> [PageData] {
        let rows: [PageData] = RowVerdict.Action.allCases.map { action in
            let count = preview.actions[action] ?? 0
            return tile(visit.phrase("imports.tiles.\(action.rawValue)"), count, visit.plural("imports.ofRows", count))
        }
        let counters = preview.counters
        let records: [(String, Int)] = [
            ("companies", counters.companiesExtracted), ("people", counters.peopleExtracted),
            ("contactPoints", counters.contactPointsExtracted), ("serviceMatches", counters.serviceMatchesExtracted),
        ]
        return rows
            + records.filter { $0.0 != "serviceMatches" || $0.1 > 0 }.map { name, count in
                tile(visit.phrase("imports.tiles.\(name)"), count, visit.phrase("imports.inFile"))
            }
    }

    private static func tile(_ label: String, _ count: Int, _ note: String) -> PageData {
        ["label": label, "count": Formats.number(count), "note": note]
    }

    static func path(_ file: Uploads.File, action: String?, warnings: Bool = false, excluded: Bool = false) -> String {
        let base = "/imports/files/\(file.id)/preview"
        if let action { return "\(base)?action=\(action)" }
        if warnings { return "\(base)?warnings=true" }
        return excluded ? "\(base)?excluded=true" : base
    }

    /// What narrows the rows on the page, to be sent along with what is done there.
    static func narrowing(_ visit: some Visiting) -> String {
        if let action = visit.query("action").flatMap(RowVerdict.Action.init(rawValue:)) {
            return "&action=\(action.rawValue)"
        }
        return visit.query("warnings") == "true" ? "&warnings=true" : ""
    }

    /// Which rows the sheet shows.
    static func tabs(_ file: Uploads.File, _ draft: ImportRequest, _ preview: ImportPreview, _ visit: MemberVisit)
        -> [PageData]
    {
        let action = visit.query("action"), warnings = visit.query("warnings") == "true",
            excluded = visit.query("excluded") == "true"
        let all = preview.actions.values.reduce(0, +)
        var tabs = [
            tab(visit.phrase("imports.tabs.all"), all, path(file, action: nil), action == nil && !warnings && !excluded)
        ]
        for kind in RowVerdict.Action.allCases {
            let count = preview.actions[kind] ?? 0
            guard count > 0 || action == kind.rawValue else { continue }
            let label = visit.phrase("imports.tabs.\(kind.rawValue)")
            tabs.append(tab(label, count, path(file, action: kind.rawValue), action == kind.rawValue))
        }
        if preview.rowsWithWarnings > 0 || warnings {
            let label = visit.phrase("imports.tabs.warnings")
            tabs.append(tab(label, preview.rowsWithWarnings, path(file, action: nil, warnings: true), warnings))
        }
        let left = draft.corrections.excluded.count
        if left > 0 || excluded {
            tabs.append(
                tab(visit.phrase("imports.tabs.excluded"), left, path(file, action: nil, excluded: true), excluded))
        }
        return tabs
    }

    private static func tab(_ label: String, _ count: Int, _ path: String, _ isCurrent: Bool) -> PageData {
        ["label": label, "count": Formats.number(count), "path": path, "isCurrent": isCurrent]
    }
}
