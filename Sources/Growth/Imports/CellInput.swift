import Spreadsheet

/// A cell as the row parser takes it: corrections of a person have replaced what the file held.
public struct CellInput: Sendable {
    public var column: Int
    public var text: String
    public var isError: Bool

    public init(column: Int, text: String, isError: Bool = false) {
        self.column = column
        self.text = text
        self.isError = isError
    }
}

/// What a person changed in the preview: cells to read otherwise, rows to leave out.
public struct Corrections: Hashable, Sendable {
    public struct Cell: Hashable, Sendable {
        public var sheet: Int
        public var row: Int
        public var column: Int

        public init(sheet: Int, row: Int, column: Int) {
            self.sheet = sheet
            self.row = row
            self.column = column
        }
    }

    public struct Row: Hashable, Sendable {
        public var sheet: Int
        public var row: Int

        public init(sheet: Int, row: Int) {
            self.sheet = sheet
            self.row = row
        }
    }

    public var cells: [Cell: String] = [:]
    public var excluded: Set<Row> = []

    public init() {}

    public var isEmpty: Bool { cells.isEmpty && excluded.isEmpty }
}

/// The data rows of one sheet, corrected; empty and excluded ones are passed over.
struct SheetRows {
    private let reader: RowReader
    private let sheet: SheetMapping
    private let wanted: [Bool]
    private let corrections: [Int: [Int: String]]
    private let excluded: Set<Int>
    /// Our own .csv exports guard cells that a spreadsheet could take for formulas.
    private let isGuarded: Bool

    /// The number of the current row as the spreadsheet shows it.
    private(set) var number = 0
    private(set) var cells: [CellInput] = []

    init(_ workbook: Workbook, _ sheet: SheetMapping, corrections: Corrections) throws {
        reader = try workbook.rows(of: sheet.index)
        self.sheet = sheet
        var wanted = [Bool](repeating: false, count: (sheet.columns.map(\.index).max() ?? -1) + 1)
        for column in sheet.columns where column.target != .ignored { wanted[column.index] = true }
        self.wanted = wanted
        var byRow: [Int: [Int: String]] = [:]
        for (cell, text) in corrections.cells where cell.sheet == sheet.index {
            byRow[cell.row, default: [:]][cell.column] = text
        }
        self.corrections = byRow
        if case .csv = workbook.format { isGuarded = true } else { isGuarded = false }
        excluded = Set(corrections.excluded.filter { $0.sheet == sheet.index }.map(\.row))
    }

    var fraction: Double { reader.fractionProgress }

    mutating func next() throws -> Bool {
        while try reader.next() {
            let row = reader.row
            guard row.number > sheet.headerRow, !excluded.contains(row.number) else { continue }
            read(row)
            if cells.isEmpty { continue }
            number = row.number
            return true
        }
        return false
    }

    private mutating func read(_ row: Row) {
        cells.removeAll(keepingCapacity: true)
        var isBlank = true
        for cell in row.cells where !cell.utf8.isEmpty {
            if isBlank, cell.utf8.contains(where: { $0 > 0x20 }) { isBlank = false }
            guard cell.column < wanted.count, wanted[cell.column] else { continue }
            let text = isGuarded ? CSVWriter.unguarded(cell.text) : cell.text
            cells.append(CellInput(column: cell.column, text: text, isError: cell.kind == .error))
        }
        if let corrected = corrections[row.number] { correct(corrected) }
        // A row whose only content stands in ignored columns still counts as a row that lacks its name.
        if isBlank {
            cells.removeAll(keepingCapacity: true)
        } else if cells.isEmpty {
            cells.append(CellInput(column: -1, text: ""))
        }
    }

    private mutating func correct(_ corrected: [Int: String]) {
        for (column, text) in corrected.sorted(by: { $0.key < $1.key })
        where wanted.indices.contains(column) && wanted[column] {
            cells.removeAll { $0.column == column }
            if !text.isEmpty { cells.append(CellInput(column: column, text: text)) }
        }
    }
}
