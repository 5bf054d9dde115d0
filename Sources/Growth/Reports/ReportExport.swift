import Foundation
import Spreadsheet
import Store

extension Exports {
    /// A report as a spreadsheet, the sums in its last row. Is in the audit log.
    ///
    /// - Parameter label: what a line is called.
    public func report(
        _ report: Report, format: String, sheet: String, isRightToLeft: Bool, header: [String], total: String,
        by principal: Principal, label: (Report.Line) -> String
    ) async throws -> File {
        guard let format = ExportFile.Format(rawValue: format) else { throw InvalidFields(["format": .notInList]) }
        let file = try ExportFile(format, in: folder, sheet: sheet, rightToLeft: isRightToLeft)
        do {
            try file.append(header: header)
            for line in report.lines {
                try file.append(row: [.text(label(line))] + line.values.map(OutCell.number))
            }
            try file.append(row: [.text(total)] + report.total.map(OutCell.number))
            try file.close()
            let metadata: Document = [
                "report": .string(report.kind.rawValue), "rows": .int(report.lines.count),
                "format": .string(format.rawValue),
            ]
            try await audit.record("export", by: principal, metadata: metadata)
        } catch {
            // What is half written is of no use; the first error is the one to tell.
            try? FileManager.default.removeItem(at: file.path)
            throw error
        }
        return File(path: file.path, rows: file.rows)
    }
}
