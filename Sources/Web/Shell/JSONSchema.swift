import Foundation
import Growth
import Store

/// The shape of a JSON value, for the OpenAPI document and for holding answers to it in tests.
public indirect enum JSONSchema: Sendable {
    case string
    /// A string of a named format: `date-time`, `email`, `uri`.
    case formatted(String)
    case id
    case integer
    case number
    case boolean
    case any
    /// One of these words.
    case word([String])
    case array(JSONSchema)
    case object([Property], isOpen: Bool)
    case nullable(JSONSchema)
    /// Stands once among the document's components and is referred to.
    case named(String, JSONSchema)

    public struct Property: Sendable {
        public let name: String
        public let schema: JSONSchema
        public let isRequired: Bool

        public static func must(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        public static func may(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }

    /// An object with these fields and no others.
    public static func object(_ properties: Property...) -> JSONSchema { .object(properties, isOpen: false) }

    public static func words<C: Choice>(of type: C.Type) -> JSONSchema { .word(C.known.map(\.rawValue)) }

    /// An entity as the API shows it: its declared fields that are not internal. Open, since documents keep unknown ones.
    ///
    /// - Parameter more: what an answer says besides; the schema then stands where it is used.
    public static func entity<E: Entity>(_ type: E.Type, and more: Property...) -> JSONSchema {
        let fields = Schema(of: E.self).fields.filter { EntityJSON.isShown($0.name) }
        let declared = fields.map { Property(name: $0.name, schema: .field($0.type), isRequired: $0.isRequired) }
        let stamps: [Property] = [
            .may("createdAt", .formatted("date-time")), .may("updatedAt", .formatted("date-time")),
        ]
        let whole = JSONSchema.object([.must("_id", .id)] + declared + stamps + more, isOpen: true)
        return more.isEmpty ? .named("\(E.self)", whole) : whole
    }

    /// The body of a list page.
    public static func list(of item: JSONSchema) -> JSONSchema {
        .object(
            .must("items", .array(item)), .must("count", .integer), .must("countIsExact", .boolean),
            .must("next", .nullable(.string)), .must("previous", .nullable(.string)))
    }

    static func field(_ type: Schema.FieldType) -> JSONSchema {
        switch type {
        case .string: .string
        case .int: .integer
        case .double: .number
        case .bool: .boolean
        case .date: .formatted("date-time")
        case .id: .id
        case .strings: .array(.string)
        case .mixed: .any
        }
    }
}

extension JSONSchema {
    /// The schema as JSON Schema 2020-12. What is `named` comes out as a reference and is added to `components`.
    func value(_ components: inout [String: Value]) -> Value {
        switch self {
        case .string: ["type": "string"]
        case .formatted(let format): ["type": "string", "format": .string(format)]
        case .id: ["type": "string", "pattern": "^[0-9a-f]{24}$"]
        case .integer: ["type": "integer"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .any: .object(Document())
        case .word(let words): ["type": "string", "enum": Value(words)]
        case .array(let item): ["type": "array", "items": item.value(&components)]
        case .nullable(let schema): ["anyOf": [schema.value(&components), ["type": "null"]]]
        case .object(let properties, let isOpen): Self.object(properties, isOpen, &components)
        case .named(let name, let schema): Self.reference(name, schema, &components)
        }
    }

    private static func object(_ properties: [Property], _ isOpen: Bool, _ components: inout [String: Value]) -> Value {
        var shapes = Document()
        for property in properties { shapes[property.name] = property.schema.value(&components) }
        var value: Document = ["type": "object", "properties": .object(shapes)]
        let required = properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { value["required"] = Value(required) }
        if !isOpen { value["additionalProperties"] = false }
        return .object(value)
    }

    private static func reference(_ name: String, _ schema: JSONSchema, _ components: inout [String: Value]) -> Value {
        if components[name] == nil {
            components[name] = .null
            components[name] = schema.value(&components)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }
}
