import Foundation
import Store

/// A deal that may come about, and how far it is.
public struct Opportunity: Entity {
    public static let collection = "opportunities"
    public static let indexes: [Index] = [
        .on("leadId"), .on("companyId"), .on("personId"), .on("stage"), .on("assignedTo"), .on("expectedCloseDate"),
        .on("sourceCampaignId", sparse: true), .on("createdAt"),
        // A column of the board, everybody's and one's own, the latest change first; the forecast.
        .on("stage", "updatedAt"), .on("assignedTo", "stage", "updatedAt"), .on("wonAt", sparse: true),
        .on("lostAt", sparse: true),
    ]

    public var id = EntityID<Opportunity>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var leadId: EntityID<Lead>?
    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var sourceCampaignId: EntityID<Campaign>?
    public var sourceEmailReplyId: EntityID<EmailReply>?
    public var title = ""
    public var stage = Stage.newLead
    /// In `currency`.
    public var valueEstimate: Double?
    /// In percent.
    public var probability: Double?
    public var expectedCloseDate: Date?
    public var assignedTo: EntityID<User>?

    /// The oldest first.
    public var stageHistory: [StageChange] = []
    public var lostReason: String?
    public var wonAt: Date?
    public var lostAt: Date?
    /// Three letters of ISO 4217.
    public var currency = "SAR"

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("leadId", &leadId)
        try fields("companyId", &companyId)
        try fields("personId", &personId)
        try fields("sourceCampaignId", &sourceCampaignId)
        try fields("sourceEmailReplyId", &sourceEmailReplyId)
        try fields("title", &title)
        try fields("stage", &stage)
        try fields("valueEstimate", &valueEstimate)
        try fields("probability", &probability)
        try fields("expectedCloseDate", &expectedCloseDate)
        try fields("assignedTo", &assignedTo)
        try fields("stageHistory", &stageHistory)
        try fields("lostReason", &lostReason)
        try fields("wonAt", &wonAt)
        try fields("lostAt", &lostAt)
        try fields("currency", &currency)
    }

    public struct Stage: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let newLead: Self = "new_lead"
        public static let contacted: Self = "contacted"
        public static let meeting: Self = "meeting"
        public static let proposal: Self = "proposal"
        public static let negotiation: Self = "negotiation"
        public static let won: Self = "won"
        public static let lost: Self = "lost"
        public static let postponed: Self = "postponed"
        public static let known: [Self] = [
            .newLead, .contacted, .meeting, .proposal, .negotiation, .won, .lost, .postponed,
        ]
    }

    /// A move from one stage to another.
    public struct StageChange: Part {
        public var from: Stage?
        public var to: Stage?
        public var at: Date?
        public var by: EntityID<User>?

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("from", &from)
            try fields("to", &to)
            try fields("at", &at)
            try fields("by", &by)
        }
    }
}
