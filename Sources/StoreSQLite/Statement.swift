import Foundation
import GRDBSQLite
import Store

/// A prepared statement. Belongs to one `Connection` and is used on its queue only.
final class Statement {
    let handle: OpaquePointer
    private let database: OpaquePointer
    /// Keeps the bytes of bound texts in place until the statement is reset.
    let arena = Arena()

    init(_ sql: String, on database: OpaquePointer) throws(SQLiteFailure) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw SQLiteFailure(code: code, message: String(cString: sqlite3_errmsg(database)))
        }
        self.handle = handle
        self.database = database
    }

    func finalize() { sqlite3_finalize(handle) }

    /// Whether there is a row.
    func step() throws(SQLiteFailure) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let failure = SQLiteFailure(code: code, message: String(cString: sqlite3_errmsg(database)))
            reset()
            throw failure
        }
    }

    func reset() {
        sqlite3_reset(handle)
        arena.removeAll()
    }

    /// Runs a statement whose rows do not matter.
    func run() throws(SQLiteFailure) {
        while try step() {}
        reset()
    }

    func run(_ values: SQLValue...) throws(SQLiteFailure) {
        bind(values)
        try run()
    }

    func bind(_ values: [SQLValue], from first: Int32 = 1) {
        var index = first
        for value in values {
            bind(value, at: index)
            index += 1
        }
    }

    func bind(_ value: SQLValue, at index: Int32) {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .int(let int): sqlite3_bind_int64(handle, index, int)
        case .double(let double): sqlite3_bind_double(handle, index, double)
        case .text(let text): bind(text, at: index)
        case .blob(let bytes):
            let copy = arena.copy(bytes)
            sqlite3_bind_blob64(handle, index, copy.baseAddress, UInt64(copy.count), nil)
        }
    }

    func bind(_ text: String, at index: Int32) {
        let copy = arena.copy(text)
        sqlite3_bind_text64(handle, index, copy.baseAddress, UInt64(copy.count), nil, UInt8(SQLITE_UTF8))
    }

    func bind(_ text: [UInt8], at index: Int32) {
        let copy = arena.copy(text)
        sqlite3_bind_text64(handle, index, copy.baseAddress, UInt64(copy.count), nil, UInt8(SQLITE_UTF8))
    }

    func bind(_ id: ObjectID, at index: Int32) {
        let hex = arena.reserve(24)
        id.writeHex(to: UnsafeMutableBufferPointer(rebasing: hex))
        sqlite3_bind_text64(handle, index, hex.baseAddress, 24, nil, UInt8(SQLITE_UTF8))
    }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// The bytes of a text, valid until the next step; `nil` when the column holds something else.
    func text(_ column: Int32) -> UnsafeBufferPointer<UInt8>? {
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let start = sqlite3_column_text(handle, column) else {
            return nil
        }
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    func string(_ column: Int32) -> String? { text(column).map { String(decoding: $0, as: UTF8.self) } }
}

/// What SQLite can hold in a column.
enum SQLValue: Hashable {
    case null
    case int(Int64)
    case double(Double)
    case text(String)
    case blob([UInt8])
}

/// Bytes that stay where they are until all of them are given up.
final class Arena {
    private var chunks: [UnsafeMutableBufferPointer<UInt8>]
    private var used = 0

    init() { chunks = [.allocate(capacity: 1024)] }

    deinit { for chunk in chunks { chunk.deallocate() } }

    func removeAll() {
        used = 0
        // The last chunk is the largest, so that a statement soon needs only one.
        while chunks.count > 1 { chunks.removeFirst().deallocate() }
        if chunks[0].count > 1 << 20 {
            chunks[0].deallocate()
            chunks[0] = .allocate(capacity: 1024)
        }
    }

    func reserve(_ count: Int) -> Slice<UnsafeMutableBufferPointer<UInt8>> {
        if chunks[chunks.count - 1].count - used < count {
            chunks.append(.allocate(capacity: max(count, chunks[chunks.count - 1].count * 2)))
            used = 0
        }
        let start = used
        used += count
        return chunks[chunks.count - 1][start..<used]
    }

    func copy(_ text: String) -> UnsafeBufferPointer<UInt8> {
        if let copy = text.utf8.withContiguousStorageIfAvailable(copy) { return copy }
        return copy(Array(text.utf8))
    }

    func copy(_ bytes: [UInt8]) -> UnsafeBufferPointer<UInt8> { bytes.withUnsafeBufferPointer(copy) }

    private func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        // Never of length 0: a null pointer would be bound as NULL, which means absent.
        let room = UnsafeMutableBufferPointer(rebasing: reserve(max(bytes.count, 1)))
        if let source = bytes.baseAddress { room.baseAddress?.update(from: source, count: bytes.count) }
        return UnsafeBufferPointer(start: room.baseAddress, count: bytes.count)
    }
}

extension Slice where Base == UnsafeMutableBufferPointer<UInt8> {
    var baseAddress: UnsafeMutablePointer<UInt8>? { base.baseAddress.map { $0 + startIndex } }
}
