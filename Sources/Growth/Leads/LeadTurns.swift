import Foundation
import Store

/// Whose turn it is to get the next lead.
///
/// Everybody who takes part has a standing row among the jobs, which no worker takes: how many turns they have had. The
/// next is whoever has had the fewest, of those the one whose last is longest ago. The row is found and counted up in one step, so
/// that no two leads at once are given the same turn.
public struct LeadTurns: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    static let kind = "lead_turn"

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
    }

    /// Who may own leads: active people whose role may edit. By name.
    public func owners() async throws -> [User] {
        let roles = User.Role.known.filter { Permission.of($0).contains(.editRecords) }
        let active = Filter.equals("status", Value(User.Status.active)) && .isIn("role", roles.map { Value($0) })
        return try await store.find(Query<User>(active, limit: 1_000)).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// Those who take part, also while they are disabled and so passed over.
    public func taking() async throws -> Set<EntityID<User>> {
        Set(try await rows().compactMap { $0.subjectId.map(EntityID.init) })
    }

    /// Sets who takes part. Who joins later begins level with whoever has had the fewest turns. Throws `InvalidFields`
    /// for somebody who may own no leads.
    public func choose(_ users: [EntityID<User>], by principal: Principal) async throws {
        let known = Set(try await owners().map(\.id)), present = try await rows()
        let before = Set(present.compactMap { $0.subjectId.map { EntityID<User>($0) } })
        guard Set(users).isSubset(of: known.union(before)) else { throw InvalidFields(["takesPart": .notInList]) }
        let level = present.map(\.attempts).min() ?? 0
        var writes = Writes()
        writes.insertIfAbsent(Set(users).subtracting(before).sorted().map { row($0, level, principal) })
        writes.delete(Job.self, where: Self.all && .not(.isIn("subjectId", users.map { Value($0) })))
        try await store.commit(writes)
    }

    /// Gives the next turn. Throws `LeadError.nobodyTakesPart` when nobody who takes part may own leads now.
    public func next() async throws -> User {
        let able = try await owners()
        let theirs = Self.all && .isIn("subjectId", able.map { Value($0.id) })
        let counted = Update().increment("attempts", by: 1).set("runAt", .date(now()))
        let row = try await store.findAndUpdate(
            Job.self, where: theirs, sort: [.ascending("attempts"), .ascending("runAt")], counted)
        guard let user = row?.subjectId, let found = able.first(where: { $0.id.raw == user }) else {
            throw LeadError.nobodyTakesPart
        }
        return found
    }

    private static let all = Filter.equals("kind", .string(kind))

    private func rows() async throws -> [Job] { try await store.find(Query<Job>(Self.all, limit: 1_000)) }

    private func row(_ user: EntityID<User>, _ turns: Int, _ principal: Principal) -> Job {
        var row = Job()
        // One row a person, also of two who add them at once.
        row.id = EntityID(user.raw)
        row.kind = Self.kind
        row.status = .done
        row.subjectId = user.raw
        row.attempts = turns
        row.runAt = now()
        row.createdBy = principal.userId
        return row
    }
}
