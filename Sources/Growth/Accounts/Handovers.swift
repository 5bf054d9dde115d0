import Foundation
import Store

/// Passes on what somebody answers for when they leave: asked for in the commit that ends the account, done in the
/// background. Cut off anywhere, it goes on with what is left; run again, it finds nothing.
public struct Handovers: Sendable {
    let store: any DocumentStore
    let users: Users
    let jobs: Jobs
    let timeline: Timeline
    let audit: AuditTrail
    let now: @Sendable () -> Date

    static let job = "hand_over"

    public func held(by user: EntityID<User>) async throws -> HeldRecords {
        var held = HeldRecords()
        for holding in Holding.allCases { held.counts[holding] = try await count(holding, of: user) }
        return held
    }

    /// Ends the account's rights and queues what `heir` takes over. Throws as `Users.edit` does.
    public func disable(_ id: EntityID<User>, heir: Heir?, by principal: Principal) async throws -> User {
        let (writes, isQueued) = try await queued(id, heir, by: principal)
        let user = try await users.edit(id, status: .disabled, also: writes, by: principal)
        if isQueued { jobs.wake() }
        return user
    }

    /// Deletes the account; its records are passed on by its id.
    public func delete(_ id: EntityID<User>, heir: Heir?, by principal: Principal) async throws {
        let (writes, isQueued) = try await queued(id, heir, by: principal)
        try await users.delete(id, also: writes, by: principal)
        if isQueued { jobs.wake() }
    }

    /// Passes on what an account still holds, whatever its status.
    public func start(_ id: EntityID<User>, heir: Heir, by principal: Principal) async throws {
        let (writes, isQueued) = try await queued(id, heir, by: principal)
        guard isQueued else { return }
        try await store.commit(writes)
        jobs.wake()
    }

    /// The latest one of this account; `nil` when there was none.
    public func state(of id: EntityID<User>) async throws -> HandoverState? {
        let own = Filter.equals("kind", .string(Self.job)) && .equals("subjectId", .id(id.raw))
        return try await store.first(Job.self, where: own, sort: [.descending("createdAt")]).map(HandoverState.init)
    }

    // MARK: Asking for it

    private func queued(
        _ id: EntityID<User>, _ heir: Heir?, by principal: Principal
    ) async throws -> (writes: Writes, isQueued: Bool) {
        let user = try await users.get(id)
        guard let heir else { return (Writes(), false) }
        let takers = try await takers(heir, after: id)
        if heir != .nobody && takers.isEmpty { throw InvalidFields(["handOverTo": .notInList]) }
        let held = try await held(by: id)
        guard held.total > 0 else { return (Writes(), false) }
        var job = jobs.job(Self.job, on: id.raw, by: principal.userId)
        job.payload = HandoverState.payload(heir, name: user.name, takers: takers, total: held.total)
        var writes = Writes()
        writes.insert([job])
        let metadata: Document = ["to": .string(heir.description), "rows": .int(held.total)]
        writes.insert([audit.entry("hand_over", by: principal, on: .init(user), metadata: metadata)])
        return (writes, true)
    }

    /// Those who may take over, in a fixed order.
    private func takers(_ heir: Heir, after leaver: EntityID<User>) async throws -> [EntityID<User>] {
        let active = Filter.equals("status", Value(User.Status.active)) && .not(.id(leaver))
        switch heir {
        case .nobody: return []
        case .user(let id):
            guard let user = try await store.first(User.self, where: active && .id(id)), user.mayAnswer else {
                return []
            }
            return [user.id]
        case .roundRobin:
            let sales = active && .equals("role", Value(User.Role.sales))
            return try await store.find(Query<User>(sales, limit: 1_000)).map(\.id)
        }
    }

    private func count(_ holding: Holding, of user: EntityID<User>) async throws -> Int {
        let (filter, limit) = (holding.filter(of: user), HeldRecords.countLimit)
        switch holding {
        case .companies: return try await store.count(Company.self, where: filter, upTo: limit)
        case .people: return try await store.count(Person.self, where: filter, upTo: limit)
        case .leads: return try await store.count(Lead.self, where: filter, upTo: limit)
        case .opportunities: return try await store.count(Opportunity.self, where: filter, upTo: limit)
        case .tasks: return try await store.count(WorkTask.self, where: filter, upTo: limit)
        }
    }
}

extension User {
    /// Whether records can be in this person's hands.
    public var mayAnswer: Bool { status == .active && Permission.of(role).contains(.editRecords) }
}

extension Platform {
    public var handovers: Handovers {
        Handovers(store: store, users: users, jobs: jobs, timeline: timeline, audit: audit, now: now)
    }
}
