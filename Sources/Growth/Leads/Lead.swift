import Foundation
import Store

/// A company or a person that may buy.
public struct Lead: Entity {
    public static let collection = "leads"
    public static let indexes: [Index] = [
        // A positive reply makes one lead.
        .on("emailReplyId", unique: true, sparse: true), .on("companyId"), .on("personId"), .on("campaignId"),
        .on("status"), .on("assignedTo"), .on("leadScore"), .on("createdAt"), .on("assignedTo", "createdAt"),
    ]

    public var id = EntityID<Lead>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var campaignId: EntityID<Campaign>?
    public var emailReplyId: EntityID<EmailReply>?
    public var aiClassificationId: EntityID<AIClassification>?
    public var source: Origin?
    public var leadScore: Double?
    public var temperature: Temperature?
    public var status = Status.new
    public var priority: Priority?
    public var assignedTo: EntityID<User>?
    public var serviceInterest: String?
    public var notes: String?

    /// What `leadScore` is the sum of.
    public var scoreBreakdown: [ScoreFactor] = []
    public var convertedAt: Date?
    public var opportunityId: EntityID<Opportunity>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("companyId", &companyId)
        try fields("personId", &personId)
        try fields("campaignId", &campaignId)
        try fields("emailReplyId", &emailReplyId)
        try fields("aiClassificationId", &aiClassificationId)
        try fields("source", &source)
        try fields("leadScore", &leadScore)
        try fields("temperature", &temperature)
        try fields("status", &status)
        try fields("priority", &priority)
        try fields("assignedTo", &assignedTo)
        try fields("serviceInterest", &serviceInterest)
        try fields("notes", &notes)
        try fields("scoreBreakdown", &scoreBreakdown)
        try fields("convertedAt", &convertedAt)
        try fields("opportunityId", &opportunityId)
    }

    public struct Origin: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let `import`: Self = "import"
        public static let manual: Self = "manual"
        public static let known: [Self] = [
            "import", "campaign", "campaign_reply", "inbox", "manual", "website", "referral", "other", "sequence",
        ]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let new: Self = "new"
        public static let contacted: Self = "contacted"
        public static let qualified: Self = "qualified"
        public static let unqualified: Self = "unqualified"
        public static let nurturing: Self = "nurturing"
        public static let converted: Self = "converted"
        public static let lost: Self = "lost"
        public static let known: [Self] = [.new, .contacted, .qualified, .unqualified, .nurturing, .converted, .lost]
    }

    /// One reason for the score.
    public struct ScoreFactor: Part {
        /// A key of `SystemSettings.scoreWeights`.
        public var factor = ""
        public var points: Double = 0
        /// How many it could have been.
        public var most: Double?
        /// What of the record they were given for, as a word: `yes`, `high`, `none`.
        public var reason: String?

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("factor", &factor)
            try fields("points", &points)
            try fields("most", &most)
            try fields("reason", &reason)
        }
    }
}
