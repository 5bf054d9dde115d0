import GRDB
import GRDBSQLite
import Store

extension StoreError {
    /// What an extended result code of SQLite means to a caller. The engine's own words name tables and fields, never values.
    init(sqlite code: Int32, _ message: String, collection: String = "") {
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: self = .duplicate(collection: collection, index: message)
        case SQLITE_FULL: self = .diskFull
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged("SQLite \(code): \(message)")
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: self = .io("SQLite \(code): \(message)")
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_INTERRUPT, SQLITE_NOMEM:
            self = .unavailable("SQLite \(code): \(message)")
        default: self = .unsupported("SQLite \(code): \(message)")
        }
    }

    init(opening error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            self.init(sqlite: error.extendedResultCode.rawValue, error.message ?? "no message")
        default: self = .io("\(error)")
        }
    }
}

/// A failed call of SQLite, before anybody knows which collection it concerned.
struct SQLiteFailure: Error {
    let code: Int32
    let message: String

    var primary: Int32 { code & 0xFF }
    var isUniqueness: Bool { code == 2067 || code == 1555 || code == 2579 }
    var isInterruption: Bool { primary == SQLITE_INTERRUPT }
    /// A table of a query was dropped between compiling and running it.
    var isMissingTable: Bool { primary == SQLITE_ERROR && message.hasPrefix("no such table") }
}
