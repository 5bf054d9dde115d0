import Foundation
import Store

extension SQLValue {
    /// How a scalar column of `type` holds `value`. `nil` when it cannot: nothing stored there is equal to it.
    init?(_ value: Value, as type: Schema.FieldType) {
        switch (type, value) {
        case (_, .null): self = .null
        case (.string, .string(let text)): self = .text(text)
        case (.id, .id(let id)): self = .text(id.description)
        case (.int, .int(let int)), (.double, .int(let int)): self = .int(Int64(int))
        case (.int, .double(let double)), (.double, .double(let double)):
            if double.isNaN { return nil }
            self = .double(double)
        case (.bool, .bool(let bool)): self = .int(bool ? 1 : 0)
        case (.date, .date(let date)): self = .int(date.milliseconds)
        default: return nil
        }
    }

    /// How a column of `type` keeps `value`, which suits it.
    init(storing value: Value, as type: Schema.FieldType) throws(StoreError) {
        switch type {
        case .strings, .mixed:
            var writer = JSONWriter(form: .extended)
            writer.write(value)
            guard writer.deepest <= JSONWriter.maxDepth else { throw .tooDeep }
            self = .text(String(decoding: writer.bytes, as: UTF8.self))
        case .int:
            self = value.int.map { .int(Int64($0)) } ?? .null
        default: self = SQLValue(value, as: type) ?? .null
        }
    }

    /// How a table of elements keeps one. Texts and numbers as they are; the others as bytes, so that no two types mix.
    init?(element value: Value) {
        switch value {
        case .string(let text): self = .text(text)
        case .int(let int): self = .int(Int64(int))
        case .double(let double): self = .double(double)
        case .id(let id): self = .blob(Array("id:\(id)".utf8))
        case .date(let date): self = .blob(Array("date:\(date.milliseconds)".utf8))
        case .bool(let bool): self = .blob(Array("bool:\(bool)".utf8))
        case .null, .array, .object: return nil
        }
    }
}

extension StoreError {
    static let tooDeep = StoreError.unsupported("a value is nested deeper than \(JSONWriter.maxDepth)")
}
