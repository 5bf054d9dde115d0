import Foundation
import Store

/// Someone's way through a sequence: which step is next, and when.
public struct SequenceRecipient: Entity {
    public static let collection = "sequence_recipients"
    public static let indexes: [Index] = [
        .on("sequenceId", "email", unique: true), .on("status", "nextRunAt"), .on("sequenceId", "status"), .on("email"),
        .on("companyId"), .on("personId"), .on("mailboxId"), .on("threadId", sparse: true),
    ]

    public var id = EntityID<SequenceRecipient>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var sequenceId = EntityID<MailSequence>()
    /// The version whose steps they go through.
    public var sequenceVersion = 1
    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var contactPointId: EntityID<ContactPoint>?
    /// Normalised.
    public var email = ""
    /// What the mails call them, as it was at enrolment.
    public var companyName: String?
    public var personName: String?
    public var jobTitle: String?
    public var sector: String?
    public var city: String?
    public var recommendedService: String?
    /// The mailbox of the first mail, which sends the others too.
    public var mailboxId: EntityID<Mailbox>?
    public var status = Status.pending
    public var currentStepId: EntityID<SequenceStep>?
    public var nextRunAt: Date?
    /// When a pause ends; the same step follows.
    public var resumeAt: Date?
    public var stopReason: String?
    public var threadId: EntityID<EmailThread>?
    /// The last mail, which the next one answers.
    public var lastMessageId: EntityID<EmailMessage>?
    public var enrolledFrom: Origin?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("sequenceId", &sequenceId)
        try fields("sequenceVersion", &sequenceVersion)
        try fields("companyId", &companyId)
        try fields("personId", &personId)
        try fields("contactPointId", &contactPointId)
        try fields("email", &email)
        try fields("companyName", &companyName)
        try fields("personName", &personName)
        try fields("jobTitle", &jobTitle)
        try fields("sector", &sector)
        try fields("city", &city)
        try fields("recommendedService", &recommendedService)
        try fields("mailboxId", &mailboxId)
        try fields("status", &status)
        try fields("currentStepId", &currentStepId)
        try fields("nextRunAt", &nextRunAt)
        try fields("resumeAt", &resumeAt)
        try fields("stopReason", &stopReason)
        try fields("threadId", &threadId)
        try fields("lastMessageId", &lastMessageId)
        try fields("enrolledFrom", &enrolledFrom)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let pending: Self = "pending"
        public static let active: Self = "active"
        public static let waiting: Self = "waiting"
        public static let needsAttention: Self = "needs_attention"
        public static let paused: Self = "paused"
        public static let replied: Self = "replied"
        public static let finished: Self = "finished"
        public static let bounced: Self = "bounced"
        public static let unsubscribed: Self = "unsubscribed"
        public static let stopped: Self = "stopped"
        public static let skipped: Self = "skipped"
        public static let failed: Self = "failed"
        public static let known: [Self] = [
            .pending, .active, .waiting, .needsAttention, .paused, .replied, .finished, .bounced, .unsubscribed,
            .stopped, .skipped, .failed,
        ]
    }

    public struct Origin: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let segment: Self = "segment"
        public static let campaign: Self = "campaign"
        public static let manual: Self = "manual"
        public static let api: Self = "api"
        public static let rule: Self = "rule"
        public static let known: [Self] = [.segment, .campaign, .manual, .api, .rule]
    }
}
