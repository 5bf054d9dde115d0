import Foundation
import Matching
import Store

/// Records that may be the same: found among those stored, and decided about.
public struct Duplicates: Sendable {
    let store: any DocumentStore
    let settings: Settings
    let jobs: Jobs
    let now: @Sendable () -> Date

    static let finding = "find_duplicates"
    /// There is one search at a time.
    private static let subject = ObjectID(high: 0, low: 1)

    public init(
        store: any DocumentStore, settings: Settings, jobs: Jobs, now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.settings = settings
        self.jobs = jobs
        self.now = now
    }

    public static let pending = Filter.equals("status", Value(DuplicateReview.Status.pending))
    /// The surest groups first, the pairs of a group together.
    public static let order: [Sort] = [.descending("groupId")]

    // MARK: The search

    /// Queues a search; the one that is under way, if there is one.
    @discardableResult
    public func startSearch(by user: EntityID<User>?) async throws -> Job {
        if let last = try await lastSearch(), last.isActive { return last }
        let job = jobs.job(Self.finding, on: Self.subject, by: user)
        try await store.insert(job)
        jobs.wake()
        return try await store.get(job.id) ?? job
    }

    /// The latest search, whatever became of it; `nil` before the first.
    public func lastSearch() async throws -> Job? {
        try await store.first(
            Job.self, where: .equals("subjectId", .id(Self.subject)) && .equals("kind", .string(Self.finding)),
            sort: [.descending("createdAt")])
    }

    @discardableResult
    public func cancelSearch() async throws -> Bool { try await jobs.cancel(Self.finding, on: Self.subject) }

    /// Called by the worker that took the job; may run again after a crash.
    func search(_ job: Job) async throws {
        try await sweep()
        var search = DuplicateSearch(
            store: store, jobs: jobs, job: job, settings: try await settings.current(), now: now())
        try await search.run()
    }

    // MARK: Decisions

    public func get(_ id: EntityID<DuplicateReview>) async throws -> DuplicateReview {
        guard let review = try await store.get(id) else { throw RecordError.notFound }
        return review
    }

    /// The review of a pair in either order; `nil` where nothing asked about it yet.
    public func review(
        of kind: DuplicateReview.RecordKind, _ a: ObjectID, _ b: ObjectID
    ) async throws -> DuplicateReview? {
        func pair(_ x: ObjectID, _ y: ObjectID) -> Filter {
            .equals("entityId1", .id(x)) && .equals("entityId2", .id(y)) && .equals("entityType", Value(kind))
        }
        if let review = try await store.first(DuplicateReview.self, where: pair(a, b)) { return review }
        return try await store.first(DuplicateReview.self, where: pair(b, a))
    }

    /// Says that two records are not the same, or that the question is to be left alone, or open again. Neither comes up
    /// any more until it is open again. That they are not the same stands in both timelines. Throws `InvalidFields` for
    /// another status.
    public func decide(
        _ id: EntityID<DuplicateReview>, _ status: DuplicateReview.Status, by principal: Principal
    ) async throws -> DuplicateReview {
        guard [.keptSeparate, .ignored, .pending].contains(status) else {
            throw InvalidFields(["status": .notInList])
        }
        let original = try await get(id)
        if original.status == .merged { throw InvalidFields(["status": .notWritable]) }
        var review = original
        review.status = status
        if status == original.status { return original }
        var writes = Writes()
        try writes.save(review, original: original)
        writes.insert(entries(of: review, from: original.status, by: principal))
        try await store.commit(writes)
        return try await get(id)
    }

    /// In each record's timeline, that the other is another one, or that this is open again. The other one's name may be
    /// erased and is not kept here.
    private func entries(
        of review: DuplicateReview, from status: DuplicateReview.Status, by principal: Principal
    ) -> [Activity] {
        let isKept = review.status == .keptSeparate
        guard isKept || status == .keptSeparate, let kind = review.entityType, let a = review.entityId1,
            let b = review.entityId2, a != b
        else { return [] }
        let timeline = Timeline(store: store, now: now)
        return [(a, b), (b, a)].map { own, other in
            timeline.entry(
                .system, isKept ? "Kept separate" : "Kept separate no more",
                ["action": isKept ? "kept_separate" : "reviewed_again", "otherId": .id(other)],
                of: .init(type: kind.rawValue, id: own), by: principal)
        }
    }

    /// The same of two records that nothing asked about yet.
    public func decide(
        _ kind: DuplicateReview.RecordKind, _ a: ObjectID, _ b: ObjectID, _ status: DuplicateReview.Status,
        by principal: Principal
    ) async throws -> DuplicateReview {
        if let review = try await review(of: kind, a, b) { return try await decide(review.id, status, by: principal) }
        if a == b { throw MergeError.same }
        let names = [try await name(kind, a), try await name(kind, b)]
        var review = DuplicateReview()
        review.id = DuplicateReview.id(of: kind, a, b)
        review.groupId = DuplicateReview.group(of: min(a, b), score: 0)
        review.entityType = kind
        (review.entityId1, review.entityName1, review.entityId2, review.entityName2) = (a, names[0], b, names[1])
        review.recommendedAction = .reviewManually
        var writes = Writes()
        writes.insertIfAbsent([review])
        try await store.commit(writes)
        return try await decide(review.id, status, by: principal)
    }

    private func name(_ kind: DuplicateReview.RecordKind, _ id: ObjectID) async throws -> String {
        let name =
            try await kind == .company
            ? store.get(EntityID<Company>(id))?.displayName : store.get(EntityID<Person>(id))?.fullName
        guard let name else { throw RecordError.notFound }
        return name
    }

    // MARK: The queue

    /// How many wait, of each kind and recommendation, up to `limit` each.
    public func waiting(
        _ kind: DuplicateReview.RecordKind, _ action: DuplicateReview.RecommendedAction? = nil, upTo limit: Int
    ) async throws -> Int {
        try await store.count(DuplicateReview.self, where: Self.queue(kind, action), upTo: limit)
    }

    public static func queue(
        _ kind: DuplicateReview.RecordKind, _ action: DuplicateReview.RecommendedAction? = nil
    ) -> Filter {
        let queue = pending && .equals("entityType", Value(kind))
        return action.map { queue && .equals("recommendedAction", Value($0)) } ?? queue
    }

    /// The next pair that waits behind `review`, one of its own group first.
    public func next(
        _ kind: DuplicateReview.RecordKind, after review: DuplicateReview?
    ) async throws -> DuplicateReview? {
        if let review,
            let sibling = try await live(
                Self.queue(kind) && .equals("groupId", .string(review.groupId)),
                besides: review.id, after: nil)
        {
            return sibling
        }
        let page = review.map { Page(values: [.string($0.groupId)], id: $0.id.raw) }
        if let next = try await live(Self.queue(kind), besides: review?.id, after: page) { return next }
        return page == nil ? nil : try await live(Self.queue(kind), besides: review?.id, after: nil)
    }

    /// The pairs of a group that wait.
    public func group(of review: DuplicateReview, limit: Int = 20) async throws -> [DuplicateReview] {
        guard let kind = review.entityType else { return [] }
        let found = try await store.find(
            Query<DuplicateReview>(
                Self.queue(kind) && .equals("groupId", .string(review.groupId)), sort: Self.order, limit: limit))
        return try await withoutStale(found)
    }

    private func live(
        _ filter: Filter, besides id: EntityID<DuplicateReview>?, after page: Page?
    ) async throws -> DuplicateReview? {
        var query = Query<DuplicateReview>(filter, sort: Self.order, limit: 50, page: page)
        while true {
            let found = try await store.find(query)
            if let next = try await withoutStale(found).first(where: { $0.id != id }) { return next }
            guard found.count == 50, let last = found.last else { return nil }
            query.page = Page(values: [.string(last.groupId)], id: last.id.raw)
        }
    }

    /// Those whose two records are both still in the lists.
    public func withoutStale(_ reviews: [DuplicateReview]) async throws -> [DuplicateReview] {
        let companies = try await present(Company.self, in: reviews)
        let people = try await present(Person.self, in: reviews)
        return reviews.filter { review in
            guard let a = review.entityId1, let b = review.entityId2, a != b else { return false }
            let present = review.entityType == .person ? people : companies
            return present.contains(a) && present.contains(b)
        }
    }

    private func present<R: MergeableRecord>(_ type: R.Type, in reviews: [DuplicateReview]) async throws -> Set<
        ObjectID
    > {
        let own = reviews.filter { ($0.entityType == .person) == (R.kind == .person) }
        let ids = Set(own.flatMap { [$0.entityId1, $0.entityId2].compactMap { $0 } })
        if ids.isEmpty { return [] }
        return Set(try await store.get(ids.map { EntityID<R>($0) }).values.filter { !$0.isOutOfLists }.map(\.id.raw))
    }

    /// Takes pairs out of the queue of which a record was archived, merged elsewhere or deleted. Those of our own search
    /// are forgotten, so that they come back with the record; those of an earlier program are ignored.
    public func sweep() async throws {
        try await store.stream(DuplicateReview.self, where: Self.pending, batch: 500) { reviews in
            let kept = Set(try await withoutStale(reviews).map(\.id))
            let stale = reviews.filter { !kept.contains($0.id) }
            guard !stale.isEmpty else { return }
            var writes = Writes()
            let (ours, others) = (stale.filter { $0.pair == $0.id }, stale.filter { $0.pair != $0.id })
            writes.delete(DuplicateReview.self, where: .ids(ours.map(\.id)) && Self.pending)
            writes.update(
                DuplicateReview.self, where: .ids(others.map(\.id)) && Self.pending,
                .set("status", Value(DuplicateReview.Status.ignored)))
            try await store.commit(writes)
        }
    }
}

extension Job {
    public var isActive: Bool { [.pending, .running].contains(status) }
}

extension Platform {
    public var duplicates: Duplicates { Duplicates(store: store, settings: settings, jobs: jobs, now: now) }
}
