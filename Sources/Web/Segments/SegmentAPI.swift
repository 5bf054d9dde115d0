import Growth
import HTTPTypes
import Hummingbird
import Store

/// Segments for other programs.
enum SegmentAPI {
    private static let item = JSONSchema.entity(Segment.self)

    private static func body(required: [String]) -> JSONSchema {
        let known: [String: JSONSchema] = [
            "targetType": .words(of: Segment.Target.self), "type": .words(of: Segment.Kind.self),
            "status": .words(of: Segment.Status.self), "filters": .any, "staticIds": .array(.id),
            "description": .nullable(.string),
        ]
        let fields = SegmentInput.fields.map { name in
            let schema = known[name] ?? .string
            return required.contains(name) ? JSONSchema.Property.must(name, schema) : .may(name, schema)
        }
        return .object(fields + (required.isEmpty ? [.may("updatedAt", .formatted("date-time"))] : []), isOpen: false)
    }

    private static let member = JSONSchema.object(.must("id", .id), .must("name", .string))
    private static let reach = JSONSchema.object(.must("count", .integer), .must("sample", .array(member)))
    private static let reason = JSONSchema.object(
        .must("kind", .word(["and", "or", "none", "condition", "notLive", "list"])), .must("holds", .boolean),
        .may("condition", .any), .may("parts", .array(.any)))

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/segments", for: .may(.readRecords), "Lists segments", query: SegmentList.definition.parameters,
            gives: .json(.list(of: item))
        ) { try await SegmentList.definition.json($0) },
        Endpoint(
            .post, "/api/segments", for: .may(.manageCampaigns), "Adds a segment",
            takes: .json(body(required: ["name"])),
            gives: .json(item, status: .created)
        ) { visit in
            try visit.input.allow(SegmentInput.fields)
            let segment = try await visit.platform.segments.create(
                try SegmentInput.draft(visit.input), by: visit.principal)
            return try visit.json(segment, status: .created)
        },
        Endpoint(
            .post, "/api/segments/count", for: .may(.manageCampaigns),
            "How many records a filter means at the moment, and some of them",
            takes: .json(
                .object(.may("targetType", .words(of: Segment.Target.self)), .may("filters", .any))),
            gives: .json(reach)
        ) { visit in
            try visit.input.allow("targetType", "filters")
            return visit.json(try await reachValue(try SegmentInput.drafted(visit.input), visit))
        },
        Endpoint(.get, "/api/segments/{id}", for: .may(.readRecords), "One segment", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.segments.get(try visit.id()))
        },
        Endpoint(
            .patch, "/api/segments/{id}", for: .may(.manageCampaigns),
            "Changes the named fields; with `updatedAt`, only if nobody has since", takes: .json(body(required: [])),
            gives: .json(item)
        ) { visit in
            try visit.input.allow(SegmentInput.fields + ["updatedAt"])
            return try visit.json(
                try await visit.platform.segments.edit(
                    try visit.id(), try SegmentInput.draft(visit.input),
                    expected: visit.input["updatedAt"].flatMap(RecordInput.date), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/segments/{id}", for: .may(.manageCampaigns),
            "Deletes a segment that no campaign is meant for and no other segment names", gives: .nothing
        ) { visit in
            _ = try await visit.platform.segments.delete(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .get, "/api/segments/{id}/count", for: .may(.readRecords),
            "How many records are in a segment at the moment, and some of them", gives: .json(reach)
        ) { visit in
            visit.json(try await reachValue(try await visit.platform.segments.get(try visit.id()), visit))
        },
        Endpoint(
            .post, "/api/segments/{id}/members", for: .may(.manageCampaigns),
            "Adds records to a static segment and takes others out",
            takes: .json(.object(.may("add", .array(.id)), .may("remove", .array(.id)))), gives: .json(item)
        ) { visit in
            try visit.input.allow("add", "remove")
            let id: EntityID<Segment> = try visit.id()
            let segments = visit.platform.segments
            let (add, remove) = (try ids("add", visit.input), try ids("remove", visit.input))
            try await segments.add(add, to: id, by: visit.principal)
            try await segments.remove(remove, from: id, by: visit.principal)
            return try visit.json(try await segments.get(id))
        },
        Endpoint(
            .get, "/api/segments/{id}/reasons/{record}", for: .may(.readRecords),
            "Why a record is in a segment or not, condition by condition", gives: .json(reason)
        ) { visit in
            guard let record = ObjectID(try visit.parameter("record")) else { throw WebError.notFound }
            let segments = visit.platform.segments
            let reason = try await segments.reasons(
                record, in: try await segments.get(try visit.id()), by: visit.principal)
            return visit.json(value(reason))
        },
    ]

    private static func ids(_ name: String, _ input: Input) throws -> [ObjectID] {
        let sent = input[name]?.array ?? []
        let ids = sent.compactMap { $0.id ?? $0.string.flatMap { ObjectID($0) } }
        guard ids.count == sent.count, sent.isEmpty == (input[name]?.array?.isEmpty ?? true) else {
            throw InvalidFields([name: .notInList])
        }
        return ids
    }

    private static func reachValue(_ segment: Segment, _ visit: MemberVisit) async throws -> Value {
        let segments = visit.platform.segments
        let count = try await segments.count(segment, by: visit.principal)
        let sample = try await segments.sample(segment, by: visit.principal)
        return [
            "count": .int(count),
            "sample": .array(sample.map { ["id": .string($0.id.description), "name": .string($0.name)] }),
        ]
    }

    private static func value(_ reason: SegmentReason) -> Value {
        var value: Document = ["holds": .bool(reason.holds)]
        switch reason.kind {
        case .and: value["kind"] = "and"
        case .or: value["kind"] = "or"
        case .none: value["kind"] = "none"
        case .notLive: value["kind"] = "notLive"
        case .list: value["kind"] = "list"
        case .condition(let condition):
            value["kind"] = "condition"
            value["condition"] = condition
        }
        if !reason.parts.isEmpty { value["parts"] = .array(reason.parts.map(Self.value)) }
        return .object(value)
    }
}
