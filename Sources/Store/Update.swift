/// A change of some fields of a document; the others, known or not, stay as they are.
public struct Update: Hashable, Sendable {
    public enum Change: Hashable, Sendable {
        case set(Value)
        case unset
        /// Adds to a number; an absent one counts as 0.
        case increment(Value)
        /// Appends the elements that the array does not hold yet.
        case addToSet([Value])
        case append([Value])
        /// Takes out every element equal to one of these.
        case remove([Value])
    }

    /// At most one change a field.
    public private(set) var changes: [String: Change] = [:]

    public init() {}

    public var isEmpty: Bool { changes.isEmpty }

    /// `nil` removes the field.
    public static func set(_ field: String, _ value: Value?) -> Update { Update().set(field, value) }

    public func set(_ field: String, _ value: Value?) -> Update { with(field, value.map(Change.set) ?? .unset) }
    public func increment(_ field: String, by amount: Int) -> Update { with(field, .increment(.int(amount))) }
    public func addToSet(_ field: String, _ values: [Value]) -> Update { with(field, .addToSet(values)) }
    public func append(_ field: String, _ values: [Value]) -> Update { with(field, .append(values)) }
    public func remove(_ field: String, _ values: [Value]) -> Update { with(field, .remove(values)) }

    private func with(_ field: String, _ change: Change) -> Update {
        var copy = self
        copy.changes[field] = change
        return copy
    }

    /// What makes the declared fields of `old` those of `new`. Empty when they are alike.
    public static func changes<E: Entity>(from old: E, to new: E) throws -> Update {
        let before = try Document(old)
        let after = try Document(new)
        var update = Update()
        for pair in after.pairs where pair.key != "_id" && before[pair.key] != pair.value {
            update = update.set(pair.key, pair.value)
        }
        for key in before.keys where key != "_id" && after[key] == nil {
            update = update.set(key, nil)
        }
        return update
    }

    /// Throws `StoreError.unknownField` for a field that the collection does not declare.
    public func check(against schema: Schema) throws {
        for field in changes.keys {
            guard schema.type(of: field) != nil, field != "_id" else {
                throw StoreError.unknownField(field, collection: schema.collection)
            }
        }
    }
}
