import Spreadsheet
import Store

/// A row of a preview: its verdict, and the text of its cells as the file has them, corrections applied.
public struct PreviewRow: Sendable {
    public var verdict: Document
    /// Column -> text.
    public var cells: [Int: String]

    public var document: Document {
        var document = verdict
        var texts = Document()
        for (column, text) in cells.sorted(by: { $0.key < $1.key }) {
            texts[CellReference.letters(column)] = .string(text)
        }
        document["cells"] = .object(texts)
        return document
    }

    static func cells(of verdicts: [Document], in workbook: Workbook, _ request: ImportRequest) throws -> [[Int:
        String]]
    {
        var wanted: [Int: Set<Int>] = [:]
        for verdict in verdicts {
            guard let sheet = verdict["sheet"]?.int, let row = verdict["row"]?.int else { continue }
            wanted[sheet, default: []].insert(row)
        }
        var found: [Corrections.Row: [Int: String]] = [:]
        for (sheet, rows) in wanted {
            guard let last = rows.max() else { continue }
            let reader = try workbook.rows(of: sheet)
            while try reader.next(), reader.row.number <= last {
                guard rows.contains(reader.row.number) else { continue }
                var texts: [Int: String] = [:]
                for cell in reader.row.cells { texts[cell.column] = cell.text }
                for (cell, text) in request.corrections.cells where cell.sheet == sheet && cell.row == reader.row.number
                {
                    texts[cell.column] = text
                }
                found[.init(sheet: sheet, row: reader.row.number)] = texts
            }
        }
        return verdicts.map { found[.init(sheet: $0["sheet"]?.int ?? -1, row: $0["row"]?.int ?? -1)] ?? [:] }
    }
}
