import Foundation
import Growth
import Store

/// Reads conditions from an address or from a JSON tree into a `Filter`, which is data and never text for a database.
struct FilterReader {
    /// The type of a field that may be asked for.
    let type: (String) -> Schema.FieldType?
    let context: ListContext

    init<E: Entity>(_ definition: ListDefinition<E>, _ context: ListContext) {
        type = definition.filterType
        self.context = context
    }

    static let maxConditions = 200
    /// In all of a filter's conditions together.
    static let maxValues = 500
    /// Conditions that look into every text: `contains`.
    static let maxTextSearches = 10

    enum Operation: String, CaseIterable {
        case eq, ne, `in`, gt, gte, lt, lte, between, within, exists, contains, startsWith, has
    }

    /// `filter[city]`, `filter[leadScore][gte]`.
    struct Field {
        let name: String
        let operation: String

        init?(parameter: String) {
            guard parameter.hasPrefix("filter["), parameter.hasSuffix("]") else { return nil }
            let parts = parameter.dropFirst(7).dropLast().components(separatedBy: "][")
            guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
            name = parts[0]
            operation = parts.count == 2 ? parts[1] : Operation.eq.rawValue
        }

        init(_ name: String, _ operation: Operation) {
            self.name = name
            self.operation = operation.rawValue
        }

        /// As it stands in an address.
        var parameter: String {
            operation == Operation.eq.rawValue ? "filter[\(name)]" : "filter[\(name)][\(operation)]"
        }
    }

    /// `{"and": […]}`, `{"or": […]}`, `{"not": …}` or `{"field": …, "op": …, "value": …}`.
    func tree(_ value: Value) throws -> Filter {
        var left = Self.maxConditions
        let filter = try node(value, &left)
        try Self.check(filter, "filter")
        return filter
    }

    /// Refuses what would take the store too long.
    static func check(_ filter: Filter, _ name: String) throws {
        let (values, searches) = cost(of: filter)
        guard values <= maxValues, searches <= maxTextSearches else { throw WebError.badParameter(name) }
    }

    private static func cost(of filter: Filter) -> (values: Int, searches: Int) {
        switch filter {
        case .and(let parts), .or(let parts):
            parts.reduce((0, 0)) { sum, part in
                let cost = cost(of: part)
                return (sum.0 + cost.values, sum.1 + cost.searches)
            }
        case .not(let part): cost(of: part)
        case .isIn(_, let values), .hasAny(_, let values): (values.count, 0)
        case .contains: (1, 1)
        default: (1, 0)
        }
    }

    private func node(_ value: Value, _ left: inout Int) throws -> Filter {
        left -= 1
        guard left >= 0, let object = value.object else { throw WebError.badParameter("filter") }
        if object.pairs.count == 1, let pair = object.pairs.first {
            switch pair.key {
            case "and": return .and(try nodes(pair.value, &left))
            case "or": return .or(try nodes(pair.value, &left))
            case "not": return .not(try node(pair.value, &left))
            default: break
            }
        }
        guard Set(object.keys).isSubset(of: ["field", "op", "value"]), let field = object["field"]?.string else {
            throw WebError.badParameter("filter")
        }
        return try condition(field, object["op"]?.string ?? "eq", object["value"] ?? .null, field)
    }

    private func nodes(_ value: Value, _ left: inout Int) throws -> [Filter] {
        guard let items = value.array, !items.isEmpty else { throw WebError.badParameter("filter") }
        var filters: [Filter] = []
        for item in items { filters.append(try node(item, &left)) }
        return filters
    }

    /// One condition. `name` is what an error calls it.
    func condition(_ field: String, _ operation: String, _ value: Value, _ name: String) throws -> Filter {
        guard let type = type(field) else { throw WebError.unknownFilterField(field) }
        guard let operation = Operation(rawValue: operation) else {
            throw WebError.unknownFilterOperator(operation, field: field)
        }
        switch operation {
        case .eq: return try equals(field, type, value, name)
        case .ne: return .not(try equals(field, type, value, name))
        case .in:
            let values = value.array ?? (value.string?.split(separator: ",").map { .string(String($0)) } ?? [])
            guard (1...200).contains(values.count) else { throw WebError.badFilterValue(field) }
            let read = try values.map { try self.value($0, type, field) }
            return type == .strings ? .hasAny(field, read) : .isIn(field, read)
        case .gt, .gte, .lt, .lte: return try comparison(field, type, operation, value)
        case .between:
            let sides = value.string?.components(separatedBy: "..") ?? []
            guard sides.count == 2 else { throw WebError.badFilterValue(field) }
            return try comparison(field, type, .gte, .string(sides[0]))
                && comparison(field, type, .lte, .string(sides[1]))
        case .within:
            guard type == .date, let span = value.string.flatMap(context.days.span) else {
                throw WebError.badFilterValue(field)
            }
            return .range(field, from: .including(.date(span.lowerBound)), to: .excluding(.date(span.upperBound)))
        case .exists:
            guard let flag = Self.flag(value) else { throw WebError.badFilterValue(field) }
            return .exists(field, flag)
        case .contains, .startsWith:
            guard type == .string || type == .mixed, let text = value.string, text.utf8.count <= 400 else {
                throw WebError.badFilterValue(field)
            }
            return operation == .contains ? .contains(field, text) : .startsWith(field, text)
        case .has:
            guard type == .strings else { throw WebError.badFilterValue(field) }
            let values = value.array ?? [value]
            guard values.count <= 200 else { throw WebError.badFilterValue(field) }
            return .hasAny(field, try values.map { try self.value($0, .string, field) })
        }
    }

    private func equals(_ field: String, _ type: Schema.FieldType, _ value: Value, _ name: String) throws -> Filter {
        if value.isNull { return .equals(field, .null) }
        if type == .id && value.string == Self.nobody { return .exists(field, false) }
        if type == .date, let day = value.string.flatMap(context.days.day) {
            return .range(field, from: .including(.date(day.lowerBound)), to: .excluding(.date(day.upperBound)))
        }
        let read = try self.value(value, type, field)
        return type == .strings ? .hasAny(field, [read]) : .equals(field, read)
    }

    /// Nobody's: `filter[ownerId]=none`.
    static let nobody = "none"
    /// The asker's own: `filter[ownerId]=me`.
    static let me = "me"

    /// A day without a time of day counts as a whole: up to the 22nd includes the 22nd.
    private func comparison(
        _ field: String, _ type: Schema.FieldType, _ operation: Operation, _ value: Value
    ) throws -> Filter {
        var bound = try self.value(value, type, field)
        var operation = operation
        if type == .date, let day = value.string.flatMap(context.days.day) {
            bound = .date([.gt, .lte].contains(operation) ? day.upperBound : day.lowerBound)
            operation = operation == .gt ? .gte : operation == .lte ? .lt : operation
        }
        switch operation {
        case .gt: return .range(field, from: .excluding(bound), to: nil)
        case .gte: return .range(field, from: .including(bound), to: nil)
        case .lt: return .range(field, from: nil, to: .excluding(bound))
        default: return .range(field, from: nil, to: .including(bound))
        }
    }

    /// The value as the field's type; from an address everything comes as text.
    private func value(_ value: Value, _ type: Schema.FieldType, _ field: String) throws -> Value {
        let read: Value? =
            switch type {
            case .string, .strings, .mixed: value.string.map(Value.string)
            case .int: (value.int ?? value.string.flatMap { Int($0) }).map(Value.int)
            case .double:
                (value.double ?? value.string.flatMap { Double($0) }).flatMap { $0.isFinite ? .double($0) : nil }
            case .bool: Self.flag(value).map(Value.bool)
            case .date: value.string.flatMap { context.days.day($0)?.lowerBound ?? Self.date($0) }.map(Value.date)
            case .id:
                value.string == Self.me
                    ? context.me.map { .id($0.raw) } : value.string.flatMap { ObjectID($0) }.map(Value.id)
            }
        guard let read else { throw WebError.badFilterValue(field) }
        return read
    }

    private static func flag(_ value: Value) -> Bool? {
        switch value {
        case .bool(let flag): flag
        case .string("true"): true
        case .string("false"): false
        default: nil
        }
    }

    /// `2026-11-22` at midnight of Greenwich, or `2026-11-22T09:30:00Z`.
    static func date(_ text: String) -> Date? {
        let whole = text.count == 10 ? text + "T00:00:00Z" : text
        do {
            return try Date(whole, strategy: .iso8601)
        } catch {
            // Not that form: the caller names the field.
            return nil
        }
    }
}
