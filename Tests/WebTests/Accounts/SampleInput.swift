import Store

@testable import Web

extension JSONSchema {
    /// A value that the schema allows, with what it demands and nothing else.
    var sample: Value {
        switch self {
        case .string, .any: "sample"
        case .formatted("date-time"): "2026-12-01T09:00:00Z"
        case .formatted: "sample@example.sa"
        case .id: "00000000000000000000dead"
        case .integer, .number: 1
        case .boolean: true
        case .word(let words): .string(words.first ?? "")
        case .array(let item): .array([item.sample])
        case .nullable(let schema), .named(_, let schema): schema.sample
        case .object(let properties, _):
            .object(Document(properties.filter(\.isRequired).map { .init($0.name, $0.schema.sample) }))
        }
    }
}

extension Endpoint {
    /// A body that the route could take.
    var sampleBody: Document {
        if case .json(let schema) = input { schema.sample.object ?? Document() } else { Document() }
    }
}
