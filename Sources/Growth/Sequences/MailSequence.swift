import Foundation
import Store

/// Several steps to the same person, with delays between them, until they answer.
///
/// Not `Sequence`, which is Swift's own.
public struct MailSequence: Entity {
    public static let collection = "sequences"
    public static let indexes: [Index] = [.on("status"), .on("createdAt")]

    public var id = EntityID<MailSequence>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    public var description: String?
    public var language: MailLanguage?
    public var status = Status.draft
    public var mailboxIds: [EntityID<Mailbox>] = []
    public var sendWindow: SendWindow?
    /// How many new people a day get their first mail; `nil`: only the mailboxes' caps count.
    public var dailyNewCap: Int?
    public var stopRules = StopRules()
    /// One more for each edit while it runs.
    public var version = 1
    public var steps: [SequenceStep] = []
    public var stats = DeliveryStats()
    public var createdBy: EntityID<User>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("description", &description)
        try fields("language", &language)
        try fields("status", &status)
        try fields("mailboxIds", &mailboxIds)
        try fields("sendWindow", &sendWindow)
        try fields("dailyNewCap", &dailyNewCap)
        var presentStopRules: StopRules? = stopRules
        try fields("stopRules", &presentStopRules)
        if let presentStopRules { stopRules = presentStopRules }
        try fields("version", &version)
        try fields("steps", &steps)
        var presentStats: DeliveryStats? = stats
        try fields("stats", &presentStats)
        if let presentStats { stats = presentStats }
        try fields("createdBy", &createdBy)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let draft: Self = "draft"
        public static let active: Self = "active"
        public static let paused: Self = "paused"
        public static let completed: Self = "completed"
        public static let archived: Self = "archived"
        public static let known: [Self] = [.draft, .active, .paused, .completed, .archived]
    }

    /// What ends the sequence for a recipient.
    public struct StopRules: Part {
        public var onReply = true
        public var onClick = false
        public var onLeadCreated = true
        public var onUnsubscribe = true
        public var onBounce = true
        /// Whether it ends for the colleagues at the same company too.
        public var companyWide = false

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("onReply", &onReply)
            try fields("onClick", &onClick)
            try fields("onLeadCreated", &onLeadCreated)
            try fields("onUnsubscribe", &onUnsubscribe)
            try fields("onBounce", &onBounce)
            try fields("companyWide", &companyWide)
        }
    }
}
