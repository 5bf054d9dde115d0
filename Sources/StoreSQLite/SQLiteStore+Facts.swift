import Foundation
import GRDBSQLite
import Store

extension SQLiteStore {
    public func facts() async throws -> [(name: String, value: String)] {
        let version = String(cString: sqlite3_libversion())
        // https://sqlite.org/wal.html#walresetbug: needs a second connection that writes or checkpoints; ours never do.
        let note =
            sqlite3_libversion_number() < 3_051_003
            ? " (before 3.51.3: WAL-reset bug, avoided by one writing connection)" : ""
        let found = try await readers.perform { connection in
            [
                ("durability", "WAL, every commit synced before it is acknowledged"),
                ("engine", "SQLite, embedded"),
                ("format", "\(try connection.int("PRAGMA user_version"))"),
                ("journal", try connection.text("PRAGMA journal_mode") ?? "unknown"),
                ("size", "\(try connection.int("PRAGMA page_count") * connection.int("PRAGMA page_size")) bytes"),
                ("version", version + note),
            ]
        }
        return found.sorted { $0.0 < $1.0 }.map { (name: $0.0, value: $0.1) }
    }

    /// A setting of the writing connection, or of a reading one, as SQLite reads it back: for `doctor`.
    func pragma(_ name: String, ofReader: Bool) async throws -> String {
        if ofReader { return try await readers.perform { try $0.text("PRAGMA \(name)") ?? "" } }
        return try writer.connection.sync { try $0.text("PRAGMA \(name)") ?? "" }
    }
}

extension Connection {
    /// How long a check of an unclean database may take; a larger one is checked in part.
    private static let maxCheckSeconds = 10.0

    /// Throws `StoreError.damaged` when the database is found to be.
    func quickCheck() throws {
        let deadline = Deadline(Date(timeIntervalSinceNow: Self.maxCheckSeconds))
        sqlite3_progress_handler(
            database, 100_000,
            { deadline in
                guard let deadline else { return 1 }
                return Date() > Unmanaged<Deadline>.fromOpaque(deadline).takeUnretainedValue().date ? 1 : 0
            }, Unmanaged.passUnretained(deadline).toOpaque())
        defer {
            sqlite3_progress_handler(database, 0, nil, nil)
            withExtendedLifetime(deadline) {}
        }
        do {
            let found = try text("PRAGMA quick_check(1)") ?? "no answer"
            if found != "ok" { throw StoreError.damaged(found + "; restore a backup") }
        } catch let failure as SQLiteFailure where failure.primary == SQLITE_INTERRUPT {
            // Out of time. What is damaged further on shows when it is read.
        }
    }

    private final class Deadline {
        let date: Date
        init(_ date: Date) { self.date = date }
    }
}
