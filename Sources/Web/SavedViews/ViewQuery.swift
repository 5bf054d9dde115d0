import Growth
import Store

/// A saved view as the address of its list, and back: `{q, conditions: [{field, op, value}], flags: {hasEmail: true}}`.
enum ViewQuery {
    /// `nil` for filters that are not ours.
    static func pairs(_ view: SavedView) -> [QueryPair]? {
        var pairs: [QueryPair] = []
        if let filters = view.filters {
            guard let object = filters.object, Set(object.keys).isSubset(of: ["q", "conditions", "flags"]) else {
                return nil
            }
            if let text = object["q"] {
                guard let text = text.string else { return nil }
                pairs.append(QueryPair(name: "q", value: text))
            }
            if let conditions = object["conditions"] {
                guard let items = conditions.array else { return nil }
                for item in items {
                    guard let condition = condition(item) else { return nil }
                    pairs.append(condition)
                }
            }
            if let flags = object["flags"] {
                guard let flags = flags.object else { return nil }
                for pair in flags.pairs {
                    guard case .bool(let flag) = pair.value else { return nil }
                    pairs.append(QueryPair(name: pair.key, value: flag ? "true" : "false"))
                }
            }
        }
        if let sort = view.sort { pairs.append(QueryPair(name: "sort", value: sort)) }
        if !view.columns.isEmpty {
            pairs.append(QueryPair(name: "columns", value: view.columns.joined(separator: ",")))
        }
        return pairs
    }

    private static func condition(_ item: Value) -> QueryPair? {
        guard let object = item.object, Set(object.keys).isSubset(of: ["field", "op", "value"]),
            let field = object["field"]?.string, let value = object["value"]?.string
        else { return nil }
        let name = object["op"]?.string ?? "eq"
        return QueryPair(name: name == "eq" ? "filter[\(field)]" : "filter[\(field)][\(name)]", value: value)
    }

    /// What of an address a view keeps.
    static func draft(_ pairs: [QueryPair]) -> SavedViews.Draft {
        var draft = SavedViews.Draft(filters: .null, sort: .some(nil), columns: [])
        var filters = Document()
        var conditions: [Value] = []
        var flags = Document()
        for pair in pairs where !pair.value.isEmpty {
            switch pair.name {
            case "q": filters["q"] = .string(pair.value)
            case "sort": draft.sort = .some(pair.value)
            case "columns": draft.columns = (draft.columns ?? []) + pair.value.split(separator: ",").map(String.init)
            case "after", "before", "limit", "view", "format": break
            default:
                if let field = FilterParameter(pair.name) {
                    conditions.append([
                        "field": .string(field.field), "op": .string(field.operation), "value": .string(pair.value),
                    ])
                } else {
                    flags[pair.name] = .bool(pair.value == "true")
                }
            }
        }
        if !conditions.isEmpty { filters["conditions"] = .array(conditions) }
        if !flags.isEmpty { filters["flags"] = .object(flags) }
        if !filters.isEmpty { draft.filters = .object(filters) }
        return draft
    }
}

/// A list whose views can be saved, whatever its records are.
struct ViewedList: Sendable {
    let collection: String
    let path: String
    /// Throws what the list would refuse.
    let check: @Sendable (_ query: String, FilterContext) throws -> Void

    /// The view's address; `nil` for one whose conditions the list does not understand any more.
    func address(of view: SavedView, _ context: FilterContext) -> String? {
        guard let pairs = ViewQuery.pairs(view) else { return nil }
        do {
            try check(QueryPair.text(pairs), context)
        } catch {
            // Whatever is wrong with it: it is shown as broken, and shows nothing.
            return nil
        }
        return "\(path)?\(QueryPair.text(pairs + [QueryPair(name: "view", value: view.id.description)]))"
    }
}

extension RecordList {
    var viewed: ViewedList {
        let definition = definition
        return ViewedList(collection: E.collection, path: path) { query, context in
            _ = try ListRequest(query: query, definition, context: context, isPage: true)
        }
    }
}
