import Store

/// How far the passing on of somebody's records is, as its job keeps it.
public struct HandoverState: Sendable {
    public var status: Job.Status
    /// The name that the person had.
    public var name: String
    public var heir: Heir
    /// Who takes over in turn; none: nobody does.
    public var takers: [EntityID<User>]
    /// As many as there were when it was asked for; up to `HeldRecords.countLimit` of a kind.
    public var total: Int
    public var done: Int
    /// What each has got.
    public var given: [EntityID<User>: Int]

    public var isRunning: Bool { status == .pending || status == .running }

    init(_ job: Job) {
        let payload = job.payload?.object ?? Document()
        status = job.status
        name = payload["name"]?.string ?? ""
        heir = payload["to"]?.string.flatMap(Heir.init) ?? .nobody
        takers = payload["takers"]?.array?.compactMap { $0.id.map(EntityID.init) } ?? []
        total = payload["total"]?.int ?? 0
        done = payload["done"]?.int ?? 0
        given = [:]
        for pair in payload["given"]?.object?.pairs ?? [] {
            if let id = EntityID<User>(pair.key), let count = pair.value.int { given[id] = count }
        }
    }

    static func payload(_ heir: Heir, name: String, takers: [EntityID<User>], total: Int) -> Value {
        [
            "to": .string(heir.description), "name": .string(name), "takers": .array(takers.map { Value($0) }),
            "total": .int(total), "done": 0,
        ]
    }

    var payload: Value {
        let given = self.given.sorted { $0.key < $1.key }.map { Document.Pair($0.key.description, .int($0.value)) }
        return [
            "to": .string(heir.description), "name": .string(name), "takers": .array(takers.map { Value($0) }),
            "total": .int(max(total, done)), "done": .int(done), "given": .object(Document(given)),
        ]
    }

    /// Whose turn it is; `nil`: nobody's.
    mutating func next() -> EntityID<User>? {
        defer { done += 1 }
        guard !takers.isEmpty else { return nil }
        let taker = takers[done % takers.count]
        given[taker, default: 0] += 1
        return taker
    }
}
