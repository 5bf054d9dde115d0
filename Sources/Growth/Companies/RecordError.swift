import Foundation

/// Why something cannot be done with a company, a person or a contact point.
public enum RecordError: Error, Hashable {
    case notFound
    /// The role may not export, or not that much.
    case exportNotAllowed
}

/// What somebody wants to change of a record.
public struct RecordEdit: Sendable {
    /// Field -> new value as it was sent; `nil` and empty text clear the field. Fields that are not named stay.
    public var fields: [String: String?]
    /// Columns kept from imports, by their header.
    public var custom: [String: String?]
    /// The `updatedAt` that the editor saw; `nil` asks for no such check.
    public var expected: Date?

    public init(_ fields: [String: String?] = [:], custom: [String: String?] = [:], expected: Date? = nil) {
        self.fields = fields
        self.custom = custom
        self.expected = expected
    }
}
