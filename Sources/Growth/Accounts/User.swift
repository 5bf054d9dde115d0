import Foundation
import Store

/// Someone who may sign in.
public struct User: Entity {
    public static let collection = "users"
    public static let indexes: [Index] = [.on("email", unique: true), .on("role"), .on("status")]

    public var id = EntityID<User>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    /// Lower-cased.
    public var email = ""
    /// argon2id in PHC form, or bcrypt in a database that another program made.
    public var passwordHash: String?
    public var role = Role.viewer
    public var status = Status.invited
    public var lastLoginAt: Date?
    public var locale: Language?
    public var mustChangePassword: Bool?
    public var totpSecretEncrypted: String?
    public var notificationPreferences: Value?
    public var inviteTokenHash: String?
    public var inviteExpiresAt: Date?
    public var resetTokenHash: String?
    public var resetExpiresAt: Date?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("email", &email)
        try fields("passwordHash", &passwordHash)
        try fields("role", &role)
        try fields("status", &status)
        try fields("lastLoginAt", &lastLoginAt)
        try fields("locale", &locale)
        try fields("mustChangePassword", &mustChangePassword)
        try fields("totpSecretEncrypted", &totpSecretEncrypted)
        try fields("notificationPreferences", &notificationPreferences)
        try fields("inviteTokenHash", &inviteTokenHash)
        try fields("inviteExpiresAt", &inviteExpiresAt)
        try fields("resetTokenHash", &resetTokenHash)
        try fields("resetExpiresAt", &resetExpiresAt)
    }

    public struct Role: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let admin: Self = "admin"
        public static let manager: Self = "manager"
        public static let sales: Self = "sales"
        public static let viewer: Self = "viewer"
        public static let known: [Self] = [.admin, .manager, .sales, .viewer]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let active: Self = "active"
        public static let invited: Self = "invited"
        public static let disabled: Self = "disabled"
        public static let known: [Self] = [.active, .invited, .disabled]
    }
}
