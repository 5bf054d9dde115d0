import Foundation
import Store

/// Something that a user is told in the program.
///
/// Not `Notification`, which is Foundation's.
public struct UserNotification: Entity {
    public static let collection = "notifications"
    public static let indexes: [Index] = [
        .on("userId", "status", "createdAt"), .on("userId", "createdAt"), .on("createdAt"),
    ]

    public var id = EntityID<UserNotification>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// `nil` on a broadcast of an earlier program, which everybody sees.
    public var userId: EntityID<User>?
    public var type = Kind.system
    public var title = ""
    public var message: String?
    public var entityType: String?
    public var entityId: ObjectID?
    public var priority = Priority.medium
    public var status = Status.unread
    /// A path of ours.
    public var actionUrl: String?
    public var metadata: Value?
    public var readAt: Date?

    /// Who has read a broadcast.
    public var readBy: [EntityID<User>] = []

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("userId", &userId)
        try fields("type", &type)
        try fields("title", &title)
        try fields("message", &message)
        try fields("entityType", &entityType)
        try fields("entityId", &entityId)
        try fields("priority", &priority)
        try fields("status", &status)
        try fields("actionUrl", &actionUrl)
        try fields("metadata", &metadata)
        try fields("readAt", &readAt)
        try fields("readBy", &readBy)
    }

    public struct Kind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let emailReplyReceived: Self = "email_reply_received"
        public static let leadCreated: Self = "lead_created"
        public static let leadAssigned: Self = "lead_assigned"
        public static let opportunityStageChanged: Self = "opportunity_stage_changed"
        public static let taskDue: Self = "task_due"
        public static let taskAssigned: Self = "task_assigned"
        public static let mention: Self = "mention"
        public static let importFinished: Self = "import_finished"
        public static let importFailed: Self = "import_failed"
        public static let campaignFinished: Self = "campaign_finished"
        public static let campaignPaused: Self = "campaign_paused"
        public static let mailboxError: Self = "mailbox_error"
        public static let system: Self = "system"
        public static let known: [Self] = [
            .emailReplyReceived, .leadCreated, .leadAssigned, .opportunityStageChanged, .taskDue, .taskAssigned,
            .mention, .importFinished, .importFailed, .campaignFinished, .campaignPaused, .mailboxError, .system,
        ]
    }

    public struct Priority: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let low: Self = "low"
        public static let medium: Self = "medium"
        public static let high: Self = "high"
        public static let critical: Self = "critical"
        public static let known: [Self] = [.low, .medium, .high, .critical]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let unread: Self = "unread"
        public static let read: Self = "read"
        public static let known: [Self] = [.unread, .read]
    }
}
