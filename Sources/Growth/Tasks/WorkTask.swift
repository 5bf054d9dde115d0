import Foundation
import Store

/// Something that a person has to do.
///
/// Not `Task`, which is Swift's own.
public struct WorkTask: Entity {
    public static let collection = "tasks"
    public static let indexes: [Index] = [
        .on("assignedTo", "status", "dueAt"), .on("relatedEntityType", "relatedEntityId"), .on("status", "dueAt"),
        .on("remindAt", sparse: true), .on("createdAt"), .on("createdBy"), .on("assignedTo", "completedAt"),
    ]

    public var id = EntityID<WorkTask>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var title = ""
    public var status = Status.open
    public var priority = Priority.medium
    /// A word such as `company` or `lead`: what `relatedEntityId` is the id of.
    public var relatedEntityType: String?
    public var relatedEntityId: ObjectID?

    public var description: String?
    public var assignedTo: EntityID<User>?
    public var dueAt: Date?
    public var remindAt: Date?
    /// A recurrence rule of RFC 5545, section 3.3.10; `nil`: once.
    public var recurrence: String?
    public var completedAt: Date?
    public var createdBy: EntityID<User>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("title", &title)
        try fields("status", &status)
        try fields("priority", &priority)
        try fields("relatedEntityType", &relatedEntityType)
        try fields("relatedEntityId", &relatedEntityId)
        try fields("description", &description)
        try fields("assignedTo", &assignedTo)
        try fields("dueAt", &dueAt)
        try fields("remindAt", &remindAt)
        try fields("recurrence", &recurrence)
        try fields("completedAt", &completedAt)
        try fields("createdBy", &createdBy)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let open: Self = "open"
        public static let inProgress: Self = "in_progress"
        public static let completed: Self = "completed"
        public static let cancelled: Self = "cancelled"
        public static let known: [Self] = [.open, .inProgress, .completed, .cancelled]
    }

    public struct Priority: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let urgent: Self = "urgent"
        public static let high: Self = "high"
        public static let medium: Self = "medium"
        public static let low: Self = "low"
        public static let known: [Self] = [.urgent, .high, .medium, .low]
    }
}
