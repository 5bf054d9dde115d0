import Foundation
import Store

extension WriteSession {
    func update<E: Entity>(_ type: E.Type, where filter: Filter, _ update: Update) throws -> Int {
        let layout = try layouts.layout(E.self)
        try update.check(against: layout.schema)
        let sides = try connection.activeSides(layout)
        return try connection.filtering(filter, layout) { filter in
            try change(layout, sides, update, where: filter.sql, filter.bindings)
        }
    }

    /// In one statement where SQL can say the change, else row by row.
    @discardableResult
    func change(
        _ layout: Layout, _ sides: [Side], _ update: Update, where sql: String, _ bindings: [SQLValue]
    ) throws -> Int {
        var assignments = Assignments()
        let fed = sides.filter { side in update.changes.contains { Layout.parts(of: $0.field)[0] == side.column } }
        var worked: [Update.Entry] = []
        for one in update.changes {
            if fed.isEmpty, try assignments.take(one.field, one.change, layout) { continue }
            worked.append(one)
        }
        if !update.has("updatedAt") { assignments.touch(now) }
        if worked.isEmpty {
            let statement = try connection.statement(
                "UPDATE \(layout.table) SET \(assignments.sql) WHERE \(sql)")
            statement.bind(assignments.bindings + bindings)
            try layout.namingDuplicates { () throws(SQLiteFailure) in try statement.run() }
            return connection.changes
        }
        let keys = try connection.keys(layout, where: sql, bindings)
        for key in keys { try changeRow(layout, fed, worked, assignments, key: key) }
        return keys.count
    }

    private func changeRow(
        _ layout: Layout, _ sides: [Side], _ worked: [Update.Entry], _ rest: Assignments, key: Int64
    ) throws {
        try connection.empty(sides, key: key, layout)
        var assignments = rest
        for (name, changes) in Dictionary(grouping: worked, by: { Layout.parts(of: $0.field)[0] }).sorted(by: {
            $0.key < $1.key
        }) {
            let column = try layout.place(name).column
            var value = try connection.value(column, key: key, layout)
            for one in changes {
                value = try one.change.applied(to: value, at: try layout.place(one.field).below[...], column.type)
            }
            try assignments.set(column, value)
        }
        let statement = try connection.statement("UPDATE \(layout.table) SET \(assignments.sql) WHERE \"_key\" = ?")
        statement.bind(assignments.bindings + [.int(key)])
        try layout.namingDuplicates { () throws(SQLiteFailure) in try statement.run() }
        try connection.fill(sides, key: key, layout)
    }
}

/// The `SET` of an update.
struct Assignments {
    private(set) var sql = ""
    private(set) var bindings: [SQLValue] = []

    private mutating func add(_ column: String, _ value: String = "?") {
        if !sql.isEmpty { sql += "," }
        sql += column
        sql += "="
        sql += value
    }

    mutating func set(_ column: Layout.Column, _ value: Value?) throws(StoreError) {
        add(column.quoted)
        bindings.append(
            try value.map { (value) throws(StoreError) in try SQLValue(storing: value, as: column.type) } ?? .null)
    }

    /// Whether SQL can make the change by itself.
    mutating func take(_ path: String, _ change: Update.Change, _ layout: Layout) throws(StoreError) -> Bool {
        let (column, below) = try layout.place(path)
        guard below.isEmpty else { return false }
        switch change {
        case .set(let value): try set(column, value)
        case .unset: try set(column, nil)
        case .increment(let amount):
            guard column.type == .int || column.type == .double else { return false }
            guard let bound = SQLValue(amount, as: column.type) else { return false }
            add(column.quoted, "ifnull(\(column.quoted),0)+?")
            bindings.append(bound)
        case .addToSet, .append, .remove: return false
        }
        return true
    }

    /// Stamps grow with every write, also within a millisecond and when the clock goes back, so that `save` can tell.
    mutating func touch(_ now: Date) {
        add("\"updatedAt\"", "max(?,ifnull(\"updatedAt\"+1,?))")
        bindings += [.int(now.milliseconds), .int(now.milliseconds)]
    }
}

extension Update.Change {
    /// The value that `value` becomes, `path` below it.
    func applied(to value: Value?, at path: ArraySlice<String>, _ type: Schema.FieldType) throws(StoreError) -> Value? {
        guard let key = path.first else { return try applied(to: value, type) }
        switch value {
        case nil, .null:
            guard let inner = try applied(to: nil, at: path.dropFirst(), type) else { return value }
            return .object([key: inner])
        case .object(var document):
            document[key] = try applied(to: document[key], at: path.dropFirst(), type)
            return .object(document)
        case .array(var elements):
            guard let index = Int(key), elements.indices.contains(index) else {
                throw .unsupported("no element \(key) to change")
            }
            elements[index] = try applied(to: elements[index], at: path.dropFirst(), type) ?? .null
            return .array(elements)
        default: throw .unsupported("\(key) is below a value that is no object")
        }
    }

    private func applied(to value: Value?, _ type: Schema.FieldType) throws(StoreError) -> Value? {
        switch self {
        case .set(let new): return new
        case .unset: return nil
        case .increment(let amount): return try Self.sum(value, amount)
        case .append(let values): return .array(try Self.elements(value) + values)
        case .addToSet(let values):
            var elements = try Self.elements(value)
            for new in values where !elements.contains(where: { $0.isSame(as: new) }) { elements.append(new) }
            return .array(elements)
        case .remove(let values):
            guard value != nil else { return nil }
            return .array(try Self.elements(value).filter { element in !values.contains { element.isSame(as: $0) } })
        }
    }

    private static func elements(_ value: Value?) throws(StoreError) -> [Value] {
        switch value {
        case nil, .null: return []
        case .array(let elements): return elements
        default: throw .unsupported("the value is no array")
        }
    }

    private static func sum(_ value: Value?, _ amount: Value) throws(StoreError) -> Value {
        switch (value ?? .int(0), amount) {
        case (.int(let a), .int(let b)):
            let (sum, overflows) = a.addingReportingOverflow(b)
            return overflows ? .double(Double(a) + Double(b)) : .int(sum)
        case (let a, let b):
            guard let a = a.double, let b = b.double else { throw .unsupported("the value is no number") }
            return .double(a + b)
        }
    }
}
