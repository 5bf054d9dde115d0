import Foundation
import Spreadsheet
import Store

extension Exports {
    /// The audit log as a spreadsheet, in the order in which things happened. Is itself in the log.
    ///
    /// - Parameter lines: of a batch of entries, each as many texts as `header` has.
    public func auditLog(
        _ filter: Filter, format: String, sheet: String, isRightToLeft: Bool, header: [String],
        by principal: Principal, _ lines: ([AuditLog]) async throws -> [[String]]
    ) async throws -> File {
        guard let format = ExportFile.Format(rawValue: format) else { throw InvalidFields(["format": .notInList]) }
        let file = try ExportFile(format, in: folder, sheet: sheet, rightToLeft: isRightToLeft)
        do {
            try file.append(header: header)
            try await ReadLimit.$longest.withValue(nil) {
                try await store.stream(AuditLog.self, where: filter, batch: 500) { entries in
                    for line in try await lines(entries) { try file.append(row: line.map(OutCell.text)) }
                }
            }
            try file.close()
            let metadata: Document = [
                "collection": .string(AuditLog.collection), "rows": .int(file.rows), "format": .string(format.rawValue),
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
