import Foundation
import Store

/// A mapping that was used, found again by the headers of a file, so that a supplier's next file maps itself.
public struct SavedMapping: Entity {
    public static let collection = "saved_mappings"
    public static let indexes: [Index] = [.on("fingerprint", unique: true)]

    public var id = EntityID<SavedMapping>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// SHA-256 over the folded headers in order, in hexadecimal.
    public var fingerprint = ""
    /// Headers as the file had them.
    public var headers: [String] = []
    public var mapping: Value?
    public var fileName: String?
    public var uses = 0
    public var createdBy: EntityID<User>?

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("fingerprint", &fingerprint)
        try fields("headers", &headers)
        try fields("mapping", &mapping)
        try fields("fileName", &fileName)
        try fields("uses", &uses)
        try fields("createdBy", &createdBy)
    }
}
