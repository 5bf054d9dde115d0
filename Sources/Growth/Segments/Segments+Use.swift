import Foundation
import Store

/// Who makes use of a segment, and taking it away when nobody does.
extension Segments {
    public struct Uses: Sendable {
        /// The youngest first.
        public var campaigns: [Campaign] = []
        /// Those whose filter names it.
        public var segments: [Segment] = []

        public var isEmpty: Bool { campaigns.isEmpty && segments.isEmpty }
    }

    public func uses(of id: EntityID<Segment>) async throws -> Uses {
        let campaigns = try await store.find(
            Query<Campaign>(.equals("segmentId", Value(id)), sort: [.descending("_id")], limit: 50))
        var naming: [Segment] = []
        try await store.stream(Segment.self, where: .exists("filters", true), batch: 200) { batch in
            naming += batch.filter { $0.id != id && Self.named(in: $0.filters ?? .null).contains(id.raw) }
        }
        return Uses(campaigns: campaigns, segments: naming)
    }

    /// Returns the entry of the audit log with which it can be brought back. Throws `SegmentError.inUse`.
    public func delete(_ id: EntityID<Segment>, by principal: Principal) async throws -> AuditLog {
        let segment = try await get(id)
        let uses = try await uses(of: id)
        guard uses.isEmpty else {
            throw SegmentError.inUse((uses.campaigns.map(\.name) + uses.segments.map(\.name)))
        }
        return try await audit.delete(segment, "segment_deleted", keptAs: "segment", by: principal)
    }

    /// Only for whoever deleted it.
    public func bringBack(_ entry: EntityID<AuditLog>, by principal: Principal) async throws -> Segment {
        try await audit.bringBack(
            entry, deletedBy: "segment_deleted", keptAs: "segment", telling: "segment_created", by: principal)
    }
}
