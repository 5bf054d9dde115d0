import Foundation

/// Collections of documents: what the product stores, whichever engine keeps it.
///
/// A call that returns has been made durable. Reads see every write that returned before they began.
/// Filters, updates and sorts are checked against the collection's schema first: an unknown field is an error that names it.
/// All calls throw `StoreError`.
public protocol DocumentStore: Sendable {
    /// Whether other processes may read and write the same data at the same time.
    var isShared: Bool { get }

    /// Creates the collections, columns and indexes that are missing. To be called once, before anything else,
    /// with every entity of the program.
    func prepare(_ types: [any Entity.Type]) async throws

    func commit(_ writes: Writes) async throws

    /// In the order asked for: `query.sort`, else by id.
    func find<E: Entity>(_ query: Query<E>) async throws -> [E]
    /// Exact up to `limit`, else `limit`.
    func count<E: Entity>(_ type: E.Type, where filter: Filter, upTo limit: Int?) async throws -> Int
    /// The values of a field with their counts, the most frequent first, then by value; absent is `.null`.
    func group<E: Entity>(_ type: E.Type, by field: String, sum: String?, where filter: Filter, limit: Int) async throws
        -> [Group]

    /// Returns how many matched.
    func update<E: Entity>(_ type: E.Type, where filter: Filter, _ update: Update) async throws -> Int
    /// Changes the first match in the order of `sort` and returns it as it is then; `nil` when none matches.
    /// Atomic: of several callers, each gets another document or a later state of it. Leases rest on this.
    func findAndUpdate<E: Entity>(_ type: E.Type, where filter: Filter, sort: [Sort], _ update: Update) async throws
        -> E?
    /// Returns how many were deleted.
    func delete<E: Entity>(_ type: E.Type, where filter: Filter) async throws -> Int

    /// Announces a big load into these collections while `body` runs. The engine may put off index upkeep until the end
    /// (or, after a crash, until the next `prepare`). Unique indexes hold throughout, unless `areDistinct`: the caller
    /// answers for it that no two documents have one key, and they too are made at the end, by `.duplicate` if it was not
    /// so, where no other load is under way. Big loads of that kind come one after another.
    func loading<T: Sendable>(
        _ types: [any Entity.Type], expecting rows: Int, areDistinct: Bool, _ body: () async throws -> T
    ) async throws -> T

    /// Sorted lines about the engine for `doctor`: name, version, durability, size.
    func facts() async throws -> [(name: String, value: String)]
    func close() async
}

extension DocumentStore {
    public func loading<T: Sendable>(
        _ types: [any Entity.Type], expecting rows: Int, _ body: () async throws -> T
    ) async throws -> T { try await loading(types, expecting: rows, areDistinct: false, body) }

    public func insert<E: Entity>(_ entity: E) async throws {
        try await insert([entity])
    }

    public func insert<E: Entity>(_ entities: [E]) async throws {
        var writes = Writes()
        writes.insert(entities)
        try await commit(writes)
    }

    public func get<E: Entity>(_ id: EntityID<E>) async throws -> E? {
        try await find(Query<E>(.id(id), limit: 1)).first
    }

    public func get<E: Entity>(_ ids: [EntityID<E>]) async throws -> [EntityID<E>: E] {
        guard !ids.isEmpty else { return [:] }
        let found = try await find(Query<E>(.ids(ids)))
        return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func first<E: Entity>(_ type: E.Type, where filter: Filter, sort: [Sort] = []) async throws -> E? {
        try await find(Query<E>(filter, sort: sort, limit: 1)).first
    }

    /// Every match in the order of `_id`, in batches, without holding them all; documents written meanwhile may or may not be seen.
    ///
    /// - Parameter fields: as in `Query`: the others are left blank.
    public func stream<E: Entity>(
        _ type: E.Type, where filter: Filter, fields: Set<String>? = nil, batch: Int,
        _ body: ([E]) async throws -> Void
    ) async throws {
        let size = max(batch, 1)
        var query = Query<E>(filter, limit: size)
        query.fields = fields
        while true {
            let found = try await find(query)
            if !found.isEmpty { try await body(found) }
            guard found.count == size, let last = found.last else { return }
            query.page = Page(values: [], id: last.id.raw)
        }
    }

    public func count<E: Entity>(_ type: E.Type, where filter: Filter = .all) async throws -> Int {
        try await count(type, where: filter, upTo: nil)
    }

    /// Writes what differs between the two and nothing else. Returns whether anything did.
    /// Throws `StoreError.conflict` when the document is gone, or was changed since `original` was read.
    @discardableResult
    public func save<E: Entity>(_ entity: E, original: E) async throws -> Bool {
        let update = try Update.changes(from: original, to: entity)
        guard !update.isEmpty else { return false }
        var unchanged = Filter.id(entity.id)
        if let at = original.updatedAt { unchanged = unchanged && .equals("updatedAt", .date(at)) }
        var writes = Writes()
        writes.update(E.self, where: unchanged, update, expecting: 1)
        try await commit(writes)
        return true
    }
}
