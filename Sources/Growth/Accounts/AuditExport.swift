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
        return try await make(format, sheet, isRightToLeft, AuditLog.collection, by: principal) { file in
            try file.append(header: header)
            try await ReadLimit.$longest.withValue(nil) {
                try await store.stream(AuditLog.self, where: filter, batch: 500) { entries in
                    for line in try await lines(entries) { try file.append(row: line.map(OutCell.text)) }
                }
            }
        }
    }
}
