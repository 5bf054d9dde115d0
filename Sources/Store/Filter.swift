/// Which documents are meant: one typed tree for list pages, segments, API queries and both engines.
///
/// Two-valued, as in MongoDB: a comparison with an absent field is false, and `not` of it is true.
/// A value of another type than the stored one is equal to nothing and neither above nor below, but ints and doubles
/// compare as numbers. With an array, or a path through one, a comparison holds when it holds for an element.
public indirect enum Filter: Hashable, Sendable {
    case all
    case none
    /// `.equals(f, .null)` means that the field is absent or null.
    case equals(String, Value)
    case isIn(String, [Value])
    /// Both bounds `nil` means that the field has a value. Compares numbers with numbers, text by code point, dates, ids.
    case range(String, from: Bound?, to: Bound?)
    case exists(String, Bool)
    /// The text occurs anywhere in the field, whatever the case of its letters (Unicode default lower-casing).
    case contains(String, String)
    case startsWith(String, String)
    /// At least one element of the array field is one of these.
    case hasAny(String, [Value])
    /// Every word begins a word of the field's `.words` index. The words are folded already.
    case search(String, [String])
    /// The value of the relation's local field is the foreign field of at least one document of its collection that the
    /// filter means.
    case related(Relation, Filter)
    case and([Filter])
    case or([Filter])
    case not(Filter)

    /// How documents of another collection belong to this one's: companies to their people by `_id` and `companyId`.
    public struct Relation: Hashable, Sendable {
        /// A field of one value, in the collection that is filtered.
        public var local: String
        public var collection: String
        /// A field of one value, of the same type.
        public var foreign: String

        public init(local: String = "_id", _ collection: String, foreign: String) {
            self.local = local
            self.collection = collection
            self.foreign = foreign
        }
    }

    public struct Bound: Hashable, Sendable {
        public var value: Value
        public var isInclusive: Bool

        public static func including(_ value: Value) -> Bound { Bound(value: value, isInclusive: true) }
        public static func excluding(_ value: Value) -> Bound { Bound(value: value, isInclusive: false) }
    }

    public static func id<E>(_ id: EntityID<E>) -> Filter { .equals("_id", .id(id.raw)) }
    public static func ids<E>(_ ids: [EntityID<E>]) -> Filter { .isIn("_id", ids.map { .id($0.raw) }) }

    /// Whether it names an id, and so finds one document at the most.
    public var isOfOneDocument: Bool {
        switch self {
        case .equals("_id", _), .none: true
        case .and(let parts): parts.contains(where: \.isOfOneDocument)
        default: false
        }
    }

    public static func && (a: Filter, b: Filter) -> Filter {
        switch (a, b) {
        case (.all, let other), (let other, .all): other
        case (.and(let x), .and(let y)): .and(x + y)
        case (.and(let x), let y): .and(x + [y])
        default: .and([a, b])
        }
    }

    /// Throws `StoreError.unknownField` for a field that the collection does not declare, or
    /// `.unsupported` for an operator that the field's type or indexes do not take.
    ///
    /// - Parameter others: finds the schema of a collection that `related` names.
    public func check(against schema: Schema, others: (String) -> Schema? = { _ in nil }) throws {
        switch self {
        case .all, .none: break
        case .and(let filters), .or(let filters):
            for filter in filters { try filter.check(against: schema, others: others) }
        case .not(let filter): try filter.check(against: schema, others: others)
        case .related(let relation, let filter):
            guard let other = others(relation.collection) else {
                throw StoreError.unsupported("\(relation.collection) is no collection that can be related to")
            }
            let types = try (Self.type(of: relation.local, in: schema), Self.type(of: relation.foreign, in: other))
            guard types.0 == types.1, types.0 != .mixed, types.0 != .strings else {
                throw StoreError.unsupported("\(relation.local) and \(relation.foreign) do not relate")
            }
            try filter.check(against: other, others: others)
        case .search(let field, _):
            _ = try Self.type(of: field, in: schema)
            guard schema.indexes.contains(where: { $0.kind == .words && $0.fields == [field] }) else {
                throw StoreError.unsupported("search needs a words index on \(field)")
            }
        case .hasAny(let field, _):
            let type = try Self.type(of: field, in: schema)
            guard type == .strings || type == .mixed else { throw StoreError.unsupported("\(field) is not an array") }
        case .equals(let field, _), .isIn(let field, _), .range(let field, _, _), .exists(let field, _),
            .contains(let field, _), .startsWith(let field, _):
            _ = try Self.type(of: field, in: schema)
        }
    }

    private static func type(of field: String, in schema: Schema) throws -> Schema.FieldType {
        guard let type = schema.type(of: field) else {
            throw StoreError.unknownField(field, collection: schema.collection)
        }
        return type
    }
}
