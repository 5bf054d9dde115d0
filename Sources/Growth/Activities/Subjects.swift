import Foundation
import Store

/// The records that entries, tasks and notifications are about: what they are called and who may see them.
public struct Subjects: Sendable {
    let store: any DocumentStore

    /// What can be told of a record without showing it.
    public struct Card: Hashable, Sendable {
        public var name: String
        /// Whose it is, where only that person and the managers see it.
        var owners: [EntityID<User>]?

        func isVisible(to user: User) -> Bool {
            guard user.role == .sales, let owners else { return true }
            return owners.contains(user.id)
        }
    }

    /// `nil` when there is no such record, or of a kind that has no page.
    public func card(_ subject: Timeline.Subject) async throws -> Card? { try await cards([subject])[subject] }

    /// Those that `principal` may see; the others are not there.
    public func cards(_ subjects: [Timeline.Subject], for principal: Principal) async throws -> [Timeline.Subject: Card]
    {
        try await cards(subjects).filter { $0.value.isVisible(to: principal.user) }
    }

    /// Throws `InvalidFields` at `field` unless the record is there and `principal` may see it.
    func demand(_ subject: Timeline.Subject, _ field: String, for principal: Principal) async throws {
        guard let card = try await card(subject), card.isVisible(to: principal.user) else {
            throw InvalidFields([field: .notInList])
        }
    }

    func cards(_ subjects: [Timeline.Subject]) async throws -> [Timeline.Subject: Card] {
        let ids = Dictionary(grouping: Set(subjects), by: \.type).mapValues { $0.map(\.id) }
        var cards: [Timeline.Subject: Card] = [:]
        for company in try await found(Company.self, ids["company"]) {
            cards[.company(company.id)] = Card(name: company.displayName)
        }
        for person in try await found(Person.self, ids["person"]) {
            cards[.person(person.id)] = Card(name: person.fullName)
        }
        for opportunity in try await found(Opportunity.self, ids["opportunity"]) {
            cards[.opportunity(opportunity.id)] = Card(
                name: opportunity.title, owners: [opportunity.assignedTo].compactMap { $0 })
        }
        for task in try await found(WorkTask.self, ids["task"]) {
            cards[.task(task.id)] = Card(
                name: task.title, owners: [task.assignedTo, task.createdBy].compactMap { $0 })
        }
        let leads = try await found(Lead.self, ids["lead"])
        let names = try await names(of: leads)
        for lead in leads {
            cards[.lead(lead.id)] = Card(
                name: names[lead.id] ?? "", owners: [lead.assignedTo].compactMap { $0 })
        }
        return cards
    }

    private func found<E: Entity>(_ type: E.Type, _ ids: [ObjectID]?) async throws -> [E] {
        guard let ids, !ids.isEmpty else { return [] }
        return try await store.find(Query<E>(.ids(ids.map(EntityID<E>.init))))
    }

    /// A lead is called as its company, or its person, is.
    private func names(of leads: [Lead]) async throws -> [EntityID<Lead>: String] {
        if leads.isEmpty { return [:] }
        let companies = try await store.get(leads.compactMap(\.companyId))
        let people = try await store.get(leads.compactMap(\.personId))
        var names: [EntityID<Lead>: String] = [:]
        for lead in leads {
            names[lead.id] =
                lead.companyId.flatMap { companies[$0]?.displayName } ?? lead.personId.flatMap { people[$0]?.fullName }
                ?? lead.serviceInterest ?? lead.id.description
        }
        return names
    }
}

extension Timeline.Subject {
    public static func task(_ id: EntityID<WorkTask>) -> Self { Self(type: "task", id: id.raw) }

    /// The kinds that a task may belong to.
    public static let related = ["company", "person", "lead", "opportunity"]

    /// The record's page; `nil` for a kind that has none.
    public var path: String? {
        switch type {
        case "company": "/companies/\(id)"
        case "person": "/people/\(id)"
        case "lead": "/leads/\(id)"
        case "opportunity": "/opportunities/\(id)"
        case "task": "/tasks/\(id)"
        default: nil
        }
    }
}

extension Platform {
    public var subjects: Subjects { Subjects(store: store) }
}
