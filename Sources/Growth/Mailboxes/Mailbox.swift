import Foundation
import Store

/// An email account that mails go out from and answers come in to.
///
/// Its secrets are encrypted and leave the program in no answer, log or export.
public struct Mailbox: Entity {
    public static let collection = "mailboxes"
    public static let indexes: [Index] = [.on("email", unique: true), .on("status")]

    public var id = EntityID<Mailbox>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    public var email = ""
    public var provider = Provider.smtpImap
    public var smtpHost: String?
    public var smtpPort: Int?
    public var smtpUser: String?
    public var smtpPasswordEncrypted: String?
    public var imapHost: String?
    public var imapPort: Int?
    public var imapUser: String?
    public var imapPasswordEncrypted: String?
    /// True of one mailbox.
    public var isDefault = false
    public var status = Status.active
    public var lastSyncAt: Date?
    public var notes: String?

    public var smtpSecurity: Security?
    public var imapSecurity: Security?
    public var oauthRefreshTokenEncrypted: String?
    /// HTML below every mail that a person writes.
    public var signature: String?
    /// How many mails may leave it in a day and in an hour; `nil`: no cap of its own.
    public var dailyCap: Int?
    public var hourlyCap: Int?
    public var minGapSeconds: Int?
    public var sendWindow: SendWindow?
    public var health: Health?
    /// How far each folder was read.
    public var imapCursors: [Cursor] = []
    /// How its mails are signed; `nil`: by its provider, or not at all.
    public var dkim: Signing?
    public var dkimKeyEncrypted: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("email", &email)
        try fields("provider", &provider)
        try fields("smtpHost", &smtpHost)
        try fields("smtpPort", &smtpPort)
        try fields("smtpUser", &smtpUser)
        try fields("smtpPasswordEncrypted", &smtpPasswordEncrypted)
        try fields("imapHost", &imapHost)
        try fields("imapPort", &imapPort)
        try fields("imapUser", &imapUser)
        try fields("imapPasswordEncrypted", &imapPasswordEncrypted)
        try fields("isDefault", &isDefault)
        try fields("status", &status)
        try fields("lastSyncAt", &lastSyncAt)
        try fields("notes", &notes)
        try fields("smtpSecurity", &smtpSecurity)
        try fields("imapSecurity", &imapSecurity)
        try fields("oauthRefreshTokenEncrypted", &oauthRefreshTokenEncrypted)
        try fields("signature", &signature)
        try fields("dailyCap", &dailyCap)
        try fields("hourlyCap", &hourlyCap)
        try fields("minGapSeconds", &minGapSeconds)
        try fields("sendWindow", &sendWindow)
        try fields("health", &health)
        try fields("imapCursors", &imapCursors)
        try fields("dkim", &dkim)
        try fields("dkimKeyEncrypted", &dkimKeyEncrypted)
    }

    /// What is public of its DKIM key.
    public struct Signing: Part {
        public var domain = ""
        public var selector = ""
        /// What the TXT record at `name` has to say.
        public var record = ""

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("domain", &domain)
            try fields("selector", &selector)
            try fields("record", &record)
        }

        public var name: String { "\(selector)._domainkey.\(domain)" }
    }

    public struct Provider: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let smtpImap: Self = "smtp_imap"
        public static let google: Self = "google"
        public static let microsoft: Self = "microsoft"
        public static let other: Self = "other"
        public static let known: [Self] = [.smtpImap, .google, .microsoft, .other]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let active: Self = "active"
        public static let inactive: Self = "inactive"
        public static let known: [Self] = [.active, .inactive]
    }

    public struct Security: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let tls: Self = "tls"
        public static let starttls: Self = "starttls"
        public static let unencrypted: Self = "none"
        public static let known: [Self] = [.tls, .starttls, .unencrypted]
    }

    /// What the last attempts to use the mailbox came to.
    public struct Health: Part {
        /// Whether its password cannot be read and must be entered anew.
        public var needsPassword: Bool?
        public var smtpError: String?
        public var imapError: String?
        public var checkedAt: Date?

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("needsPassword", &needsPassword)
            try fields("smtpError", &smtpError)
            try fields("imapError", &imapError)
            try fields("checkedAt", &checkedAt)
        }
    }

    /// How far a folder was read. A list, because a folder's name may hold dots, which a key may not.
    public struct Cursor: Part {
        public var folder = ""
        public var uidValidity: Int?
        /// Every message up to this one is stored.
        public var lastUid: Int?

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("folder", &folder)
            try fields("uidValidity", &uidValidity)
            try fields("lastUid", &lastUid)
        }
    }
}
