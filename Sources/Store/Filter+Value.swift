/// A filter as data, so that it can be kept with what is to be done to the documents that it means.
extension Filter {
    /// What `init(value:)` reads back.
    public var value: Value {
        switch self {
        case .all: ["all": true]
        case .none: ["none": true]
        case .equals(let field, let value): ["equals": [.string(field), value]]
        case .isIn(let field, let values): ["in": [.string(field), .array(values)]]
        case .range(let field, let from, let to): ["range": [.string(field), Self.value(from), Self.value(to)]]
        case .exists(let field, let flag): ["exists": [.string(field), .bool(flag)]]
        case .contains(let field, let text): ["contains": [.string(field), .string(text)]]
        case .startsWith(let field, let text): ["startsWith": [.string(field), .string(text)]]
        case .hasAny(let field, let values): ["hasAny": [.string(field), .array(values)]]
        case .search(let field, let words): ["search": [.string(field), Value(words)]]
        case .related(let relation, let part):
            ["related": [.string(relation.local), .string(relation.collection), .string(relation.foreign), part.value]]
        case .and(let parts): ["and": .array(parts.map(\.value))]
        case .or(let parts): ["or": .array(parts.map(\.value))]
        case .not(let part): ["not": part.value]
        }
    }

    /// `nil` for what is no filter of ours. Nesting beyond `maxDepth` is none.
    public init?(value: Value, maxDepth: Int = 64) {
        guard maxDepth > 0, let object = value.object, object.pairs.count == 1, let pair = object.pairs.first else {
            return nil
        }
        let parts = pair.value.array ?? []
        switch pair.key {
        case "all": self = .all
        case "none": self = .none
        case "and", "or":
            let read = parts.compactMap { Filter(value: $0, maxDepth: maxDepth - 1) }
            guard read.count == parts.count else { return nil }
            self = pair.key == "and" ? .and(read) : .or(read)
        case "not":
            guard let part = Filter(value: pair.value, maxDepth: maxDepth - 1) else { return nil }
            self = .not(part)
        case "related":
            guard parts.count == 4, let local = parts[0].string, let collection = parts[1].string,
                let foreign = parts[2].string, let part = Filter(value: parts[3], maxDepth: maxDepth - 1)
            else { return nil }
            self = .related(Relation(local: local, collection, foreign: foreign), part)
        default:
            guard parts.count >= 2, let field = parts[0].string else { return nil }
            self.init(pair.key, field, Array(parts.dropFirst()))
        }
    }

    private init?(_ name: String, _ field: String, _ parts: [Value]) {
        let value = parts[0]
        switch (name, value) {
        case ("equals", _): self = .equals(field, value)
        case ("in", .array(let values)): self = .isIn(field, values)
        case ("hasAny", .array(let values)): self = .hasAny(field, values)
        case ("exists", .bool(let flag)): self = .exists(field, flag)
        case ("contains", .string(let text)): self = .contains(field, text)
        case ("startsWith", .string(let text)): self = .startsWith(field, text)
        case ("search", .array(let words)): self = .search(field, words.compactMap(\.string))
        case ("range", _):
            guard parts.count == 2, let from = Self.bound(parts[0]), let to = Self.bound(parts[1]) else { return nil }
            self = .range(field, from: from, to: to)
        default: return nil
        }
    }

    private static func value(_ bound: Bound?) -> Value {
        bound.map { [$0.value, .bool($0.isInclusive)] } ?? .null
    }

    /// `.some(nil)` for an open side; `nil` for what is no bound.
    private static func bound(_ value: Value) -> Bound?? {
        if value.isNull { return .some(nil) }
        guard let parts = value.array, parts.count == 2, case .bool(let isInclusive) = parts[1] else { return nil }
        return .some(Bound(value: parts[0], isInclusive: isInclusive))
    }
}
