import Foundation
import Store

/// Leads of what an import brought in, made in the background, each record at most one open lead.
public struct LeadsFromImport: Sendable {
    let leads: Leads
    let jobs: Jobs

    public static let kind = "leads_from_import"
    private static let batch = 200

    public enum Records: String, CaseIterable, Sendable { case companies, people }

    /// How far it is, and what came of it.
    public struct Progress: Hashable, Sendable {
        public var records = Records.companies
        public var total = 0
        public var done = 0
        public var made = 0
        /// Records that had an open lead already.
        public var skipped = 0
        public var isAtWork = false
        public var hasFailed = false
    }

    private var store: any DocumentStore { leads.store }

    /// Queues the work. Throws `LeadError.alreadyAtWork` while the same run is being worked on, and
    /// `LeadError.nobodyTakesPart` where turns are asked for and nobody could have one.
    public func request(
        _ run: EntityID<ImportLog>, _ records: Records, assign: LeadAssignment, by principal: Principal
    ) async throws {
        guard try await store.get(run) != nil else { throw RecordError.notFound }
        if try await jobs.isActive(Self.kind, on: run.raw) { throw LeadError.alreadyAtWork }
        try await leads.demand(assign)
        var payload: Document = ["records": .string(records.rawValue)]
        switch assign {
        case .nobody: break
        case .user(let id): payload["assignedTo"] = Value(id)
        case .turn: payload["inTurn"] = true
        }
        payload["total"] = .int(try await count(run, records))
        var job = jobs.job(Self.kind, on: run.raw, by: principal.userId)
        job.payload = .object(payload)
        try await store.insert(job)
        jobs.wake()
    }

    /// Of the latest time that it was asked for; `nil` when it never was.
    public func progress(_ run: EntityID<ImportLog>) async throws -> Progress? {
        let own = Filter.equals("kind", .string(Self.kind)) && .equals("subjectId", .id(run.raw))
        guard let job = try await store.first(Job.self, where: own, sort: [.descending("createdAt")]) else {
            return nil
        }
        let payload = job.payload?.object ?? Document()
        var progress = Progress()
        progress.records = Records(rawValue: payload["records"]?.string ?? "") ?? .companies
        progress.total = payload["total"]?.int ?? 0
        progress.done = payload["done"]?.int ?? 0
        progress.made = payload["made"]?.int ?? 0
        progress.skipped = payload["skipped"]?.int ?? 0
        progress.isAtWork = [.pending, .running].contains(job.status)
        progress.hasFailed = job.status == .failed
        return progress
    }

    /// How many records it would look at.
    public func count(_ run: EntityID<ImportLog>, _ records: Records) async throws -> Int {
        let filter = Self.records(of: run)
        return switch records {
        case .companies: try await store.count(Company.self, where: filter)
        case .people: try await store.count(Person.self, where: filter)
        }
    }

    private static func records(of run: EntityID<ImportLog>) -> Filter {
        .equals("importLogId", Value(run)) && Companies.live
    }
}

// MARK: The work

extension LeadsFromImport {
    /// Called by the worker that took the job; may be called again after a crash: what has a lead by then is passed over.
    func run(_ job: Job) async throws {
        guard let subject = job.subjectId else { return }
        let run = EntityID<ImportLog>(subject), payload = job.payload?.object ?? Document()
        let user = if let id = job.createdBy { try await store.get(id) } else { User?.none }
        var work = Work(
            job: job, principal: user.map { Principal(user: $0, origin: .link) } ?? .console,
            owner: payload["assignedTo"]?.id.map { EntityID($0) }, isInTurn: payload["inTurn"]?.bool ?? false)
        switch Records(rawValue: payload["records"]?.string ?? "") ?? .companies {
        case .companies:
            try await store.stream(Company.self, where: Self.records(of: run), batch: Self.batch) { companies in
                try await work.add(companies.map { Lead(of: $0.id, nil) }, "companyId", to: self)
            }
        case .people:
            try await store.stream(Person.self, where: Self.records(of: run), batch: Self.batch) { people in
                try await work.add(people.map { Lead(of: $0.companyId, $0.id) }, "personId", to: self)
            }
        }
    }

    private struct Work {
        let job: Job
        let principal: Principal
        let owner: EntityID<User>?
        let isInTurn: Bool
        var done = 0
        var made = 0
        var skipped = 0

        /// One batch, in one commit that comes through only while this worker holds the job.
        mutating func add(_ wanted: [Lead], _ field: String, to maker: LeadsFromImport) async throws {
            let (fresh, before) = try await maker.fresh(wanted, field, job)
            let scored = try await maker.leads.scoring.scored(fresh, try await maker.leads.scoring.weights())
            var writes = maker.jobs.writes(for: job), activities: [Activity] = []
            var leads: [Lead] = [], given: [EntityID<User>: Int] = [:]
            for lead in scored {
                var lead = lead
                let user = isInTurn ? try await maker.leads.turns.next() : try await assigned(maker)
                lead.assignedTo = user?.id
                if let user { given[user.id, default: 0] += 1 }
                activities += maker.leads.created(lead, user, by: principal)
                leads.append(lead)
            }
            writes.insertIfAbsent(leads)
            writes.insert(activities)
            writes.insert(maker.leads.notices(given, by: principal))
            done += wanted.count
            made += leads.count + before
            skipped += wanted.count - leads.count - before
            writes.update(Job.self, where: .id(job.id), progress)
            try await maker.store.commit(writes)
        }

        private func assigned(_ maker: LeadsFromImport) async throws -> User? {
            guard let owner else { return nil }
            return try await maker.store.get(owner)
        }

        private var progress: Update {
            var payload = job.payload?.object ?? Document()
            payload["done"] = .int(done)
            payload["made"] = .int(made)
            payload["skipped"] = .int(skipped)
            return .set("payload", .object(payload))
        }
    }

    /// Those of `wanted` whose record has no open lead, with the ids and stamps of new ones; and how many the same job
    /// made before it was cut off.
    private func fresh(
        _ wanted: [Lead], _ field: String, _ job: Job
    ) async throws -> (leads: [Lead], before: Int) {
        func subject(_ lead: Lead) -> ObjectID? { field == "personId" ? lead.personId?.raw : lead.companyId?.raw }
        let ids = wanted.compactMap(subject)
        let there = try await store.find(Query<Lead>(.isIn(field, ids.map(Value.id))))
        let known = Dictionary(grouping: there) { subject($0) ?? ObjectID(high: 0, low: 0) }
        let begun = job.createdAt ?? .distantFuture
        let own = there.filter { $0.isOpen && $0.source == .import && ($0.createdAt ?? .distantPast) >= begun }.count
        let leads = wanted.compactMap { lead -> Lead? in
            guard let id = subject(lead) else { return nil }
            let before = known[id] ?? []
            if before.contains(where: \.isOpen) { return nil }
            var lead = lead
            let number = (before.count...).first { n in !before.contains { $0.id == Leads.id(of: id, n) } }
            lead.id = Leads.id(of: id, number ?? before.count)
            lead.createdAt = self.leads.now()
            return lead
        }
        return (leads, own)
    }
}

extension Leads {
    /// Holds that many leads can be given so, before the first is made.
    func demand(_ assign: LeadAssignment) async throws {
        switch assign {
        case .nobody: break
        case .user(let id): _ = try await assignable(id)
        case .turn:
            let taking = try await turns.taking(), able = try await turns.owners()
            guard able.contains(where: { taking.contains($0.id) }) else { throw LeadError.nobodyTakesPart }
        }
    }

    /// One notice a person and batch, not one a lead.
    func notices(_ given: [EntityID<User>: Int], by principal: Principal) -> [UserNotification] {
        given.sorted { $0.key < $1.key }.compactMap { user, count in
            notifications.entry(
                .leadAssigned, "\(count) leads assigned", to: user, path: "/leads", ["count": .int(count)],
                by: principal)
        }
    }
}

extension Lead {
    fileprivate init(of company: EntityID<Company>?, _ person: EntityID<Person>?) {
        self.init()
        (companyId, personId, source) = (company, person, .import)
    }
}

extension Platform {
    public var leadsFromImport: LeadsFromImport { LeadsFromImport(leads: leads, jobs: jobs) }
}
