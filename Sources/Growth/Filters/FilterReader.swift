import Foundation
import Store

/// Reads conditions, as an address or a JSON tree has them, into a `Filter`, which is data and never text for a database.
///
/// A tree is `{"and": […]}`, `{"or": […]}`, `{"none": […]}`, `{"not": …}`, a condition `{"field": …, "op": …, "value": …}`, or
/// `{"has": "people", "where": …}`: at least one related record for which `where` holds; where the caller gives
/// `segments`, also `{"segment": id}`: whoever is in that one.
public struct FilterReader: Sendable {
    public let fields: FilterFields
    public let context: FilterContext
    /// What the segments that a tree names mean.
    public var segments: [ObjectID: Filter]?

    public init(_ fields: FilterFields, _ context: FilterContext, segments: [ObjectID: Filter]? = nil) {
        self.fields = fields
        self.context = context
        self.segments = segments
    }

    public static let maxConditions = 200
    /// In all of a filter's conditions together.
    public static let maxValues = 500
    /// Conditions that look into every text: `contains`.
    public static let maxTextSearches = 10
    /// Of relations within relations.
    static let maxRelations = 2

    public enum Operation: String, CaseIterable, Sendable {
        case eq, ne, `in`, gt, gte, lt, lte, between, within, exists, contains, startsWith, has
    }

    /// Throws `FilterError`, which names the culprit.
    public func tree(_ value: Value) throws -> Filter {
        var left = Self.maxConditions
        let filter = try node(value, &left, relations: 0)
        try Self.check(filter)
        return filter
    }

    /// Refuses what would take the store too long.
    public static func check(_ filter: Filter) throws {
        let (values, searches) = cost(of: filter)
        guard values <= maxValues, searches <= maxTextSearches else { throw FilterError.tooMuch }
    }

    private static func cost(of filter: Filter) -> (values: Int, searches: Int) {
        switch filter {
        case .and(let parts), .or(let parts):
            parts.reduce((0, 0)) { sum, part in
                let cost = cost(of: part)
                return (sum.0 + cost.values, sum.1 + cost.searches)
            }
        case .not(let part), .related(_, let part): cost(of: part)
        case .isIn(_, let values), .hasAny(_, let values): (values.count, 0)
        case .contains: (1, 1)
        default: (1, 0)
        }
    }

    private func node(_ value: Value, _ left: inout Int, relations: Int) throws -> Filter {
        left -= 1
        guard left >= 0 else { throw FilterError.tooMuch }
        guard let object = value.object else { throw FilterError.malformed }
        let keys = Set(object.keys)
        if keys.count == 1, let pair = object.pairs.first {
            switch pair.key {
            case "and": return .and(try nodes(pair.value, &left, relations))
            case "or": return .or(try nodes(pair.value, &left, relations))
            case "none": return .not(.or(try nodes(pair.value, &left, relations)))
            case "not": return .not(try node(pair.value, &left, relations: relations))
            case "segment": return try segment(pair.value)
            default: break
            }
        }
        if let name = object["has"]?.string, keys.isSubset(of: ["has", "where"]) {
            return try related(name, object["where"], &left, relations)
        }
        guard keys.isSubset(of: ["field", "op", "value"]), let field = object["field"]?.string else {
            throw FilterError.malformed
        }
        return try condition(field, object["op"]?.string ?? "eq", object["value"] ?? .null)
    }

    private func nodes(_ value: Value, _ left: inout Int, _ relations: Int) throws -> [Filter] {
        guard let items = value.array, !items.isEmpty else { throw FilterError.malformed }
        var filters: [Filter] = []
        for item in items { filters.append(try node(item, &left, relations: relations)) }
        return filters
    }

    private func related(_ name: String, _ tree: Value?, _ left: inout Int, _ relations: Int) throws -> Filter {
        guard relations < Self.maxRelations, let related = fields.related(name) else {
            throw FilterError.unknownRelation(name)
        }
        let inner = FilterReader(related.fields, context)
        let filter = try tree.map { try inner.node($0, &left, relations: relations + 1) } ?? .all
        return .related(related.relation, related.scope && filter)
    }

    private func segment(_ value: Value) throws -> Filter {
        guard let id = value.id ?? value.string.flatMap({ ObjectID($0) }), let filter = segments?[id] else {
            throw FilterError.unknownSegment
        }
        return filter
    }

    /// One condition.
    public func condition(_ field: String, _ operation: String, _ value: Value) throws -> Filter {
        if let meaning = fields.questions[field] { return try answer(meaning, field, operation, value) }
        guard let type = fields.type(field) else { throw FilterError.unknownField(field) }
        guard let operation = Operation(rawValue: operation) else {
            throw FilterError.unknownOperator(operation, field: field)
        }
        switch operation {
        case .eq: return try equals(field, type, value)
        case .ne: return .not(try equals(field, type, value))
        case .in:
            let values = value.array ?? (value.string?.split(separator: ",").map { .string(String($0)) } ?? [])
            guard (1...200).contains(values.count) else { throw FilterError.badValue(field) }
            let read = try values.map { try self.value($0, type, field) }
            return type == .strings ? .hasAny(field, read) : .isIn(field, read)
        case .gt, .gte, .lt, .lte: return try comparison(field, type, operation, value)
        case .between:
            let sides = value.string?.components(separatedBy: "..") ?? []
            guard sides.count == 2 else { throw FilterError.badValue(field) }
            return try comparison(field, type, .gte, .string(sides[0]))
                && comparison(field, type, .lte, .string(sides[1]))
        case .within:
            guard type == .date, let span = value.string.flatMap(context.days.span) else {
                throw FilterError.badValue(field)
            }
            return .range(field, from: .including(.date(span.lowerBound)), to: .excluding(.date(span.upperBound)))
        case .exists:
            guard let flag = Self.flag(value) else { throw FilterError.badValue(field) }
            return .exists(field, flag)
        case .contains, .startsWith:
            guard type == .string || type == .mixed, let text = value.string, text.utf8.count <= 400 else {
                throw FilterError.badValue(field)
            }
            return operation == .contains ? .contains(field, text) : .startsWith(field, text)
        case .has:
            guard type == .strings else { throw FilterError.badValue(field) }
            let values = value.array ?? [value]
            guard values.count <= 200 else { throw FilterError.badValue(field) }
            return .hasAny(field, try values.map { try self.value($0, .string, field) })
        }
    }

    /// A question with a yes or no of its own, or one that text answers.
    private func answer(
        _ meaning: FilterFields.Question, _ field: String, _ operation: String, _ value: Value
    ) throws -> Filter {
        switch (meaning, Operation(rawValue: operation)) {
        case (.flag(let filter), .eq?), (.flag(let filter), .ne?):
            guard let flag = Self.flag(value) else { throw FilterError.badValue(field) }
            return flag == (operation == "eq") ? filter : .not(filter)
        case (.words(let filter), .contains?), (.words(let filter), .eq?):
            guard let text = value.string, (1...400).contains(text.utf8.count) else {
                throw FilterError.badValue(field)
            }
            return filter(text)
        default: throw FilterError.unknownOperator(operation, field: field)
        }
    }

    private func equals(_ field: String, _ type: Schema.FieldType, _ value: Value) throws -> Filter {
        if value.isNull { return .equals(field, .null) }
        if type == .id && value.string == Self.nobody { return .exists(field, false) }
        if type == .date, let day = value.string.flatMap(context.days.day) {
            return .range(field, from: .including(.date(day.lowerBound)), to: .excluding(.date(day.upperBound)))
        }
        let read = try self.value(value, type, field)
        return type == .strings ? .hasAny(field, [read]) : .equals(field, read)
    }

    /// Nobody's: `filter[ownerId]=none`.
    public static let nobody = "none"
    /// The asker's own: `filter[ownerId]=me`.
    public static let me = "me"

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
        guard let read else { throw FilterError.badValue(field) }
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
    public static func date(_ text: String) -> Date? {
        let whole = text.count == 10 ? text + "T00:00:00Z" : text
        do {
            return try Date(whole, strategy: .iso8601)
        } catch {
            // Not that form: the caller names the field.
            return nil
        }
    }
}
