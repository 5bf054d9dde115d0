import Foundation
import Store

/// Filters, order and columns of a list, kept under a name.
public struct SavedView: Entity {
    public static let collection = "saved_views"
    public static let indexes: [Index] = [.on("userId", "entityType"), .on("entityType", "isShared")]

    public var id = EntityID<SavedView>()
    public var createdAt: Date?
    public var updatedAt: Date?
    public var extra = Document()

    public var name = ""
    /// The collection that the list shows.
    public var entityType = ""
    public var userId = EntityID<User>()
    /// Whether everybody may use it.
    public var isShared = false
    public var filters: Value?
    /// A field, with `-` before it for the greatest first.
    public var sort: String?
    public var columns: [String] = []
    /// Those whose list begins with this view.
    public var startOf: [EntityID<User>] = []

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("entityType", &entityType)
        try fields("userId", &userId)
        try fields("isShared", &isShared)
        try fields("filters", &filters)
        try fields("sort", &sort)
        try fields("columns", &columns)
        try fields("startOf", &startOf)
    }
}
