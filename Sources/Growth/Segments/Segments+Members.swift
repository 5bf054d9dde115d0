import Foundation
import Store

/// The fixed members of a static segment, and records of any segment's kind by name.
extension Segments {
    /// Adds the records that are there and of its kind; those that are in it already stay once.
    ///
    /// - Returns: how many came to it. Throws `SegmentError.notStatic`, and `InvalidFields` beyond `maxMembers`.
    @discardableResult
    public func add(
        _ members: [ObjectID], to id: EntityID<Segment>, by principal: Principal
    ) async throws -> Int {
        let segment = try await fixed(id)
        let reach = try SegmentReach(segment.targetType)
        let have = Set(segment.staticIds)
        let wanted = Array(Set(members).subtracting(have))
        var new: [ObjectID] = []
        for start in stride(from: 0, to: wanted.count, by: Self.namedAtOnce) {
            let part = wanted[start..<min(start + Self.namedAtOnce, wanted.count)]
            let filter = reach.live && .isIn("_id", part.map { .id($0) })
            new += try await reach.members(store, filter, limit: part.count).map(\.id)
        }
        if have.count + new.count > Self.maxMembers {
            throw InvalidFields(["staticIds": .tooLong(Self.maxMembers)])
        }
        if !new.isEmpty {
            try await change(segment, Update().addToSet("staticIds", new.sorted().map { .id($0) }), principal)
        }
        return new.count
    }

    /// Takes records out; one that is not in it is passed over.
    public func remove(_ members: [ObjectID], from id: EntityID<Segment>, by principal: Principal) async throws {
        let segment = try await fixed(id)
        let gone = members.filter(segment.staticIds.contains)
        if !gone.isEmpty { try await change(segment, Update().remove("staticIds", gone.map { .id($0) }), principal) }
    }

    private func fixed(_ id: EntityID<Segment>) async throws -> Segment {
        let segment = try await get(id)
        guard segment.type == .static else { throw SegmentError.notStatic }
        return segment
    }

    /// Both engines change the list where it lies, so that two people who add at once lose nothing.
    private func change(_ segment: Segment, _ update: Update, _ principal: Principal) async throws {
        var writes = Writes()
        writes.update(
            Segment.self, where: .id(segment.id) && .equals("type", Value(Segment.Kind.static)), update, expecting: 1)
        writes.insert([audit.entry("segment_changed", by: principal, on: .init(segment))])
        try await store.commit(writes)
    }

    private static let namedAtOnce = 500

    /// How many live records a choice in a list means.
    public func count(_ choice: BulkChoice, in target: Segment.Target) async throws -> Int {
        let reach = try SegmentReach(target)
        return try await reach.count(store, reach.live && filter(choice))
    }

    /// The records that a choice in a list means, the youngest first. Throws `InvalidFields` where a segment cannot hold them.
    public func ids(_ choice: BulkChoice, in target: Segment.Target) async throws -> [ObjectID] {
        if case .ids(let ids) = choice { return ids }
        guard try await count(choice, in: target) <= Self.maxMembers else {
            throw InvalidFields(["staticIds": .tooLong(Self.maxMembers)])
        }
        let reach = try SegmentReach(target)
        return try await reach.members(store, reach.live && filter(choice), limit: Self.maxMembers).map(\.id)
    }

    private func filter(_ choice: BulkChoice) -> Filter {
        switch choice {
        case .ids(let ids): .isIn("_id", ids.map { .id($0) })
        case .all(let filter): filter
        }
    }

    /// These records by name, in their order; `nil` for one that is archived, merged away or gone.
    public func names(
        of ids: [ObjectID], in target: Segment.Target
    ) async throws -> [(id: ObjectID, name: String?)] {
        let found = try await SegmentReach(target).members(
            store, try SegmentReach(target).live && .isIn("_id", ids.map { .id($0) }), limit: max(1, ids.count))
        let names = Dictionary(found.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return ids.map { ($0, names[$0]) }
    }

    /// Live records of a kind whose name has these words, in any spelling; contact points whose value begins so.
    public func find(_ text: String, in target: Segment.Target, limit: Int = 10) async throws -> [Member] {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty || text.utf8.count > 400 { return [] }
        let reach = try SegmentReach(target)
        let filter: Filter =
            target == .contactPoints ? .startsWith("normalizedValue", text.lowercased()) : Companies.words(text)
        return try await reach.members(store, reach.live && filter, limit: limit)
    }
}

/// Why something cannot be done with a segment.
public enum SegmentError: Error, Hashable {
    /// Its filter says who is in it.
    case notStatic
    /// Campaigns are meant for it, or other segments name it; their names.
    case inUse([String])
}
