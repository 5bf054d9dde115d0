import CMongoC
import Foundation
import Store

extension MongoSession: WriteEngine {
    func insert<E: Entity>(_ entities: [E], ifAbsent: Bool) throws -> Int {
        let schema = try schemas.schema(of: E.self)
        let entities = ifAbsent && transaction != nil ? try absent(entities, schema) : entities
        if entities.isEmpty { return 0 }
        var writer = BSONWriter()
        var boxes: [BSONBox] = []
        boxes.reserveCapacity(entities.count)
        for entity in entities {
            writer.removeAll()
            try writer.write(entity, now: now)
            boxes.append(try BSONBox(writer.bytes))
        }
        return try insert(boxes, schema, toleratesDuplicates: ifAbsent)
    }

    private func insert(_ boxes: [BSONBox], _ schema: Schema, toleratesDuplicates: Bool) throws -> Int {
        let options = try self.options(["ordered": .bool(!toleratesDuplicates), "validate": false])
        let reply = BSONReply()
        var pointers: [OpaquePointer?] = boxes.map(\.pointer)
        return try withCollection(schema.collection) { collection in
            var error = bson_error_t()
            let isDone = mongoc_collection_insert_many(
                collection, &pointers, pointers.count, options.pointer, reply.pointer, &error)
            let answer = try reply.document()
            if isDone { return answer["insertedCount"]?.int ?? boxes.count }
            let failures = (answer["writeErrors"]?.array ?? []).compactMap(\.object).map(MongoFailure.init(writeError:))
            if let other = failures.first(where: { !$0.isDuplicate || !toleratesDuplicates }) {
                var failure = other
                failure.labels = MongoFailure(error, answer).labels
                throw failure.isDuplicate ? failure.storeError(schema) : failure
            }
            if failures.isEmpty { throw MongoFailure(error, answer) }
            return answer["insertedCount"]?.int ?? 0
        }
    }

    /// Within a transaction a duplicate would end it, so those whose id or unique key exists are looked for first. If
    /// somebody else inserts one meanwhile, the transaction fails and is tried again.
    private func absent<E: Entity>(_ entities: [E], _ schema: Schema) throws -> [E] {
        var left = entities
        for keys in [["_id"]] + schema.indexes.filter(\.isUnique).map(\.fields) {
            if left.isEmpty { break }
            var documents: [(E, [Value]?)] = []
            for entity in left { documents.append((entity, try Self.key(of: entity, keys, schema))) }
            var seen = try stored(documents.compactMap(\.1), keys, E.self)
            left = documents.compactMap { entity, key in
                guard let key else { return entity }
                return seen.insert(key).inserted ? entity : nil
            }
        }
        return left
    }

    /// `nil` for a document that the index leaves out.
    private static func key<E: Entity>(of entity: E, _ fields: [String], _ schema: Schema) throws -> [Value]? {
        let document = try Document(entity)
        let values = fields.map { document[$0] ?? .null }
        let isSparse = schema.indexes.first { $0.isUnique && $0.fields == fields }?.isSparse ?? false
        return isSparse && values.allSatisfy(\.isNull) ? nil : values
    }

    /// Which of the keys exist, asked for a thousand at a time.
    private func stored<E: Entity>(_ keys: [[Value]], _ fields: [String], _ type: E.Type) throws -> Set<[Value]> {
        var found: Set<[Value]> = []
        for start in stride(from: 0, to: keys.count, by: 1_000) {
            let some = keys[start..<min(start + 1_000, keys.count)]
            let filter: Filter =
                fields.count == 1
                ? .isIn(fields[0], some.map { $0[0] })
                : .or(some.map { key in .and(zip(fields, key).map { .equals($0, $1) }) })
            for entity in try find(Query<E>(filter)) {
                let document = try Document(entity)
                found.insert(fields.map { document[$0] ?? .null })
            }
        }
        return found
    }

    func update<E: Entity>(_ type: E.Type, where filter: Filter, _ update: Update) throws -> Int {
        let schema = try schemas.schema(of: E.self)
        guard let (selector, pipeline) = try statement(filter, update, schema) else { return 0 }
        let (options, reply) = (try self.options(["validate": false]), BSONReply())
        return try withCollection(schema.collection) { collection in
            var error = bson_error_t()
            // The driver sends again what broke off, unless it may concern many documents.
            let send = filter.isOfOneDocument ? mongoc_collection_update_one : mongoc_collection_update_many
            let isDone = send(collection, selector.pointer, pipeline.pointer, options.pointer, reply.pointer, &error)
            let answer = try reply.document()
            if !isDone { throw Self.failure(error, answer, schema) }
            return answer["matchedCount"]?.int ?? 0
        }
    }

    func update<E: Entity>(_ type: E.Type, each changes: [(where: Filter, update: Update)]) throws {
        let schema = try schemas.schema(of: E.self)
        let (options, validation, reply) = (try self.options([:]), try BSONBox(["validate": false]), BSONReply())
        try withCollection(schema.collection) { collection in
            guard let bulk = mongoc_collection_create_bulk_operation_with_opts(collection, options.pointer) else {
                throw StoreError.unsupported("libmongoc makes no bulk operation")
            }
            defer { mongoc_bulk_operation_destroy(bulk) }
            var error = bson_error_t()
            var count = 0
            for change in changes {
                guard let (selector, pipeline) = try statement(change.where, change.update, schema) else { continue }
                let add =
                    change.where.isOfOneDocument
                    ? mongoc_bulk_operation_update_one_with_opts : mongoc_bulk_operation_update_many_with_opts
                guard add(bulk, selector.pointer, pipeline.pointer, validation.pointer, &error) else {
                    throw MongoFailure(error)
                }
                count += 1
            }
            if count > 0, mongoc_bulk_operation_execute(bulk, reply.pointer, &error) == 0 {
                throw Self.failure(error, try reply.document(), schema)
            }
        }
    }

    func delete<E: Entity>(_ type: E.Type, where filter: Filter) throws -> Int {
        let schema = try schemas.schema(of: E.self)
        let selector = try BSONBox(try document(filter, schema))
        let (options, reply) = (try self.options([:]), BSONReply())
        return try withCollection(schema.collection) { collection in
            var error = bson_error_t()
            let send = filter.isOfOneDocument ? mongoc_collection_delete_one : mongoc_collection_delete_many
            let isDone = send(collection, selector.pointer, options.pointer, reply.pointer, &error)
            let answer = try reply.document()
            if !isDone { throw Self.failure(error, answer, schema) }
            return answer["deletedCount"]?.int ?? 0
        }
    }

    /// Changes the first match and returns it as it is then.
    func findAndUpdate<E: Entity>(_ type: E.Type, where filter: Filter, sort: [Sort], _ update: Update) throws -> E? {
        let schema = try schemas.schema(of: E.self)
        let page = try MongoPage(sort: sort, page: nil, schema: schema)
        guard let (query, pipeline) = try statement(filter, update, schema) else { return nil }
        let (order, reply) = (try BSONBox(page.order), BSONReply())
        let options = mongoc_find_and_modify_opts_new()
        defer { mongoc_find_and_modify_opts_destroy(options) }
        _ = mongoc_find_and_modify_opts_set_sort(options, order.pointer)
        _ = mongoc_find_and_modify_opts_set_update(options, pipeline.pointer)
        _ = mongoc_find_and_modify_opts_set_flags(options, MONGOC_FIND_AND_MODIFY_RETURN_NEW)
        return try withCollection(schema.collection) { collection in
            var error = bson_error_t()
            let isDone = mongoc_collection_find_and_modify_with_opts(
                collection, query.pointer, options, reply.pointer, &error)
            guard isDone else { throw Self.failure(error, try reply.document(), schema) }
            guard let value = try BSONReader(reply.bytes).part(named: "value") else { return nil }
            var reader = value
            return try reader.entity(blank: E())
        }
    }

    /// What is meant and what happens to it, checked, as the server reads them; `nil` when nothing happens.
    private func statement(
        _ filter: Filter, _ update: Update, _ schema: Schema
    ) throws -> (selector: BSONBox, pipeline: BSONBox)? {
        try update.check(against: schema)
        guard case .array(let stages) = MongoUpdate.pipeline(update, now: now) else { return nil }
        return (try BSONBox(try document(filter, schema)), try BSONBox(stages: stages))
    }

    private static func failure(_ error: bson_error_t, _ answer: Document, _ schema: Schema) -> any Error {
        let failure = MongoFailure(error, answer)
        return failure.isDuplicate ? failure.storeError(schema) : failure
    }

    // MARK: Transactions

    /// Everything that `body` writes, or nothing. Tried again while the server says that it may succeed.
    func inTransaction<T>(_ body: (inout MongoSession) throws -> T) throws -> T {
        var error = bson_error_t()
        guard let own = mongoc_client_start_session(client, nil, &error) else { throw MongoFailure(error) }
        defer { mongoc_client_session_destroy(own) }
        let deadline = ContinuousClock.now + Self.patience
        var wait: TimeInterval = 0.001
        while true {
            guard mongoc_client_session_start_transaction(own, nil, &error) else { throw MongoFailure(error) }
            do {
                var session = self
                session.transaction = own
                let result = try body(&session)
                try commit(own, until: deadline)
                return result
            } catch let failure as MongoFailure where failure.isTransient && ContinuousClock.now < deadline {
                mongoc_client_session_abort_transaction(own, nil)
                Thread.sleep(forTimeInterval: .random(in: 0...wait))
                wait = min(wait * 2, 0.25)
            } catch {
                mongoc_client_session_abort_transaction(own, nil)
                throw error
            }
        }
    }

    private static let patience: Duration = .seconds(30)

    private func commit(_ session: OpaquePointer, until deadline: ContinuousClock.Instant) throws {
        while true {
            let reply = BSONReply()
            var error = bson_error_t()
            if mongoc_client_session_commit_transaction(session, reply.pointer, &error) { return }
            let failure = MongoFailure(error, try reply.document())
            guard failure.isCommitUnknown, ContinuousClock.now < deadline else { throw failure }
        }
    }
}
