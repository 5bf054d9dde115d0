import Foundation
import Growth
import Store

/// What somebody sent of a record, from a form or as JSON.
enum RecordInput {
    /// Names that say something else than a field. A form has its custom fields as lists beside each other.
    private static let customNames = "customName", customValues = "customValue",
        customBefore = "customWas"

    /// - Parameter ignoring: fields that the handler reads itself.
    static func edit(_ input: Input, ignoring: Set<String> = []) throws -> RecordEdit {
        var edit = RecordEdit()
        var problems: [String: FieldProblem] = [:]
        for pair in input.document.pairs where !ignoring.contains(pair.key) {
            switch pair.key {
            case FormToken.field, customNames, customValues, customBefore: break
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
            default: read(pair.value, pair.key, &problems) { edit.fields[pair.key] = $0 }
            }
        }
        let before = list(input, customBefore)
        for (index, pair) in zip(list(input, customNames), list(input, customValues)).enumerated() {
            if pair.0.isEmpty || index < before.count && Input.isSame(pair.1, before[index]) { continue }
            edit.custom[pair.0] = .some(pair.1)
        }
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
