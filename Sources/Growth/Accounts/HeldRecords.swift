import Store

/// What somebody answers for: the companies and people of which they are the owner, and the work that is not closed.
public enum Holding: String, CaseIterable, Sendable {
    case companies, people, leads, opportunities, tasks

    /// The field that names who answers.
    public var field: String {
        switch self {
        case .companies, .people: "ownerId"
        case .leads, .opportunities, .tasks: "assignedTo"
        }
    }

    /// Those that somebody must go on with when the person leaves. What is closed keeps the name of who closed it.
    public var open: Filter {
        switch self {
        case .companies, .people: .all
        case .leads: .not(.isIn("status", [Lead.Status.converted, .lost, .unqualified].map { Value($0) }))
        case .opportunities: .not(.isIn("stage", [Opportunity.Stage.won, .lost].map { Value($0) }))
        case .tasks: .isIn("status", [WorkTask.Status.open, .inProgress].map { Value($0) })
        }
    }

    public func filter(of user: EntityID<User>) -> Filter { .equals(field, Value(user)) && open }
}

/// How much of each kind; up to `countLimit` exactly.
public struct HeldRecords: Hashable, Sendable {
    public var counts: [Holding: Int] = [:]

    public static let countLimit = 10_000

    public subscript(_ holding: Holding) -> Int { counts[holding] ?? 0 }
    public var total: Int { counts.values.reduce(0, +) }
}

/// Who goes on with the records of somebody who leaves.
public enum Heir: Hashable, Sendable, CustomStringConvertible {
    case user(EntityID<User>)
    /// The active sales people, one after the other.
    case roundRobin
    /// The records stay, without an owner.
    case nobody

    /// `nobody`, `round_robin` or the id of a user.
    public init?(_ text: String) {
        switch text {
        case "nobody": self = .nobody
        case "round_robin": self = .roundRobin
        default:
            guard let id = EntityID<User>(text) else { return nil }
            self = .user(id)
        }
    }

    public var description: String {
        switch self {
        case .user(let id): id.description
        case .roundRobin: "round_robin"
        case .nobody: "nobody"
        }
    }
}
