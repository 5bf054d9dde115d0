import Foundation
import GRDBSQLite
import Store

/// Fills an entity from the columns of a row, by their running number. A column of another type reads as absent.
struct RowReader: FieldVisitor {
    let handle: OpaquePointer
    /// The column before the next field's. `_id` is the first.
    var index: Int32 = 0
    /// For each column whether it was asked for; `nil`: all were.
    var wanted: [Bool]?

    private mutating func next() -> Int32 {
        index += 1
        return index
    }

    /// The next field's column, `nil` when it was not asked for: most of sixty are not, and asking SQLite costs more.
    private mutating func nextWanted() -> Int32? {
        index += 1
        guard let wanted else { return index }
        return wanted[Int(index)] ? index : nil
    }

    private func text(_ column: Int32) -> UnsafeBufferPointer<UInt8>? {
        guard let start = sqlite3_column_text(handle, column) else { return nil }
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    mutating func string(_ name: String, _ v: inout String?) {
        guard let column = nextWanted() else { return v = nil }
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let text = text(column) else { return v = nil }
        v = String(decoding: text, as: UTF8.self)
    }

    mutating func int(_ name: String, _ v: inout Int?) {
        guard let column = nextWanted() else { return v = nil }
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: v = Int(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: v = Int(exactly: sqlite3_column_double(handle, column))
        default: v = nil
        }
    }

    mutating func double(_ name: String, _ v: inout Double?) {
        guard let column = nextWanted() else { return v = nil }
        let type = sqlite3_column_type(handle, column)
        v = type == SQLITE_FLOAT || type == SQLITE_INTEGER ? sqlite3_column_double(handle, column) : nil
    }

    mutating func bool(_ name: String, _ v: inout Bool?) {
        guard let column = nextWanted() else { return v = nil }
        v = sqlite3_column_type(handle, column) == SQLITE_INTEGER ? sqlite3_column_int64(handle, column) != 0 : nil
    }

    mutating func date(_ name: String, _ v: inout Date?) {
        v = nextWanted().flatMap { date($0) }
    }

    mutating func id(_ name: String, _ v: inout ObjectID?) {
        v = nextWanted().flatMap { id($0) }
    }

    mutating func strings(_ name: String, _ v: inout [String]?) {
        guard let column = nextWanted() else { return v = nil }
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let text = text(column) else { return v = nil }
        v = Value(stored: text)?.array?.compactMap(\.string)
    }

    mutating func value(_ name: String, _ v: inout Value?) {
        v = nextWanted().flatMap { value($0) }
    }

    private func value(_ column: Int32) -> Value? {
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let text = text(column) else { return nil }
        return Value(stored: text)
    }

    private func date(_ column: Int32) -> Date? {
        guard sqlite3_column_type(handle, column) == SQLITE_INTEGER else { return nil }
        return Date(milliseconds: sqlite3_column_int64(handle, column))
    }

    private func id(_ column: Int32) -> ObjectID? {
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let text = text(column) else { return nil }
        return ObjectID(hex: text)
    }

    /// The entity of the row that `statement` stands on. `blank` is an entity with nothing but defaults.
    static func entity<E: Entity>(_ statement: Statement, blank: E, wanted: [Bool]? = nil) throws -> E {
        var reader = RowReader(handle: statement.handle, wanted: wanted)
        var entity = blank
        if let id = reader.id(0) { entity.id = EntityID(id) }
        try entity.visit(&reader)
        entity.createdAt = reader.date(reader.next())
        entity.updatedAt = reader.date(reader.next())
        if wanted != nil { return entity }
        let extra = reader.next()
        if sqlite3_column_type(statement.handle, extra) != SQLITE_NULL, let document = reader.value(extra)?.object {
            entity.extra = document
        }
        return entity
    }

    /// The value of a column of `type`, for changes that are worked out here.
    func value(_ column: Int32, as type: Schema.FieldType) -> Value? {
        var reader = RowReader(handle: handle, index: column - 1)
        switch type {
        case .string: return read { reader.string("", &$0) }.map(Value.string)
        case .int: return read { reader.int("", &$0) }.map(Value.int)
        case .double: return read { reader.double("", &$0) }.map(Value.double)
        case .bool: return read { reader.bool("", &$0) }.map(Value.bool)
        case .date: return date(column).map(Value.date)
        case .id: return id(column).map(Value.id)
        case .strings, .mixed: return value(column)
        }
    }

    private func read<T>(_ body: (inout T?) -> Void) -> T? {
        var value: T?
        body(&value)
        return value
    }
}

extension Value {
    /// Reads what the engine wrote. `nil` for text that is not JSON: a damaged or hand-made row.
    init?(stored text: UnsafeBufferPointer<UInt8>) {
        do { self = try Value(json: text, form: .extended, maxDepth: JSONWriter.maxDepth) } catch { return nil }
    }
}
