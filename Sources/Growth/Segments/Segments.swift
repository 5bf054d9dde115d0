import Foundation
import Store

/// What can be done with segments: said once, used by campaigns and sequences again and again.
public struct Segments: Sendable {
    let store: any DocumentStore
    let settings: Settings
    let audit: AuditTrail
    let now: @Sendable () -> Date
    let sizes: SegmentSizes

    static let maxFilterBytes = 100_000
    /// Of a static segment.
    static let maxMembers = 100_000
    /// Segments within segments within segments.
    static let maxDepth = 5

    /// What somebody says of a segment; what they do not name stays.
    public struct Draft: Sendable {
        public var name: String?
        public var description: String?
        public var targetType: String?
        public var filters: Value?
        public var type: String?
        public var staticIds: [ObjectID]?
        public var status: String?

        public init() {}
    }

    public func get(_ id: EntityID<Segment>) async throws -> Segment {
        guard let segment = try await store.get(id) else { throw RecordError.notFound }
        return segment
    }

    public func create(_ draft: Draft, by principal: Principal) async throws -> Segment {
        var segment = Segment()
        segment.createdBy = principal.userId
        var draft = draft
        draft.name = draft.name ?? ""
        try await apply(draft, to: &segment, by: principal)
        segment.createdAt = now()
        var writes = Writes()
        writes.insert([segment])
        writes.insert([audit.entry("segment_created", by: principal, on: .init(segment))])
        try await store.commit(writes)
        return try await get(segment.id)
    }

    /// - Parameter expected: the `updatedAt` that the editor saw. Throws `StoreError.conflict` when it is another now.
    public func edit(
        _ id: EntityID<Segment>, _ draft: Draft, expected: Date? = nil, by principal: Principal
    ) async throws -> Segment {
        let original = try await get(id)
        if let expected, expected != original.updatedAt { throw StoreError.conflict(collection: Segment.collection) }
        var segment = original
        try await apply(draft, to: &segment, by: principal)
        var writes = Writes()
        try writes.save(segment, original: original)
        writes.insert([audit.entry("segment_changed", by: principal, on: .init(segment))])
        try await store.commit(writes)
        return try await get(id)
    }

    private func apply(_ draft: Draft, to segment: inout Segment, by principal: Principal) async throws {
        var reader = FieldReader()
        if let name = draft.name { segment.name = reader.line(name, "name", required: true, limit: 120) ?? "" }
        if let text = draft.description { segment.description = reader.text(text, "description") }
        if let target = draft.targetType {
            segment.targetType = Segment.Target(rawValue: target)
            if !Segment.Target.known.contains(segment.targetType) { reader.refuse("targetType", .notInList) }
        }
        if let type = draft.type {
            segment.type = Segment.Kind(rawValue: type)
            if !Segment.Kind.known.contains(segment.type) { reader.refuse("type", .notInList) }
        }
        if let status = draft.status {
            segment.status = Segment.Status(rawValue: status)
            if !Segment.Status.known.contains(segment.status) { reader.refuse("status", .notInList) }
        }
        if let ids = draft.staticIds {
            if ids.count > Self.maxMembers { reader.refuse("staticIds", .tooLong(Self.maxMembers)) }
            segment.staticIds = ids
        }
        if let filters = draft.filters {
            if filters.json.utf8.count > Self.maxFilterBytes { reader.refuse("filters", .tooLong(Self.maxFilterBytes)) }
            segment.filters = filters.isNull ? Value?.none : filters
        }
        try reader.throwIfAny()
        // Whatever it could not mean is refused now, where somebody can mend it.
        if draft.filters != nil || draft.targetType != nil { _ = try await filter(of: segment, by: principal) }
    }

    // MARK: Who is in it

    /// The live records that are in it at the moment. Throws `FilterError` for a stored form that this program does not know:
    /// such a segment matches nobody, and says so.
    public func filter(of segment: Segment, by principal: Principal?) async throws -> Filter {
        try await filter(of: segment, await context(principal), above: [])
    }

    private func filter(of segment: Segment, _ context: FilterContext, above: [ObjectID]) async throws -> Filter {
        let reach = try SegmentReach(segment.targetType)
        if segment.type == .static { return reach.live && .isIn("_id", segment.staticIds.map { .id($0) }) }
        guard let tree = segment.filters else { return reach.live }
        let reader = try await reader(reach, tree, context, above: above + [segment.id.raw])
        return reach.live && (try reader.tree(tree))
    }

    /// A reader that knows the segments that `tree` names, which are about the same kind of records and do not lead back.
    func reader(
        _ reach: SegmentReach, _ tree: Value, _ context: FilterContext, above: [ObjectID]
    ) async throws -> FilterReader {
        var known: [ObjectID: Filter] = [:]
        for id in Self.named(in: tree) where known[id] == nil {
            guard !above.contains(id), above.count < Self.maxDepth,
                let other = try await store.get(EntityID<Segment>(id)), other.targetType == reach.target
            else { throw FilterError.unknownSegment }
            known[id] = try await filter(of: other, context, above: above)
        }
        return FilterReader(reach.fields, context, segments: known)
    }

    static func named(in tree: Value) -> [ObjectID] {
        switch tree {
        case .array(let items): items.flatMap(named)
        case .object(let object):
            object.pairs.flatMap { pair in
                pair.key == "segment"
                    ? [pair.value.id ?? pair.value.string.flatMap { ObjectID($0) }].compactMap(\.self)
                    : named(in: pair.value)
            }
        default: []
        }
    }

    func context(_ principal: Principal?) async throws -> FilterContext {
        let zone = TimeZone(identifier: try await settings.current().timezone) ?? .gmt
        return FilterContext(days: FilterDays(now: now(), zone: zone), me: principal?.userId)
    }

    /// Exactly how many.
    public func count(_ segment: Segment, by principal: Principal?) async throws -> Int {
        let filter = try await filter(of: segment, by: principal)
        return try await SegmentReach(segment.targetType).count(store, filter)
    }

    /// About how many: as of some minutes ago, and counted no further than `SegmentSizes.bound`.
    public func size(_ segment: Segment, by principal: Principal?) async throws -> (count: Int, isMore: Bool) {
        let bound = SegmentSizes.bound
        let count = try await sizes.size(of: segment, for: principal?.userId, now: now()) {
            let filter = try await filter(of: segment, by: principal)
            return try await SegmentReach(segment.targetType).count(store, filter, upTo: bound + 1)
        }
        return (min(count, bound), count > bound)
    }

    /// Some of its members, the youngest first, by id and name.
    public func sample(_ segment: Segment, limit: Int = 10, by principal: Principal?) async throws -> [Member] {
        let filter = try await filter(of: segment, by: principal)
        return try await SegmentReach(segment.targetType).members(store, filter, limit: limit)
    }

    public struct Member: Sendable, Equatable {
        public let id: ObjectID
        public let name: String
    }
}

extension Platform {
    public var segments: Segments {
        Segments(store: store, settings: settings, audit: audit, now: now, sizes: segmentSizes)
    }
}
