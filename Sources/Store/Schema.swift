import Foundation

/// The declared fields of a collection, read off an entity's `visit`.
public struct Schema: Sendable {
    public enum FieldType: String, Sendable {
        case string, int, double, bool, date, id, strings, mixed
    }

    public struct Field: Sendable, Hashable {
        public var name: String
        public var type: FieldType
        public var isRequired: Bool
    }

    public let collection: String
    public let indexes: [Index]
    /// In the order of `visit`, without `_id`, `createdAt` and `updatedAt`.
    public let fields: [Field]
    private let types: [String: FieldType]

    public init<E: Entity>(of type: E.Type) {
        var lister = SchemaLister()
        var blank = E()
        // A lister neither throws nor writes, so the only error could come from a part that is empty.
        do { try blank.visit(&lister) } catch { assertionFailure("\(E.self).visit threw on a blank entity: \(error)") }
        collection = E.collection
        indexes = E.indexes
        fields = lister.fields
        types = Dictionary(
            lister.fields.map { ($0.name, $0.type) } + [("_id", .id), ("createdAt", .date), ("updatedAt", .date)],
            uniquingKeysWith: { first, _ in first })
    }

    /// The type of `path`; a dotted path below a mixed field is mixed. `nil` for an unknown field.
    public func type(of path: String) -> FieldType? {
        if let type = types[path] { return type }
        guard let dot = path.unicodeScalars.firstIndex(of: "."), types[String(path[..<dot])] == .mixed else {
            return nil
        }
        return .mixed
    }
}

private struct SchemaLister: FieldVisitor {
    var fields: [Schema.Field] = []
    private var nextIsRequired = false

    mutating func required(_ name: String) { nextIsRequired = true }
    mutating func string(_ name: String, _ v: inout String?) { add(name, .string) }
    mutating func int(_ name: String, _ v: inout Int?) { add(name, .int) }
    mutating func double(_ name: String, _ v: inout Double?) { add(name, .double) }
    mutating func bool(_ name: String, _ v: inout Bool?) { add(name, .bool) }
    mutating func date(_ name: String, _ v: inout Date?) { add(name, .date) }
    mutating func id(_ name: String, _ v: inout ObjectID?) { add(name, .id) }
    mutating func strings(_ name: String, _ v: inout [String]?) { add(name, .strings) }
    mutating func value(_ name: String, _ v: inout Value?) { add(name, .mixed) }

    private mutating func add(_ name: String, _ type: Schema.FieldType) {
        fields.append(.init(name: name, type: type, isRequired: nextIsRequired))
        nextIsRequired = false
    }
}
