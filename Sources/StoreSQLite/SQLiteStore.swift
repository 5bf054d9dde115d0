import Foundation
import GRDBSQLite
import Store
import Synchronization

/// The embedded engine: one SQLite database in a folder that one process owns.
public final class SQLiteStore: DocumentStore {
    let writer: Writer
    let readers: Readers
    let layouts = Layouts()
    private let counts = Counts()
    /// How many loads go on, by collection.
    let loads = Mutex<[String: Int]>([:])
    let distinctLoad = Turns()
    private let isClosed = Mutex(false)
    private let file: DatabaseFile
    private let lock: FolderLock
    private let now: @Sendable () -> Date

    /// The folder has one owner.
    public var isShared: Bool { false }

    private static let readerCount = max(2, min(4, ProcessInfo.processInfo.activeProcessorCount))

    /// Opens `<folder>/anwal.sqlite`, and makes the folder (mode 0700) and the database when there are none.
    ///
    /// Throws `StoreError.inUse` while another process has the folder, `.tooNew` for a database of a later program,
    /// `.damaged` for one that cannot be read. Blocks while it checks a database that was not closed in good order.
    public init(folder: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.now = now
        try Self.makeFolder(folder)
        lock = try FolderLock(folder: folder)
        file = DatabaseFile(folder: folder)
        try file.check()
        let opened = try Writer(path: file.path, layouts: layouts)
        writer = opened
        do {
            let wasClosed = lock.wasClosed
            try opened.connection.sync { connection in
                try connection.checkFormat()
                if !wasClosed { try connection.quickCheck() }
            }
            try file.remember()
            readers = try Readers(path: file.path, count: Self.readerCount, layouts: layouts)
        } catch {
            opened.connection.close()
            throw StoreError(opening: error)
        }
    }

    public convenience init(folder: URL, now: @escaping @Sendable () -> Date = { Date() }) throws {
        try self.init(folder: folder.path(percentEncoded: false), now: now)
    }

    private static func makeFolder(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError.io("the data folder cannot be made")
        }
    }

    /// The process that owns a folder, for the message of `StoreError.inUse`; `nil` when nobody does or it cannot be read.
    public static func owner(of folder: String) -> Int? { FolderLock.owner(of: folder) }

    public func prepare(_ types: [any Entity.Type]) async throws {
        var prepared: [Layout] = []
        for type in types { prepared.append(try layouts.add(type)) }
        try await writer.perform { [prepared] in try $0.prepare(prepared) }
    }

    public func close() async {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if wasClosed { return }
        let isInOrder = writer.stop(.unavailable("the store is closed"))
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            // On a thread that may block, because reads and writes under way are waited for.
            DispatchQueue.global().async {
                if !isInOrder { self.writer.close(isInOrder: false) }
                self.readers.close()
                if isInOrder { self.writer.close(isInOrder: true) }
                self.lock.release(isInOrder: isInOrder)
                continuation.resume()
            }
        }
    }
}

// MARK: Reading

extension SQLiteStore {
    public func find<E: Entity>(_ query: Query<E>) async throws -> [E] {
        let layout = try layouts.layout(E.self)
        return try await readers.perform { try $0.find(query, layout) }
    }

    public func count<E: Entity>(_ type: E.Type, where filter: Filter, upTo limit: Int?) async throws -> Int {
        let layout = try layouts.layout(E.self)
        let (commits, key) = (writer.commits, Counts.Key(collection: E.collection, filter: filter, limit: limit))
        if let known = counts.known(key, at: commits) { return known }
        let count = try await readers.perform { try $0.count(filter, upTo: limit, layout) }
        counts.keep(count, key, at: commits)
        return count
    }

    public func group<E: Entity>(
        _ type: E.Type, by field: String, sum: String?, where filter: Filter, limit: Int
    ) async throws -> [Group] {
        let layout = try layouts.layout(E.self)
        return try await readers.perform { try $0.group(by: field, sum: sum, filter, limit: limit, layout) }
    }
}

// MARK: Writing

extension SQLiteStore {
    public func commit(_ writes: Writes) async throws {
        if writes.isEmpty { return }
        try await write { session in
            var session = session
            for step in writes.steps { try step.perform(on: &session) }
        }
    }

    public func update<E: Entity>(_ type: E.Type, where filter: Filter, _ update: Update) async throws -> Int {
        try await write { try $0.update(type, where: filter, update) }
    }

    public func findAndUpdate<E: Entity>(
        _ type: E.Type, where filter: Filter, sort: [Sort], _ update: Update
    ) async throws -> E? {
        try await write { try $0.findAndUpdate(type, where: filter, sort: sort, update) }
    }

    public func delete<E: Entity>(_ type: E.Type, where filter: Filter) async throws -> Int {
        try await write { try $0.delete(type, where: filter) }
    }

    private func write<T: Sendable>(_ body: @escaping @Sendable (WriteSession) throws -> T) async throws -> T {
        try await writer.perform { [layouts, now] connection in
            // To the millisecond, as it is stored.
            try body(WriteSession(connection: connection, layouts: layouts, now: now()))
        }
    }
}
