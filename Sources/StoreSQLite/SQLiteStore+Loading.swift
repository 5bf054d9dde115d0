import Store
import Synchronization

extension SQLiteStore {
    /// Fewer rows than this are not worth building anything anew.
    static let minLoadedRows = 5_000

    /// Drops the indexes that are not unique, and the side tables, when the load brings at least half of what is there,
    /// and makes them again when the last load into the collection ends. Queries read the rows instead meanwhile; after a
    /// crash the next `prepare` finds the indexes missing and makes them. The words of `search` are no exception.
    ///
    /// Where `areDistinct`, unique indexes too: rows that come in the order of no key cost ten times as much with one. Such a load
    /// within another of its kind would wait for itself.
    public func loading<T: Sendable>(
        _ types: [any Entity.Type], expecting rows: Int, areDistinct: Bool, _ body: () async throws -> T
    ) async throws -> T {
        let waits = areDistinct && rows >= Self.minLoadedRows
        if waits { await distinctLoad.take() }
        defer { if waits { distinctLoad.give() } }
        try Task.checkCancellation()
        var open = try types.map { try layout(of: $0) }
        for layout in open { loads.withLock { $0[layout.schema.collection, default: 0] += 1 } }
        do {
            for layout in open { try await putOff(layout, expecting: rows, areDistinct) }
            let result = try await body()
            while let layout = open.popLast() { try await endLoad(layout) }
            return result
        } catch {
            // The first error counts; what is missing then is made by the next load's end or `prepare`.
            for layout in open { try? await endLoad(layout) }
            throw error
        }
    }

    private func layout(of type: any Entity.Type) throws -> Layout { try layouts.layout(type) }

    private func putOff(_ layout: Layout, expecting rows: Int, _ areDistinct: Bool) async throws {
        if rows < Self.minLoadedRows { return }
        try await writer.perform { connection in
            let stored = Int(try connection.int("SELECT count(*) FROM \(layout.table)"))
            if rows < stored / 2 { return }
            for index in layout.orderedIndexes where areDistinct || !index.isUnique {
                try connection.runOnce("DROP INDEX IF EXISTS \(Layout.quoted(index.name))")
            }
            for side in layout.sides { try connection.runOnce("DROP TABLE IF EXISTS \(side.table)") }
        }
    }

    private func endLoad(_ layout: Layout) async throws {
        let collection = layout.schema.collection
        let isLast = loads.withLock { loads in
            let left = (loads[collection] ?? 1) - 1
            loads[collection] = left == 0 ? nil : left
            return left == 0
        }
        if isLast { try await rebuild(layout) }
    }

    /// Each in a transaction of its own, so that the log stays short and other writers have their turn. One that cannot be made keeps
    /// none of the others away.
    private func rebuild(_ layout: Layout) async throws {
        var failure: (any Error)?
        func attempt(_ body: @escaping @Sendable (Connection) throws -> Void) async {
            do { try await writer.perform(alone: true, body) } catch { failure = failure ?? error }
        }
        for index in layout.orderedIndexes { await attempt { try $0.create(index, layout) } }
        for side in layout.sides { await attempt { try $0.create(side, layout) } }
        if let failure { throw failure }
        try await writer.perform { try $0.analyze(layout) }
    }
}
