import Store

/// How the sheets of a file become records: which sheet holds what, where its header is, and what each column becomes.
public struct ImportMapping: Hashable, Sendable {
    public var type: ImportType
    public var sheets: [SheetMapping]
    /// Stands in where a company's row has no country.
    public var defaultCountry: String?
    /// Added to every company of the file.
    public var defaultTags: [String] = []

    public init(type: ImportType, sheets: [SheetMapping]) {
        self.type = type
        self.sheets = sheets
    }

    /// The sheets whose rows become records, in the order in which they are written.
    public var recordSheets: [SheetMapping] {
        let order: [SheetRole] = [.simple, .companies, .people, .contactPoints, .serviceMatches]
        return order.flatMap { role in sheets.filter { $0.role == role } }
    }
}

/// One sheet of a mapping.
public struct SheetMapping: Hashable, Sendable {
    /// Position in the workbook, from 0.
    public var index: Int
    public var name: String
    public var role: SheetRole
    /// The row of the header as the spreadsheet numbers it; 0 where the sheet has none.
    public var headerRow: Int
    public var columns: [ColumnMapping]

    public init(index: Int, name: String, role: SheetRole, headerRow: Int, columns: [ColumnMapping]) {
        self.index = index
        self.name = name
        self.role = role
        self.headerRow = headerRow
        self.columns = columns
    }

    /// The columns that become contact points, in order: a contact point's id says which of them it came from.
    public var contactColumns: [ColumnMapping] {
        columns.filter { column in
            switch column.target {
            case .contactPoint, .person(.email), .person(.mobile), .person(.phone), .contact(.contactValue): true
            default: false
            }
        }
    }

    public func column(for target: ColumnTarget) -> ColumnMapping? { columns.first { $0.target == target } }
}

/// One column of a sheet and what it becomes.
public struct ColumnMapping: Hashable, Sendable {
    /// From 0.
    public var index: Int
    public var header: String
    public var target: ColumnTarget

    public init(index: Int, header: String, target: ColumnTarget) {
        self.index = index
        self.header = header
        self.target = target
    }
}
