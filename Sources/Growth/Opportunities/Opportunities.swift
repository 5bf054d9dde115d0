import Foundation
import Store

/// What can be done with opportunities.
public struct Opportunities: Sendable {
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

    public static let open = Filter.isIn("stage", Opportunity.Stage.open.map { Value($0) })

    /// Throws `RecordError.notFound` for one that `principal` does not see, as for one that is not there.
    public func get(
        _ id: EntityID<Opportunity>, by principal: Principal, expected: Date? = nil
    ) async throws -> Opportunity {
        guard let found = try await store.first(Opportunity.self, where: .id(id) && principal.ownRecords) else {
            throw RecordError.notFound
        }
        if let expected, let stored = found.updatedAt, expected.milliseconds != stored.milliseconds {
            throw StoreError.conflict(collection: Opportunity.collection)
        }
        return found
    }

    func stored(_ id: EntityID<Opportunity>) async throws -> Opportunity {
        guard let found = try await store.get(id) else { throw RecordError.notFound }
        return found
    }

    /// Makes one that no lead came before. Sales people own theirs; others say whose it is.
    public func create(
        _ edit: RecordEdit, for owner: EntityID<User>? = nil, by principal: Principal
    ) async throws -> Opportunity {
        var opportunity = Opportunity(at: now())
        var fields = edit.fields
        if fields["title"] == nil { fields["title"] = .some(nil) }
        try opportunity.apply(RecordEdit(fields, custom: edit.custom))
        try await settleSubject(&opportunity, companyWasNamed: (edit.fields["companyId"] ?? nil)?.isEmpty == false)
        opportunity.assignedTo = try await self.owner(principal.ownRecordsOf ?? owner ?? principal.userId)
        var writes = Writes()
        writes.insert([opportunity])
        writes.insert(created(opportunity, by: principal))
        writes.insert([notice(opportunity, from: nil, by: principal)].compactMap { $0 })
        try await store.commit(writes)
        return try await stored(opportunity.id)
    }

    /// Throws `InvalidFields` for values that cannot stand, and `StoreError.conflict` when somebody changed it since
    /// `edit.expected`, or while this call ran.
    public func edit(
        _ id: EntityID<Opportunity>, _ edit: RecordEdit, by principal: Principal
    ) async throws -> Opportunity {
        let original = try await get(id, by: principal, expected: edit.expected)
        var opportunity = original
        try opportunity.apply(edit)
        if opportunity.companyId != original.companyId || opportunity.personId != original.personId {
            try await settleSubject(&opportunity, companyWasNamed: edit.fields["companyId"] != nil)
        }
        return try await save(opportunity, original, by: principal)
    }

    /// Gives it to somebody who may own opportunities, or to nobody; whoever gets it is told.
    public func assign(
        _ id: EntityID<Opportunity>, to user: EntityID<User>?, expected: Date? = nil, by principal: Principal
    ) async throws -> Opportunity {
        try await assign(try await get(id, by: principal, expected: expected), to: user, by: principal)
    }

    /// The same for one that was read before, if it still is so.
    func assign(
        _ original: Opportunity, to user: EntityID<User>?, by principal: Principal
    ) async throws -> Opportunity {
        if original.assignedTo == user { return original }
        var opportunity = original
        opportunity.assignedTo = try await owner(user)
        let people = try await store.get([original.assignedTo, user].compactMap { $0 })
        let change = ChangedFields.change(
            original.assignedTo.flatMap { people[$0] }.map { .string($0.name) },
            user.flatMap { people[$0] }.map { .string($0.name) })
        return try await save(opportunity, original, ["assignedTo": change], by: principal) { writes in
            writes.insert([notice(opportunity, from: nil, by: principal)].compactMap { $0 })
        }
    }

    public func addNote(
        _ text: String?, to id: EntityID<Opportunity>, by principal: Principal
    ) async throws -> Activity {
        let opportunity = try await get(id, by: principal)
        return try await timeline.addNote(text, to: .opportunity(opportunity.id), by: principal)
    }

    /// Those that a text finds: by their title, or by whom they are about.
    public func matching(_ text: String) async throws -> Filter {
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if line.isEmpty { return .all }
        return .or([.contains("title", line), try await DealSearch(store: store, now: now).matching(line)])
    }

    public func subjects(of all: [Opportunity]) async throws -> [EntityID<Opportunity>: DealSubject] {
        let companies = try await store.get(Array(Set(all.compactMap(\.companyId))))
        let people = try await store.get(Array(Set(all.compactMap(\.personId))))
        return Dictionary(
            all.map { one in
                let company = one.companyId.flatMap { companies[$0] }, person = one.personId.flatMap { people[$0] }
                return (one.id, DealSubject(company: company, person: person))
            }, uniquingKeysWith: { first, _ in first })
    }
}

// MARK: Writing

extension Opportunities {
    func created(_ opportunity: Opportunity, by principal: Principal) -> [Activity] {
        subjects(of: opportunity).map {
            timeline.entry(
                .system, "Opportunity created: \(opportunity.title)",
                [
                    "action": "opportunity_created", "opportunityId": Value(opportunity.id),
                    "title": .string(opportunity.title),
                ], of: $0, by: principal)
        }
    }

    /// Itself, its company or else its person.
    func subjects(of opportunity: Opportunity) -> [Timeline.Subject] {
        let about =
            opportunity.companyId.map { Timeline.Subject.company($0) }
            ?? opportunity.personId.map { .person($0) }
        return [.opportunity(opportunity.id)] + [about].compactMap { $0 }
    }

    /// Tells the owner what somebody else did: moved it, or without a stage before, gave it to them.
    func notice(_ opportunity: Opportunity, from stage: Opportunity.Stage?, by principal: Principal)
        -> UserNotification?
    {
        var metadata: Document = ["name": .string(opportunity.title), "stage": Value(opportunity.stage)]
        if let stage { metadata["from"] = Value(stage) } else { metadata["reason"] = "assigned" }
        return notifications.entry(
            .opportunityStageChanged, "\(opportunity.title): \(opportunity.stage.rawValue)",
            to: opportunity.assignedTo, about: .opportunity(opportunity.id), path: "/opportunities/\(opportunity.id)",
            metadata, by: principal)
    }

    func save(
        _ opportunity: Opportunity, _ original: Opportunity, _ told: Document = Document(), by principal: Principal,
        _ more: (inout Writes) throws -> Void = { _ in }
    ) async throws -> Opportunity {
        var fields = try ChangedFields.between(original, opportunity)
        for name in ["assignedTo", "companyId", "personId"] where told[name] == nil { fields[name] = nil }
        for pair in told.pairs { fields[pair.key] = pair.value }
        guard opportunity != original else { return original }
        var writes = Writes()
        try writes.save(opportunity, original: original)
        try more(&writes)
        writes.insert([timeline.updated(fields, of: .opportunity(opportunity.id), by: principal)])
        try await store.commit(writes)
        return try await stored(opportunity.id)
    }

    private func owner(_ id: EntityID<User>?) async throws -> EntityID<User>? {
        guard let id else { return nil }
        guard try await LeadTurns(store: store, now: now).owners().contains(where: { $0.id == id }) else {
            throw InvalidFields(["assignedTo": .notInList])
        }
        return id
    }

    private func settleSubject(_ opportunity: inout Opportunity, companyWasNamed: Bool) async throws {
        var lead = Lead()
        (lead.companyId, lead.personId) = (opportunity.companyId, opportunity.personId)
        try await Leads(store: store, now: now).settleSubject(&lead, companyWasNamed: companyWasNamed)
        opportunity.companyId = lead.companyId
    }
}

extension Platform {
    public var opportunities: Opportunities { Opportunities(store: store, now: now) }
}
