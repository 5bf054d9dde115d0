import Foundation
import GRDBSQLite
import Store

extension Connection {
    /// Of the way in which collections lie in tables, not of the collections.
    static let formatVersion = 1

    /// Makes what is missing of these collections. To be called within a transaction.
    func prepare(_ layouts: [Layout]) throws {
        try checkFormat()
        for layout in layouts {
            try createTable(layout)
            try createIndexes(layout)
        }
        try runOnce("PRAGMA user_version = \(Self.formatVersion)")
    }

    func checkFormat() throws {
        let found = Int(try int("PRAGMA user_version"))
        if found > Self.formatVersion { throw StoreError.tooNew(found: found, known: Self.formatVersion) }
    }

    private func createTable(_ layout: Layout) throws {
        // `_key` ties side tables to rows, and stays the same through VACUUM; `_id` is what the program knows.
        try runOnce(
            """
            CREATE TABLE IF NOT EXISTS \(layout.table) \
            ("_key" INTEGER PRIMARY KEY, "_id" TEXT NOT NULL UNIQUE, "_extra" TEXT, "createdAt" INTEGER, "updatedAt" INTEGER)
            """)
        let present = Set(try texts("PRAGMA table_info(\(layout.table))", column: 1))
        let missing = layout.columns.filter { !present.contains($0.name) }
        for column in missing {
            try runOnce("ALTER TABLE \(layout.table) ADD COLUMN \(column.quoted) \(column.type.sqlType)")
        }
        if !missing.isEmpty { try moveUndeclared(into: missing, layout) }
    }

    /// Fields that a program did not know and the next one declares move to their columns.
    private func moveUndeclared(into columns: [Layout.Column], _ layout: Layout) throws {
        for key in try keys(layout, where: "\"_extra\" IS NOT NULL", []) {
            let extra = Layout.Column(name: "_extra", quoted: "\"_extra\"", type: .mixed)
            guard var document = try value(extra, key: key, layout)?.object else { continue }
            var assignments = Assignments()
            for column in columns {
                guard let value = document[column.name], value.suits(column.type) else { continue }
                try assignments.set(column, value)
                document[column.name] = nil
            }
            if assignments.bindings.isEmpty { continue }
            try assignments.set(extra, document.isEmpty ? nil : .object(document))
            let statement = try statement("UPDATE \(layout.table) SET \(assignments.sql) WHERE \"_key\" = ?")
            statement.bind(assignments.bindings + [.int(key)])
            try statement.run()
        }
    }

    private func createIndexes(_ layout: Layout) throws {
        for index in layout.orderedIndexes { try create(index, layout) }
        for side in layout.sides { try create(side, layout) }
    }

    /// Makes an index that is missing, and makes anew one whose definition changed.
    func create(_ index: OrderedIndex, _ layout: Layout) throws {
        let found = try text("SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?", .text(index.name))
        if found == index.create { return }
        if found != nil { try runOnce("DROP INDEX \(Layout.quoted(index.name))") }
        try layout.namingDuplicates { () throws(SQLiteFailure) in try runOnce(index.create) }
    }

    /// Tells the planner how selective the indexes are, from a sample. Bumps the schema's version, by a table that comes
    /// and goes, because only then do the other connections read the figures.
    func analyze(_ layout: Layout) throws {
        try runOnce("PRAGMA analysis_limit = 1000")
        try runOnce("ANALYZE \(layout.table)")
        try runOnce("CREATE TABLE \"anwal.analyzed\" (\"at\" INTEGER)")
        try runOnce("DROP TABLE \"anwal.analyzed\"")
    }

    func create(_ side: Side, _ layout: Layout) throws {
        if try text("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ?", .text(side.name)) != nil {
            return
        }
        try runOnce(side.create)
        try build(side, layout)
    }
}

/// An index that SQLite keeps by itself.
struct OrderedIndex: Sendable {
    let name: String
    let create: String
    let isUnique: Bool
}

extension Layout {
    var orderedIndexes: [OrderedIndex] {
        schema.indexes.filter { $0.kind == .ordered && !isSide($0) }.flatMap(ordered)
    }

    private func isSide(_ index: Index) -> Bool {
        index.fields.count == 1 && (index.fields.first.map { side($0, .elements) != nil } ?? false)
    }

    /// Absent fields are NULL, of which SQLite lets a unique index hold many; MongoDB lets it hold one. A second index
    /// over the rows that lack a field makes up the difference; on a sparse index it leaves out rows that lack all.
    private func ordered(_ index: Index) -> [OrderedIndex] {
        let fields = index.fields.map(Self.quoted)
        let name = "\(schema.collection).\(index.name)"
        let list = fields.joined(separator: ",")
        guard index.isUnique else {
            // `_id` ends every order of a list; an index that ends so serves the list without sorting.
            let columns = index.fields.contains("_id") ? list : list + ",\"_id\""
            // As in MongoDB, a sparse index finds documents by the field and serves no order.
            let isPartial = index.isSparse && fields.count == 1
            let create =
                "CREATE INDEX \(Self.quoted(name)) ON \(table) (\(columns))"
                + (isPartial ? " WHERE \(list) IS NOT NULL" : "")
            return [OrderedIndex(name: name, create: create, isUnique: false)]
        }
        // A sparse index of one field holds no rows without it, of which there may be a million.
        let isPartial = index.isSparse && fields.count == 1
        let unique =
            "CREATE UNIQUE INDEX \(Self.quoted(name)) ON \(table) (\(list))"
            + (isPartial ? " WHERE \(list) IS NOT NULL" : "")
        var made = [OrderedIndex(name: name, create: unique, isUnique: true)]
        let optional = index.fields.filter { field in !(schema.fields.first { $0.name == field }?.isRequired ?? false) }
        if optional.isEmpty || isPartial { return made }
        let absent = fields.map { "ifnull(\($0),x'')" }.joined(separator: ",")
        let lacksOne = fields.map { "\($0) IS NULL" }.joined(separator: " OR ")
        let hasOne = fields.map { "\($0) IS NOT NULL" }.joined(separator: " OR ")
        let create = "CREATE UNIQUE INDEX \(Self.quoted(name + ".absent")) ON \(table) (\(absent)) WHERE (\(lacksOne))"
        made.append(
            OrderedIndex(
                name: name + ".absent", create: create + (index.isSparse ? " AND (\(hasOne))" : ""), isUnique: true))
        return made
    }
}

extension Schema.FieldType {
    var sqlType: String {
        switch self {
        case .string, .id, .strings, .mixed: "TEXT"
        case .int, .bool, .date: "INTEGER"
        case .double: "REAL"
        }
    }
}
