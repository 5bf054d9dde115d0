import CXLSXWriter
import Glibc

/// A cell to write.
public enum OutCell: Equatable, Sendable {
    case empty
    /// Always a string cell: never a formula, a number or a link, whatever it looks like.
    case text(String)
    case number(Double)
    case bool(Bool)
}

/// Writes an .xlsx file row by row, in memory that does not grow with it.
///
/// Belongs to one task at a time.
public final class XLSXWriter {
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private var worksheet: UnsafeMutablePointer<lxw_worksheet>?
    private let path: String
    private var row = 0
    /// The library cannot close a workbook of which a sheet could not be made.
    private var isBroken = false

    /// Replaces the file at `path`, which is whole only after `close()`.
    ///
    /// - Parameter created: what the workbook says of itself, in seconds since 1970; with it the same rows give the
    ///   same bytes. `nil`: now.
    public init(path: String, created: Int? = nil) throws(SpreadsheetError) {
        self.path = path
        // Rows wait in a file beside the workbook: there is room where the data lies, and nobody else reads there.
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
        workbook = folder.withCString { folder in
            var options = lxw_workbook_options(
                constant_memory: 1, tmpdir: UnsafeMutablePointer(mutating: folder), use_zip64: 0)
            return workbook_new_opt(path, &options)
        }
        guard workbook != nil else { throw .unwritable(code: ENOMEM) }
        if let created {
            var properties = lxw_doc_properties()
            properties.created = created
            workbook_set_properties(workbook, &properties)
        }
    }

    deinit {
        // A file that was not closed on purpose is not left half written.
        if let workbook {
            if isBroken { lxw_workbook_free(workbook) } else { workbook_close(workbook) }
            unlink(path)
        }
    }

    /// Begins a sheet; rows go to the latest. Names follow Excel: at most 31 characters, none of `[]:*?/\`.
    public func addSheet(name: String, rightToLeft: Bool = false) throws(SpreadsheetError) {
        guard !isBroken, let sheet = workbook_add_worksheet(workbook, Self.sheetName(name)) else {
            isBroken = true
            throw .unwritable(code: EINVAL)
        }
        if rightToLeft { worksheet_right_to_left(sheet) }
        worksheet = sheet
        row = 0
    }

    /// Appends a row to the latest sheet. Text beyond Excel's length for a cell is cut.
    public func append(row cells: [OutCell]) throws(SpreadsheetError) {
        guard let worksheet, let number = lxw_row_t(exactly: row) else { throw .unwritable(code: EINVAL) }
        guard row < SpreadsheetLimits.maxRows else { throw .tooLarge(limit: .rows) }
        guard cells.count <= SpreadsheetLimits.maxColumns else { throw .tooLarge(limit: .columns) }
        for (index, cell) in cells.enumerated() {
            let column = lxw_col_t(truncatingIfNeeded: index)
            let code =
                switch cell {
                case .empty: LXW_NO_ERROR
                case .text(""): LXW_NO_ERROR
                case .text(let text): worksheet_write_string(worksheet, number, column, Self.cellText(text), nil)
                case .number(let value) where value.isFinite:
                    worksheet_write_number(worksheet, number, column, value, nil)
                case .number: LXW_NO_ERROR
                case .bool(let value): worksheet_write_boolean(worksheet, number, column, value ? 1 : 0, nil)
                }
            guard code == LXW_NO_ERROR else { throw .unwritable(code: Int32(bitPattern: code.rawValue)) }
        }
        row += 1
    }

    /// Writes the file. Nothing can be appended afterwards.
    public func close() throws(SpreadsheetError) {
        guard !isBroken, let closing = workbook else { return }
        workbook = nil
        worksheet = nil
        let code = workbook_close(closing)
        guard code == LXW_NO_ERROR else { throw .unwritable(code: Int32(bitPattern: code.rawValue)) }
    }

    private static func sheetName(_ name: String) -> String {
        var text = String(name.map { "[]:*?/\\\0".contains($0) ? " " : $0 })
        while text.hasPrefix("'") { text.removeFirst() }
        while text.utf16.count > 31 { text.removeLast() }
        while text.hasSuffix("'") { text.removeLast() }
        return text
    }

    /// What the library and XML can hold: no NUL (it would end the text early), no U+FFFE and U+FFFF, lines that end in
    /// LF, and `_x000D_` so that no reader takes it for an escape.
    private static func cellText(_ text: String) -> String {
        let isPlain = !text.utf8.contains { $0 == 0 || $0 == 0x0D || $0 == UInt8(ascii: "_") || $0 == 0xEF }
        if isPlain, text.utf8.count <= SpreadsheetLimits.maxCellCharacters { return text }
        var kept = String.UnicodeScalarView()
        var units = 0
        var last: Unicode.Scalar?
        let scalars = text.unicodeScalars
        for index in scalars.indices {
            let scalar = scalars[index]
            defer { last = scalar }
            if scalar == "\0" || scalar.value & 0xFFFE == 0xFFFE || (scalar == "\n" && last == "\r") { continue }
            units += UTF16.width(scalar)
            if units > SpreadsheetLimits.maxCellCharacters { break }
            if scalar == "_", isEscape(scalars[index...]) { kept.append(contentsOf: "_x005F".unicodeScalars) }
            kept.append(scalar == "\r" ? "\n" : scalar)
        }
        return String(kept)
    }

    private static func isEscape(_ text: Substring.UnicodeScalarView) -> Bool {
        let head = Array(text.prefix(7))
        return head.count == 7 && head[1] == "x" && head[6] == "_"
            && head[2..<6].allSatisfy(\.properties.isASCIIHexDigit)
    }
}
