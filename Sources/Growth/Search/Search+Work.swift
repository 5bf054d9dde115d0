import Foundation
import Store

extension Search {
    /// Titles and notes have no index of words: so many of the latest are looked through.
    private static let latest = 200
    /// Leads, or opportunities, of those that were found.
    private static let related = 50
    private static let titleLimit = 120
    private static let opportunityFields: Set<String> = ["title", "stage"]

    /// Opportunities and tasks by their titles, activities by what somebody wrote.
    func workHits(_ wanted: SearchText, _ principal: Principal) async throws -> [Hit] {
        if ContactQuery(wanted.typed) != nil { return [] }
        async let opportunities = opportunityHits(wanted, principal)
        async let tasks = taskHits(wanted, principal)
        async let activities = activityHits(wanted)
        return try await opportunities + tasks + activities
    }

    private func opportunityHits(_ wanted: SearchText, _ principal: Principal) async throws -> [Hit] {
        var latest = Query<Opportunity>(
            principal.ownRecords, sort: [.descending("createdAt")], limit: Self.latest)
        latest.fields = Self.opportunityFields
        return try await store.find(latest).compactMap { opportunity in
            wanted.rank(opportunity.title).map { Hit(opportunity, rank: $0) }
        }
    }

    private func taskHits(_ wanted: SearchText, _ principal: Principal) async throws -> [Hit] {
        var latest = Query<WorkTask>(principal.ownTasks, sort: [.descending("createdAt")], limit: Self.latest)
        latest.fields = ["title", "status"]
        return try await store.find(latest).compactMap { task in
            wanted.rank(task.title).map {
                Hit(kind: .task, id: task.id.raw, title: task.title, details: [task.status.rawValue], rank: $0)
            }
        }
    }

    /// Notes, calls and meetings of companies and people, which everybody sees.
    private func activityHits(_ wanted: SearchText) async throws -> [Hit] {
        var latest: [Activity] = []
        for type in ["note", "call", "meeting"] {
            let written = Filter.equals("type", .string(type)) && .isIn("entityType", ["company", "person"])
            var query = Query<Activity>(written, sort: [.descending("createdAt")], limit: Self.latest)
            query.fields = ["entityType", "entityId", "title", "metadata"]
            latest += try await store.find(query)
        }
        return latest.compactMap { activity in
            let text = activity.metadata?.object?["text"]?.string ?? activity.title
            guard wanted.rank(text) != nil, let subject = activity.entityId else { return nil }
            let title = String(text.prefix { $0 != "\n" }.prefix(Self.titleLimit))
            return Hit(
                kind: .activity, id: activity.id.raw, title: title, details: [],
                subject: Timeline.Subject(type: activity.entityType, id: subject),
                rank: SearchText.Nearness.related.rawValue)
        }
    }

    /// The leads and opportunities of companies and people that were found.
    func dealHits(of named: some Sequence<Hit>, _ wanted: SearchText, _ principal: Principal) async throws -> [Hit] {
        let companies = named.filter { $0.kind == .company }, people = named.filter { $0.kind == .person }
        let owners = Dictionary((companies + people).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        if owners.isEmpty { return [] }
        var leads: [Lead] = [], opportunities: [Opportunity] = []
        // One after the other, so that each is read off its index.
        for about in [
            Filter.isIn("companyId", companies.map { .id($0.id) }), .isIn("personId", people.map { .id($0.id) }),
        ] {
            leads += try await store.find(
                Query<Lead>.unordered(
                    about && Leads.visible(to: principal), limit: Self.related,
                    fields: ["companyId", "personId", "status", "serviceInterest"]))
            opportunities += try await store.find(
                Query<Opportunity>.unordered(
                    about && principal.ownRecords, limit: Self.related, fields: Self.opportunityFields))
        }
        return leads.compactMap { lead in
            let owner = lead.companyId.flatMap { owners[$0.raw] } ?? lead.personId.flatMap { owners[$0.raw] }
            return owner.map { Hit(lead, of: $0) }
        }
            + opportunities.map { Hit($0, rank: wanted.rank($0.title) ?? SearchText.Nearness.related.rawValue) }
    }
}

extension Search.Hit {
    fileprivate init(_ opportunity: Opportunity, rank: Int) {
        self.init(
            kind: .opportunity, id: opportunity.id.raw, title: opportunity.title, details: [opportunity.stage.rawValue],
            rank: rank)
    }

    /// Behind everything that has the words itself.
    fileprivate init(_ lead: Lead, of owner: Search.Hit) {
        self.init(
            kind: .lead, id: lead.id.raw, title: owner.title,
            details: [lead.status.rawValue, lead.serviceInterest].compactMap { $0 },
            rank: SearchText.Nearness.related.rawValue)
    }
}
