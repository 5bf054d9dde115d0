import Foundation
import Store

/// Brings the scores of leads up to what is stored of their companies and people.
public struct LeadScoring: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    static let job = "score_leads"
    static let subject = ObjectID(high: 0, low: 2)
    private static let batch = 200

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
    }

    /// Read afresh: another process may have changed them a moment ago.
    public func weights() async throws -> ScoreWeights {
        ScoreWeights(try await store.first(SystemSettings.self, where: .equals("key", "global"))?.scoreWeights)
    }

    func scored(_ lead: Lead) async throws -> Lead {
        let weights = try await weights()
        return try await scored([lead], weights)[0]
    }

    /// As it would be under other weights.
    public func scored(_ lead: Lead, by weights: ScoreWeights) async throws -> Lead {
        try await scored([lead], weights)[0]
    }

    /// Every lead whose score is not what it should be; its stamp stays, since nobody changed it. May be called again
    /// after a crash.
    public func refreshAll() async throws {
        try await refresh(.all)
    }

    /// The leads of a record that changed.
    func refresh(company: EntityID<Company>) async throws { try await refresh(.equals("companyId", Value(company))) }

    /// Also those of the company that knows a person who decides.
    func refresh(person: Person) async throws {
        let own = Filter.equals("personId", Value(person.id))
        try await refresh(person.companyId.map { .or([own, .equals("companyId", Value($0))]) } ?? own)
    }

    /// The leads that the timeline of this record counts for.
    func refresh(of subject: Timeline.Subject) async throws {
        switch subject.type {
        case "lead": try await refresh(.equals("_id", .id(subject.id)))
        case "company": try await refresh(company: EntityID(subject.id))
        case "person": try await refresh(.equals("personId", .id(subject.id)))
        default: break
        }
    }

    public func refresh(_ filter: Filter) async throws {
        try await store.stream(Lead.self, where: filter && Self.open, batch: Self.batch) { leads in
            let scored = try await scored(leads, try await weights())
            var writes = Writes()
            writes.update(Lead.self, each: try zip(leads, scored).compactMap { try Update.ofKeys(from: $0, to: $1) })
            if !writes.isEmpty { try await store.commit(writes) }
        }
    }

    /// What is decided keeps the score that it was decided with.
    private static let open = Filter.isIn("status", Lead.Status.open.map { Value($0) })

    func scored(_ leads: [Lead], _ weights: ScoreWeights) async throws -> [Lead] {
        let facts = try await LeadFacts.gather(leads, store, now: now())
        return zip(leads, facts).map { lead, facts in
            var lead = lead
            lead.take(LeadScore.of(lead, facts, weights, now: now()), weights)
            return lead
        }
    }
}

extension LeadFacts {
    /// In the order of `leads`; a handful of reads however many they are.
    static func gather(_ leads: [Lead], _ store: any DocumentStore, now: Date) async throws -> [LeadFacts] {
        let companyIds = Array(Set(leads.compactMap(\.companyId))), personIds = Array(Set(leads.compactMap(\.personId)))
        let companies = try await store.get(companyIds), people = try await store.get(personIds)
        let owners = (companyIds.map(\.raw) + personIds.map(\.raw)).map(Value.id)
        let points = try await store.find(
            Query<ContactPoint>(.isIn("entityType", ["company", "person"]) && .isIn("entityId", owners)))
        let deciders = try await store.find(
            Query<Person>(
                .isIn("companyId", companyIds.map { Value($0) }) && .isIn("isDecisionMaker", ["yes", "maybe"])
                    && Companies.live))
        let services = try await store.find(Query<ServiceMatch>(.isIn("companyId", companyIds.map { Value($0) })))
        let events = try await Self.events(leads.map { .id($0.id.raw) } + owners, store, since: now)
        let (points_, deciders_) = (
            Dictionary(grouping: points, by: \.entityId), Dictionary(grouping: deciders, by: \.companyId)
        )
        let services_ = Dictionary(grouping: services, by: \.companyId)
        return leads.map { lead in
            var facts = LeadFacts()
            facts.company = lead.companyId.flatMap { companies[$0] }
            facts.person = lead.personId.flatMap { people[$0] }
            let own = [lead.companyId?.raw, lead.personId?.raw].compactMap { $0 }
            facts.contacts = own.flatMap { points_[$0] ?? [] }
            let known = (lead.companyId.flatMap { deciders_[$0] } ?? []).compactMap(\.isDecisionMaker)
            facts.decider = known.contains("yes") ? "yes" : known.first
            let best = (lead.companyId.flatMap { services_[$0] } ?? []).max { ($0.fitScore ?? 0) < ($1.fitScore ?? 0) }
            (facts.bestFit, facts.servicePriority) = (best?.fitScore, best?.priority)
            for id in own + [lead.id.raw] { facts.take(events[id] ?? []) }
            return facts
        }
    }

    private static let telling = ["email_replied", "call", "meeting", "note"]

    private static func events(
        _ subjects: [Value], _ store: any DocumentStore, since now: Date
    ) async throws -> [ObjectID: [Activity]] {
        let recent = Filter.Bound.including(.date(now.addingTimeInterval(-LeadScore.recent)))
        let filter =
            Filter.isIn("entityType", ["lead", "company", "person"]) && .isIn("entityId", subjects)
            && .range("createdAt", from: recent, to: nil) && .isIn("type", telling.map(Value.string))
        let found = try await store.find(Query<Activity>(filter))
        return Dictionary(grouping: found.filter { $0.entityId != nil }) { $0.entityId ?? ObjectID(high: 0, low: 0) }
    }

    private mutating func take(_ events: [Activity]) {
        func latest(_ known: Date?, _ types: [Activity.Kind]) -> Date? {
            (events.filter { types.contains($0.type) }.map(\.createdAt) + [known]).compactMap { $0 }.max()
        }
        repliedAt = latest(repliedAt, ["email_replied"])
        talkedAt = latest(talkedAt, ["call", "meeting"])
        notedAt = latest(notedAt, ["note"])
    }
}

extension Platform {
    /// Changes what leads are judged by, and asks for every score anew. Throws `InvalidFields`, and nothing is written.
    @discardableResult
    public func changeScoreWeights(
        by principal: Principal, _ edit: (inout ScoreWeights) throws -> Void
    ) async throws -> ScoreWeights {
        let changed = try await settings.change(by: principal) { settings in
            var weights = ScoreWeights(settings.scoreWeights)
            try edit(&weights)
            settings.scoreWeights = .object(weights.document)
        }
        try await rescore(by: principal.userId)
        return ScoreWeights(changed.scoreWeights)
    }

    /// Asks for every score anew, for example since the weights changed. One that waits already will do.
    public func rescore(by user: EntityID<User>? = nil) async throws {
        let waiting = Filter.equals("kind", .string(LeadScoring.job)) && .equals("status", "pending")
        guard try await store.count(Job.self, where: waiting, upTo: 1) == 0 else { return }
        try await store.insert(jobs.job(LeadScoring.job, on: LeadScoring.subject, by: user))
        jobs.wake()
    }

    public var isRescoring: Bool {
        get async throws { try await jobs.isActive(LeadScoring.job, on: LeadScoring.subject) }
    }

    /// What was recent is not so for ever, so scores are brought up once a day even where nothing was changed.
    func rescoreDaily() async throws {
        let lately = Filter.Bound.including(.date(now().addingTimeInterval(-86_400)))
        let done = Filter.equals("kind", .string(LeadScoring.job)) && .range("createdAt", from: lately, to: nil)
        guard try await store.count(Job.self, where: done, upTo: 1) == 0,
            try await store.count(Lead.self, where: Leads.open, upTo: 1) > 0
        else { return }
        try await rescore()
    }
}
