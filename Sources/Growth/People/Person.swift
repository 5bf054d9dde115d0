import Foundation
import Store

/// Someone who works at a company, or whose company is not known.
public struct Person: Entity {
    public static let collection = "people"
    public static let indexes: [Index] = [
        .text("fullName"), .on("companyId"), .on("email", sparse: true), .on("mobile", sparse: true),
        .on("seniorityLevel"), .on("isDecisionMaker"), .on("createdAt"), .on("importLogId", sparse: true),
        .on("ownerId", sparse: true), .words(of: "searchKeys"), .elements(of: "matchKeys"),
        // For the list, which leaves out what is archived.
        .on("archivedAt"),
    ]

    public var id = EntityID<Person>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var companyId: EntityID<Company>?
    /// The company's name as the file had it.
    public var companyNameAr: String?
    public var fullName = ""
    public var jobTitle: String?
    public var department: String?
    public var seniorityLevel: Seniority?
    public var isDecisionMaker: DecisionMaker?
    public var decisionMakerReason: String?
    public var email: String?
    public var mobile: String?
    public var phone: String?
    public var linkedinUrl: String?
    public var sourceFile: String?
    public var dataConfidence: Confidence?
    public var notes: String?

    public var customFields = Document()
    public var searchKeys: [String] = []
    public var matchKeys: [String] = []
    public var ownerId: EntityID<User>?
    public var importLogId: EntityID<ImportLog>?
    public var mergedInto: EntityID<Person>?
    public var archivedAt: Date?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("companyId", &companyId)
        try fields("companyNameAr", &companyNameAr)
        try fields("fullName", &fullName)
        try fields("jobTitle", &jobTitle)
        try fields("department", &department)
        try fields("seniorityLevel", &seniorityLevel)
        try fields("isDecisionMaker", &isDecisionMaker)
        try fields("decisionMakerReason", &decisionMakerReason)
        try fields("email", &email)
        try fields("mobile", &mobile)
        try fields("phone", &phone)
        try fields("linkedinUrl", &linkedinUrl)
        try fields("sourceFile", &sourceFile)
        try fields("dataConfidence", &dataConfidence)
        try fields("notes", &notes)
        try fields("customFields", &customFields)
        try fields("searchKeys", &searchKeys)
        try fields("matchKeys", &matchKeys)
        try fields("ownerId", &ownerId)
        try fields("importLogId", &importLogId)
        try fields("mergedInto", &mergedInto)
        try fields("archivedAt", &archivedAt)
    }

    public struct Seniority: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let known: [Self] = ["owner", "ceo", "executive", "manager", "specialist", "admin", "unknown"]
    }

    public struct DecisionMaker: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let known: [Self] = ["yes", "no", "maybe", "unknown"]
    }
}
