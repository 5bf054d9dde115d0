import Foundation
import Store

/// A fault that an earlier program found in a file. Imports make none any more; they can be read and resolved.
public struct DataQualityIssue: Entity {
    public static let collection = "data_quality_issues"
    public static let indexes: [Index] = [.on("importLogId"), .on("sourceId"), .on("status")]

    public var id = EntityID<DataQualityIssue>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var sourceId: EntityID<Source>?
    public var importLogId: EntityID<ImportLog>?
    public var issueType: String?
    public var severity: Severity?
    public var status = Status.open
    public var recommendedFix: String?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("sourceId", &sourceId)
        try fields("importLogId", &importLogId)
        try fields("issueType", &issueType)
        try fields("severity", &severity)
        try fields("status", &status)
        try fields("recommendedFix", &recommendedFix)
    }

    public struct Severity: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let low: Self = "low"
        public static let medium: Self = "medium"
        public static let high: Self = "high"
        public static let critical: Self = "critical"
        public static let known: [Self] = [.low, .medium, .high, .critical]
    }

    public struct Status: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let open: Self = "open"
        public static let resolved: Self = "resolved"
        public static let ignored: Self = "ignored"
        public static let known: [Self] = [.open, .resolved, .ignored]
    }
}
