import Foundation
import Store

/// What can be done with leads.
public struct Leads: Sendable {
    let store: any DocumentStore
    let timeline: Timeline
    let notifications: Notifications
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
        timeline = Timeline(store: store, now: now)
        notifications = Notifications(store: store, now: now)
    }

    public var scoring: LeadScoring { LeadScoring(store: store, now: now) }
    public var turns: LeadTurns { LeadTurns(store: store, now: now) }

    public static let open = Filter.isIn("status", Lead.Status.open.map { Value($0) })
    /// Open and nobody's: whoever may own leads sees these and may take them.
    public static let free = Filter.equals("assignedTo", .null) && open

    /// What `principal` may look at: their own leads, or all of them, and those that are nobody's yet.
    public static func visible(to principal: Principal) -> Filter {
        principal.ownRecordsOf == nil ? .all : .or([principal.ownRecords, free])
    }

    /// Throws `RecordError.notFound` for a lead that `principal` does not see, as for one that is not there.
    public func get(_ id: EntityID<Lead>, by principal: Principal) async throws -> Lead {
        guard let lead = try await store.first(Lead.self, where: .id(id) && Self.visible(to: principal)) else {
            throw RecordError.notFound
        }
        return lead
    }

    /// The same for a change: a free lead is taken first.
    func own(_ id: EntityID<Lead>, by principal: Principal, expected: Date? = nil) async throws -> Lead {
        guard let lead = try await store.first(Lead.self, where: .id(id) && principal.ownRecords) else {
            throw RecordError.notFound
        }
        if let expected, let stored = lead.updatedAt, expected.milliseconds != stored.milliseconds {
            throw StoreError.conflict(collection: Lead.collection)
        }
        return lead
    }

    /// Throws `InvalidFields` for values that cannot stand, and `StoreError.conflict` when somebody changed the lead
    /// since `edit.expected`, or while this call ran.
    public func edit(_ id: EntityID<Lead>, _ edit: RecordEdit, by principal: Principal) async throws -> Lead {
        let original = try await own(id, by: principal, expected: edit.expected)
        var lead = original
        try lead.apply(edit)
        if lead.companyId != original.companyId || lead.personId != original.personId {
            try await settleSubject(&lead, companyWasNamed: edit.fields["companyId"] != nil)
        }
        return try await save(lead, original, by: principal)
    }

    public func addNote(_ text: String?, to id: EntityID<Lead>, by principal: Principal) async throws -> Activity {
        let lead = try await own(id, by: principal)
        return try await timeline.addNote(text, to: .lead(lead.id), by: principal)
    }

    /// Fills in the person's company, and holds both to exist and to belong together.
    func settleSubject(_ lead: inout Lead, companyWasNamed: Bool) async throws {
        if let id = lead.personId {
            guard let person = try await store.get(id) else { throw InvalidFields(["personId": .notInList]) }
            if !companyWasNamed, let company = person.companyId { lead.companyId = company }
            if let company = lead.companyId, let own = person.companyId, own != company {
                throw InvalidFields(["personId": .notInList])
            }
        }
        if let id = lead.companyId, try await store.get(id) == nil {
            throw InvalidFields(["companyId": .notInList])
        }
        if lead.companyId == nil && lead.personId == nil { throw InvalidFields(["companyId": .required]) }
    }

    /// Writes the change with its entry in the timeline, `first` before and `more` behind it, all or nothing.
    func save(
        _ changed: Lead, _ original: Lead, _ told: Document = Document(), first: Writes = Writes(),
        by principal: Principal, _ more: (inout Writes) throws -> Void = { _ in }
    ) async throws -> Lead {
        var fields = try ChangedFields.between(original, changed)
        for name in Self.untold { fields[name] = nil }
        for pair in told.pairs { fields[pair.key] = pair.value }
        guard !fields.isEmpty else { return original }
        let lead = try await scoring.scored(changed)
        var writes = first
        try writes.save(lead, original: original)
        try more(&writes)
        writes.insert([timeline.updated(fields, of: .lead(lead.id), by: principal)])
        try await store.commit(writes)
        guard let stored = try await store.get(lead.id) else { throw RecordError.notFound }
        return stored
    }

    /// What follows from other fields, or is told in words instead of ids.
    private static let untold = [
        "leadScore", "scoreBreakdown", "assignedTo", "convertedAt", "opportunityId", "companyId", "personId",
    ]
}

// MARK: Who they are

/// Whom a lead or an opportunity is about.
public struct DealSubject: Sendable {
    public let company: Company?
    public let person: Person?

    /// `nil` when neither is there any more.
    public var name: String? { company?.displayName ?? person?.fullName }
}

extension Leads {
    public func subject(of lead: Lead) async throws -> DealSubject {
        try await subjects(of: [lead])[lead.id] ?? DealSubject(company: nil, person: nil)
    }

    public func subjects(of leads: [Lead]) async throws -> [EntityID<Lead>: DealSubject] {
        let companies = try await store.get(Array(Set(leads.compactMap(\.companyId))))
        let people = try await store.get(Array(Set(leads.compactMap(\.personId))))
        return Dictionary(
            leads.map { lead in
                let company = lead.companyId.flatMap { companies[$0] }, person = lead.personId.flatMap { people[$0] }
                return (lead.id, DealSubject(company: company, person: person))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The leads of the companies and people that a text finds.
    public func matching(_ text: String) async throws -> Filter {
        try await DealSearch(store: store, now: now).matching(text)
    }
}

/// Finds leads and opportunities by whom they are about.
struct DealSearch: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    /// More companies than a person would read through; a text that finds more is too short.
    private static let most = 1_000

    func matching(_ text: String) async throws -> Filter {
        if text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty { return .all }
        let companies = try await store.find(
            Query<Company>(try await Companies(store: store, now: now).matching(text), limit: Self.most))
        let people = try await store.find(
            Query<Person>(try await People(store: store, now: now).matching(text), limit: Self.most))
        return .or([
            .isIn("companyId", companies.map { Value($0.id) }), .isIn("personId", people.map { Value($0.id) }),
        ])
    }
}

extension Platform {
    public var leads: Leads { Leads(store: store, now: now) }
}
