import Foundation
import Growth
import Store

/// One page of a list, with what is around it.
public struct ListPage<E: Entity>: Sendable {
    public let request: ListRequest<E>
    public var items: [E]
    /// At most 10,000.
    public let count: Int
    public let countIsExact: Bool
    public let hasNext: Bool
    public let hasPrevious: Bool

    /// The key of the page behind this one, for `after`.
    public func next() throws -> String? {
        guard hasNext, let last = items.last else { return nil }
        return try PageKey.text(at: last, sort: request.sort)
    }

    /// The key of the page before this one, for `before`.
    public func previous() throws -> String? {
        guard hasPrevious, let first = items.first else { return nil }
        return try PageKey.text(at: first, sort: request.sort)
    }

    /// The body of an API list. `item` may add to what an entity shows.
    public func value(_ item: (E) throws -> Value = { try EntityJSON.value($0) }) throws -> Value {
        [
            "items": .array(try items.map(item)), "count": .int(count), "countIsExact": .bool(countIsExact),
            "next": try next().map(Value.string) ?? .null, "previous": try previous().map(Value.string) ?? .null,
        ]
    }

    /// `1,234`, or `10,000+` when there are more.
    public var countText: String { Formats.number(count) + (countIsExact ? "" : "+") }

    /// The list's address with these parameters set (`nil`: without), the others as they are, from the first page on.
    public func link(_ changes: [String: String?]) -> String {
        let dropped = Set(changes.keys).union(["after", "before"])
        var pairs = request.parameters.filter { !dropped.contains($0.name) && !$0.value.isEmpty }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let value { pairs.append(QueryPair(name: name, value: value)) }
        }
        return pairs.isEmpty ? request.definition.path : "\(request.definition.path)?\(QueryPair.text(pairs))"
    }

    /// For the partial `shell/pager`.
    public func pager(_ visit: some Visiting) throws -> PageData {
        let total = visit.plural("shell.results", count, ["count": countText])
        return [
            "total": total, "hasPages": hasNext || hasPrevious,
            "next": try next().map { link(["after": $0]) } as Any, "hasNext": hasNext && !items.isEmpty,
            "previous": try previous().map { link(["before": $0]) } as Any,
            "hasPrevious": hasPrevious && !items.isEmpty,
        ]
    }

    /// For a column's head: where a click on it leads and which way it is sorted now.
    public func head(_ field: String) -> PageData {
        let current = request.sort.first { $0.field == field }
        let isDescending = current?.isDescending ?? false
        let next = current != nil && !isDescending ? "-" + field : field
        return [
            "href": link(["sort": next]),
            "state": current == nil ? "none" : isDescending ? "descending" : "ascending",
        ]
    }

    /// The conditions in force, each with the address of the list without it. `label` names a field's condition.
    public func chips(_ label: (_ field: String, _ operation: String, _ value: String) -> String) -> [PageData] {
        request.parameters.compactMap { pair in
            guard !pair.value.isEmpty, let field = FilterParameter(pair.name) else { return nil }
            return ["label": label(field.field, field.operation, pair.value), "without": link([pair.name: nil])]
        }
    }

    /// The value of a condition in force, so that a form shows it: `chosen("filter[city]")`.
    public func chosen(_ parameter: String) -> String {
        request.parameters.first { $0.name == parameter }?.value ?? ""
    }
}
