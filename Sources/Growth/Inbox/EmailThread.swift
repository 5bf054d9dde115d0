import Foundation
import Store

/// A conversation of the inbox.
public struct EmailThread: Entity {
    public static let collection = "email_threads"
    public static let indexes: [Index] = [
        .on("lastMessageAt"), .on("normalizedSubject"), .elements(of: "participants.email"), .on("companyId"),
        .on("personId"), .on("leadId"), .on("campaignId"), .on("sequenceId"), .on("status"), .on("unreadCount"),
        // For the list.
        .on("status", "lastMessageAt"), .on("assignedTo", sparse: true), .on("snoozedUntil", sparse: true),
    ]

    public var id = EntityID<EmailThread>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var subject: String?
    /// Folded, without "Re:", "رد:" and the like.
    public var normalizedSubject: String?
    public var participants: [Participant] = []
    public var lastMessageAt: Date?
    public var lastInboundAt: Date?
    public var lastOutboundAt: Date?
    public var status = Status.open
    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var leadId: EntityID<Lead>?
    public var campaignId: EntityID<Campaign>?
    public var sequenceId: EntityID<MailSequence>?
    public var unreadCount = 0
    public var hasAiClassification = false
    public var lastIntent: AIClassification.Intent?
    public var lastSentiment: AIClassification.Sentiment?
    public var lastSnippet: String?
    public var lastFromEmail: String?
    public var lastDirection: EmailReply.Direction?

    public var snoozedUntil: Date?
    public var assignedTo: EntityID<User>?
    public var mergedInto: EntityID<EmailThread>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("subject", &subject)
        try fields("normalizedSubject", &normalizedSubject)
        try fields("participants", &participants)
        try fields("lastMessageAt", &lastMessageAt)
        try fields("lastInboundAt", &lastInboundAt)
        try fields("lastOutboundAt", &lastOutboundAt)
        try fields("status", &status)
        try fields("companyId", &companyId)
        try fields("personId", &personId)
        try fields("leadId", &leadId)
        try fields("campaignId", &campaignId)
        try fields("sequenceId", &sequenceId)
        try fields("unreadCount", &unreadCount)
        try fields("hasAiClassification", &hasAiClassification)
        try fields("lastIntent", &lastIntent)
        try fields("lastSentiment", &lastSentiment)
        try fields("lastSnippet", &lastSnippet)
        try fields("lastFromEmail", &lastFromEmail)
        try fields("lastDirection", &lastDirection)
        try fields("snoozedUntil", &snoozedUntil)
        try fields("assignedTo", &assignedTo)
        try fields("mergedInto", &mergedInto)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let open: Self = "open"
        public static let archived: Self = "archived"
        public static let snoozed: Self = "snoozed"
        public static let closed: Self = "closed"
        public static let known: [Self] = [.open, .archived, .snoozed, .closed]
    }

    /// Someone who writes or is written to.
    public struct Participant: Part {
        public var email = ""
        public var name: String?
        public var role: String?

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("email", &email)
            try fields("name", &name)
            try fields("role", &role)
        }
    }
}
