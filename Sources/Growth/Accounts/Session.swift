import Foundation
import Store

/// A signed-in browser. The cookie holds a token; only its hash is stored.
public struct Session: Entity {
    public static let collection = "sessions"
    public static let indexes: [Index] = [.on("tokenHash", unique: true), .on("userId"), .on("expiresAt")]

    public var id = EntityID<Session>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var userId = EntityID<User>()
    /// SHA-256 of the token, in hexadecimal.
    public var tokenHash = ""
    /// Bound into forms against cross-site requests.
    public var csrfToken = ""
    public var lastSeenAt = Date(timeIntervalSince1970: 0)
    /// The absolute end; the idle limit comes on top.
    public var expiresAt = Date(timeIntervalSince1970: 0)
    public var userAgent: String?
    public var address: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("userId", &userId)
        try fields("tokenHash", &tokenHash)
        try fields("csrfToken", &csrfToken)
        try fields("lastSeenAt", &lastSeenAt)
        try fields("expiresAt", &expiresAt)
        try fields("userAgent", &userAgent)
        try fields("address", &address)
    }
}
