import Foundation
import Spreadsheet
import Store

/// The rows that failed, in the layout they came in, each with its reason: to be corrected and imported again.
struct ErrorsWorkbook {
    let request: ImportRequest
    let context: ImportBatch.Context
    let language: Language
    let personMatchFields: [String]

    func write(_ workbook: Workbook, to path: URL) throws {
        let partial = path.appendingPathExtension("part")
        // The same bytes whoever writes it: two workers may, when one of them was taken for dead.
        let writer = try XLSXWriter(path: partial.path, created: Int(context.stamp.timeIntervalSince1970))
        var identities = ImportIdentities(
            plan: context.plan, ids: context.ids, type: request.mapping.type, personMatchFields: personMatchFields)
        for (number, sheet) in request.mapping.recordSheets.enumerated() {
            let offset = context.plan.offsets.indices.contains(number) ? context.plan.offsets[number] : 0
            let failed = try failedRows(of: sheet, in: workbook, offset: offset, &identities)
            if !failed.isEmpty { try copy(failed, of: sheet, in: workbook, to: writer) }
        }
        try writer.close()
        try DurableFile.move(partial, to: path)
    }

    /// Row number -> why.
    private func failedRows(
        of sheet: SheetMapping, in workbook: Workbook, offset: Int, _ identities: inout ImportIdentities
    ) throws -> [Int: String] {
        let parser = RowParser(sheet, fileName: request.fileName)
        var rows = try SheetRows(workbook, sheet, corrections: request.corrections)
        var failed: [Int: String] = [:]
        while try rows.next() {
            let parsed = parser.parse(row: rows.number, rows.cells)
            let identity = identities.identify(
                parsed, row: offset + rows.number, role: sheet.role)
            let errors = (parsed.problems + identity.problems).filter { $0.severity == .error }
            if !errors.isEmpty { failed[rows.number] = errors.map { $0.words(in: language) }.joined(separator: " ") }
        }
        return failed
    }

    /// Everything down to the header as it stands, then the failed rows.
    private func copy(
        _ failed: [Int: String], of sheet: SheetMapping, in workbook: Workbook, to writer: XLSXWriter
    ) throws {
        try writer.addSheet(name: sheet.name, rightToLeft: language == .arabic)
        let width = (sheet.columns.map(\.index).max() ?? -1) + 1
        let reader = try workbook.rows(of: sheet.index)
        var next = 1
        while try reader.next() {
            let row = reader.row
            let reason = failed[row.number]
            guard row.number <= sheet.headerRow || reason != nil else { continue }
            // The header keeps its row, so that the saved mapping fits the corrected file.
            while row.number <= sheet.headerRow && next < row.number {
                try writer.append(row: [])
                next += 1
            }
            var cells: [OutCell] = (0..<width).map { .text(row.text($0)) }
            if let reason { cells.append(.text(reason)) }
            if row.number == sheet.headerRow { cells.append(.text(language == .arabic ? "السبب" : "Reason")) }
            try writer.append(row: cells)
            next += 1
        }
    }
}
