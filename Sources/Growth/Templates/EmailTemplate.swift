import Foundation
import Store

/// The subject and the text of a mail, with merge fields.
public struct EmailTemplate: Entity {
    public static let collection = "email_templates"
    public static let indexes: [Index] = [.on("status"), .on("createdAt")]

    public var id = EntityID<EmailTemplate>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    public var subject = ""
    public var description: String?
    /// A word such as `hr` or `follow_up`.
    public var category: String?
    public var htmlContent = ""
    public var textContent: String?
    /// The merge fields that it names.
    public var variables: [String] = []
    public var language = MailLanguage.arabic
    public var status = Status.draft

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("subject", &subject)
        try fields("description", &description)
        try fields("category", &category)
        try fields("htmlContent", &htmlContent)
        try fields("textContent", &textContent)
        try fields("variables", &variables)
        try fields("language", &language)
        try fields("status", &status)
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let draft: Self = "draft"
        public static let active: Self = "active"
        public static let archived: Self = "archived"
        public static let known: [Self] = [.draft, .active, .archived]
    }
}

/// The language that a mail is written in, and so its direction.
public struct MailLanguage: Choice {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let arabic: Self = "ar"
    public static let english: Self = "en"
    public static let mixed: Self = "mixed"
    public static let known: [Self] = [.arabic, .english, .mixed]
}
