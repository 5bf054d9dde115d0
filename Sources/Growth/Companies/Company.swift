import Foundation
import Store

/// An organisation that the team sells to.
public struct Company: Entity {
    public static let collection = "companies"
    public static let indexes: [Index] = [
        .text("nameAr", "nameEn"), .on("sector"), .on("city"), .on("entityType"), .on("leadScore"), .on("priority"),
        .on("website", sparse: true), .on("createdAt"), .on("importLogId", sparse: true),
        .on("ownerId", sparse: true), .words(of: "searchKeys"), .elements(of: "matchKeys"),
        // For the list, which leaves out what is archived: the page and its count both come from the index alone.
        .on("archivedAt"), .on("archivedAt", "city", "sector", "leadScore"), .on("archivedAt", "sector", "leadScore"),
        .on("archivedAt", "leadScore"),
    ]

    public var id = EntityID<Company>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var nameAr = ""
    public var nameEn: String?
    public var entityType: Kind?
    public var sector: String?
    public var subSector: String?
    public var activity: String?
    public var city: String?
    public var region: String?
    public var country: String? = Company.defaultCountry
    public var website: String?
    public var linkedinUrl: String?
    public var address: String?
    public var description: String?
    public var semanticNotes: String?
    public var tags: [String] = []
    public var sourceFile: String?
    public var dataConfidence: Confidence?
    public var leadScore: Double = 0
    public var priority: Priority?
    public var status = Status.new

    /// Columns of an imported file that no field takes, by their header.
    public var customFields = Document()
    /// Folded words that the search finds the company by.
    public var searchKeys: [String] = []
    /// What the import finds the company by: emails, phones, domain, parts of the name.
    public var matchKeys: [String] = []
    public var ownerId: EntityID<User>?
    /// The run that created it.
    public var importLogId: EntityID<ImportLog>?
    public var mergedInto: EntityID<Company>?
    public var archivedAt: Date?

    public static let defaultCountry = "Saudi Arabia"

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("nameAr", &nameAr)
        try fields("nameEn", &nameEn)
        try fields("entityType", &entityType)
        try fields("sector", &sector)
        try fields("subSector", &subSector)
        try fields("activity", &activity)
        try fields("city", &city)
        try fields("region", &region)
        try fields("country", &country)
        try fields("website", &website)
        try fields("linkedinUrl", &linkedinUrl)
        try fields("address", &address)
        try fields("description", &description)
        try fields("semanticNotes", &semanticNotes)
        try fields("tags", &tags)
        try fields("sourceFile", &sourceFile)
        try fields("dataConfidence", &dataConfidence)
        try fields("leadScore", &leadScore)
        try fields("priority", &priority)
        try fields("status", &status)
        try fields("customFields", &customFields)
        try fields("searchKeys", &searchKeys)
        try fields("matchKeys", &matchKeys)
        try fields("ownerId", &ownerId)
        try fields("importLogId", &importLogId)
        try fields("mergedInto", &mergedInto)
        try fields("archivedAt", &archivedAt)
    }

    public struct Kind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let known: [Self] = [
            "company", "factory", "government", "engineering_office", "nonprofit", "education", "healthcare",
            "supplier", "unknown",
        ]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let new: Self = "new"
        public static let active: Self = "active"
        public static let archived: Self = "archived"
        public static let blacklisted: Self = "blacklisted"
        public static let known: [Self] = [.new, .active, .archived, .blacklisted]
    }
}
