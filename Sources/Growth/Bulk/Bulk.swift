import Foundation
import Store

/// Doing one thing to many records, and taking it back.
///
/// Up to `maxAtOnce` records are done within the call, more by a job. Either way the list of records is taken once, at
/// the start, and kept with the job, so that what the work itself changes makes no record fall out of it or come twice.
/// Each record is one commit with its entry in a timeline, which holds what it was before and whose id only this record
/// of this run can have: a run that is taken up after a crash does nothing twice. docs/decisions/0011 says why so.
public struct Bulk: Sendable {
    let store: any DocumentStore
    let jobs: Jobs
    let audit: AuditTrail
    let works: [String: BulkWork]
    let now: @Sendable () -> Date

    /// More than these are done in the background.
    public static let maxAtOnce = 200
    /// Records that a preview looks at one by one.
    public static let maxWeighed = 1_000
    /// Ids that are kept together.
    static let stretch = 500
    /// Records after which progress is noted, and a wish to stop is heard. A stretch has a whole number of these.
    static let piece = 100
    /// A caller that dies leaves its work to a worker after this long.
    static let patience: TimeInterval = 30

    static let doing = "bulk", undoing = "undo_bulk", listing = "bulk_rows"

    init(
        store: any DocumentStore, jobs: Jobs, settings: Settings, audit: AuditTrail,
        now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.jobs = jobs
        self.audit = audit
        self.now = now
        works = [
            Company.collection: BulkWork(
                Companies(store: store, now: now).bulk(Leads(store: store, now: now)), store: store, now: now),
            Person.collection: BulkWork(
                People(store: store, now: now).bulk(Leads(store: store, now: now)), store: store, now: now),
            ContactPoint.collection: BulkWork(ContactPoints(store: store, now: now).bulk, store: store, now: now),
            Lead.collection: BulkWork(Leads(store: store, now: now).bulk, store: store, now: now),
            Opportunity.collection: BulkWork(Opportunities(store: store, now: now).bulk, store: store, now: now),
            WorkTask.collection: BulkWork(
                Tasks(store: store, settings: settings, now: now).bulk, store: store, now: now),
        ]
    }

    // MARK: Before

    /// What a preview says.
    public struct Preview: Sendable {
        /// At most `countLimit` + 1.
        public let total: Int
        /// How many of them `counts` is about: all, or the first `maxWeighed`.
        public let weighed: Int
        public let counts: BulkCounts
        public static let countLimit = 10_000
    }

    /// What an order would do. Writes nothing.
    public func preview(
        _ order: BulkOrder, on collection: String, _ choice: BulkChoice, by principal: Principal
    ) async throws -> Preview {
        let work = try await work(for: order, on: collection, by: principal)
        let filter = choice.filter
        let total = try await work.count(filter, principal, Preview.countLimit + 1)
        if total == 0 { throw BulkError.nothingChosen }
        let counts = try await work.weigh(filter, order, principal, Self.maxWeighed)
        return Preview(total: total, weighed: min(total, Self.maxWeighed), counts: counts)
    }

    /// Whether an order can be given at all, to whomever. Throws `BulkError.notForThese`, or `InvalidFields` for an owner
    /// who is nobody's colleague, and `LeadError.nobodyTakesPart` for turns that nobody could have.
    private func work(
        for order: BulkOrder, on collection: String, by principal: Principal
    ) async throws -> BulkWork {
        guard let work = works[collection], work.takes(order) else { throw BulkError.notForThese }
        guard principal.may(order.verb.permission) else { throw BulkError.notForThese }
        if order.verb == .assign, let value = order.value, !value.isEmpty {
            guard let id = EntityID<User>(value), let user = try await store.get(id), user.status == .active else {
                throw InvalidFields(["value": .notInList])
            }
        }
        if order.verb == .makeLeads { try await Leads(store: store, now: now).demand(LeadAssignment(order.value)) }
        return work
    }

    public func verbs(of collection: String) -> [BulkOrder.Verb] { works[collection]?.verbs ?? [] }

    /// The fields that `set` sets; columns kept from imports are beside them.
    public func settable(of collection: String) -> [String] { works[collection]?.settable ?? [] }

    // MARK: Doing

    /// Returns the finished run, or one that goes on in the background.
    public func start(
        _ order: BulkOrder, on collection: String, _ choice: BulkChoice, by principal: Principal
    ) async throws -> BulkRun {
        let work = try await work(for: order, on: collection, by: principal)
        var job = jobs.job(Self.doing, on: ObjectID(), by: principal.userId)
        job.subjectId = job.id.raw
        var payload: Document = [
            "collection": .string(collection), "order": .object(order.document), "done": 0,
        ]
        var writes = Writes()
        let total = try await work.count(choice.filter, principal, Self.maxAtOnce + 1)
        if total == 0 { throw BulkError.nothingChosen }
        if total <= Self.maxAtOnce {
            var ids: [ObjectID] = []
            try await work.list(choice.filter, principal, Self.stretch) { ids += $0 }
            if ids.isEmpty { throw BulkError.nothingChosen }
            payload["total"] = .int(ids.count)
            payload["isListed"] = true
            writes.insert(
                Array(ids.chunks(of: Self.stretch).enumerated()).map { row(Array($0.element), $0.offset, of: job.id) })
            job.runAt = now().addingTimeInterval(Self.patience)
        } else {
            payload["filter"] = choice.filter.value
        }
        job.payload = .object(payload)
        writes.insert([job])
        writes.insert([
            audit.entry(
                "bulk_change", by: principal, on: .init(job.id),
                metadata: ["collection": .string(collection), "order": .object(order.document), "rows": .int(total)])
        ])
        try await store.commit(writes)
        return try await go(job.id, isSmall: total <= Self.maxAtOnce, principal)
    }

    private func go(_ id: EntityID<Job>, isSmall: Bool, _ principal: Principal) async throws -> BulkRun {
        if isSmall { _ = try await jobs.perform(id) } else { jobs.wake() }
        guard let run = try await store.get(id).flatMap(BulkRun.init) else { throw RecordError.notFound }
        return try await named(run, principal)
    }

    private func named(_ run: BulkRun, _ principal: Principal) async throws -> BulkRun {
        guard let work = works[run.collection], !run.refused.isEmpty else { return run }
        var named = run
        let names = try await work.names(run.refused.map(\.id), principal)
        for index in named.refused.indices { named.refused[index].name = names[named.refused[index].id] ?? "" }
        return named
    }

    func row(_ ids: [ObjectID], _ number: Int, of run: EntityID<Job>) -> Job {
        var row = Job()
        row.id = BulkIDs(run).stretch(number)
        row.kind = Self.listing
        // Nothing that a worker takes.
        row.status = .done
        row.subjectId = run.raw
        row.payload = ["ids": .array(ids.map(Value.id))]
        return row
    }

    /// Stops a run, or its taking back, at the next safe place; what is done by then stays, and can be taken back. One
    /// that has ended stays as it is. Returns the run, which goes on until its worker has heard.
    public func cancel(_ id: EntityID<Job>, by principal: Principal) async throws -> BulkRun {
        let run = try await get(id, by: principal)
        if run.isFinished || run.isCancelling { return run }
        var writes = Writes()
        let running = Filter.id(id) && .isIn("status", [Value(Job.Status.pending), Value(Job.Status.running)])
        writes.update(Job.self, where: running, .set("payload.cancelledAt", .date(now())), expecting: 1)
        writes.insert([
            audit.entry(
                "bulk_cancelled", by: principal, on: .init(id), metadata: ["collection": .string(run.collection)])
        ])
        do {
            try await store.commit(writes)
        } catch StoreError.conflict {
            // It has ended meanwhile.
            return try await get(id, by: principal)
        }
        jobs.wake()
        return try await get(id, by: principal)
    }

    /// How a job ends that was cancelled.
    var ending: Update {
        .set("status", Value(Job.Status.cancelled)).set("finishedAt", .date(now())).set("leaseUntil", nil)
            .set("payload.filter", nil)
    }

    // MARK: After

    /// Throws `RecordError.notFound` for somebody else's, except to those who see everybody's records.
    public func get(_ id: EntityID<Job>, by principal: Principal) async throws -> BulkRun {
        guard let job = try await store.get(id), [Self.doing, Self.undoing].contains(job.kind),
            let run = BulkRun(job), principal.mayCurate || job.createdBy == principal.userId
        else { throw RecordError.notFound }
        return try await named(run, principal)
    }

    /// Takes a finished run back: each field of each record that still is as the run left it. Returns the run that does so.
    public func undo(_ id: EntityID<Job>, by principal: Principal) async throws -> BulkRun {
        let run = try await get(id, by: principal)
        guard run.undoes == nil else { throw BulkError.notForThese }
        guard principal.may(run.order.verb.permission) else { throw BulkError.notForThese }
        guard run.isFinished else { throw BulkError.notNow }
        if run.undoneBy != nil { throw BulkError.alreadyUndone }
        var job = jobs.job(Self.undoing, on: id.raw, by: principal.userId)
        let total = run.done
        job.payload = [
            "collection": .string(run.collection), "order": .object(run.order.document), "undoes": Value(id), "done": 0,
            "total": .int(total),
        ]
        let isSmall = total <= Self.maxAtOnce
        if isSmall { job.runAt = now().addingTimeInterval(Self.patience) }
        var writes = Writes()
        writes.update(
            Job.self, where: .id(id) && .exists("payload.undoneBy", false), .set("payload.undoneBy", Value(job.id)),
            expecting: 1)
        writes.insert([job])
        writes.insert([
            audit.entry(
                "bulk_undo", by: principal, on: .init(id), metadata: ["collection": .string(run.collection)])
        ])
        do {
            try await store.commit(writes)
        } catch StoreError.conflict {
            // Another tab was quicker.
            throw BulkError.alreadyUndone
        }
        return try await go(job.id, isSmall: isSmall, principal)
    }
}

extension BulkChoice {
    var filter: Filter {
        switch self {
        case .ids(let ids): .isIn("_id", ids.map(Value.id))
        case .all(let filter): filter
        }
    }
}

extension Principal {
    /// Whether they look after what others have shared or done: those who see everybody's records and may change them.
    public var mayCurate: Bool { ownRecordsOf == nil && may(.editRecords) }
}
