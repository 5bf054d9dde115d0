import Foundation

/// The documents to read, their order and how many.
public struct Query<E: Entity>: Sendable {
    public var filter: Filter
    /// Ties are broken by `_id` in the direction of the last field. Absent values come first, as in MongoDB.
    public var sort: [Sort]
    public var limit: Int?
    public var page: Page?
    /// The matches that the engine comes upon first, in no order. With a limit, words that a hundred thousand documents
    /// have then cost no more than words that few have. Neither `sort` nor `page` is looked at.
    public var isUnordered = false
    /// What is read besides `_id`; any other field stays as in a new entity, so the result is for looking at and never for
    /// writing back. `nil`: everything. Names of no field are passed over.
    public var fields: Set<String>?
    /// The field by whose index the matches are found, where the embedded engine would take a value that a million
    /// documents have for a better way in. `nil`: as the engine thinks best.
    public var lead: String?

    public init(_ filter: Filter = .all, sort: [Sort] = [], limit: Int? = nil, page: Page? = nil) {
        self.filter = filter
        self.sort = sort
        self.limit = limit
        self.page = page
    }

    public static func unordered(_ filter: Filter, limit: Int, fields: Set<String>? = nil) -> Query {
        var query = Query(filter, limit: limit)
        query.isUnordered = true
        query.fields = fields
        return query
    }
}

public struct Sort: Hashable, Sendable {
    public var field: String
    public var isDescending: Bool

    public static func ascending(_ field: String) -> Sort { Sort(field: field, isDescending: false) }
    public static func descending(_ field: String) -> Sort { Sort(field: field, isDescending: true) }
}

/// The place in an ordered list where a page begins: the sort values and the id of a document.
///
/// Reading goes on behind that document, or, when `isBackward`, ends before it; the page comes in list order either way.
/// The document need not exist any more. Any depth costs the same.
public struct Page: Hashable, Sendable {
    public var values: [Value]
    public var id: ObjectID
    public var isBackward: Bool

    public init(values: [Value], id: ObjectID, isBackward: Bool = false) {
        self.values = values
        self.id = id
        self.isBackward = isBackward
    }

    /// The page that begins behind, or ends before, `entity` in the order of `sort`.
    public init<E: Entity>(at entity: E, sort: [Sort], isBackward: Bool = false) throws {
        let document = try Document(entity)
        self.init(values: sort.map { document[$0.field] ?? .null }, id: entity.id.raw, isBackward: isBackward)
    }
}

/// One value of a field and how many documents have it.
public struct Group: Hashable, Sendable {
    public var value: Value
    public var count: Int
    /// The sum of the field asked for, or 0.
    public var sum: Double

    public init(value: Value, count: Int, sum: Double) {
        self.value = value
        self.count = count
        self.sum = sum
    }
}
