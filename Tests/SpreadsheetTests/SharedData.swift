import Foundation
import Spreadsheet

/// The test data that lies beside the checkout and is no part of it.
enum SharedData {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["ANWAL_SHARED"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath).appending(path: "../../../../shared").standardized
    }()

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder.path + "/" + path) }

    /// The files of a folder with one of these extensions, in order.
    static func files(_ path: String, _ extensions: String...) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + path)) ?? []
        return names.filter { name in extensions.contains { name.hasSuffix("." + $0) } }.sorted()
            .map { folder.path + "/" + path + "/" + $0 }
    }

    static let workbooks =
        files("corpora/spreadsheets", "xlsx", "xlsm", "xls") + files("samples", "xlsx", "xls")
        + files("corpora/names", "xlsx")
}

/// A folder that goes away with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "anwal-spreadsheet-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that stays behind in the system's temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

/// A cell as the tests compare it.
struct SeenCell: Equatable {
    var row: Int
    var column: Int
    var kind: CellKind
    var text: String
}

extension Workbook {
    func cells(of sheet: Int) throws(SpreadsheetError) -> [SeenCell] {
        let reader = try rows(of: sheet)
        var cells: [SeenCell] = []
        while try reader.next() {
            for cell in reader.row.cells {
                cells.append(SeenCell(row: reader.row.number, column: cell.column, kind: cell.kind, text: cell.text))
            }
        }
        return cells
    }

    func texts(of sheet: Int = 0) throws(SpreadsheetError) -> [[String]] {
        let reader = try rows(of: sheet)
        var rows: [[String]] = []
        while try reader.next() { rows.append((0..<reader.row.columnCount).map { reader.row.text($0) }) }
        return rows
    }
}

/// Reads everything of a file; the error that ended it, if one did.
func readAll(_ path: String) -> SpreadsheetError? {
    do throws(SpreadsheetError) {
        let workbook = try Workbook(path: path)
        for sheet in workbook.sheets {
            let reader = try workbook.rows(of: sheet.index)
            while try reader.next() {
                for cell in reader.row.cells { precondition(!cell.utf8.isEmpty, "an empty cell was given") }
            }
        }
        return nil
    } catch {
        return error
    }
}
