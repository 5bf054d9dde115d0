import Store

/// A filter as a query document of MongoDB, whose meaning of absent, arrays and types is the filter's own.
///
/// Values go in as values and never as operators: each stands behind `$eq`, `$in` or a bound.
enum MongoFilter {
    static func document(_ filter: Filter, _ schema: Schema) -> Document {
        switch filter {
        case .all: [:]
        case .none: nothing
        case .and(let parts): list("$and", parts, schema) ?? [:]
        case .or(let parts): list("$or", parts, schema) ?? nothing
        case .not(let part): ["$nor": .array([.object(document(part, schema))])]
        case .equals(let field, let value):
            isPath(field) ? [field: ["$eq": value]] : value.isNull ? [:] : nothing
        case .isIn(let field, let values):
            isPath(field) ? [field: ["$in": .array(values)]] : values.contains(.null) ? [:] : nothing
        case .exists(let field, false): isPath(field) ? [field: ["$eq": .null]] : [:]
        case .hasAny(let field, let values):
            isPath(field) ? [field: ["$in": .array(values.filter { !$0.isNull })]] : nothing
        case .exists(let field, true), .range(let field, nil, nil):
            isPath(field) ? [field: isPresent(field, schema)] : nothing
        case .range(let field, let from, let to): isPath(field) ? range(field, from, to, schema) : nothing
        case .contains(let field, let text):
            isPath(field) ? [field: ["$regex": .string(LiteralPattern.anywhere(text)), "$options": "i"]] : nothing
        case .startsWith(let field, let text):
            isPath(field) ? [field: ["$regex": .string(LiteralPattern.beginning(text))]] : nothing
        case .search(let field, let words): search(field, words)
        // Asked before, and put in as a list.
        case .related: nothing
        }
    }

    /// A server refuses a path with an empty part; nothing can be stored there that it would find.
    private static func isPath(_ field: String) -> Bool {
        !field.utf8.contains(0)
            && !field.utf8.split(separator: 0x2E, omittingEmptySubsequences: false).contains { $0.isEmpty }
    }

    private static let nothing: Document = ["_id": ["$in": []]]

    private static func list(_ word: String, _ parts: [Filter], _ schema: Schema) -> Document? {
        parts.isEmpty ? nil : [word: .array(parts.map { .object(document($0, schema)) })]
    }

    /// Everything but null, in an array too: for one value that is the same as not being equal to null, which an index serves.
    private static func isPresent(_ field: String, _ schema: Schema) -> Value {
        switch schema.type(of: field) {
        case .mixed, .strings: ["$type": .array(types)]
        default: ["$ne": .null]
        }
    }

    private static let types: [Value] = [
        "double", "string", "object", "array", "binData", "objectId", "bool", "date", "regex", "int", "timestamp",
        "long", "decimal",
    ]

    /// Both bounds hold for the same element of an array.
    private static func range(
        _ field: String, _ from: Filter.Bound?, _ to: Filter.Bound?, _ schema: Schema
    ) -> Document {
        let type = schema.type(of: field) ?? .mixed
        // Values of another type are neither above nor below.
        for bound in [from, to].compactMap({ $0 }) where !bound.value.isComparable(to: type) { return nothing }
        var bounds = Document()
        if let from { bounds[from.isInclusive ? "$gte" : "$gt"] = from.value }
        if let to { bounds[to.isInclusive ? "$lte" : "$lt"] = to.value }
        guard from != nil, to != nil, type == .mixed || type == .strings else {
            return [field: .object(bounds)]
        }
        var single = bounds
        single["$not"] = ["$type": "array"]
        return ["$or": [.object([field: ["$elemMatch": .object(bounds)]]), .object([field: .object(single)])]]
    }

    /// Each word is a prefix, asked as a range that the index on the field's elements serves.
    private static func search(_ field: String, _ words: [String]) -> Document {
        let words = words.flatMap { $0.unicodeScalars.split { $0.value <= 0x20 }.map(String.init) }
        if words.isEmpty { return [:] }
        return [
            "$and": .array(
                words.map { word in
                    var bounds: Document = ["$gte": .string(word)]
                    if let end = TextPrefix.successor(of: word) { bounds["$lt"] = .string(end) }
                    return .object([field: ["$elemMatch": .object(bounds)]])
                })
        ]
    }
}

extension Value {
    /// Whether a field of the type can hold something above or below the value.
    fileprivate func isComparable(to type: Schema.FieldType) -> Bool {
        switch (type, self) {
        case (.mixed, _): true
        case (.int, .int), (.int, .double), (.double, .int), (.double, .double): true
        case (.strings, .string): true
        default: suits(type)
        }
    }
}
