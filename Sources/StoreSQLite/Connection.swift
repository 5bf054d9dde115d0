import GRDB
import GRDBSQLite
import Store

/// One SQLite connection with its prepared statements.
///
/// `@unchecked Sendable`: everything but `queue` is touched on the serial queue of `queue` only.
final class Connection: @unchecked Sendable {
    let queue: DatabaseQueue
    let layouts: Layouts
    /// Predicates of the statement that runs now, which `anwal_match` finds by their number.
    var predicates: [Predicate] = []
    /// The tables that exist, and the version of the schema that says so.
    var tables: (version: Int64, names: Set<String>) = (-1, [])
    /// When the read under way is ended.
    var deadline: ContinuousClock.Instant?
    private var statements: [String: Statement] = [:]
    private(set) var database: OpaquePointer

    /// Statements beyond this number are thrown away together: filters that people build have no bound.
    private static let maxStatements = 500

    init(path: String, isReader: Bool, layouts: Layouts) throws {
        self.layouts = layouts
        var configuration = Configuration()
        configuration.readonly = isReader
        configuration.busyMode = .timeout(5)
        configuration.allowsUnsafeTransactions = true
        configuration.label = isReader ? "anwal.store.reader" : "anwal.store.writer"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw StoreError(opening: error)
        }
        let handle = queue.unsafeReentrantRead { Handle(pointer: $0.sqliteConnection) }
        guard let pointer = handle.pointer else { throw StoreError.io("the connection is closed") }
        database = pointer
        do {
            try sync { connection in
                try connection.setPragmas(isReader: isReader)
                connection.addFunctions()
                if isReader { connection.watchDeadline() }
            }
        } catch {
            close()
            throw error
        }
    }

    private struct Handle: @unchecked Sendable {
        // Only carried from one queue to the initialiser, which uses it on the same queue again.
        let pointer: OpaquePointer?
    }

    /// Runs on the connection's queue and waits: for opening and closing only.
    func sync<T>(_ body: (Connection) throws -> T) throws -> T {
        try queue.writeWithoutTransaction { _ in
            do { return try body(self) } catch let failure as SQLiteFailure {
                throw StoreError(sqlite: failure.code, failure.message)
            }
        }
    }

    func async(_ body: @escaping @Sendable (Connection) -> Void) {
        queue.asyncWriteWithoutTransaction { _ in body(self) }
    }

    /// A statement ready to be bound, compiled at most once.
    func statement(_ sql: String) throws(SQLiteFailure) -> Statement {
        if let known = statements[sql] { return known }
        let statement = try Statement(sql, on: database)
        statements[sql] = statement
        return statement
    }

    func run(_ sql: String, _ values: SQLValue...) throws(SQLiteFailure) {
        let statement = try statement(sql)
        statement.bind(values)
        try statement.run()
    }

    /// For statements that run once: not kept.
    func runOnce(_ sql: String) throws(SQLiteFailure) {
        let statement = try Statement(sql, on: database)
        defer { statement.finalize() }
        try statement.run()
    }

    /// The first column of the first row.
    func text(_ sql: String, _ values: SQLValue...) throws(SQLiteFailure) -> String? {
        let statement = try Statement(sql, on: database)
        defer { statement.finalize() }
        statement.bind(values)
        return try statement.step() ? sqlite3_column_text(statement.handle, 0).map { String(cString: $0) } : nil
    }

    func texts(_ sql: String, column: Int32 = 0) throws(SQLiteFailure) -> [String] {
        let statement = try Statement(sql, on: database)
        defer { statement.finalize() }
        var rows: [String] = []
        while try statement.step() { rows.append(statement.string(column) ?? "") }
        return rows
    }

    func int(_ sql: String, _ values: SQLValue...) throws(SQLiteFailure) -> Int64 {
        let statement = try Statement(sql, on: database)
        defer { statement.finalize() }
        statement.bind(values)
        return try statement.step() ? statement.int(0) : 0
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(database) == 0 }
    var changes: Int { Int(sqlite3_changes64(database)) }
    var lastKey: Int64 { sqlite3_last_insert_rowid(database) }

    /// To be called while no statement is in use.
    func tidy() {
        if statements.count >= Self.maxStatements { forgetStatements() }
    }

    private func forgetStatements() {
        for statement in statements.values { statement.finalize() }
        statements = [:]
    }

    /// Looks at the time every some thousand steps of a statement.
    private func watchDeadline() {
        sqlite3_progress_handler(
            database, 2_000,
            { context in
                guard let context else { return 0 }
                let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
                guard let deadline = connection.deadline else { return 0 }
                return ContinuousClock.now >= deadline ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func close() {
        queue.writeWithoutTransaction { _ in forgetStatements() }
        // A connection that cannot be closed now is closed when its last statement goes; the lock is given up anyway.
        try? queue.close()
    }
}

extension Connection {
    private func setPragmas(isReader: Bool) throws(SQLiteFailure) {
        var pragmas = ["trusted_schema = OFF", "cell_size_check = ON", "foreign_keys = ON"]
        if isReader {
            pragmas += ["query_only = ON", "temp_store = MEMORY", "wal_autocheckpoint = 0", "cache_size = -32768"]
        } else {
            pragmas += [
                "journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON",
                "wal_autocheckpoint = 0", "journal_size_limit = \(Writer.maxLogBytes)", "cache_size = -32768",
                // Beside the writer, one that sorts while an index is made.
                "threads = 1",
            ]
        }
        for pragma in pragmas { try runOnce("PRAGMA " + pragma) }
    }
}
