import Foundation
import Store

/// One row of the audit log: who did what to which record, from where. Holds no secrets.
public struct AuditLog: Entity {
    public static let collection = "audit_logs"
    public static let indexes: [Index] = [
        .on("createdAt"), .on("userId", "createdAt"), .on("entityType", "entityId"), .on("action"),
    ]

    public var id = EntityID<AuditLog>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// A word such as `sign_in`, `import_started`, `export`.
    public var action = ""
    public var userId: EntityID<User>?
    public var apiKeyId: EntityID<APIKey>?
    public var entityType: String?
    public var entityId: ObjectID?
    public var address: String?
    public var metadata: Value?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("action", &action)
        try fields("userId", &userId)
        try fields("apiKeyId", &apiKeyId)
        try fields("entityType", &entityType)
        try fields("entityId", &entityId)
        try fields("address", &address)
        try fields("metadata", &metadata)
    }
}
