import Foundation
import Growth
import Hummingbird
import Store

/// One row of a preview with all that was found about it, and a form for its cells.
enum RowPages {
    /// `0-6`: the sheet's position in the workbook and the number of the row.
    static func row(_ name: String) -> Corrections.Row? {
        let parts = name.split(separator: "-").map { Int($0) }
        guard parts.count == 2, let sheet = parts[0], let row = parts[1] else { return nil }
        return Corrections.Row(sheet: sheet, row: row)
    }

    private static func asked(
        _ visit: MemberVisit
    ) throws -> (file: Uploads.File, draft: ImportRequest, sheet: SheetMapping, row: Corrections.Row) {
        let (file, draft) = try PreviewMaking.asked(visit)
        guard let row = row(try visit.parameter("row")),
            let sheet = draft.mapping.recordSheets.first(where: { $0.index == row.sheet })
        else { throw WebError.notFound }
        return (file, draft, sheet, row)
    }

    static func show(_ visit: MemberVisit) async throws -> Response {
        let (file, draft, sheet, at) = try asked(visit)
        return try await ImportRefusal.explained {
            guard let row = try visit.platform.imports.previewRow(at, of: file, draft) else { throw WebError.notFound }
            let names = try await PreviewPages.companyNames([row], visit)
            let verdict = VerdictView(row.verdict)
            let isExcluded = draft.corrections.excluded.contains(at)
            var data = PreviewGrid.row(
                row, PreviewGrid.columns(of: sheet), file, draft, names, isExcluded: isExcluded, visit)
            data["fileId"] = file.id
            data["sheetName"] = sheet.name
            data["hasSheetName"] = !sheet.name.isEmpty
            data["problems"] = verdict.problems.map { problem(of: $0, visit) }
            data.merge(match(verdict, file, names, visit)) { $1 }
            data["changes"] = verdict.changes.map { change(of: $0, sheet, visit) }
            data["hasChanges"] = !verdict.changes.isEmpty
            data["kept"] = verdict.kept.map { change(of: $0, sheet, visit) }
            data["hasKept"] = !verdict.kept.isEmpty
            return try visit.page(
                "imports/row", title: visit.phrase("imports.rowNumber", ["row": "\(at.row)"]), data,
                trail: [
                    RunPages.crumb(visit),
                    Crumb("/imports/files/\(file.id)/preview", visit.phrase("imports.previewTitle")),
                ])
        }
    }

    /// Takes the cells that differ from what was shown; or leaves the row out; or takes it back.
    static func save(_ visit: MemberVisit) async throws -> Response {
        let (file, draft, sheet, at) = try asked(visit)
        let does = visit.input.text("do") ?? "correct"
        let input = visit.input
        return try await ImportRefusal.explained {
            let imports = visit.platform.imports
            guard let row = try imports.previewRow(at, of: file, draft) else { throw WebError.notFound }
            _ = try imports.drafts.correct(file) { corrections in
                switch does {
                case "exclude": corrections.excluded.insert(at)
                case "include": corrections.excluded.remove(at)
                default:
                    for column in PreviewGrid.columns(of: sheet) {
                        guard let text = input.text("cell.\(CellReference.letters(column.index))"),
                            text.replacing("\r\n", with: "\n") != (row.cells[column.index] ?? "")
                        else { continue }
                        let cell = Corrections.Cell(sheet: at.sheet, row: at.row, column: column.index)
                        corrections.cells[cell] = String(text.prefix(CorrectionPages.maxCellText))
                    }
                }
            }
            imports.discardPreview(imports.previewToken(draft, of: file), of: file)
            return visit.redirect(to: "/imports/files/\(file.id)/preview")
        }
    }

    private static func problem(of problem: ImportProblem, _ visit: MemberVisit) -> PageData {
        [
            "sign": ["error": "error", "warning": "warn"][problem.severity.rawValue] ?? "",
            "place": problem.column.map { CellReference.letters($0) } ?? "", "hasPlace": problem.column != nil,
            "sentence": problem.words(in: visit.language),
        ]
    }

    private static func match(
        _ verdict: VerdictView, _ file: Uploads.File, _ names: [EntityID<Company>: String], _ visit: MemberVisit
    ) -> PageData {
        var data: PageData = ["hasMatch": false, "isOfRow": false, "isStored": false, "hasScore": false]
        if let first = verdict.sameAsRow {
            data["hasMatch"] = true
            data["isOfRow"] = true
            data["otherRow"] = visit.phrase("imports.rowNumber", ["row": "\(first)"])
            data["otherPath"] = "/imports/files/\(file.id)/rows/\(verdict.row.sheet)-\(first)"
        } else if let id = verdict.companyId {
            data["hasMatch"] = true
            data["isStored"] = true
            data["companyPath"] = "/companies/\(id)"
            data["companyName"] = names[id] ?? id.description
        }
        if let score = verdict.score {
            data["hasScore"] = true
            data["percent"] = Int((score * 100).rounded())
        }
        data["reasons"] = verdict.reasons.map { visit.phrase("imports.reasons.\($0)") }
        data["hasReasons"] = !verdict.reasons.isEmpty
        return data
    }

    private static func change(of change: VerdictView.Change, _ sheet: SheetMapping, _ visit: MemberVisit) -> PageData {
        let column = change.column.flatMap { index in sheet.columns.first { $0.index == index } }
        var label =
            change.field.hasPrefix("customFields.")
            ? String(change.field.dropFirst("customFields.".count)) : change.field
        if ["person", "contactPoint"].contains(change.field) { label = visit.phrase("imports.added.\(change.field)") }
        if let column, column.target != .custom { label = visit.phrase("imports.targets.\(column.target.name)") }
        func shown(_ text: String) -> String {
            guard change.field == "consentStatus" else { return text }
            return RecordWords.label(visit, .contactPoints, change.field, text)
        }
        return [
            "field": label, "before": change.before.map(shown) ?? "", "hasBefore": change.before != nil,
            "after": shown(change.after),
        ]
    }
}
