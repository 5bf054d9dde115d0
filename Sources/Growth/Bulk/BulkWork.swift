import Foundation
import Store

/// Bulk work on one kind of record, whatever kind it is.
struct BulkWork: Sendable {
    let takes: @Sendable (BulkOrder) -> Bool
    let verbs: [BulkOrder.Verb]
    let settable: [String]
    /// What these records are called, of those that somebody may see.
    let names: @Sendable ([ObjectID], Principal) async throws -> [ObjectID: String]
    /// The ids of the records that a filter means, in their order, in batches.
    let list:
        @Sendable (Filter, Principal, _ batch: Int, _ body: ([ObjectID]) async throws -> Void) async throws -> Void
    let count: @Sendable (Filter, Principal, _ upTo: Int) async throws -> Int
    /// What would come of the first `limit` of these.
    let weigh: @Sendable (Filter, BulkOrder, Principal, _ limit: Int) async throws -> BulkCounts
    /// Carries an order out on the records at these positions of the run's list.
    let carryOut: @Sendable (_ ids: [ObjectID], _ first: Int, BulkRun, Principal) async throws -> BulkCounts
    /// Takes back what another run did at these positions.
    let takeBack:
        @Sendable (_ count: Int, _ first: Int, _ undone: BulkRun, BulkRun, Principal) async throws -> BulkCounts

    /// Records that are worked on at the same time; their commits share syncs.
    private static let width = 16
    /// Somebody else's edits in between are waited out this often.
    private static let maxTries = 5

    init<E: Entity>(_ kind: BulkKind<E>, store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        takes = { kind.takes($0) }
        verbs = kind.verbs
        settable = kind.settable
        names = { ids, principal in
            let own = Filter.isIn("_id", ids.map(Value.id)) && kind.sees(principal)
            let records = try await store.find(Query<E>(own, limit: ids.count))
            return Dictionary(uniqueKeysWithValues: records.map { ($0.id.raw, kind.name($0)) })
        }
        list = { filter, principal, batch, body in
            try await store.stream(E.self, where: filter && kind.sees(principal), batch: batch) { records in
                try await body(records.map(\.id.raw))
            }
        }
        count = { filter, principal, limit in
            try await store.count(E.self, where: filter && kind.sees(principal), upTo: limit)
        }
        weigh = { filter, order, principal, limit in
            var counts = BulkCounts()
            for record in try await store.find(Query<E>(filter && kind.sees(principal), limit: limit)) {
                do {
                    if order.verb.makes {
                        try await kind.making?.weigh(record, principal)
                        counts.changed += 1
                        continue
                    }
                    let changed = try await kind.change(record, order, principal, now())
                    if try BulkJournal(from: record, to: changed, only: kind.journaled).isEmpty {
                        counts.unchanged += 1
                    } else {
                        counts.changed += 1
                    }
                } catch {
                    guard let problem = BulkRefusal.problem(error) else { throw error }
                    counts.refused.append(.init(id: record.id.raw, name: kind.name(record), problem: problem))
                }
            }
            return counts
        }
        carryOut = { ids, first, run, principal in
            let marks = BulkIDs(run.id)
            let told = try await Self.told(marks, first..<first + ids.count, store)
            let counts = try await Self.each(ids) { offset, id, counts in
                // Done before a crash.
                if told[first + offset] != nil { return counts.changed += 1 }
                try await Self.patiently {
                    guard
                        let record = try await store.first(E.self, where: .id(EntityID<E>(id)) && kind.sees(principal))
                    else { return counts.missing += 1 }
                    do {
                        if run.order.verb.makes, let making = kind.making {
                            try await making.weigh(record, principal)
                            try await BulkMark.$current.withValue(BulkMark(marks, first + offset, id, nil)) {
                                try await making.make(record, run.order, principal)
                            }
                            return counts.changed += 1
                        }
                        let changed = try await kind.change(record, run.order, principal, now())
                        let journal = try BulkJournal(from: record, to: changed, only: kind.journaled)
                        if journal.isEmpty { return counts.unchanged += 1 }
                        try await BulkMark.$current.withValue(BulkMark(marks, first + offset, id, journal)) {
                            try await kind.perform(record, changed, run.order, principal)
                        }
                        counts.changed += 1
                    } catch RecordError.notFound {
                        // Somebody gave it away or deleted it since it was read.
                        counts.missing += 1
                    } catch {
                        guard let problem = BulkRefusal.problem(error) else { throw error }
                        counts.refused.append(.init(id: id, name: kind.name(record), problem: problem))
                    }
                } alreadyDone: {
                    counts.changed += 1
                }
            }
            if run.order.verb.makes, let making = kind.making {
                let entries = try await Self.told(marks, first..<first + ids.count, store).values
                try await making.tell(Array(entries), run.id, first, principal)
            }
            return counts
        }
        takeBack = { count, first, undone, run, principal in
            let marks = BulkIDs(run.id)
            let positions = first..<first + count
            let told = try await Self.told(BulkIDs(undone.id), positions, store)
            let taken = try await Self.told(marks, positions, store)
            return try await Self.each(told.keys.sorted()) { _, position, counts in
                if taken[position] != nil { return counts.changed += 1 }
                guard let entry = told[position],
                    let id = entry.metadata?.object?["bulk"]?.object?["record"]?.id
                else { return }
                try await Self.patiently {
                    guard let record = try await store.get(EntityID<E>(id)) else { return counts.missing += 1 }
                    do {
                        if undone.order.verb.makes, let making = kind.making {
                            try await BulkMark.$current.withValue(BulkMark(marks, position, id, nil)) {
                                try await making.takeBack(entry, principal)
                            }
                            return counts.changed += 1
                        }
                        guard let journal = BulkJournal(entry.metadata) else { return }
                        let (restored, kept) = try journal.restored(record)
                        if restored != record {
                            let back = try BulkJournal(from: record, to: restored, only: kind.journaled)
                            try await BulkMark.$current.withValue(BulkMark(marks, position, id, back)) {
                                try await kind.revert(
                                    record, restored, .init(order: undone.order, entry: entry.id), principal)
                            }
                            counts.changed += 1
                        }
                        if !kept.isEmpty {
                            counts.refused.append(
                                .init(id: id, name: kind.name(record), problem: .changedSince, fields: kept))
                        }
                    } catch RecordError.notFound {
                        // Somebody gave it away or deleted it since it was read.
                        counts.missing += 1
                    } catch {
                        guard let problem = BulkRefusal.problem(error) else { throw error }
                        counts.refused.append(.init(id: id, name: kind.name(record), problem: problem))
                    }
                } alreadyDone: {
                    counts.changed += 1
                }
            }
        }
    }

    /// The entries with a journal that a run has made at these positions.
    private static func told(
        _ marks: BulkIDs, _ positions: Range<Int>, _ store: any DocumentStore
    ) async throws -> [Int: Activity] {
        if positions.isEmpty { return [:] }
        let entries = try await store.find(Query<Activity>(marks.entries(positions)))
        return Dictionary(
            entries.compactMap { entry in marks.position(ofFirst: entry.id.raw).map { ($0, entry) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// A few at a time; the counts come together in no order.
    private static func each<T: Sendable>(
        _ items: [T], _ body: @escaping @Sendable (Int, T, inout BulkCounts) async throws -> Void
    ) async throws -> BulkCounts {
        try await withThrowingTaskGroup(of: BulkCounts.self) { group in
            var (next, running, sum) = (0, 0, BulkCounts())
            while next < items.count || running > 0 {
                while next < items.count && running < width {
                    let (offset, item) = (next, items[next])
                    group.addTask {
                        var counts = BulkCounts()
                        try await body(offset, item, &counts)
                        return counts
                    }
                    next += 1
                    running += 1
                }
                if let counts = try await group.next() { sum.add(counts) }
                running -= 1
            }
            return sum
        }
    }

    /// Tries again while somebody else's writes come in between. An entry of this very turn that is there already means
    /// that another worker, or this one before a crash, has done it.
    private static func patiently(
        _ body: () async throws -> Void, alreadyDone: () -> Void
    ) async throws {
        for attempt in 1... {
            do {
                return try await body()
            } catch StoreError.conflict where attempt < maxTries {
                continue
            } catch StoreError.duplicate(let collection, _) where collection == Activity.collection {
                return alreadyDone()
            }
        }
    }
}
