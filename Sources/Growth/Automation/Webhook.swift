import Foundation
import Store

/// A subscription of another program to our events, delivered as the Standard Webhooks specification says.
public struct Webhook: Entity {
    public static let collection = "webhooks"
    public static let indexes: [Index] = [.on("status"), .on("createdAt")]

    public var id = EntityID<Webhook>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    public var url = ""
    /// The kinds of event that it wants.
    public var events: [String] = []
    /// What its deliveries are logged as.
    public var provider = AutomationLog.Provider.system
    public var status = Status.active
    public var secretEncrypted: String?
    /// The secret before the last change, which signs too until `previousSecretUntil`.
    public var previousSecretEncrypted: String?
    public var previousSecretUntil: Date?
    /// Set when the receiver answered that it is gone, or failed for too long.
    public var disabledAt: Date?
    public var disabledReason: String?
    public var createdBy: EntityID<User>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("url", &url)
        try fields("events", &events)
        try fields("provider", &provider)
        try fields("status", &status)
        try fields("secretEncrypted", &secretEncrypted)
        try fields("previousSecretEncrypted", &previousSecretEncrypted)
        try fields("previousSecretUntil", &previousSecretUntil)
        try fields("disabledAt", &disabledAt)
        try fields("disabledReason", &disabledReason)
        try fields("createdBy", &createdBy)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let active: Self = "active"
        public static let disabled: Self = "disabled"
        public static let known: [Self] = [.active, .disabled]
    }
}
