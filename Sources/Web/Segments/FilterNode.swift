import Foundation
import Growth
import Store

/// One node of a stored filter, as the builder and its words take it apart.
indirect enum FilterNode {
    enum Join: String, CaseIterable {
        case and, or, none
    }

    case group(Join, [FilterNode])
    case condition(field: String, operation: String, value: Value)
    /// At least one related record, or not a single one, for which the inner group holds.
    case related(String, isThere: Bool, FilterNode)
    case segment(ObjectID, isIn: Bool)
    /// What none of our programs wrote.
    case raw(Value)

    /// Always a group at the top.
    static func top(_ value: Value?) -> FilterNode {
        guard let value, !value.isNull else { return .group(.and, []) }
        return grouped(read(value))
    }

    private static func grouped(_ node: FilterNode) -> FilterNode {
        if case .group = node { node } else { .group(.and, [node]) }
    }

    static func read(_ value: Value) -> FilterNode {
        guard let object = value.object else { return .raw(value) }
        if object.pairs.count == 1, let pair = object.pairs.first {
            switch pair.key {
            case "and", "or", "none":
                guard let parts = pair.value.array, let join = Join(rawValue: pair.key) else { return .raw(value) }
                return .group(join, parts.map(read))
            case "not":
                switch read(pair.value) {
                case .related(let name, true, let inner): return .related(name, isThere: false, inner)
                case .segment(let id, true): return .segment(id, isIn: false)
                case .raw: return .raw(value)
                case let inner: return .group(.none, [inner])
                }
            case "segment":
                let id = pair.value.id ?? pair.value.string.flatMap { ObjectID($0) }
                return id.map { .segment($0, isIn: true) } ?? .raw(value)
            default: break
            }
        }
        let keys = Set(object.keys)
        if let name = object["has"]?.string, keys.isSubset(of: ["has", "where"]) {
            return .related(name, isThere: true, object["where"].map { grouped(read($0)) } ?? .group(.and, []))
        }
        guard let field = object["field"]?.string, keys.isSubset(of: ["field", "op", "value"]) else {
            return .raw(value)
        }
        let value = object["value"] ?? .null
        // A condition that the builder just added names no operator yet.
        let operation = object["op"]?.string ?? (value.isUnsaid ? "" : "eq")
        return .condition(field: field, operation: operation, value: value)
    }

    /// Throws `FilterError.badValue` for a condition whose value nobody has said yet.
    func demandComplete() throws {
        switch self {
        case .group(_, let parts): for part in parts { try part.demandComplete() }
        case .related(_, _, let inner): try inner.demandComplete()
        case .condition(let field, _, let value):
            if !value.isNull && value.isUnsaid { throw FilterError.badValue(field) }
        case .segment, .raw: break
        }
    }

    /// The operator and the values as the builder's inputs show them.
    struct Shown {
        var operation: String
        var values: [String]
        var until = ""

        init(_ operation: String, _ value: Value, isDate: Bool) {
            self.operation = operation
            values = Self.texts(value)
            switch operation {
            case "exists":
                (self.operation, values) = (value.bool == false || value.string == "false" ? "unset" : "set", [])
            case "eq" where value.isNull: (self.operation, values) = ("unset", [])
            case "eq" where isDate: self.operation = "on"
            case "between":
                let sides = (values.first ?? "").components(separatedBy: "..")
                (values, until) = ([sides[0]], sides.count > 1 ? sides[1] : "")
            case "in":
                if let text = value.string { values = text.split(separator: ",").map(String.init) }
            default: break
            }
        }

        private static func texts(_ value: Value) -> [String] {
            switch value {
            case .null: []
            case .array(let items): items.flatMap(texts)
            case .string(let text): [text]
            case .id(let id): [id.description]
            case .date(let date): [date.ISO8601Format()]
            default: [value.json]
            }
        }
    }
}

extension Value {
    /// What an input holds that nobody has filled in.
    fileprivate var isUnsaid: Bool { isNull || string?.isEmpty == true || array?.isEmpty == true }
}
