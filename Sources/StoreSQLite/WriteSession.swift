import Foundation
import Store

/// Applies writes on the writer's connection, within its transaction.
struct WriteSession: WriteEngine {
    let connection: Connection
    let layouts: Layouts
    let now: Date

    func insert<E: Entity>(_ entities: [E], ifAbsent: Bool) throws -> Int {
        let layout = try layouts.layout(E.self)
        let sides = try connection.activeSides(layout)
        let statement = try connection.statement(ifAbsent ? layout.insertIfAbsent : layout.insert)
        var writer = RowWriter(statement, layout, sides)
        defer { statement.reset() }
        var inserted = 0
        for entity in entities {
            var copy = entity
            writer.begin()
            statement.bind(entity.id.raw, at: 1)
            try copy.visit(&writer)
            try writer.finish(entity, now: now, layout: layout)
            try layout.namingDuplicates { () throws(SQLiteFailure) in _ = try statement.step() }
            statement.reset()
            if ifAbsent, connection.changes == 0 { continue }
            inserted += 1
            if !writer.fed.isEmpty {
                try feed(sides, writer.fed, key: connection.lastKey, layout)
            }
        }
        return inserted
    }

    private func feed(
        _ sides: [Side], _ fed: [(field: Int, value: Value)], key: Int64, _ layout: Layout
    ) throws {
        for side in sides {
            for (field, value) in fed where layout.schema.fields[field].name == side.column {
                try connection.add(side.entries(of: value), key: key, to: side)
            }
        }
    }

    func delete<E: Entity>(_ type: E.Type, where filter: Filter) throws -> Int {
        let layout = try layouts.layout(E.self)
        let sides = try connection.activeSides(layout)
        return try connection.filtering(filter, layout) { filter in
            if sides.isEmpty {
                let statement = try connection.statement("DELETE FROM \(layout.table) WHERE \(filter.sql)")
                statement.bind(filter.bindings)
                try statement.run()
                return connection.changes
            }
            let keys = try connection.keys(layout, filter)
            for key in keys {
                try connection.empty(sides, key: key, layout)
                try connection.run("DELETE FROM \(layout.table) WHERE \"_key\" = ?", .int(key))
            }
            return keys.count
        }
    }

    /// Changes the first match and returns it as it is then.
    func findAndUpdate<E: Entity>(_ type: E.Type, where filter: Filter, sort: [Sort], _ update: Update) throws -> E? {
        let layout = try layouts.layout(E.self)
        let sides = try connection.activeSides(layout)
        let page = try SQLPage(sort: sort, page: nil, layout: layout)
        let found = try connection.filtering(filter, layout) { filter in
            try connection.keys(layout, filter, tail: " ORDER BY \(page.order) LIMIT 1").first
        }
        try update.check(against: layout.schema)
        guard let key = found else { return nil }
        try change(layout, sides, update, where: "\"_key\" = ?", [.int(key)])
        let statement = try connection.statement("SELECT \(layout.selectList) FROM \(layout.table) WHERE \"_key\" = ?")
        statement.bind(.int(key), at: 1)
        defer { statement.reset() }
        return try statement.step() ? RowReader.entity(statement, blank: E()) : nil
    }
}

extension Layout {
    /// Runs a statement that may break a unique index, and says which.
    func namingDuplicates(_ body: () throws(SQLiteFailure) -> Void) throws {
        do {
            try body()
        } catch let failure where failure.isUniqueness {
            throw StoreError.duplicate(collection: schema.collection, index: indexName(failure.message))
        }
    }

    /// SQLite says `UNIQUE constraint failed: companies.a, companies.b`, or `index 'companies.a_b.absent'`.
    private func indexName(_ message: String) -> String {
        let list = message.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? ""
        if list.hasPrefix("index '") {
            let name = list.dropFirst(7).prefix { $0 != "'" }.dropFirst(schema.collection.count + 1)
            return name.hasSuffix(".absent") ? String(name.dropLast(7)) : String(name)
        }
        let fields = list.split(separator: ", ").map { String($0.dropFirst(schema.collection.count + 1)) }
        return schema.indexes.first { $0.fields == fields }?.name ?? fields.joined(separator: "_")
    }
}
