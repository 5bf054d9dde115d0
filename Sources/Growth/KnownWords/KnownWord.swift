import Foundation
import Store

/// A tag, or the header of a column kept from imports, that records of a kind have.
public struct KnownWord: Entity {
    public static let collection = "known_words"
    public static let indexes: [Index] = [.on("recordType", "field", "word", unique: true)]

    public var id = EntityID<KnownWord>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    /// The collection of the records.
    public var recordType = ""
    /// `tags` or `customFields`.
    public var field = ""
    public var word = ""

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("recordType", &recordType)
        try fields("field", &field)
        try fields("word", &word)
    }
}
