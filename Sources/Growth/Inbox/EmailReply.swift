import Foundation
import Store

/// A message of the inbox: one that came in, or one that a person wrote in answer.
///
/// `campaignId`, `companyId` and the like are what matching found; the `linked…` ones are a person's
/// correction, which wins.
public struct EmailReply: Entity {
    public static let collection = "email_replies"
    public static let indexes: [Index] = [
        .on("threadId", "receivedAt"), .on("fromEmail"), .on("internetMessageId", sparse: true), .on("campaignId"),
        .on("sequenceId"), .on("isRead"), .on("direction"), .on("receivedAt"),
        // Never the same message of a folder twice.
        .on("inboundKey", unique: true, sparse: true), .on("sendAfter", sparse: true),
    ]

    public var id = EntityID<EmailReply>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var threadId: EntityID<EmailThread>?
    public var direction = Direction.inbound
    public var isRead = false
    /// The beginning of the text, for lists.
    public var snippet: String?
    /// The message's IMAP UID in `folder`.
    public var uid: Int?
    /// The Message-ID header.
    public var internetMessageId: String?
    /// The In-Reply-To header.
    public var inReplyTo: String?
    /// The ids of the References header, in its order.
    public var references: [String] = []
    /// The mail of ours that it answers.
    public var messageId: EntityID<EmailMessage>?
    public var campaignId: EntityID<Campaign>?
    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var linkedCompanyId: EntityID<Company>?
    public var linkedPersonId: EntityID<Person>?
    public var linkedLeadId: EntityID<Lead>?
    public var linkedCampaignId: EntityID<Campaign>?
    public var linkedSequenceId: EntityID<MailSequence>?
    public var campaignRecipientId: EntityID<CampaignRecipient>?
    public var sequenceRecipientId: EntityID<SequenceRecipient>?
    public var mailboxId: EntityID<Mailbox>?
    public var fromEmail = ""
    public var toEmail: String?
    public var subject: String?
    public var bodyText: String?
    /// As it came; made harmless before it is shown.
    public var bodyHtml: String?
    public var rawHeaders: Value?
    public var receivedAt = Date(timeIntervalSince1970: 0)
    public var classificationId: EntityID<AIClassification>?
    public var status = Status.new

    public var folder: String?
    public var uidValidity: Int?
    public var sequenceId: EntityID<MailSequence>?
    public var attachments: [Attachment] = []
    /// `mailbox:folder:uidValidity:uid`; absent on what we wrote.
    public var inboundKey: String?
    public var toEmails: [String] = []
    public var cc: [String] = []
    /// A message of ours is not sent before, so that it can be taken back.
    public var sendAfter: Date?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("threadId", &threadId)
        try fields("direction", &direction)
        try fields("isRead", &isRead)
        try fields("snippet", &snippet)
        try fields("uid", &uid)
        try fields("internetMessageId", &internetMessageId)
        try fields("inReplyTo", &inReplyTo)
        try fields("references", &references)
        try fields("messageId", &messageId)
        try fields("campaignId", &campaignId)
        try fields("companyId", &companyId)
        try fields("personId", &personId)
        try fields("linkedCompanyId", &linkedCompanyId)
        try fields("linkedPersonId", &linkedPersonId)
        try fields("linkedLeadId", &linkedLeadId)
        try fields("linkedCampaignId", &linkedCampaignId)
        try fields("linkedSequenceId", &linkedSequenceId)
        try fields("campaignRecipientId", &campaignRecipientId)
        try fields("sequenceRecipientId", &sequenceRecipientId)
        try fields("mailboxId", &mailboxId)
        try fields("fromEmail", &fromEmail)
        try fields("toEmail", &toEmail)
        try fields("subject", &subject)
        try fields("bodyText", &bodyText)
        try fields("bodyHtml", &bodyHtml)
        try fields("rawHeaders", &rawHeaders)
        try fields("receivedAt", &receivedAt)
        try fields("classificationId", &classificationId)
        try fields("status", &status)
        try fields("folder", &folder)
        try fields("uidValidity", &uidValidity)
        try fields("sequenceId", &sequenceId)
        try fields("attachments", &attachments)
        try fields("inboundKey", &inboundKey)
        try fields("toEmails", &toEmails)
        try fields("cc", &cc)
        try fields("sendAfter", &sendAfter)
    }

    public struct Direction: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let inbound: Self = "inbound"
        public static let outbound: Self = "outbound"
        public static let known: [Self] = [.inbound, .outbound]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let new: Self = "new"
        public static let classified: Self = "classified"
        public static let linkedToLead: Self = "linked_to_lead"
        public static let ignored: Self = "ignored"
        public static let spam: Self = "spam"
        public static let known: [Self] = [.new, .classified, .linkedToLead, .ignored, .spam]
    }

    /// A file of a message. Its bytes lie elsewhere, under their hash.
    public struct Attachment: Part {
        public var fileName: String?
        public var contentType: String?
        public var sizeBytes: Int?
        /// The Content-ID header of an image that the HTML shows.
        public var contentId: String?
        /// SHA-256, in hexadecimal.
        public var sha256: String?

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("fileName", &fileName)
            try fields("contentType", &contentType)
            try fields("sizeBytes", &sizeBytes)
            try fields("contentId", &contentId)
            try fields("sha256", &sha256)
        }
    }
}
