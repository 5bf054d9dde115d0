import Foundation
import Store

/// One exchange with another program; also each delivery of a webhook, with its retries.
public struct AutomationLog: Entity {
    public static let collection = "automation_logs"
    public static let indexes: [Index] = [
        .on("status", "nextAttemptAt"), .on("webhookId", "createdAt", sparse: true), .on("eventId", sparse: true),
        .on("createdAt"),
    ]

    public var id = EntityID<AutomationLog>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    public var provider = Provider.system
    public var direction = Direction.outbound
    public var status = Status.pending
    public var webhookUrl: String?
    public var payload: Value?
    public var response: Value?
    public var errorMessage: String?

    public var webhookId: EntityID<Webhook>?
    /// The event's id, the same on every attempt; receivers tell repeats by it.
    public var eventId: String?
    /// From 1.
    public var attempt: Int?
    public var nextAttemptAt: Date?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("provider", &provider)
        try fields("direction", &direction)
        try fields("status", &status)
        try fields("webhookUrl", &webhookUrl)
        try fields("payload", &payload)
        try fields("response", &response)
        try fields("errorMessage", &errorMessage)
        try fields("webhookId", &webhookId)
        try fields("eventId", &eventId)
        try fields("attempt", &attempt)
        try fields("nextAttemptAt", &nextAttemptAt)
    }

    public struct Provider: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let n8n: Self = "n8n"
        public static let system: Self = "system"
        public static let email: Self = "email"
        public static let ai: Self = "ai"
        public static let known: [Self] = [.n8n, .system, .email, .ai]
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
        public static let success: Self = "success"
        public static let failed: Self = "failed"
        public static let pending: Self = "pending"
        public static let known: [Self] = [.success, .failed, .pending]
    }
}
