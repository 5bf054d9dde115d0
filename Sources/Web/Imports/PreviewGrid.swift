import Foundation
import Growth
import Store

/// Rows of a preview as the sheet on the page: cells with their state, and the verdict at the side.
enum PreviewGrid {
    /// One table for each run of rows of the same sheet.
    static func data(
        _ rows: [PreviewRow], _ file: Uploads.File, _ draft: ImportRequest, _ names: [EntityID<Company>: String],
        isExcluded: Bool,
        _ visit: MemberVisit
    ) -> [PageData] {
        var grids: [(sheet: Int, rows: [PreviewRow])] = []
        for row in rows {
            let sheet = VerdictView(row.verdict).row.sheet
            if grids.last?.sheet == sheet {
                grids[grids.count - 1].rows.append(row)
            } else {
                grids.append((sheet, [row]))
            }
        }
        return grids.compactMap { grid in
            guard let sheet = draft.mapping.sheets.first(where: { $0.index == grid.sheet }) else { return nil }
            let columns = columns(of: sheet)
            return [
                "sheetName": sheet.name, "hasSheetName": draft.mapping.recordSheets.count > 1,
                "editURL":
                    "/imports/files/\(file.id)/corrections?sheet=\(sheet.index)\(PreviewCounts.narrowing(visit))",
                "columns": columns.map { column in
                    [
                        "header": column.header.isEmpty ? CellReference.letters(column.index) : column.header,
                        "target": visit.phrase("imports.targets.\(column.target.name)"),
                    ] as PageData
                },
                "rows": grid.rows.map { row in
                    self.row(row, columns, file, draft, names, isExcluded: isExcluded, visit)
                },
            ]
        }
    }

    static func columns(of sheet: SheetMapping) -> [ColumnMapping] { sheet.columns.filter { $0.target != .ignored } }

    static func row(
        _ row: PreviewRow, _ columns: [ColumnMapping], _ file: Uploads.File, _ draft: ImportRequest,
        _ names: [EntityID<Company>: String], isExcluded: Bool, isChecking: Bool = false, _ visit: MemberVisit
    ) -> PageData {
        let verdict = VerdictView(row.verdict)
        let at = verdict.row
        var data = lead(verdict, file, isExcluded: isExcluded, isChecking: isChecking, visit)
        data["number"] = at.row
        data["isExcluded"] = isExcluded
        data["cells"] = columns.map { cell($0, row, verdict, draft, visit) }
        return data
    }

    /// The cell that says what becomes of the row and opens the rest of the verdict.
    static func lead(
        _ verdict: VerdictView, _ file: Uploads.File, isExcluded: Bool, isChecking: Bool = false, _ visit: MemberVisit
    ) -> PageData {
        let at = verdict.row
        let state = isExcluded ? "excluded" : isChecking ? "checking" : verdict.action
        var hints: [String] = []
        if let score = verdict.score { hints.append("\(Int((score * 100).rounded()))%") }
        let problems = verdict.problems.filter { $0.severity != .note }.count
        if problems > 0, !isChecking { hints.append(visit.plural("imports.remarks", problems)) }
        return [
            "key": "\(at.sheet)-\(at.row)", "path": "/imports/files/\(file.id)/rows/\(at.sheet)-\(at.row)",
            "sign": sign(of: state), "action": visit.phrase("imports.actions.\(state)"),
            "hint": hints.joined(separator: " · "),
            "hasHint": !hints.isEmpty, "rowWords": visit.phrase("imports.rowNumber", ["row": "\(at.row)"]),
        ]
    }

    static func sign(of state: String) -> String {
        ["create": "ok", "update": "info", "fail": "error", "checking": "info"][state] ?? ""
    }

    static func cell(
        _ column: ColumnMapping, _ row: PreviewRow, _ verdict: VerdictView, _ draft: ImportRequest, _ visit: MemberVisit
    ) -> PageData {
        let (state, title) = state(of: column, verdict, draft, visit)
        let letters = CellReference.letters(column.index)
        return [
            "cell": letters, "cellKey": "\(verdict.row.sheet)-\(verdict.row.row)-\(letters)",
            "text": row.cells[column.index] ?? "",
            "state": state, "hasState": !state.isEmpty, "title": title, "hasTitle": !title.isEmpty,
            "cellLabel": column.header.isEmpty ? letters : column.header,
        ]
    }

    private static func state(
        of column: ColumnMapping, _ verdict: VerdictView, _ draft: ImportRequest, _ visit: MemberVisit
    ) -> (state: String, title: String) {
        let problems = verdict.problems.filter { $0.column == column.index && $0.severity != .note }
        if !problems.isEmpty {
            let isError = problems.contains { $0.severity == .error }
            return (isError ? "error" : "warn", problems.map { $0.words(in: visit.language) }.joined(separator: " "))
        }
        if let change = verdict.changes.first(where: { $0.column == column.index && $0.before != nil }) {
            return ("changed", visit.phrase("imports.was", ["value": change.before ?? ""]))
        }
        let at = Corrections.Cell(sheet: verdict.row.sheet, row: verdict.row.row, column: column.index)
        return draft.corrections.cells[at] == nil ? ("", "") : ("ok", visit.phrase("imports.corrected"))
    }
}
