import Store

/// How a collection lies in the database: a table with a column for each declared field.
struct Layout: Sendable {
    struct Column: Sendable {
        let name: String
        let quoted: String
        let type: Schema.FieldType

        /// As an expression that no index serves.
        var withoutIndex: Column { Column(name: name, quoted: "+" + quoted, type: type) }
    }

    let schema: Schema
    let table: String
    /// `_id`, the declared fields in the order of `visit`, `createdAt`, `updatedAt`.
    let columns: [Column]
    let sides: [Side]
    /// For each field in the order of `visit`: whether a side table needs its values.
    let feedsSide: [Bool]
    let selectList: String
    let insert: String
    let insertIfAbsent: String
    private let places: [String: Int]

    init(_ schema: Schema) throws {
        self.schema = schema
        table = Self.quoted(schema.collection)
        let fields =
            [("_id", .id)] + schema.fields.map { ($0.name, $0.type) } + [("createdAt", .date), ("updatedAt", .date)]
        columns = fields.map { Column(name: $0.0, quoted: Self.quoted($0.0), type: $0.1) }
        places = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        // SQLite knows no difference between the cases of a column's letters.
        let distinct = Set(columns.map { $0.name.lowercased() } + ["_key", "_extra"])
        guard distinct.count == columns.count + 2 else {
            throw StoreError.unsupported("\(schema.collection) has two fields of one name, or one named _key or _extra")
        }
        sides = try schema.indexes.compactMap { try Side($0, of: schema) }
        let fed = Set(sides.map(\.column))
        feedsSide = schema.fields.map { fed.contains($0.name) }
        let names = columns.map(\.quoted) + ["\"_extra\""]
        selectList = names.joined(separator: ",")
        let marks = names.map { _ in "?" }.joined(separator: ",")
        insert = "INSERT INTO \(table) (\(selectList)) VALUES (\(marks))"
        insertIfAbsent = insert + " ON CONFLICT DO NOTHING"
    }

    /// All columns in their order, with NULL in place of those that are not among `fields`.
    func selectList(of fields: Set<String>?) -> String {
        guard let fields else { return selectList }
        let names = columns.map { $0.name == "_id" || fields.contains($0.name) ? $0.quoted : "NULL" }
        return (names + ["NULL"]).joined(separator: ",")
    }

    /// For each column in its order: whether it is among `fields`.
    func isAmong(_ fields: Set<String>) -> [Bool] { columns.map { fields.contains($0.name) } }

    /// The column that holds `field` itself; `nil` for a path below a mixed field.
    func column(_ field: String) -> Column? { places[field].map { columns[$0] } }

    /// The column that a path begins with, and what follows.
    func place(_ path: String) throws(StoreError) -> (column: Column, below: [String]) {
        if let column = column(path) { return (column, []) }
        let parts = Self.parts(of: path)
        guard parts.count > 1, let column = column(parts[0]), column.type == .mixed else {
            throw .unknownField(path, collection: schema.collection)
        }
        return (column, Array(parts.dropFirst()))
    }

    /// By scalars: a mark may combine with the dot, and the two are one character to Swift.
    static func parts(of path: String) -> [String] {
        guard path.utf8.contains(UInt8(ascii: ".")) else { return [path] }
        return path.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    func side(_ field: String, _ kind: Index.Kind) -> Side? {
        sides.first { $0.field == field && $0.kind == kind }
    }

    /// A name as SQL has it. Names come from the program, never from a user.
    static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}

/// A table beside a collection's own, which finds documents by an element or a word of an array.
struct Side: Sendable {
    let field: String
    let kind: Index.Kind
    let column: String
    let below: [String]
    let name: String

    var table: String { Layout.quoted(name) }

    /// `nil` for an index that SQLite keeps itself or that nothing reads.
    init?(_ index: Index, of schema: Schema) throws {
        guard let field = index.fields.first else { return nil }
        let type = schema.type(of: field)
        switch index.kind {
        case .text: return nil
        case .elements, .words: break
        case .ordered:
            // An array, or a path that may run through one, takes one entry for each element, as in MongoDB.
            guard index.fields.count == 1, type == .strings || type == .mixed else { return nil }
            if index.isUnique { throw StoreError.unsupported("\(field) cannot be unique: it may hold an array") }
        }
        guard type == .strings || type == .mixed else {
            throw StoreError.unsupported("\(index.kind.rawValue) index of \(field), which holds no array")
        }
        let parts = Layout.parts(of: field)
        self.field = field
        kind = index.kind == .words ? .words : .elements
        column = parts[0]
        below = Array(parts.dropFirst())
        name = "\(schema.collection).\(field).\(kind.rawValue)"
    }

    var create: String {
        switch kind {
        case .words:
            // Only white space and control characters part words: they come folded and split. Letters are folded already,
            // so no tokenizer may do more; without positions and sizes the table is a third of the size.
            """
            CREATE VIRTUAL TABLE \(table) USING fts5("words", content='', detail='none', columnsize=0, \
            tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~""'''")
            """
        default:
            "CREATE TABLE \(table) (\"value\", \"key\" INTEGER NOT NULL, PRIMARY KEY (\"value\", \"key\")) WITHOUT ROWID"
        }
    }

    /// What the table holds for a document's field.
    func entries(of value: Value) -> [Value] {
        Predicate.leaves(value, below[...]).flatMap { $0.array ?? [$0] }
    }
}
