import Foundation
import Growth
import Hummingbird
import Store

/// Cells that are corrected in the sheet itself: the row comes back at once, its new verdict and the figures follow.
enum CorrectionPages {
    /// Longer than any name or address.
    static let maxCellText = 4_000

    static func correct(_ visit: MemberVisit) async throws -> Response {
        let (file, before) = try PreviewMaking.asked(visit)
        guard let sheet = visit.query("sheet").flatMap({ Int($0) }),
            before.mapping.recordSheets.contains(where: { $0.index == sheet })
        else { throw WebError.badParameter("sheet") }
        guard let number = visit.input.text("row").flatMap({ Int($0) }), number > 0 else {
            throw WebError.badParameter("row")
        }
        guard let letters = visit.input.text("column"), let column = CellReference.number(letters) else {
            throw WebError.badParameter("column")
        }
        let value = String((visit.input.text("value") ?? "").prefix(maxCellText))
        let imports = visit.platform.imports
        let draft = try await ImportRefusal.explained {
            try imports.drafts.correct(file) { $0.cells[.init(sheet: sheet, row: number, column: column)] = value }
        }
        guard visit.wantsFragment else { return visit.redirect(to: "/imports/files/\(file.id)/preview") }
        return try await ImportRefusal.explained {
            try await answer(Corrections.Row(sheet: sheet, row: number), column, file, before, draft, visit)
        }
    }

    /// The row with the verdict that it had, marked as being checked, and the figures as being made.
    private static func answer(
        _ row: Corrections.Row, _ column: Int, _ file: Uploads.File, _ before: ImportRequest, _ draft: ImportRequest,
        _ visit: MemberVisit
    ) async throws -> Response {
        let imports = visit.platform.imports
        guard let sheet = draft.mapping.sheets.first(where: { $0.index == row.sheet }),
            var found = try imports.previewRow(row, of: file, before)
        else { throw WebError.notFound }
        found.cells[column] = draft.corrections.cells[.init(sheet: row.sheet, row: row.row, column: column)] ?? ""
        var data = PreviewGrid.row(
            found, PreviewGrid.columns(of: sheet), file, draft, [:], isExcluded: false, isChecking: true, visit)
        // The figures of before stay in sight until the new ones come.
        var busy = imports.finishedPreview(before, of: file).map { PreviewCounts.data(file, before, $0, visit) } ?? [:]
        busy["tabs"] =
            imports.finishedPreview(before, of: file).map { PreviewCounts.tabs(file, before, $0, visit) } ?? []
        busy["isBusy"] = true
        busy["isSwapped"] = true
        busy["fileId"] = file.id
        busy["row"] = "\(row.sheet)-\(row.row)"
        busy["column"] = CellReference.letters(column)
        busy["narrowing"] = PreviewCounts.narrowing(visit)
        data["busy"] = [busy]
        return try visit.fragment("imports/corrected", data)
    }

    /// The figures of the draft as it is now, and the verdict of the row that was corrected.
    static func counts(_ visit: MemberVisit) async throws -> Response {
        let (file, draft) = try PreviewMaking.asked(visit)
        return try await ImportRefusal.explained {
            let imports = visit.platform.imports
            let preview = try await imports.previewInTurn(file, draft)
            var data = PreviewCounts.data(file, draft, preview, visit)
            data["tabs"] = PreviewCounts.tabs(file, draft, preview, visit)
            data["hasRow"] = false
            data["swapped"] = [["isSwapped": true] as PageData]
            if let name = visit.query("row"), let at = RowPages.row(name),
                let row = try imports.previewRow(at, of: file, draft)
            {
                data["hasRow"] = true
                let verdict = VerdictView(row.verdict)
                data["verdict"] = PreviewGrid.lead(verdict, file, isExcluded: false, visit)
                data["corrected"] = cell(visit.query("column"), row, verdict, draft, visit).map { [$0] } ?? []
            }
            return try visit.fragment("imports/counts", data)
        }
    }

    private static func cell(
        _ letters: String?, _ row: PreviewRow, _ verdict: VerdictView, _ draft: ImportRequest, _ visit: MemberVisit
    ) -> PageData? {
        guard let index = letters.flatMap(CellReference.number),
            let column = draft.mapping.sheets.first(where: { $0.index == verdict.row.sheet })?.columns
                .first(where: { $0.index == index })
        else { return nil }
        return PreviewGrid.cell(column, row, verdict, draft, visit)
    }
}
