import Foundation
import Spreadsheet
import Store

extension Privacy {
    /// What is kept of somebody as a workbook that a person can read: one line for each value.
    ///
    /// - Parameter lines: of one document, each as many texts as `header` has.
    public func workbook(
        of subject: DataSubject, sheet: String, isRightToLeft: Bool, header: [String],
        _ lines: (Trace, any Entity) throws -> [[String]]
    ) async throws -> Exports.File {
        let exports = folder.appendingPathComponent("exports")
        return try await ExportFile.make(.xlsx, in: exports, sheet: sheet, rightToLeft: isRightToLeft) { file in
            try file.append(header: header)
            for trace in Trace.table {
                try await each(trace, subject) { documents in
                    for document in documents {
                        for line in try lines(trace, document) { try file.append(row: line.map(OutCell.text)) }
                    }
                }
            }
        }
    }
}
