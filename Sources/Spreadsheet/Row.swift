/// What a cell holds. The text of every kind is what `Cell.text` gives.
public enum CellKind: UInt8, Sendable {
    case text
    /// Shortest decimal form that reads back as the same number: `501234567`, `0.5`, `1e+300`.
    case number
    /// `TRUE` or `FALSE`.
    case bool
    /// ISO 8601: `2025-03-04`, `2025-03-04T10:20:30`, `10:20:30`; a duration is hours:minutes:seconds.
    case date
    /// An error of a formula such as `#N/A`; an import treats it as empty.
    case error
}

/// The current row of a `RowReader`: valid until its `next()` is called.
public struct Row {
    let storage: RowStorage

    /// 1-based number of the row in its sheet; rows that the file leaves out are not reported.
    public var number: Int { storage.number }
    public var isHidden: Bool { storage.isHidden }
    /// True when no cell has text.
    public var isEmpty: Bool { storage.count == 0 }
    /// Cells that have text, in column order.
    public var cells: Cells { Cells(storage: storage) }
    /// One more than the last column that has text.
    public var columnCount: Int { cells.last.map { $0.column + 1 } ?? 0 }

    /// Text of the 0-based column; `nil` for an empty cell.
    public subscript(column: Int) -> String? { cell(at: column)?.text }

    /// Text of the 0-based column; empty for an empty cell.
    public func text(_ column: Int) -> String { cell(at: column)?.text ?? "" }

    /// The cell of the 0-based column; `nil` for an empty cell.
    public func cell(at column: Int) -> Cell? {
        guard column >= 0, column < SpreadsheetLimits.maxColumns else { return nil }
        // Without gaps before it, a column stands at its own index.
        if column < storage.count, Int(storage.cells[column].column) == column {
            return Cell(record: storage.cells[column])
        }
        var low = 0
        var high = storage.count
        while low < high {
            let middle = (low + high) / 2
            if Int(storage.cells[middle].column) < column { low = middle + 1 } else { high = middle }
        }
        guard low < storage.count, Int(storage.cells[low].column) == column else { return nil }
        return Cell(record: storage.cells[low])
    }

    /// The cells that have text, in column order.
    public struct Cells: RandomAccessCollection {
        let storage: RowStorage

        public var startIndex: Int { 0 }
        public var endIndex: Int { storage.count }
        public subscript(position: Int) -> Cell {
            precondition(position >= 0 && position < storage.count, "cell index out of range")
            return Cell(record: storage.cells[position])
        }
    }
}

/// A cell that has text: valid as long as its row.
public struct Cell {
    let record: CellRecord

    /// 0-based.
    public var column: Int { Int(record.column) }
    public var kind: CellKind { record.kind }
    /// The text as valid UTF-8, without a copy. The memory belongs to the reader and is valid until its `next()`.
    public var utf8: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: record.text, count: Int(record.count))
    }
    public var text: String { String(decoding: utf8, as: UTF8.self) }
}
