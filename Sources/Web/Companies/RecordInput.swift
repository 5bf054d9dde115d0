import Foundation
import Growth
import Store

/// What somebody sent of a record, from a form or as JSON.
enum RecordInput {
    /// Names that say something else than a field. A form has its custom fields as lists beside each other.
    private static let customNames = "customName", customValues = "customValue",
        customMarks = "customWas"

    /// - Parameter ignoring: fields that the handler reads itself.
    static func edit(_ input: Input, ignoring: Set<String> = []) throws -> RecordEdit {
        var edit = RecordEdit()
        var problems: [String: FieldProblem] = [:]
        for pair in input.document.pairs where !ignoring.contains(pair.key) {
            switch pair.key {
            case FormToken.field, customNames, customValues, customMarks, "was": break
            case "updatedAt":
                edit.expected = date(pair.value)
                if edit.expected == nil && !isBlank(pair.value) { problems[pair.key] = .notADate }
            case "customFields":
                guard let object = pair.value.object else {
                    problems[pair.key] = .notText
                    break
                }
                for field in object.pairs {
                    read(field.value, "customFields." + field.key, &problems) { edit.custom[field.key] = $0 }
                }
            default:
                if pair.value.string != nil, input.typed(pair.key) == nil { break }
                read(pair.value, pair.key, &problems) { edit.fields[pair.key] = $0 }
            }
        }
        for one in custom(input) { edit.custom[one.name] = .some(one.value) }
        try InvalidFields(problems).throwIfAny()
        return edit
    }

    private static func read(
        _ value: Value, _ name: String, _ problems: inout [String: FieldProblem], _ take: (String?) -> Void
    ) {
        switch value {
        case .null: take(nil)
        case .string(let text): take(text)
        case .int(let number): take(String(number))
        case .double(let number): take(Int(exactly: number).map(String.init) ?? String(number))
        case .bool(let flag): take(flag ? "true" : "false")
        case .array(let items) where items.allSatisfy({ $0.string != nil }):
            take(items.compactMap(\.string).joined(separator: "\n"))
        default: problems[name] = .notText
        }
    }

    /// The custom fields of a form into which something was typed, with the marks that it sent along.
    static func custom(_ input: Input) -> [(name: String, value: String, mark: String?)] {
        let marks = list(input, customMarks)
        return zip(list(input, customNames), list(input, customValues)).enumerated().compactMap { index, pair in
            let mark = marks.indices.contains(index) ? marks[index] : nil
            if pair.0.isEmpty || mark.map({ FormMark.fits($0, pair.1) }) == true { return nil }
            return (pair.0, pair.1, mark)
        }
    }

    private static func list(_ input: Input, _ name: String) -> [String] {
        switch input[name] {
        case .array(let items)?: items.map { $0.string ?? "" }
        case .string(let text)?: [text]
        default: []
        }
    }

    private static func isBlank(_ value: Value) -> Bool { value.isNull || value.string?.isEmpty == true }

    /// Milliseconds as our forms have them, or ISO 8601 as the API shows it.
    static func date(_ value: Value) -> Date? {
        guard let text = value.string else { return nil }
        if let ms = Int64(text) { return Date(milliseconds: ms) }
        do {
            return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        } catch {
            return FilterReader.date(text)
        }
    }
}
