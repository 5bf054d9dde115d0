import Foundation
import Spreadsheet
import Store

/// The file that an export writes, in memory that does not grow with it.
final class ExportFile {
    enum Format: String, CaseIterable { case xlsx, csv }

    private enum Writer {
        case xlsx(XLSXWriter)
        case csv(CSVWriter)
    }

    let path: URL
    private let writer: Writer
    private(set) var rows = 0

    init(_ format: Format, in folder: URL, sheet: String, rightToLeft: Bool) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        path = folder.appendingPathComponent("\(ObjectID()).\(format.rawValue)")
        switch format {
        case .xlsx:
            let xlsx = try XLSXWriter(path: path.path)
            try xlsx.addSheet(name: sheet, rightToLeft: rightToLeft)
            writer = .xlsx(xlsx)
        case .csv: writer = .csv(try CSVWriter(path: path.path))
        }
    }

    /// A finished file. What is half written when something fails is removed.
    ///
    /// - Parameter finished: what belongs to it once it is whole, as its entry in the audit log.
    static func make(
        _ format: Format, in folder: URL, sheet: String, rightToLeft: Bool,
        _ write: (ExportFile) async throws -> Void, finished: (ExportFile) async throws -> Void = { _ in }
    ) async throws -> Exports.File {
        let file = try ExportFile(format, in: folder, sheet: sheet, rightToLeft: rightToLeft)
        do {
            try await write(file)
            try file.close()
            try await finished(file)
        } catch {
            // What is half written is of no use; the first error is the one to tell.
            try? FileManager.default.removeItem(at: file.path)
            throw error
        }
        return Exports.File(path: file.path, rows: file.rows)
    }

    func append(header: [String]) throws { try append(header.map(OutCell.text)) }

    func append(row: [OutCell]) throws {
        try append(row)
        rows += 1
    }

    func close() throws {
        switch writer {
        case .xlsx(let xlsx): try xlsx.close()
        case .csv(let csv): try csv.close()
        }
    }

    private func append(_ cells: [OutCell]) throws {
        switch writer {
        case .xlsx(let xlsx): try xlsx.append(row: cells)
        case .csv(let csv): try csv.append(row: cells.map(Self.text))
        }
    }

    private static func text(_ cell: OutCell) -> String {
        switch cell {
        case .empty: ""
        case .text(let text): text
        case .number(let number): CellValues.shortest(number)
        case .bool(let flag): flag ? "TRUE" : "FALSE"
        }
    }
}
