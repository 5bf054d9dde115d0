import Foundation
import Store

/// Work that goes on behind the request that asked for it. Taken by lease, so that a dead worker's job is taken over.
public struct Job: Entity {
    public static let collection = "jobs"
    public static let indexes: [Index] = [.on("status", "runAt"), .on("subjectId", sparse: true), .on("createdAt")]

    public var id = EntityID<Job>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// What is to be done, for example `import`.
    public var kind = ""
    public var status = Status.pending
    /// What it is done to, for example the id of the import log.
    public var subjectId: ObjectID?
    public var payload: Value?
    public var runAt = Date(timeIntervalSince1970: 0)
    public var attempts = 0
    /// The worker that holds the job, and until when nobody else may take it.
    public var leaseOwner: String?
    public var leaseUntil: Date?
    public var errorMessage: String?
    public var finishedAt: Date?
    public var createdBy: EntityID<User>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("kind", &kind)
        try fields("status", &status)
        try fields("subjectId", &subjectId)
        try fields("payload", &payload)
        try fields("runAt", &runAt)
        try fields("attempts", &attempts)
        try fields("leaseOwner", &leaseOwner)
        try fields("leaseUntil", &leaseUntil)
        try fields("errorMessage", &errorMessage)
        try fields("finishedAt", &finishedAt)
        try fields("createdBy", &createdBy)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let pending: Self = "pending"
        public static let running: Self = "running"
        public static let done: Self = "done"
        public static let failed: Self = "failed"
        public static let cancelled: Self = "cancelled"
        public static let known: [Self] = [.pending, .running, .done, .failed, .cancelled]
    }
}
