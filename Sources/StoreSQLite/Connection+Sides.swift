import GRDBSQLite
import Store

extension Connection {
    /// The side tables of a collection that exist, as this connection sees the database now: a big load drops them.
    /// One that exists is complete, because it is filled in the transaction that makes it.
    func activeSides(_ layout: Layout) throws(SQLiteFailure) -> [Side] {
        if layout.sides.isEmpty { return [] }
        let statement = try statement("PRAGMA schema_version")
        let version = try statement.step() ? statement.int(0) : 0
        statement.reset()
        if version != tables.version {
            tables = (version, Set(try texts("SELECT name FROM sqlite_schema WHERE type = 'table'")))
        }
        return layout.sides.filter { tables.names.contains($0.name) }
    }

    /// The keys of the rows that match, before any of them is changed.
    func keys(_ layout: Layout, where sql: String, _ bindings: [SQLValue], tail: String = "") throws -> [Int64] {
        let statement = try statement("SELECT \"_key\" FROM \(layout.table) WHERE \(sql)\(tail)")
        statement.bind(bindings)
        defer { statement.reset() }
        var keys: [Int64] = []
        while try statement.step() { keys.append(statement.int(0)) }
        return keys
    }

    func keys(_ layout: Layout, _ filter: SQLFilter, tail: String = "") throws -> [Int64] {
        try keys(layout, where: filter.sql, filter.bindings, tail: tail)
    }

    func value(_ column: Layout.Column, key: Int64, _ layout: Layout) throws -> Value? {
        let statement = try statement("SELECT \(column.quoted) FROM \(layout.table) WHERE \"_key\" = ?")
        statement.bind(.int(key), at: 1)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return RowReader(handle: statement.handle).value(0, as: column.type)
    }

    private func entries(_ side: Side, key: Int64, _ layout: Layout) throws -> [Value] {
        guard let column = layout.column(side.column), let value = try value(column, key: key, layout) else {
            return []
        }
        return side.entries(of: value)
    }

    func fill(_ sides: [Side], key: Int64, _ layout: Layout) throws {
        for side in sides { try add(try entries(side, key: key, layout), key: key, to: side) }
    }

    /// Takes out what the side tables hold for a row as it is now.
    func empty(_ sides: [Side], key: Int64, _ layout: Layout) throws {
        for side in sides {
            let entries = try entries(side, key: key, layout)
            if side.kind == .words {
                let words = Self.words(entries)
                if words.isEmpty { continue }
                try run(
                    "INSERT INTO \(side.table)(\(side.table), rowid, \"words\") VALUES ('delete', ?, ?)", .int(key),
                    .text(words))
            } else {
                for element in entries.compactMap(SQLValue.init(element:)) {
                    try run("DELETE FROM \(side.table) WHERE \"value\" = ? AND \"key\" = ?", element, .int(key))
                }
            }
        }
    }

    func add(_ entries: [Value], key: Int64, to side: Side) throws {
        if side.kind == .words {
            let words = Self.words(entries)
            if words.isEmpty { return }
            try run("INSERT INTO \(side.table)(rowid, \"words\") VALUES (?, ?)", .int(key), .text(words))
        } else {
            for element in entries.compactMap(SQLValue.init(element:)) {
                try run("INSERT OR IGNORE INTO \(side.table)(\"value\", \"key\") VALUES (?, ?)", element, .int(key))
            }
        }
    }

    private static func words(_ entries: [Value]) -> String {
        entries.compactMap(\.string).joined(separator: " ")
    }

    /// Fills a side table that has just been made. Elements are sorted first, so that the tree is built from left to right.
    func build(_ side: Side, _ layout: Layout) throws {
        let column = Layout.quoted(side.column)
        if side.below.isEmpty, side.kind == .words {
            try runOnce(
                """
                INSERT INTO \(side.table)(rowid, "words") \
                SELECT "_key", anwal_words(\(column)) FROM \(layout.table) WHERE \(column) IS NOT NULL
                """)
            return
        }
        var rest = "\(column) IS NOT NULL"
        if side.below.isEmpty, layout.column(side.column)?.type == .strings {
            // SQLite's reader of JSON ends a text at a NUL.
            rest += " AND instr(\(column), '\\u0000') > 0"
            try runOnce(
                """
                INSERT OR IGNORE INTO \(side.table) SELECT e.value, t."_key" FROM \(layout.table) t, \
                json_each(CASE WHEN json_valid(t.\(column)) THEN t.\(column) END) e \
                WHERE e.value IS NOT NULL AND instr(t.\(column), '\\u0000') = 0 ORDER BY 1, 2
                """)
        }
        for key in try keys(layout, where: rest, []) { try fill([side], key: key, layout) }
    }
}
