import Foundation
import Store

/// One piece of bulk work, or its taking back, as its job has it.
public struct BulkRun: Sendable {
    public let id: EntityID<Job>
    public let job: Job
    public let collection: String
    public let order: BulkOrder
    /// Absent while the records are still being listed.
    public internal(set) var total: Int?
    /// Records looked at so far, in the order of the list that was taken at the start.
    public internal(set) var done: Int
    public internal(set) var changed: Int
    /// Records that were already so.
    public internal(set) var unchanged: Int
    /// Records that are gone, or that the one who asked may not see any more.
    public internal(set) var missing: Int
    public internal(set) var refusedCount: Int
    /// The first `maxRefused` of the records that stay as they were, with why.
    public internal(set) var refused: [BulkRefusal]
    /// The run that takes this one back, or is to.
    public let undoneBy: EntityID<Job>?
    /// What this run takes back.
    public let undoes: EntityID<Job>?
    var filter: Filter?

    public static let maxRefused = 100

    public var isFinished: Bool { [.done, .failed, .cancelled].contains(job.status) }
    public var hasFailed: Bool { job.status == .failed }
    public var isCancelled: Bool { job.status == .cancelled }
    /// Somebody has asked it to stop, and its worker has not heard yet.
    public var isCancelling: Bool { !isFinished && job.payload?.object?["cancelledAt"] != nil }

    init?(_ job: Job) {
        guard let payload = job.payload?.object, let collection = payload["collection"]?.string,
            let order = payload["order"]?.object.flatMap(BulkOrder.init)
        else { return nil }
        id = job.id
        self.job = job
        self.collection = collection
        self.order = order
        total = payload["total"]?.int
        done = payload["done"]?.int ?? 0
        changed = payload["changed"]?.int ?? 0
        unchanged = payload["unchanged"]?.int ?? 0
        missing = payload["missing"]?.int ?? 0
        refusedCount = payload["refusedCount"]?.int ?? 0
        refused = payload["refused"]?.array?.compactMap(\.object).compactMap(BulkRefusal.init) ?? []
        undoneBy = payload["undoneBy"]?.id.map { EntityID($0) }
        undoes = payload["undoes"]?.id.map { EntityID($0) }
        filter = payload["filter"].flatMap { Filter(value: $0) }
    }

    /// How far it is, for the job's payload.
    var progress: Update {
        var update = Update.set("payload.done", .int(done)).set("payload.changed", .int(changed))
            .set("payload.unchanged", .int(unchanged)).set("payload.missing", .int(missing))
            .set("payload.refusedCount", .int(refusedCount))
            .set("payload.refused", .array(refused.map { .object($0.document) }))
        if let total { update = update.set("payload.total", .int(total)) }
        return update
    }

    mutating func add(_ result: BulkCounts) {
        changed += result.changed
        unchanged += result.unchanged
        missing += result.missing
        refusedCount += result.refused.count
        refused = Array((refused + result.refused).prefix(Self.maxRefused))
    }
}

/// What came of a few records.
public struct BulkCounts: Sendable {
    public internal(set) var changed = 0
    public internal(set) var unchanged = 0
    public internal(set) var missing = 0
    public internal(set) var refused: [BulkRefusal] = []

    mutating func add(_ more: BulkCounts) {
        changed += more.changed
        unchanged += more.unchanged
        missing += more.missing
        refused += more.refused
    }
}

/// A record that stays as it is, and why.
public struct BulkRefusal: Sendable, Hashable {
    public let id: ObjectID
    /// What the record is called now. Looked up when a run is shown and never kept with it: a name that is erased must
    /// not live on there. Empty for a record that is gone, or that the one who asks may not see.
    public internal(set) var name: String
    /// A code with a sentence in each language, and its figures: a `FieldProblem`.
    public let problem: FieldProblem
    /// The fields that keep their later values; of a taking back.
    public let fields: [String]

    init(id: ObjectID, name: String, problem: FieldProblem, fields: [String] = []) {
        self.id = id
        self.name = name
        self.problem = problem
        self.fields = fields
    }

    init?(_ document: Document) {
        guard let id = document["id"]?.id, let code = document["code"]?.string else { return nil }
        let values = document["values"]?.object?.pairs.compactMap { pair in pair.value.string.map { (pair.key, $0) } }
        self.init(
            id: id, name: "",
            problem: FieldProblem(code, Dictionary(values ?? [], uniquingKeysWith: { first, _ in first })),
            fields: document["fields"]?.array?.compactMap(\.string) ?? [])
    }

    var document: Document {
        [
            "id": .id(id), "code": .string(problem.code),
            "values": .object(
                Document(problem.values.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
            "fields": Value(fields),
        ]
    }

    /// `nil` for an error that is not about the record.
    static func problem(_ error: any Error) -> FieldProblem? {
        switch error {
        case let error as InvalidFields:
            error.problems.min { $0.key < $1.key }?.value ?? .notPossible
        case LeadError.alreadyOpen(_, let owner): .hasOpenLead(owner)
        case OpportunityError.tooLateToUndo, OpportunityError.movedMeanwhile: .changedSince
        case is LeadError, is OpportunityError, is TaskError: .notPossible
        default: nil
        }
    }
}

extension FieldProblem {
    /// The record is in no state for it.
    public static let notPossible = FieldProblem("not_possible")
    /// It has an open lead already, of this person or of nobody.
    static func hasOpenLead(_ owner: String?) -> FieldProblem {
        owner.map { FieldProblem("has_open_lead_of", ["owner": $0]) } ?? FieldProblem("has_open_lead")
    }
    /// Somebody changed it since.
    public static let changedSince = FieldProblem("changed_since")
}
