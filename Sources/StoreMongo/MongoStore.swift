import CMongoC
import Foundation
import NIOPosix
import Store
import Synchronization

/// The engine of teams that have outgrown one machine: a MongoDB database (4.4 or later), used by any number of processes.
///
/// Writes are acknowledged by a majority and tried once more by the driver after a lost connection; reads see what a
/// majority has. On a replica set or sharded cluster several writes are one transaction; a standalone server applies
/// them one after the other. Blocking calls of libmongoc run on threads of their own.
public final class MongoStore: DocumentStore {
    private let pool: MongoPool
    private let threads: NIOThreadPool
    private let schemas = Schemas()
    private let now: @Sendable () -> Date
    /// A replica set or sharded cluster has them; a standalone server, which takes one process, has not.
    public let hasTransactions: Bool

    private static let threadCount = 16

    public var isShared: Bool { true }

    /// Connects and looks what the server is. The URI names the database; without one it is `anwal_growth`.
    ///
    /// Throws `StoreError.unavailable` when no server answers, `.io` when it refuses the user, `.unsupported` for an
    /// address that is none or a server that is too old. Blocks while it connects.
    public init(uri: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.now = now
        let opened = try MongoPool(uri: uri)
        pool = opened
        let hello: Document
        do {
            hello = try opened.with { client in
                try MongoSession(client: client, database: opened.database, schemas: Schemas())
                    .run(["hello": 1], on: "admin")
            }
        } catch let failure as MongoFailure {
            throw failure.storeError(nil)
        }
        guard hello["maxWireVersion"]?.int ?? 0 >= 9 else {
            throw StoreError.unsupported("the MongoDB server is older than 4.4")
        }
        hasTransactions = hello["setName"] != nil || hello["msg"]?.string == "isdbgrid"
        threads = NIOThreadPool(numberOfThreads: Self.threadCount)
        threads.start()
    }

    public func prepare(_ types: [any Entity.Type]) async throws {
        let schemas = types.map(schemas.add)
        try await perform { session in
            let existing = Set(
                try session.run(["listCollections": 1, "nameOnly": true])["cursor"]?.object?["firstBatch"]?.array?
                    .compactMap { $0.object?["name"]?.string } ?? [])
            let foreign = existing.filter { !$0.hasPrefix("system.") }.sorted()
            // A database of another program: whoever mistyped the address is told, and nothing is made there.
            if !foreign.isEmpty, existing.isDisjoint(with: session.schemas.all.map(\.collection)) {
                throw StoreError.unsupported(
                    "the MongoDB database \(session.database) belongs to another program: it holds "
                        + foreign.prefix(5).joined(separator: ", "))
            }
            for schema in schemas {
                if !existing.contains(schema.collection) { try session.create(schema.collection) }
                _ = try session.syncIndexes(of: schema, dryRun: false)
            }
        }
    }

    /// How the database's indexes stand to these collections; makes the missing ones unless `dryRun`.
    public func syncIndexes(_ types: [any Entity.Type], dryRun: Bool) async throws -> [IndexState] {
        let schemas = types.map(schemas.add)
        return try await perform { session in
            try schemas.flatMap { try session.syncIndexes(of: $0, dryRun: dryRun) }
        }
    }

    public func close() async {
        do { try await threads.shutdownGracefully() } catch {
            // It was shut down already.
        }
        pool.close()
    }

    // MARK: Reading

    public func find<E: Entity>(_ query: Query<E>) async throws -> [E] {
        try await perform { try $0.find(query) }
    }

    public func count<E: Entity>(_ type: E.Type, where filter: Filter, upTo limit: Int?) async throws -> Int {
        let schema = try schemas.schema(of: E.self)
        return try await perform { try $0.count(filter, upTo: limit, schema) }
    }

    public func group<E: Entity>(
        _ type: E.Type, by field: String, sum: String?, where filter: Filter, limit: Int
    ) async throws -> [Group] {
        let schema = try schemas.schema(of: E.self)
        return try await perform { try $0.group(by: field, sum: sum, filter, limit: limit, schema) }
    }

    // MARK: Writing

    public func commit(_ writes: Writes) async throws {
        if writes.isEmpty { return }
        let isOfOneDocument = writes.steps.count == 1 && writes.steps[0].isOfOneDocument
        try await write(ofOneDocument: isOfOneDocument) { session in
            for step in writes.steps { try step.perform(on: &session) }
        }
    }

    public func update<E: Entity>(_ type: E.Type, where filter: Filter, _ update: Update) async throws -> Int {
        try await write(ofOneDocument: filter.isOfOneDocument) { try $0.update(type, where: filter, update) }
    }

    public func findAndUpdate<E: Entity>(
        _ type: E.Type, where filter: Filter, sort: [Sort], _ update: Update
    ) async throws -> E? {
        try await perform { try $0.findAndUpdate(type, where: filter, sort: sort, update) }
    }

    public func delete<E: Entity>(_ type: E.Type, where filter: Filter) async throws -> Int {
        try await write(ofOneDocument: filter.isOfOneDocument) { try $0.delete(type, where: filter) }
    }

    /// Indexes stay: the server keeps them while documents come.
    public func loading<T: Sendable>(
        _ types: [any Entity.Type], expecting rows: Int, areDistinct: Bool, _ body: () async throws -> T
    ) async throws -> T { try await body() }

    public func facts() async throws -> [(name: String, value: String)] {
        let hasTransactions = hasTransactions
        let schemas = schemas.all
        return try await perform { session in
            let states = try schemas.flatMap { try session.syncIndexes(of: $0, dryRun: true) }
            let missing = states.count { $0.state == .missing || $0.state == .conflicting }
            let build = try session.run(["buildInfo": 1], on: "admin")
            return [
                (name: "database", value: session.database),
                (name: "driver", value: String(cString: mongoc_get_version())),
                (name: "engine", value: "MongoDB"),
                (
                    name: "indexes",
                    value: missing == 0 ? "all present" : "\(missing) missing: anwal schema sync names them"
                ),
                (name: "server", value: build["version"]?.string ?? "unknown"),
                (name: "transactions", value: hasTransactions ? "yes" : "no: a standalone server"),
                (name: "writeConcern", value: "majority"),
            ]
        }
    }

    // MARK: Threads

    private func write<T: Sendable>(
        ofOneDocument isSingle: Bool, _ body: @escaping @Sendable (inout MongoSession) throws -> T
    ) async throws -> T {
        let isTransaction = hasTransactions && !isSingle
        return try await perform { session in
            var session = session
            return isTransaction ? try session.inTransaction(body) : try body(&session)
        }
    }

    private func perform<T: Sendable>(_ body: @escaping @Sendable (MongoSession) throws -> T) async throws -> T {
        let limit = ReadLimit.longest
        do {
            return try await threads.runIfActive { [pool, schemas, now] in
                try pool.with { client in
                    try body(
                        MongoSession(
                            client: client, database: pool.database, schemas: schemas, now: now(), limit: limit))
                }
            }
        } catch let failure as MongoFailure {
            throw failure.storeError(nil)
        } catch is NIOThreadPoolError.ThreadPoolInactive {
            throw StoreError.unavailable("the store is closed")
        }
    }
}

extension MongoStore {
    /// For tests: only a database whose name begins with `anwal_test_`.
    package static func dropDatabase(uri: String) async throws {
        let store = try MongoStore(uri: uri)
        guard store.pool.database.hasPrefix("anwal_test_") else {
            throw StoreError.unsupported("\(store.pool.database) is no test database")
        }
        _ = try await store.perform { try $0.run(["dropDatabase": 1]) }
        await store.close()
    }

    /// For tests: a document as another program wrote it, given as BSON.
    package func insertRaw(_ bytes: [UInt8], into collection: String) async throws {
        try await perform { session in
            let (box, options) = (try BSONBox(bytes), try session.options(["validate": false]))
            try session.withCollection(collection) { handle in
                var error = bson_error_t()
                guard mongoc_collection_insert_one(handle, box.pointer, options.pointer, nil, &error) else {
                    throw MongoFailure(error)
                }
            }
        }
    }

    /// For tests: while `body` runs, the server does this in place of the next `times` commands of these names
    /// (`failCommand`, which mongod knows with `enableTestCommands`).
    package func failing(
        _ commands: [String], times: Int = 10_000, with data: Document, _ body: () async throws -> Void
    ) async throws {
        var data = data
        data["failCommands"] = Value(commands)
        try await setFailPoint(["mode": ["times": .int(times)], "data": .object(data)])
        do {
            try await body()
        } catch {
            try await setFailPoint(["mode": "off"])
            throw error
        }
        try await setFailPoint(["mode": "off"])
    }

    private func setFailPoint(_ point: Document) async throws {
        let command = Document([.init("configureFailPoint", "failCommand")] + point.pairs)
        _ = try await perform { try $0.run(command, on: "admin") }
    }

    /// For tests: every document of a collection, byte for byte.
    package func raw(_ collection: String) async throws -> [[UInt8]] {
        try await perform { session in
            var documents: [[UInt8]] = []
            try session.readRaw(collection) { documents.append(Array($0)) }
            return documents
        }
    }

    /// For tests: BSON of extended JSON (MongoDB's own reader).
    package static func bson(extendedJSON text: String) -> [UInt8]? {
        var error = bson_error_t()
        guard let made = bson_new_from_json(text, text.utf8.count, &error) else { return nil }
        defer { bson_destroy(made) }
        return Array(made.bsonBytes)
    }
}
