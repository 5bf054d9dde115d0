import Foundation
import Store

/// A key for programs. Shown once when it is made; only its hash is stored.
public struct APIKey: Entity {
    public static let collection = "api_keys"
    public static let indexes: [Index] = [.on("keyHash", unique: true), .on("userId")]

    public var id = EntityID<APIKey>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    /// The first characters, so that a person recognises the key.
    public var prefix = ""
    /// SHA-256 of the key, in hexadecimal.
    public var keyHash = ""
    /// A key never may more than its owner.
    public var userId = EntityID<User>()
    public var scopes: [String] = []
    public var lastUsedAt: Date?
    public var expiresAt: Date?
    public var revokedAt: Date?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("prefix", &prefix)
        try fields("keyHash", &keyHash)
        try fields("userId", &userId)
        try fields("scopes", &scopes)
        try fields("lastUsedAt", &lastUsedAt)
        try fields("expiresAt", &expiresAt)
        try fields("revokedAt", &revokedAt)
    }
}
