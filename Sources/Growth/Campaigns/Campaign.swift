import Foundation
import Store

/// A mail to every member of a segment, once.
///
/// It keeps copies of its template and its segment, so that later edits of either change nothing that is on its way.
public struct Campaign: Entity {
    public static let collection = "campaigns"
    public static let indexes: [Index] = [
        .on("status", "scheduledAt"), .on("segmentId"), .on("templateId"), .on("createdAt"),
    ]

    public var id = EntityID<Campaign>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    public var segmentId: EntityID<Segment>?
    public var templateId: EntityID<EmailTemplate>?
    /// The first of `mailboxIds`, for programs that know only one.
    public var mailboxId: EntityID<Mailbox>?
    public var senderEmail: String?
    public var status = Status.draft
    /// When sending may start; `nil` while it is a draft.
    public var scheduledAt: Date?
    /// When the last recipient had been attempted.
    public var sentAt: Date?
    public var subjectSnapshot: String?
    public var templateSnapshot: Value?
    public var segmentSnapshot: Value?
    public var stats = DeliveryStats()

    public var mailboxIds: [EntityID<Mailbox>] = []
    public var language: MailLanguage?
    public var sendWindow: SendWindow?
    /// A name of the IANA database; what `sendWindow` and `scheduledAt` are shown in.
    public var timezone: String?
    public var variants: [SubjectVariant] = []
    public var cancelledAt: Date?
    /// When the list of recipients was completed; `nil` while there is none, or none of what the campaign says now.
    public var recipientsAt: Date?
    /// Why it paused by itself; `nil` when a person paused it.
    public var pauseReason: PauseReason?
    /// Whether an address without a recorded consent is left out.
    public var requiresConsent = false

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("segmentId", &segmentId)
        try fields("templateId", &templateId)
        try fields("mailboxId", &mailboxId)
        try fields("senderEmail", &senderEmail)
        try fields("status", &status)
        try fields("scheduledAt", &scheduledAt)
        try fields("sentAt", &sentAt)
        try fields("subjectSnapshot", &subjectSnapshot)
        try fields("templateSnapshot", &templateSnapshot)
        try fields("segmentSnapshot", &segmentSnapshot)
        var presentStats: DeliveryStats? = stats
        try fields("stats", &presentStats)
        if let presentStats { stats = presentStats }
        try fields("mailboxIds", &mailboxIds)
        try fields("language", &language)
        try fields("sendWindow", &sendWindow)
        try fields("timezone", &timezone)
        try fields("variants", &variants)
        try fields("cancelledAt", &cancelledAt)
        try fields("recipientsAt", &recipientsAt)
        try fields("pauseReason", &pauseReason)
        try fields("requiresConsent", &requiresConsent)
    }

    /// `sent`: every recipient was attempted; `completed`: replies are no longer waited for either.
    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let draft: Self = "draft"
        public static let scheduled: Self = "scheduled"
        public static let sending: Self = "sending"
        public static let sent: Self = "sent"
        public static let paused: Self = "paused"
        public static let completed: Self = "completed"
        public static let failed: Self = "failed"
        public static let archived: Self = "archived"
        public static let known: [Self] = [
            .draft, .scheduled, .sending, .sent, .paused, .completed, .failed, .archived,
        ]
    }

    /// What a campaign waits for a person to look at.
    public struct PauseReason: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        /// Its time had passed by more than an hour when the program could have begun.
        public static let missedStart: Self = "missed_start"
        /// None of its mailboxes can sign in, or none is there any more.
        public static let noMailbox: Self = "no_mailbox"
        /// Servers refuse too much of it: to go on would harm the sender's name.
        public static let refusals: Self = "refusals"
        /// The database is a copy: the original may have sent what this one believes unsent.
        public static let copiedDatabase: Self = "copied_database"
        public static let known: [Self] = [.missedStart, .noMailbox, .refusals, .copiedDatabase]
    }
}
