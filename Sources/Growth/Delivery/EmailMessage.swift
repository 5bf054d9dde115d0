import Foundation
import Store

/// A mail that was handed to SMTP, or is about to be.
///
/// One for a campaign's recipient, whose `trackingId` it carries; one for each step that a sequence's recipient gets.
public struct EmailMessage: Entity {
    public static let collection = "email_messages"
    public static let indexes: [Index] = [
        .on("trackingId", unique: true),
        // Never the same step twice. A mail of a campaign has neither field and is left out.
        .on("sequenceRecipientId", "stepId", unique: true, sparse: true), .on("campaignId"),
        .on("campaignRecipientId", sparse: true), .on("companyId"), .on("personId"), .on("status"),
        .on("internetMessageId", sparse: true),
        // For the caps of a mailbox and of an address.
        .on("mailboxId", "sentAt"), .on("toEmail", "sentAt"),
    ]

    public var id = EntityID<EmailMessage>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var campaignId: EntityID<Campaign>?
    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var toEmail = ""
    public var status = Status.queued
    public var trackingId = ""
    public var providerMessageId: String?
    public var sentAt: Date?
    public var openedAt: Date?
    public var clickedAt: Date?
    public var repliedAt: Date?
    public var bouncedAt: Date?

    public var mailboxId: EntityID<Mailbox>?
    public var campaignRecipientId: EntityID<CampaignRecipient>?
    public var sequenceId: EntityID<MailSequence>?
    public var sequenceRecipientId: EntityID<SequenceRecipient>?
    public var stepId: EntityID<SequenceStep>?
    /// The Message-ID header, the same on every attempt.
    public var internetMessageId: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("campaignId", &campaignId)
        try fields("companyId", &companyId)
        try fields("personId", &personId)
        try fields("toEmail", &toEmail)
        try fields("status", &status)
        try fields("trackingId", &trackingId)
        try fields("providerMessageId", &providerMessageId)
        try fields("sentAt", &sentAt)
        try fields("openedAt", &openedAt)
        try fields("clickedAt", &clickedAt)
        try fields("repliedAt", &repliedAt)
        try fields("bouncedAt", &bouncedAt)
        try fields("mailboxId", &mailboxId)
        try fields("campaignRecipientId", &campaignRecipientId)
        try fields("sequenceId", &sequenceId)
        try fields("sequenceRecipientId", &sequenceRecipientId)
        try fields("stepId", &stepId)
        try fields("internetMessageId", &internetMessageId)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let queued: Self = "queued"
        public static let sent: Self = "sent"
        public static let delivered: Self = "delivered"
        public static let opened: Self = "opened"
        public static let clicked: Self = "clicked"
        public static let replied: Self = "replied"
        public static let bounced: Self = "bounced"
        public static let failed: Self = "failed"
        public static let unsubscribed: Self = "unsubscribed"
        public static let known: [Self] = [
            .queued, .sent, .delivered, .opened, .clicked, .replied, .bounced, .failed, .unsubscribed,
        ]
    }
}
