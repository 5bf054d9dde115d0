import Foundation
import Store

/// A service that would suit a company, and how well.
public struct ServiceMatch: Entity {
    public static let collection = "service_matches"
    public static let indexes: [Index] = [
        .on("companyId"), .on("recommendedService"), .on("fitScore"), .on("priority"),
    ]

    public var id = EntityID<ServiceMatch>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var companyId = EntityID<Company>()
    public var recommendedService = ""
    /// 0–100.
    public var fitScore: Double?
    public var fitReason: String?
    public var priority: Priority?
    public var sourceFile: String?
    public var importLogId: EntityID<ImportLog>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("companyId", &companyId)
        try fields("recommendedService", &recommendedService)
        try fields("fitScore", &fitScore)
        try fields("fitReason", &fitReason)
        try fields("priority", &priority)
        try fields("sourceFile", &sourceFile)
        try fields("importLogId", &importLogId)
    }
}
