import Foundation
import Store

/// One way to reach a company or a person.
public struct ContactPoint: Entity {
    public static let collection = "contact_points"
    public static let indexes: [Index] = [
        .on("entityType", "entityId"), .on("contactType"), .on("normalizedValue"), .on("companyId"), .on("personId"),
        .on("createdAt"), .on("invalidAt", sparse: true),
    ]

    public var id = EntityID<ContactPoint>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var entityType = Owner.company
    /// The company's or the person's id, as `entityType` says.
    public var entityId = ObjectID(high: 0, low: 0)
    public var companyId: EntityID<Company>?
    public var personId: EntityID<Person>?
    public var contactType = Kind.other
    /// As the file or a person wrote it.
    public var contactValue = ""
    /// What it is compared by: a lower-cased email, an E.164 number, a host.
    public var normalizedValue: String?
    public var isPrimary: Bool?
    public var isVerified: Bool?
    public var dataConfidence: Confidence?
    public var sourceFile: String?
    public var notes: String?

    public var consent: Consent?
    public var importLogId: EntityID<ImportLog>?
    public var invalidAt: Date?
    public var invalidReason: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("entityType", &entityType)
        var owner: ObjectID? = entityId
        try fields("entityId", &owner)
        if let owner { entityId = owner }
        try fields("companyId", &companyId)
        try fields("personId", &personId)
        try fields("contactType", &contactType)
        try fields("contactValue", &contactValue)
        try fields("normalizedValue", &normalizedValue)
        try fields("isPrimary", &isPrimary)
        try fields("isVerified", &isVerified)
        try fields("dataConfidence", &dataConfidence)
        try fields("sourceFile", &sourceFile)
        try fields("notes", &notes)
        try fields("consent", &consent)
        try fields("importLogId", &importLogId)
        try fields("invalidAt", &invalidAt)
        try fields("invalidReason", &invalidReason)
    }

    public struct Owner: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let company: Self = "company"
        public static let person: Self = "person"
        public static let known: [Self] = [.company, .person]
    }

    public struct Kind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let email: Self = "email"
        public static let mobile: Self = "mobile"
        public static let phone: Self = "phone"
        public static let website: Self = "website"
        public static let linkedin: Self = "linkedin"
        public static let whatsapp: Self = "whatsapp"
        public static let other: Self = "other"
        public static let known: [Self] = [.email, .mobile, .phone, .website, .linkedin, .whatsapp, .other]
    }

    /// What the owner agreed to, and on what ground.
    public struct Consent: Part {
        public var status: String?
        public var basis: String?
        public var source: String?
        public var at: Date?

        public init() {}

        /// What says no: it wins over what was said before.
        static let refusals: Set<String> = ["refused", "withdrawn"]
        /// No mail may be sent.
        var isRefusal: Bool { status.map(Self.refusals.contains) ?? false }

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("status", &status)
            try fields("basis", &basis)
            try fields("source", &source)
            try fields("at", &at)
        }
    }
}
