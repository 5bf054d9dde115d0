import Store

/// What the program makes of an uploaded file before anybody has said anything about it.
public struct DetectedFile: Sendable {
    public var type: ImportType
    /// 0–1: how sure the type and the columns are.
    public var confidence: Double
    public var sheets: [DetectedSheet]
    public var warnings: [ImportProblem]

    /// The sheet that a simple import reads: the visible one with the most recognised columns, then the most rows.
    public var mainSheet: DetectedSheet? {
        let candidates = sheets.filter { !$0.isHidden && $0.rowCount > 0 }
        return (candidates.isEmpty ? sheets : candidates).max { a, b in
            (a.recognised, a.rowCount, b.index) < (b.recognised, b.rowCount, a.index)
        }
    }
}

public struct DetectedSheet: Sendable {
    public var index: Int
    public var name: String
    public var isHidden: Bool
    public var role: SheetRole
    /// The row of the header as the spreadsheet numbers it; 0 where there is none.
    public var headerRow: Int
    /// Non-empty rows below the header.
    public var rowCount: Int
    public var hiddenRows: Int
    public var columns: [DetectedColumn]
    /// The first rows of the sheet, so that a person can choose another header row.
    public var head: [SampleRow]

    var recognised: Int { columns.count { $0.certainty > 0 } }

    /// The columns if the header were in another row.
    func columns(under headerRow: Int) throws(MappingError) -> [DetectedColumn] {
        guard headerRow >= 0 else { throw .unknownColumn("headerRow") }
        return ColumnGuess.columns(of: head, headerRow: headerRow, role: role)
    }
}

public struct DetectedColumn: Sendable {
    public var index: Int
    public var header: String
    /// Up to five different values.
    public var samples: [String]
    public var isEmpty: Bool
    public var target: ColumnTarget
    /// 0: not recognised; 1: the header is a known name of the field.
    public var certainty: Double
}

/// A row near the top of a sheet: its number and the text of its cells.
public struct SampleRow: Sendable {
    public var number: Int
    public var cells: [Int: String]

    public init(number: Int, cells: [Int: String]) {
        self.number = number
        self.cells = cells
    }
}

extension DetectedFile {
    public var document: Document {
        [
            "type": .string(type.rawValue), "confidence": .double(confidence),
            "sheets": .array(sheets.map { .object($0.document) }),
            "warnings": .array(warnings.map { .object($0.document) }),
        ]
    }
}

extension DetectedSheet {
    var document: Document {
        [
            "index": .int(index), "name": .string(name), "hidden": .bool(isHidden), "role": .string(role.rawValue),
            "headerRow": .int(headerRow), "rows": .int(rowCount), "hiddenRows": .int(hiddenRows),
            "columns": .array(columns.map { .object($0.document) }),
        ]
    }
}

extension DetectedColumn {
    var document: Document {
        [
            "column": .string(CellReference.letters(index)), "header": .string(header), "samples": Value(samples),
            "target": .string(target.name), "certainty": .double(certainty),
        ]
    }
}
