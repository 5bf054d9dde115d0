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

    public struct Entry: Hashable, Sendable {
        public let field: String
        public let change: Change
    }

    /// At most one change a field, in the order of the fields' names.
    public private(set) var changes: [Entry] = []

    public init() {}

    public var isEmpty: Bool { changes.isEmpty }
    public var fields: [String] { changes.map(\.field) }

    public func has(_ field: String) -> Bool { changes.contains { $0.field == field } }

    /// `nil` and null remove the field.
    public static func set(_ field: String, _ value: Value?) -> Update { Update().set(field, value) }

    public func set(_ field: String, _ value: Value?) -> Update {
        with(field, value.flatMap { $0.isNull ? nil : .set($0) } ?? .unset)
    }

    public func increment(_ field: String, by amount: Int) -> Update { with(field, .increment(.int(amount))) }
    public func addToSet(_ field: String, _ values: [Value]) -> Update { with(field, .addToSet(values)) }
    public func append(_ field: String, _ values: [Value]) -> Update { with(field, .append(values)) }
    public func remove(_ field: String, _ values: [Value]) -> Update { with(field, .remove(values)) }

    private func with(_ field: String, _ change: Change) -> Update {
        var copy = self
        let change = Entry(field: field, change: change)
        let index = changes.firstIndex { $0.field >= field } ?? changes.endIndex
        if index < changes.endIndex, changes[index].field == field {
            copy.changes[index] = change
        } else {
            copy.changes.insert(change, at: index)
        }
        return copy
    }

    /// What makes the declared fields of `old` those of `new`. Empty when they are alike.
    public static func changes<E: Entity>(from old: E, to new: E) throws -> Update {
        var (old, new) = (old, new)
        (old.extra, new.extra) = (Document(), Document())
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

    /// Throws `StoreError.unknownField` for a field that the collection does not declare, and `.unsupported` for a change
    /// that the field's type does not take.
    public func check(against schema: Schema) throws {
        for one in changes {
            guard let type = schema.type(of: one.field), one.field != "_id" else {
                throw StoreError.unknownField(one.field, collection: schema.collection)
            }
            if !one.change.suits(type) { throw StoreError.unsupported("\(one.field) does not take this change") }
        }
    }
}

extension Update.Change {
    func suits(_ type: Schema.FieldType) -> Bool {
        switch self {
        case .set(let value): value.suits(type)
        case .unset: true
        case .increment: type == .int || type == .double || type == .mixed
        case .addToSet(let values), .append(let values), .remove(let values):
            type == .mixed || type == .strings && values.allSatisfy { $0.string != nil }
        }
    }
}

extension Value {
    /// Whether a field of this type can hold the value.
    public func suits(_ type: Schema.FieldType) -> Bool {
        switch (type, self) {
        case (.mixed, _), (.string, .string), (.bool, .bool), (.date, .date), (.id, .id), (.double, .double),
            (.double, .int), (.int, .int):
            true
        case (.int, .double): int != nil
        case (.strings, .array(let elements)): elements.allSatisfy { $0.string != nil }
        default: false
        }
    }
}
