import Foundation
import Store

/// One recipient of a campaign: the truth about their mail, and what a worker claims to send it.
public struct CampaignRecipient: Entity {
    public static let collection = "campaign_recipients"
    public static let indexes: [Index] = [
        .on("campaignId"), .on("email"), .on("status"), .on("trackingId", unique: true, sparse: true), .on("companyId"),
        .on("personId"),
        // Never the same campaign twice to an address.
        .on("sendKey", unique: true, sparse: true),
        // For the claim of the next mail.
        .on("campaignId", "status", "nextAttemptAt"), .on("internetMessageId", sparse: true),
    ]

    public var id = EntityID<CampaignRecipient>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var campaignId = EntityID<Campaign>()
    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var contactPointId: EntityID<ContactPoint>?
    /// Normalised; empty where the record has none.
    public var email = ""
    /// What the mail calls them, as it was when the list was made.
    public var companyName: String?
    public var personName: String?
    public var jobTitle: String?
    public var sector: String?
    public var city: String?
    public var recommendedService: String?
    public var status = Status.pending
    public var skipReason: SkipReason?
    public var trackingId: String?
    public var sentAt: Date?
    public var openedAt: Date?
    public var clickedAt: Date?
    public var repliedAt: Date?
    public var bouncedAt: Date?
    public var errorMessage: String?

    /// `campaignId:email`; absent on a skipped row.
    public var sendKey: String?
    public var lease: Lease?
    public var attempts: Int?
    public var nextAttemptAt: Date?
    /// The last answer of the server.
    public var smtpReply: String?
    /// The Message-ID header, the same on every attempt.
    public var internetMessageId: String?
    /// The name of the subject that they got.
    public var variant: String?
    /// Why it waits for a person, for example a variable without a value; the status stays `pending`.
    public var heldReason: String?
    /// When a crash left open whether the server took the mail; the status stays `queued`.
    public var uncertainAt: Date?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("campaignId", &campaignId)
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
        try fields("status", &status)
        try fields("skipReason", &skipReason)
        try fields("trackingId", &trackingId)
        try fields("sentAt", &sentAt)
        try fields("openedAt", &openedAt)
        try fields("clickedAt", &clickedAt)
        try fields("repliedAt", &repliedAt)
        try fields("bouncedAt", &bouncedAt)
        try fields("errorMessage", &errorMessage)
        try fields("sendKey", &sendKey)
        try fields("lease", &lease)
        try fields("attempts", &attempts)
        try fields("nextAttemptAt", &nextAttemptAt)
        try fields("smtpReply", &smtpReply)
        try fields("internetMessageId", &internetMessageId)
        try fields("variant", &variant)
        try fields("heldReason", &heldReason)
        try fields("uncertainAt", &uncertainAt)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let pending: Self = "pending"
        public static let queued: Self = "queued"
        public static let sent: Self = "sent"
        public static let delivered: Self = "delivered"
        public static let opened: Self = "opened"
        public static let clicked: Self = "clicked"
        public static let replied: Self = "replied"
        public static let bounced: Self = "bounced"
        public static let failed: Self = "failed"
        public static let unsubscribed: Self = "unsubscribed"
        public static let skipped: Self = "skipped"
        public static let known: [Self] = [
            .pending, .queued, .sent, .delivered, .opened, .clicked, .replied, .bounced, .failed, .unsubscribed,
            .skipped,
        ]
    }

    public struct SkipReason: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let missingEmail: Self = "missing_email"
        public static let invalidEmail: Self = "invalid_email"
        public static let duplicateEmail: Self = "duplicate_email"
        public static let suppressed: Self = "suppressed"
        public static let blacklisted: Self = "blacklisted"
        public static let unsubscribed: Self = "unsubscribed"
        public static let noConsent: Self = "no_consent"
        public static let frequencyCap: Self = "frequency_cap"
        public static let missingVariable: Self = "missing_variable"
        public static let excluded: Self = "excluded"
        public static let known: [Self] = [
            .missingEmail, .invalidEmail, .duplicateEmail, .suppressed, .blacklisted, .unsubscribed, .noConsent,
            .frequencyCap, .missingVariable, .excluded,
        ]
    }
}
