import Growth
import HTTPTypes
import Store

/// What somebody sent of a segment, from a form or as JSON.
enum SegmentInput {
    static let fields = ["name", "description", "targetType", "type", "status", "filters", "staticIds"]

    /// A form has its filter as text, and sends an empty one for "all of them".
    static func draft(_ input: Input) throws -> Segments.Draft {
        var draft = Segments.Draft()
        draft.name = try text("name", input)
        draft.description = try text("description", input)
        draft.targetType = try text("targetType", input)
        draft.type = try text("type", input)
        draft.status = try text("status", input)
        if input.has("filters") {
            let filters = try filters(input)
            try FilterNode.top(filters).demandComplete()
            draft.filters = filters
        }
        if let sent = input["staticIds"] {
            let ids = sent.array?.compactMap { $0.id ?? $0.string.flatMap { ObjectID($0) } }
            guard let ids, ids.count == sent.array?.count else { throw InvalidFields(["staticIds": .notInList]) }
            draft.staticIds = ids
        }
        return draft
    }

    private static func text(_ name: String, _ input: Input) throws -> String? {
        switch input[name] {
        case nil: nil
        case .null?: ""
        case .string(let text)?: text
        default: throw InvalidFields([name: .notText])
        }
    }

    /// A tree, or a tree as text; null for everybody. Throws `WebError.badJSON`.
    static func filters(_ input: Input) throws -> Value {
        guard case .string(let text)? = input["filters"] else { return input["filters"] ?? .null }
        if text.allSatisfy(\.isWhitespace) { return .null }
        do {
            return cleaned(try Value(json: text))
        } catch {
            throw WebError.badJSON(offset: error.offset)
        }
    }

    /// An empty group at the top is what the builder has before its first condition: everybody.
    private static func cleaned(_ value: Value) -> Value {
        if let object = value.object, object.pairs.count == 1, object.pairs[0].value.array?.isEmpty == true,
            ["and", "or", "none"].contains(object.pairs[0].key)
        {
            return .null
        }
        return value
    }

    /// The segment as somebody has it before them, saved or not.
    static func drafted(_ input: Input, over stored: Segment? = nil) throws -> Segment {
        var segment = stored ?? Segment()
        if let target = input.text("targetType") { segment.targetType = Segment.Target(rawValue: target) }
        if let type = input.text("type") { segment.type = Segment.Kind(rawValue: type) }
        if input.has("filters") {
            let filters = try filters(input)
            segment.filters = filters.isNull ? Value?.none : filters
        }
        return segment
    }
}

extension SegmentError: Presentable {
    public var failure: Failure {
        switch self {
        case .notStatic: Failure(.conflict, "segment_not_static")
        case .inUse(let names):
            Failure(.conflict, "segment_in_use", values: ["names": names.prefix(5).joined(separator: "، ")])
        }
    }
}
