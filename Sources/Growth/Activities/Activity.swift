import Foundation
import Store

/// One entry of a record's timeline.
public struct Activity: Entity {
    public static let collection = "activities"
    public static let indexes: [Index] = [
        .on("entityType", "entityId", "createdAt"), .on("type", "createdAt"), .on("createdAt"),
    ]

    public var id = EntityID<Activity>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// company, person, lead, opportunity, campaign or email.
    public var entityType = ""
    public var entityId: ObjectID?
    public var type: Kind = .system
    public var title = ""
    public var metadata: Value?
    public var createdBy: EntityID<User>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("entityType", &entityType)
        try fields("entityId", &entityId)
        try fields("type", &type)
        try fields("title", &title)
        try fields("metadata", &metadata)
        try fields("createdBy", &createdBy)
    }

    public struct Kind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let `import`: Self = "import"
        public static let note: Self = "note"
        public static let call: Self = "call"
        public static let meeting: Self = "meeting"
        public static let updated: Self = "updated"
        public static let merged: Self = "merged"
        public static let system: Self = "system"
        public static let known: [Self] = [
            "import", "email_sent", "email_opened", "email_clicked", "email_replied", "email_bounced", "call",
            "meeting",
            "note", "task_created", "task_completed", "stage_changed", "lead_created", "merged", "updated",
            "ai_classified", "system",
        ]
    }
}
