import Foundation
import Matching
import Store

/// What a run is asked to do.
public struct ImportRequest: Hashable, Sendable {
    public var fileName: String
    public var mapping: ImportMapping
    public var policy: ImportPolicy
    public var corrections: Corrections
    /// `nil`: the setting's.
    public var matchFields: Set<MatchField>?

    public init(
        fileName: String, mapping: ImportMapping, policy: ImportPolicy = .fillBlanks,
        corrections: Corrections = Corrections(),
        matchFields: Set<MatchField>? = nil
    ) {
        self.fileName = fileName
        self.mapping = mapping
        self.policy = policy
        self.corrections = corrections
        self.matchFields = matchFields
    }
}

extension ImportRequest {
    /// The form of the API: `{type, mapping, policy, corrections, excludedRows}`. Absent parts are the proposal's.
    public init(_ document: Document, fileName: String, for file: DetectedFile) throws {
        var mapping = file.proposal
        if var given = document["mapping"]?.object {
            if let type = document["type"] { given["type"] = type }
            mapping = try ImportMapping(given, for: file)
        }
        try mapping.check()
        let options = document["mapping"]?.object?["options"]?.object
        let policyName =
            document["policy"]?.string ?? options?["onDuplicate"]?.string ?? ImportPolicy.fillBlanks.rawValue
        guard let policy = ImportPolicy(rawValue: policyName) else { throw MappingError.unknownField("policy") }
        self.init(fileName: fileName, mapping: mapping, policy: policy)
        corrections = try Corrections(document, in: mapping)
        if let fields = options?["matchFields"]?.array {
            matchFields = Set(fields.compactMap { $0.string.flatMap(MatchField.init(rawValue:)) })
        }
    }

    public var document: Document {
        var mapping = mapping.document
        var options: Document = ["onDuplicate": .string(policy.rawValue)]
        if let matchFields { options["matchFields"] = Value(matchFields.map(\.rawValue).sorted()) }
        mapping["options"] = .object(options)
        var document: Document = [
            "type": .string(self.mapping.type.rawValue), "policy": .string(policy.rawValue),
            "mapping": .object(mapping),
        ]
        let cells = corrections.cells.sorted {
            ($0.key.sheet, $0.key.row, $0.key.column) < ($1.key.sheet, $1.key.row, $1.key.column)
        }
        if !cells.isEmpty {
            document["corrections"] = .array(
                cells.map { cell, text in
                    .object([
                        "sheet": .int(cell.sheet), "row": .int(cell.row),
                        "column": .string(CellReference.letters(cell.column)), "value": .string(text),
                    ])
                })
        }
        let excluded = corrections.excluded.sorted { ($0.sheet, $0.row) < ($1.sheet, $1.row) }
        if !excluded.isEmpty {
            document["excludedRows"] = .array(
                excluded.map { .object(["sheet": .int($0.sheet), "row": .int($0.row)]) })
        }
        return document
    }
}

extension Corrections {
    /// Rows may be given as a number, where the mapping has one sheet, or as `{sheet, row}`.
    init(_ document: Document, in mapping: ImportMapping) throws(MappingError) {
        self.init()
        func sheet(_ value: Value?) throws(MappingError) -> Int {
            switch value {
            case .int(let index): return index
            case .string(let name):
                guard let sheet = mapping.sheets.first(where: { $0.name == name }) else { throw .unknownSheet(name) }
                return sheet.index
            default: return mapping.recordSheets.first?.index ?? 0
            }
        }
        for item in document["corrections"]?.array ?? [] {
            guard let item = item.object, let row = item["row"]?.int else { throw .notAnObject }
            let name = item["column"]?.string ?? ""
            guard let column = item["column"]?.int ?? CellReference.number(name), (0..<16_384).contains(column), row > 0
            else { throw .unknownColumn(name) }
            cells[Cell(sheet: try sheet(item["sheet"]), row: row, column: column)] = item["value"]?.string ?? ""
        }
        for item in document["excludedRows"]?.array ?? [] {
            switch item {
            case .int(let row): excluded.insert(Row(sheet: try sheet(nil), row: row))
            case .object(let item):
                guard let row = item["row"]?.int else { throw .notAnObject }
                excluded.insert(Row(sheet: try sheet(item["sheet"]), row: row))
            default: throw .notAnObject
            }
        }
    }
}

extension CellReference {
    /// The reverse of `letters`; `nil` for anything but one to three letters.
    public static func number(_ letters: String) -> Int? {
        guard (1...3).contains(letters.utf8.count) else { return nil }
        var number = 0
        for byte in letters.uppercased().utf8 {
            guard (65...90).contains(byte) else { return nil }
            number = number * 26 + Int(byte - 64)
        }
        return number - 1
    }
}
