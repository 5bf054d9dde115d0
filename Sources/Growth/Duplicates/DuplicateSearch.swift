import Foundation
import Matching
import Store
import Synchronization

/// One search for duplicates among all live records: reads them once, matches, and writes the pairs that are new.
///
/// It may be cut off anywhere and run again: the pairs have fixed ids and are written only where there are none.
struct DuplicateSearch {
    let store: any DocumentStore
    let jobs: Jobs
    let job: Job
    let settings: SystemSettings
    let now: Date

    private var progress = Progress()
    private var lastNote = ContinuousClock.now

    private static let batch = 1_000
    /// Pairs that one commit writes.
    private static let pairs = 2_000
    private static let pace: Duration = .milliseconds(400)

    init(store: any DocumentStore, jobs: Jobs, job: Job, settings: SystemSettings, now: Date) {
        self.store = store
        self.jobs = jobs
        self.job = job
        self.settings = settings
        self.now = now
    }

    /// How far it is, as the job tells it.
    public struct Progress: Sendable, Hashable {
        public var phase = "reading"
        public var rows = 0
        public var total = 0
        /// New ones.
        public var pairs = 0
        public var known = 0
        /// 0–1.
        public var fraction = 0.0

        var document: Document {
            [
                "phase": .string(phase), "rows": .int(rows), "total": .int(total), "pairs": .int(pairs),
                "known": .int(known), "fraction": .double(fraction),
            ]
        }
    }

    mutating func run() async throws {
        let live = Companies.live
        progress.total = try await store.count(Company.self, where: live) + store.count(Person.self, where: live)
        try await note(always: true)
        var known = try await knownPairs()
        let people = try await readPeople()
        let companies = try await findCompanies(people)
        try await write(companies, .company, &known)
        let found = try await findPeople(people)
        try await write(found, .person, &known)
        (progress.phase, progress.fraction) = ("finished", 1)
        try await note(always: true)
    }

    /// Pairs that were found, or settled, before; whoever made them.
    private func knownPairs() async throws -> Set<ObjectID> {
        var known: Set<ObjectID> = []
        try await store.stream(DuplicateReview.self, where: .all, batch: Self.batch) { reviews in
            for review in reviews { if let pair = review.pair { known.insert(pair.raw) } }
        }
        return known
    }

    // MARK: Reading

    private mutating func readPeople() async throws -> PeopleColumns {
        var people = PeopleColumns()
        // The search itself walks over its batches, so that between two of them it can tell how far it is.
        var query = Query<Person>(Companies.live, limit: Self.batch)
        while true {
            let batch = try await store.find(query)
            for person in batch { people.append(person) }
            try await read(batch.count)
            guard batch.count == Self.batch, let last = batch.last else { break }
            query.page = Page(values: [], id: last.id.raw)
        }
        people.settle()
        return people
    }

    private mutating func findCompanies(_ people: PeopleColumns) async throws -> [FoundPair] {
        var ids: [ObjectID] = []
        var matcher = CompanyMatcher(options: options)
        var query = Query<Company>(Companies.live, limit: Self.batch)
        while true {
            let batch = try await store.find(query)
            for company in batch {
                ids.append(company.id.raw)
                var profile = ImportMatchKeys.profile(company)
                profile.people = people.names(at: company.id.raw)
                _ = matcher.add(profile)
            }
            try await read(batch.count)
            guard batch.count == Self.batch, let last = batch.last else { break }
            query.page = Page(values: [], id: last.id.raw)
        }
        progress.phase = "matching"
        let held = matcher
        matcher = CompanyMatcher()
        let resolution = try await matching(from: 0.35, to: 0.8) { gauge in
            var matcher = held
            return try matcher.resolve { try gauge.note($0) }
        }
        return Self.pairs(of: resolution, ids, threshold: options.threshold)
    }

    private var options: MatchOptions {
        MatchOptions(
            threshold: settings.duplicateThreshold,
            fields: Set(settings.companyMatchFields.compactMap(MatchField.init(rawValue:))), fuzzy: true,
            maxPossible: 0)
    }

    /// Each record with the first of its group, or, where those two alone would not do, with the one it was matched by.
    private static func pairs(of resolution: Resolution, _ ids: [ObjectID], threshold: Double) -> [FoundPair] {
        var pairs: [FoundPair] = []
        var strengths: [Int: Double] = [:]
        var roots: [Int] = []
        for row in ids.indices {
            guard let link = resolution.link(of: row) else { continue }
            let root = resolution.root(of: row)
            let direct = link.via == root ? link.score : resolution.score(of: row, and: root)
            let isDirect = direct >= threshold
            pairs.append(
                FoundPair(
                    first: ids[isDirect ? root : link.via], second: ids[row], root: ids[root],
                    score: isDirect ? direct : link.score))
            strengths[root] = max(strengths[root] ?? 0, link.score)
            roots.append(root)
        }
        for index in pairs.indices { pairs[index].strength = strengths[roots[index]] ?? pairs[index].score }
        return pairs
    }

    private mutating func findPeople(_ people: PeopleColumns) async throws -> [FoundPair] {
        let threshold = options.threshold
        return try await matching(from: 0.9, to: 0.97) { gauge in
            try people.pairs(from: threshold) { try gauge.note($0) }
        }
    }

    // MARK: Matching

    /// Runs work that holds a thread for long on a thread of its own, tells how far it is and stops it when the job ends.
    private mutating func matching<T: Sendable>(
        from: Double, to: Double, _ work: @escaping @Sendable (Gauge) throws -> T
    ) async throws -> T {
        let gauge = Gauge()
        async let result = Self.onThread(gauge, work)
        do {
            while !gauge.isOver {
                progress.fraction = from + (to - from) * gauge.fraction
                try await note()
                try await Task.sleep(for: .milliseconds(50))
            }
        } catch {
            gauge.stop()
            throw error
        }
        return try await result
    }

    private static func onThread<T: Sendable>(
        _ gauge: Gauge, _ work: @escaping @Sendable (Gauge) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                let result = Result { try work(gauge) }
                gauge.end()
                continuation.resume(with: result)
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// How far work on another thread is, and whether it is still wanted.
    private final class Gauge: Sendable {
        private let state = Mutex((fraction: 0.0, isStopped: false, isOver: false))

        var fraction: Double { state.withLock { $0.fraction } }
        var isOver: Bool { state.withLock { $0.isOver } }

        func note(_ fraction: Double) throws {
            let isStopped = state.withLock { state in
                state.fraction = fraction
                return state.isStopped
            }
            if isStopped { throw CancellationError() }
        }

        func stop() { state.withLock { $0.isStopped = true } }
        func end() { state.withLock { $0.isOver = true } }
    }

    // MARK: Writing

    private mutating func write(
        _ pairs: [FoundPair], _ kind: DuplicateReview.RecordKind, _ known: inout Set<ObjectID>
    ) async throws {
        progress.phase = "writing"
        var new: [FoundPair] = []
        for pair in pairs {
            if known.insert(DuplicateReview.id(of: kind, pair.first, pair.second).raw).inserted {
                new.append(pair)
            } else {
                progress.known += 1
            }
        }
        for chunk in new.chunks(of: Self.pairs) {
            let names = try await names(kind, chunk)
            let reviews = chunk.compactMap { Self.review($0, kind, names, now) }
            var writes = Writes()
            writes.insertIfAbsent(reviews)
            progress.pairs += reviews.count
            try await jobs.commit(writes, for: job, saying: progress.document)
        }
    }

    private func names(
        _ kind: DuplicateReview.RecordKind, _ pairs: ArraySlice<FoundPair>
    ) async throws -> [ObjectID: String] {
        let ids = Array(Set(pairs.flatMap { [$0.first, $0.second] }))
        var names: [ObjectID: String] = [:]
        for chunk in ids.chunks(of: Self.batch) {
            if kind == .company {
                for company in try await store.get(chunk.map { EntityID<Company>($0) }).values
                where !company.isOutOfLists {
                    names[company.id.raw] = company.displayName
                }
            } else {
                for person in try await store.get(chunk.map { EntityID<Person>($0) }).values where !person.isOutOfLists
                {
                    names[person.id.raw] = person.fullName
                }
            }
        }
        return names
    }

    /// `nil` where one of the two has gone out of the lists meanwhile.
    private static func review(
        _ pair: FoundPair, _ kind: DuplicateReview.RecordKind, _ names: [ObjectID: String], _ now: Date
    ) -> DuplicateReview? {
        guard let first = names[pair.first], let second = names[pair.second] else { return nil }
        var review = DuplicateReview()
        review.id = DuplicateReview.id(of: kind, pair.first, pair.second)
        review.createdAt = now
        review.groupId = DuplicateReview.group(of: pair.root, score: pair.strength)
        review.entityType = kind
        (review.entityId1, review.entityName1) = (pair.first, first)
        (review.entityId2, review.entityName2) = (pair.second, second)
        review.recommendedAction = Likeness.recommended(pair.score)
        return review
    }

    // MARK: Progress

    private mutating func read(_ rows: Int) async throws {
        progress.rows += rows
        progress.fraction = 0.35 * Double(progress.rows) / Double(max(progress.total, progress.rows, 1))
        try await note()
    }

    private mutating func note(always: Bool = false) async throws {
        try Task.checkCancellation()
        guard always || lastNote.duration(to: .now) >= Self.pace else { return }
        lastNote = .now
        try await jobs.commit(Writes(), for: job, saying: progress.document)
    }
}
