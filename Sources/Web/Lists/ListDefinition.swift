import Foundation
import Growth
import Hummingbird
import Matching
import Store

/// What a collection's list pages and API lists can be asked: which fields filter, which sort, how text is searched.
///
///     static let list = ListDefinition<Company>(
///         path: "/companies", filters: ["city", "sector", "leadScore", "status", "createdAt"],
///         sorts: ["createdAt", "leadScore"], defaultSort: [.descending("createdAt")])
///
///     Endpoint(.get, "/api/companies", for: .may(.readRecords), "Lists companies", query: list.parameters,
///         gives: .json(.list(of: .entity(Company.self)))) { visit in try await list.json(visit) }
public struct ListDefinition<E: Entity>: Sendable {
    public let path: String
    /// The fields that may be filtered on. Another one is refused with 400, which names it.
    public let filters: [String]
    /// The fields that may be sorted on: those with an index.
    public let sorts: [String]
    public let defaultSort: [Sort]
    /// What `q` means; `nil` refuses it.
    public let search: (@Sendable (String) -> Filter)?
    /// Questions with a yes or no of their own, such as `hasEmail=true`, and what yes means.
    public let flags: [String: Filter]
    let types: [String: Schema.FieldType]
    /// Whether columns kept from imports filter too, as `customFields.<header>`.
    let takesCustom: Bool

    public static var defaultLimit: Int { 25 }
    public static var limits: ClosedRange<Int> { 10...200 }
    /// Up to here a count is exact; beyond it says "10,000+".
    public static var countLimit: Int { 10_000 }

    /// Without `search`, a collection with `searchKeys` is searched by them.
    public init(
        path: String, filters: [String], sorts: [String], defaultSort: [Sort],
        search: (@Sendable (String) -> Filter)? = nil, flags: [String: Filter] = [:]
    ) {
        let schema = Schema(of: E.self)
        self.path = path
        self.filters = filters
        self.sorts = sorts
        self.defaultSort = defaultSort
        self.flags = flags
        types = Dictionary(
            (filters + sorts).compactMap { name in schema.type(of: name).map { (name, $0) } },
            uniquingKeysWith: { first, _ in first })
        takesCustom = schema.type(of: "customFields") == .mixed
        let hasKeys = schema.indexes.contains { $0.kind == .words && $0.fields == ["searchKeys"] }
        let byKeys: @Sendable (String) -> Filter = { ListSearch.byKeys($0) }
        self.search = search ?? (hasKeys ? byKeys : nil)
    }

    /// The type of a field that may be filtered on; `nil` for every other.
    func filterType(_ field: String) -> Schema.FieldType? {
        if takesCustom && field.hasPrefix(Self.customPrefix) && field.utf8.count > Self.customPrefix.utf8.count {
            return .mixed
        }
        return filters.contains(field) ? types[field] : nil
    }

    static var customPrefix: String { FilterFields.customPrefix }

    /// What its conditions may be about.
    var filterFields: FilterFields { FilterFields(names: filters, type: filterType) }

    /// For the OpenAPI document.
    public var parameters: [QueryParameter] {
        let text = search == nil ? [] : [QueryParameter("q", .string, "Words to find")]
        return text + flags.keys.sorted().map { QueryParameter($0, .boolean) } + [
            QueryParameter(
                "filter", .object([], isOpen: true),
                "filter[field]=value or filter[field][operator]=value (\(FilterReader.Operation.allCases.map(\.rawValue).joined(separator: ", ")))"
            ),
            QueryParameter("sort", .word(sorts.flatMap { [$0, "-" + $0] }), "A minus sorts downwards"),
            QueryParameter("limit", .integer, "10 to 200, by default 25"),
            QueryParameter("after", .string, "`next` of the page before"),
            QueryParameter("before", .string, "`previous` of the page behind"),
        ]
    }

    /// What `POST …/search` takes.
    public var searchBody: JSONSchema {
        .object(
            .may("q", .string), .may("filter", .any), .may("sort", .string), .may("limit", .integer),
            .may("after", .string), .may("before", .string))
    }

    /// The page that the address asks for, of the documents within `scope`.
    public func page(_ visit: some Visiting, within scope: Filter = .all) async throws -> ListPage<E> {
        try await ListRequest(visit, self).page(visit.platform.store, within: scope)
    }

    /// The same as JSON: `{items, count, countIsExact, next, previous}`.
    public func json(_ visit: some Visiting, within scope: Filter = .all) async throws -> Response {
        visit.json(try await page(visit, within: scope).value())
    }

    /// Answers `POST …/search`, whose filter is a tree.
    public func search(_ visit: some Visiting, within scope: Filter = .all) async throws -> Response {
        visit.json(
            try await ListRequest(visit.input, self, context: FilterContext(visit)).page(
                visit.platform.store, within: scope
            ).value())
    }
}

enum ListSearch {
    /// A question without a single word in it finds everything, as an empty one does.
    static func byKeys(_ text: String) -> Filter {
        let words = SearchKeys.query(text)
        return words.isEmpty ? .all : .search("searchKeys", words)
    }
}
