import Foundation
import Growth
import Hummingbird
import Store

/// A list as somebody asks for it, checked against what the list can be asked.
public struct ListRequest<E: Entity>: Sendable {
    public let definition: ListDefinition<E>
    public var text = ""
    public var filter = Filter.all
    public var sort: [Sort]
    public var limit = ListDefinition<E>.defaultLimit
    var page: Page?
    /// The parameters as they came, for links that keep them.
    let parameters: [QueryPair]

    /// What only pages of lists understand: which columns are shown, and which saved view is open.
    static var pageParameters: Set<String> { ["columns", "view"] }

    /// Reads the query string of a visit; `me` and days mean what they mean to the visitor.
    public init(_ visit: some Visiting, _ definition: ListDefinition<E>) throws {
        try self.init(
            visit.request, definition, context: FilterContext(visit), isPage: visit.visit.endpoint?.isAPI == false)
    }

    /// Throws `WebError.unknownParameter` or `.badParameter`, which name the culprit.
    ///
    /// - Parameter isPage: whether the parameters that only pages understand are let by.
    public init(
        _ request: Request, _ definition: ListDefinition<E>, context: FilterContext = FilterContext(),
        isPage: Bool = false
    ) throws {
        try self.init(query: request.uri.query ?? "", definition, context: context, isPage: isPage)
    }

    /// Reads what stands behind the question mark.
    public init(
        query: String, _ definition: ListDefinition<E>, context: FilterContext = FilterContext(), isPage: Bool = false
    ) throws {
        self.definition = definition
        parameters = try QueryPair.all(query)
        sort = definition.defaultSort
        var conditions: [Filter] = []
        var cursor: (text: String, isBackward: Bool)?
        let reader = FilterReader(definition.filterFields, context)
        for pair in parameters where !pair.value.isEmpty && !(isPage && Self.pageParameters.contains(pair.name)) {
            switch pair.name {
            case "q": try setText(pair.value)
            case "sort": try setSort(pair.value)
            case "limit": try setLimit(Int(pair.value))
            case "after": cursor = (pair.value, false)
            case "before": cursor = (pair.value, true)
            case let name where definition.flags[name] != nil:
                conditions.append(try flag(name, pair.value))
            default:
                guard let field = FilterParameter(pair.name) else {
                    throw WebError.unknownParameter(pair.name)
                }
                conditions.append(try reader.condition(field.field, field.operation, .string(pair.value)))
            }
        }
        filter = conditions.reduce(.all) { $0 && $1 }
        try FilterReader.check(filter)
        try setCursor(cursor)
    }

    /// Reads the body of `POST …/search`.
    public init(_ input: Input, _ definition: ListDefinition<E>, context: FilterContext = FilterContext()) throws {
        self.definition = definition
        parameters = []
        sort = definition.defaultSort
        for key in input.document.keys where !["q", "filter", "sort", "limit", "after", "before"].contains(key) {
            throw WebError.unknownParameter(key)
        }
        if let text = input.text("q") { try setText(text) }
        if let sort = input.text("sort") { try setSort(sort) }
        if input.has("limit") { try setLimit(input["limit"]?.int) }
        if let tree = input["filter"] {
            filter = try FilterReader(definition.filterFields, context).tree(tree)
        }
        try setCursor(input.text("after").map { ($0, false) } ?? input.text("before").map { ($0, true) })
    }

    private func flag(_ name: String, _ value: String) throws -> Filter {
        guard let meaning = definition.flags[name], value == "true" || value == "false" else {
            throw WebError.badParameter(name)
        }
        return value == "true" ? meaning : .not(meaning)
    }

    private mutating func setText(_ value: String) throws {
        guard definition.search != nil else { throw WebError.unknownParameter("q") }
        guard value.utf8.count <= 400 else { throw WebError.badParameter("q") }
        text = value
    }

    private mutating func setSort(_ value: String) throws {
        let isDescending = value.hasPrefix("-")
        let field = String(isDescending ? value.dropFirst() : value[...])
        guard definition.sorts.contains(field) else { throw WebError.badParameter("sort") }
        sort = [isDescending ? .descending(field) : .ascending(field)]
    }

    private mutating func setLimit(_ value: Int?) throws {
        guard let value, ListDefinition<E>.limits.contains(value) else { throw WebError.badParameter("limit") }
        limit = value
    }

    private mutating func setCursor(_ cursor: (text: String, isBackward: Bool)?) throws {
        guard let cursor else { return }
        guard let page = PageKey.read(cursor.text, sort: sort, isBackward: cursor.isBackward) else {
            throw WebError.badParameter(cursor.isBackward ? "before" : "after")
        }
        self.page = page
    }

    /// Every condition as one filter, also for bulk actions and exports of what the list shows.
    public func wholeFilter(within scope: Filter = .all) -> Filter {
        let found = text.isEmpty ? .all : definition.search?(text) ?? .all
        return scope && filter && found
    }

    public func query(within scope: Filter = .all) -> Query<E> {
        Query<E>(wholeFilter(within: scope), sort: sort, limit: limit, page: page)
    }

    /// Reads the page and counts. One row more than asked for tells whether the list goes on.
    public func page(_ store: any DocumentStore, within scope: Filter = .all) async throws -> ListPage<E> {
        var query = query(within: scope)
        query.limit = limit + 1
        var items = try await store.find(query)
        let goesOn = items.count > limit
        let isBackward = page?.isBackward ?? false
        if goesOn { if isBackward { items.removeFirst() } else { items.removeLast() } }
        let limit = ListDefinition<E>.countLimit
        let count = try await store.count(E.self, where: query.filter, upTo: limit + 1)
        return ListPage(
            request: self, items: items, count: min(count, limit), countIsExact: count <= limit,
            hasNext: isBackward || goesOn, hasPrevious: isBackward ? goesOn : page != nil)
    }
}

/// One `name=value` behind the question mark, decoded.
struct QueryPair: Hashable, Sendable {
    var name: String
    var value: String

    static func all(_ query: String) throws -> [QueryPair] {
        try query.split(separator: "&").prefix(200).map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Input.decoded(sides[0]), let value = Input.decoded(sides.count > 1 ? sides[1] : "") else {
                throw WebError.badParameter(String(sides[0]))
            }
            return QueryPair(name: name, value: value)
        }
    }

    static func text(_ pairs: [QueryPair]) -> String {
        pairs.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        var allowed = CharacterSet(charactersIn: "-._~[]")
        allowed.formUnion(CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}

/// Where a page begins, as a word that only this program reads: the order, its values, the id.
enum PageKey {
    static func text<E: Entity>(at entity: E, sort: [Sort]) throws -> String {
        let page = try Page(at: entity, sort: sort)
        let value: Value = ["s": .string(name(of: sort)), "v": .array(page.values), "i": .id(page.id)]
        return Data(value.json(.extended).utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// `nil` unless it is one of ours for this very order.
    static func read(_ text: String, sort: [Sort], isBackward: Bool) -> Page? {
        guard text.utf8.count <= 4_000 else { return nil }
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), let document = object(Array(data)),
            document["s"]?.string == name(of: sort), let values = document["v"]?.array, values.count == sort.count,
            let id = document["i"]?.id
        else { return nil }
        return Page(values: values, id: id, isBackward: isBackward)
    }

    private static func object(_ bytes: [UInt8]) -> Document? {
        do {
            return try Value(json: bytes, form: .extended, maxDepth: 8).object
        } catch {
            // Whatever is wrong with it: it is none of ours.
            return nil
        }
    }

    private static func name(of sort: [Sort]) -> String {
        sort.map { ($0.isDescending ? "-" : "") + $0.field }.joined(separator: ",")
    }
}
