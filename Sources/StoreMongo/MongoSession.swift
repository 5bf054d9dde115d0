import CMongoC
import Foundation
import Store

/// One client of the pool for the time of one call: everything here waits for the server.
struct MongoSession {
    let client: OpaquePointer
    let database: String
    /// The session of the transaction under way.
    var transaction: OpaquePointer?
    let schemas: Schemas
    /// For `createdAt` and `updatedAt`.
    var now = Date()
    /// How long the server may take for a read.
    var limit: Duration?

    // MARK: Commands

    func run(_ command: Document, on name: String? = nil) throws -> Document {
        let (box, reply) = (try BSONBox(command), BSONReply())
        var error = bson_error_t()
        guard mongoc_client_command_simple(client, name ?? database, box.pointer, nil, reply.pointer, &error) else {
            throw MongoFailure(error, try reply.document())
        }
        return try reply.document()
    }

    // MARK: Reading

    func find<E: Entity>(_ query: Query<E>) throws -> [E] {
        let schema = try schemas.schema(of: E.self)
        let page = try MongoPage(
            sort: query.isUnordered ? [] : query.sort, page: query.isUnordered ? nil : query.page, schema: schema)
        var left = query.limit ?? .max
        if left <= 0 { return [] }
        let filter = try document(query.filter, schema)
        var found: [E] = []
        for range in page.ranges where left > 0 {
            var options: Document = query.isUnordered ? [:] : ["sort": .object(page.order)]
            if left != .max { options["limit"] = .int(left) }
            if let fields = query.fields {
                options["projection"] = .object(Document((["_id"] + fields.sorted()).map { .init($0, 1) }))
            }
            let before = found.count
            try read(E.collection, Self.both(filter, range), options) { reader in
                found.append(try reader.entity(blank: E()))
            }
            if left != .max { left -= found.count - before }
        }
        return page.isBackward ? found.reversed() : found
    }

    private static func both(_ a: Document, _ b: Document) -> Document {
        if a.isEmpty { return b }
        return b.isEmpty ? a : ["$and": [.object(a), .object(b)]]
    }

    private func read(
        _ name: String, _ filter: Document, _ options: Document, _ body: (inout BSONReader) throws -> Void
    ) throws {
        let (filter, options) = (try BSONBox(filter), try self.options(timed(options)))
        try withCollection(name) { collection in
            try drain(mongoc_collection_find_with_opts(collection, filter.pointer, options.pointer, nil), body)
        }
    }

    func readRaw(_ name: String, _ body: (UnsafeRawBufferPointer) -> Void) throws {
        let (filter, options) = (try BSONBox(Document()), try self.options(["sort": ["_id": 1]]))
        try withCollection(name) { collection in
            let cursor = mongoc_collection_find_with_opts(collection, filter.pointer, options.pointer, nil)
            defer { mongoc_cursor_destroy(cursor) }
            var document: OpaquePointer?
            while mongoc_cursor_next(cursor, &document), let document { body(document.bsonBytes) }
        }
    }

    func drain(_ cursor: OpaquePointer?, _ body: (inout BSONReader) throws -> Void) throws {
        defer { mongoc_cursor_destroy(cursor) }
        var document: OpaquePointer?
        while mongoc_cursor_next(cursor, &document), let document {
            var reader = try BSONReader(document.bsonBytes)
            try body(&reader)
        }
        var error = bson_error_t()
        var reply: OpaquePointer?
        if mongoc_cursor_error_document(cursor, &error, &reply) {
            let document = try reply.map { (reply) throws(StoreError) in try BSONReader(reply.bsonBytes).document() }
            throw MongoFailure(error, document)
        }
    }

    func count(_ filter: Filter, upTo limit: Int?, _ schema: Schema) throws -> Int {
        if let limit, limit <= 0 { return 0 }
        var options = Document()
        if let limit { options["limit"] = .int(limit) }
        let (box, bounds) = (
            try BSONBox(try document(filter, schema)), try self.options(timed(options))
        )
        let reply = BSONReply()
        return try withCollection(schema.collection) { collection in
            var error = bson_error_t()
            let count = mongoc_collection_count_documents(
                collection, box.pointer, bounds.pointer, nil, reply.pointer, &error)
            if count < 0 { throw MongoFailure(error, try reply.document()) }
            return Int(count)
        }
    }

    func group(by field: String, sum: String?, _ filter: Filter, limit: Int, _ schema: Schema) throws -> [Group] {
        try Self.check(field, sum, schema)
        if limit <= 0 { return [] }
        let total: Value = sum.map { ["$sum": .string("$" + $0)] } ?? ["$sum": 0]
        let pipeline = try BSONBox(stages: [
            ["$match": .object(try document(filter, schema))],
            ["$group": ["_id": ["$ifNull": [.string("$" + field), .null]], "count": ["$sum": 1], "sum": total]],
            ["$sort": ["count": -1, "_id": 1]], ["$limit": .int(limit)],
        ])
        let options = try self.options(timed([:]))
        var groups: [Group] = []
        try withCollection(schema.collection) { collection in
            let cursor = mongoc_collection_aggregate(
                collection, MONGOC_QUERY_NONE, pipeline.pointer, options.pointer, nil)
            try drain(cursor) { reader in
                let row = try reader.document()
                groups.append(
                    Group(
                        value: row["_id"] ?? .null, count: row["count"]?.int ?? 0, sum: row["sum"]?.double ?? 0))
            }
        }
        return groups
    }

    private static func check(_ field: String, _ sum: String?, _ schema: Schema) throws {
        for name in [field, sum].compactMap({ $0 }) where schema.type(of: name) == nil {
            throw StoreError.unknownField(name, collection: schema.collection)
        }
        if [.mixed, .strings].contains(schema.type(of: field)) {
            throw StoreError.unsupported("\(field) cannot be grouped by")
        }
        if let sum, ![.int, .double].contains(schema.type(of: sum)) {
            throw StoreError.unsupported("\(sum) cannot be summed")
        }
    }

    func timed(_ options: Document) -> Document {
        guard let limit, transaction == nil else { return options }
        return options.with("maxTimeMS", .int(max(1, Int(limit / .milliseconds(1)))))
    }

    // MARK: Plumbing

    /// Options of a call, which within a transaction name its session.
    func options(_ document: Document) throws -> BSONBox {
        let box = try BSONBox(document)
        if let transaction {
            var error = bson_error_t()
            guard mongoc_client_session_append(transaction, box.pointer, &error) else { throw MongoFailure(error) }
        }
        return box
    }

    func withCollection<T>(_ name: String, _ body: (OpaquePointer) throws -> T) throws -> T {
        guard let collection = mongoc_client_get_collection(client, database, name) else {
            throw StoreError.unavailable("no collection")
        }
        defer { mongoc_collection_destroy(collection) }
        return try body(collection)
    }
}
