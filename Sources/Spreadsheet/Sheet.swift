/// One sheet of rows; sheets that only hold a chart are not listed.
public struct Sheet: Equatable, Sendable {
    /// Position among the sheets of rows, from 0; what `Workbook.rows(of:)` takes.
    public let index: Int
    public let name: String
    /// `nil` where the file does not say.
    public let isHidden: Bool?

    public init(index: Int, name: String, isHidden: Bool?) {
        self.index = index
        self.name = name
        self.isHidden = isHidden
    }
}

/// Cells shown as one; only the first of them has a value.
public struct MergedRange: Equatable, Sendable {
    /// 1-based row numbers, both inclusive.
    public let rows: ClosedRange<Int>
    /// 0-based columns, both inclusive.
    public let columns: ClosedRange<Int>

    public init(rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
        self.rows = rows
        self.columns = columns
    }
}

/// What a file is, found from its content and never from its name.
public enum Format: Equatable, Sendable {
    case xlsx
    case xls
    case csv(delimiter: Delimiter, encoding: TextEncoding)

    public enum Delimiter: UInt8, Equatable, Sendable {
        case comma = 0x2C
        case semicolon = 0x3B
        case tab = 0x09
        case pipe = 0x7C
    }

    public enum TextEncoding: Equatable, Sendable {
        case utf8
        case utf16LittleEndian
        case utf16BigEndian
        case windows1256
        case windows1252
    }
}
