import Foundation
import Store

/// A file that records came from.
public struct Source: Entity {
    public static let collection = "sources"
    public static let indexes: [Index] = [.on("fileName"), .on("importType"), .on("uploadedBy")]

    public var id = EntityID<Source>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var fileName = ""
    public var fileType: String?
    public var description: String?
    public var notes: String?
    public var importType: ImportType = .simple
    public var uploadedBy: EntityID<User>?
    public var recordsExtracted: Int?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("fileName", &fileName)
        try fields("fileType", &fileType)
        try fields("description", &description)
        try fields("notes", &notes)
        try fields("importType", &importType)
        try fields("uploadedBy", &uploadedBy)
        try fields("recordsExtracted", &recordsExtracted)
    }
}

/// One sheet of raw columns, or a workbook whose sheets are linked by ids.
public struct ImportType: Choice {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let simple: Self = "simple"
    public static let processed: Self = "processed"
    public static let known: [Self] = [.simple, .processed]
}
