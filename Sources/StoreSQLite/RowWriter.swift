import Foundation
import GRDBSQLite
import Store

/// Binds the fields of an entity to the parameters of an insert, by their running number.
struct RowWriter: FieldVisitor {
    let statement: Statement
    let feedsSide: [Bool]
    /// The parameter before the next field's. `_id` is the first.
    var index: Int32 = 1
    /// The values that side tables need.
    var fed: [(field: Int, value: Value)] = []
    var json = JSONWriter(form: .extended)

    /// - Parameter sides: the side tables that exist now; a big load has dropped them.
    init(_ statement: Statement, _ layout: Layout, _ sides: [Side]) {
        self.statement = statement
        feedsSide = sides.isEmpty ? layout.feedsSide.map { _ in false } : layout.feedsSide
    }

    mutating func begin() {
        index = 1
        if !fed.isEmpty { fed.removeAll(keepingCapacity: true) }
    }

    private mutating func next() -> Int32 {
        index += 1
        return index
    }

    mutating func string(_ name: String, _ v: inout String?) {
        let index = next()
        guard let v else { return bindNull(index) }
        statement.bind(v, at: index)
    }

    mutating func int(_ name: String, _ v: inout Int?) {
        let index = next()
        guard let v else { return bindNull(index) }
        sqlite3_bind_int64(statement.handle, index, Int64(v))
    }

    mutating func double(_ name: String, _ v: inout Double?) {
        let index = next()
        guard let v else { return bindNull(index) }
        sqlite3_bind_double(statement.handle, index, v)
    }

    mutating func bool(_ name: String, _ v: inout Bool?) {
        let index = next()
        guard let v else { return bindNull(index) }
        sqlite3_bind_int64(statement.handle, index, v ? 1 : 0)
    }

    mutating func date(_ name: String, _ v: inout Date?) {
        let index = next()
        guard let v else { return bindNull(index) }
        sqlite3_bind_int64(statement.handle, index, v.milliseconds)
    }

    mutating func id(_ name: String, _ v: inout ObjectID?) {
        let index = next()
        guard let v else { return bindNull(index) }
        statement.bind(v, at: index)
    }

    mutating func strings(_ name: String, _ v: inout [String]?) {
        let index = next()
        guard let v else { return bindNull(index) }
        if feedsSide[Int(index) - 2] { fed.append((Int(index) - 2, Value(v))) }
        json.removeAll()
        json.write(strings: v)
        statement.bind(json.bytes, at: index)
    }

    mutating func value(_ name: String, _ v: inout Value?) throws {
        let index = next()
        guard let v, !v.isNull else { return bindNull(index) }
        if feedsSide[Int(index) - 2] { fed.append((Int(index) - 2, v)) }
        try bind(v, at: index)
    }

    private func bindNull(_ index: Int32) { sqlite3_bind_null(statement.handle, index) }

    private mutating func bind(_ value: Value, at index: Int32) throws {
        json.removeAll()
        json.write(value)
        guard json.deepest <= JSONWriter.maxDepth else { throw StoreError.tooDeep }
        statement.bind(json.bytes, at: index)
    }

    /// Binds the stamps and the undeclared fields, which follow the declared ones.
    mutating func finish<E: Entity>(_ entity: E, now: Date, layout: Layout) throws {
        sqlite3_bind_int64(statement.handle, next(), (entity.createdAt ?? now).milliseconds)
        sqlite3_bind_int64(statement.handle, next(), (entity.updatedAt ?? now).milliseconds)
        let index = next()
        let extra = entity.extra.isEmpty ? [] : entity.extra.pairs.filter { layout.column($0.key) == nil }
        if extra.isEmpty { return bindNull(index) }
        try bind(.object(Document(extra)), at: index)
    }
}
