import Foundation
import Matching
import Spreadsheet
import Store

/// What a workbook says of itself beside its records: where its rows came from, and what its author found amiss.
struct SourceNotes {
    let readOptions: ReadOptions

    /// The descriptions of a `sources` sheet, joined; `nil` where there is none.
    func read(_ file: Uploads.File) throws -> String? {
        let workbook = try Workbook(path: file.path.path, options: readOptions)
        var lines: [String] = []
        for sheet in workbook.sheets where SheetRole(sheetName: sheet.name) == .sources {
            let reader = try workbook.rows(of: sheet.index)
            var isHeader = true
            while try reader.next(), lines.count < 100 {
                let cells = reader.row.cells.map { FoldedText.clean($0.text) }.filter { !$0.isEmpty }
                if cells.isEmpty { continue }
                if !isHeader { lines.append(cells.joined(separator: ": ")) }
                isHeader = false
            }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// Rows of the workbook's own sheets of quality issues and duplicates: shown and counted, never written.
    static func legacyCounts(_ detected: DetectedFile, _ request: ImportRequest) -> (issues: Int, duplicates: Int) {
        guard request.mapping.type == .processed else { return (0, 0) }
        func rows(_ role: SheetRole) -> Int { detected.sheets.filter { $0.role == role }.map(\.rowCount).reduce(0, +) }
        return (rows(.dataQualityIssues), rows(.duplicateReviews))
    }
}
