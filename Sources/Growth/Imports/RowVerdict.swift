import Matching
import Store

/// What becomes of one row, as the preview shows it.
public struct RowVerdict: Sendable {
    public enum Action: String, CaseIterable, Sendable {
        case create, update, skip, fail
    }

    /// Position of the sheet in the workbook, and the number of the row as the spreadsheet shows it.
    public var sheet: Int
    public var row: Int
    public var action: Action = .skip
    /// The stored record, or the earlier row, that the row's company is the same as.
    public var target: ImportPlan.Target = .new
    public var match: ImportPlan.Match?
    public var changes: [FieldChange] = []
    /// Values that differ from those stored and were not taken.
    public var kept: [FieldChange] = []
    public var problems: [ImportProblem] = []

    init(sheet: Int, row: Int) {
        self.sheet = sheet
        self.row = row
    }
}

extension RowVerdict {
    public var document: Document {
        var document: Document = ["sheet": .int(sheet), "row": .int(row), "action": .string(action.rawValue)]
        switch target {
        case .new: break
        case .row(let first): document["sameAsRow"] = .int(first)
        case .stored(let id): document["companyId"] = .id(id)
        }
        if let match {
            document["score"] = .double((match.score * 1000).rounded() / 1000)
            document["reasons"] = Value(match.reasons.map(\.rawValue))
        }
        if !changes.isEmpty { document["changes"] = .array(changes.map { .object($0.document) }) }
        if !kept.isEmpty { document["kept"] = .array(kept.map { .object($0.document) }) }
        if !problems.isEmpty { document["problems"] = .array(problems.map { .object($0.document) }) }
        return document
    }
}

extension FieldChange {
    var document: Document {
        var document: Document = ["field": .string(field), "after": .string(after)]
        if let before { document["before"] = .string(before) }
        if column >= 0 { document["column"] = .string(CellReference.letters(column)) }
        return document
    }
}
