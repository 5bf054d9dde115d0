/// An opened spreadsheet: its format, its sheets, and a reader for the rows of each.
///
/// Opening reads the directory of the file only. The file must stay unchanged while it is read.
public struct Workbook: Sendable {
    public let format: Format
    public let sheets: [Sheet]
    private let content: any SheetContent

    /// Opens `path`; what it is is found from its first bytes.
    public init(path: String, options: ReadOptions = .init()) throws(SpreadsheetError) {
        let file = try RandomAccessFile(path: path, maxBytes: options.maxFileBytes)
        switch FileKind(start: try file.bytes(at: 0, count: FileKind.neededBytes)) {
        case .zip: content = try XLSXContent(file: file)
        case .compound: content = try XLSContent(path: path, options: options)
        case .text: content = try CSVContent(file: file)
        case .other: throw .notASpreadsheet
        }
        format = content.format
        sheets = content.sheets
    }

    /// A reader that stands before the first row of the sheet with this index.
    public func rows(of sheet: Int) throws(SpreadsheetError) -> RowReader {
        guard sheets.indices.contains(sheet) else { throw .noSuchSheet }
        return RowReader(source: try content.rows(of: sheet))
    }

    /// All merged cells of a sheet, known before its rows are read. Costs one pass over an .xlsx or .xls sheet.
    public func mergedRanges(of sheet: Int) throws(SpreadsheetError) -> [MergedRange] {
        guard sheets.indices.contains(sheet) else { throw .noSuchSheet }
        return try content.mergedRanges(of: sheet)
    }
}

/// What each format offers.
protocol SheetContent: Sendable {
    var format: Format { get }
    var sheets: [Sheet] { get }
    func rows(of sheet: Int) throws(SpreadsheetError) -> any RowSource
    func mergedRanges(of sheet: Int) throws(SpreadsheetError) -> [MergedRange]
}
