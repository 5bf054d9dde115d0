import Store

/// Why a record is in a segment or not: its conditions one by one, each with whether it holds for the record.
public struct SegmentReason: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// All, any or none of the parts.
        case and, or, none
        /// A condition as the tree has it.
        case condition(Value)
        /// The record is archived, merged away or gone.
        case notLive
        /// A fixed list, which holds the record or not.
        case list
    }

    public let kind: Kind
    public let holds: Bool
    public var parts: [SegmentReason] = []
}

extension Segments {
    /// For one record. Asks the store once for each condition, always by the record's id.
    public func reasons(
        _ record: ObjectID, in segment: Segment, by principal: Principal?
    ) async throws -> SegmentReason {
        let reach = try SegmentReach(segment.targetType)
        let itself = Filter.equals("_id", .id(record))
        guard try await reach.count(store, reach.live && itself) == 1 else {
            return SegmentReason(kind: .notLive, holds: false)
        }
        if segment.type == .static {
            return SegmentReason(kind: .list, holds: segment.staticIds.contains(record))
        }
        guard let tree = segment.filters else { return SegmentReason(kind: .and, holds: true) }
        let reader = try await reader(reach, tree, await context(principal), above: [segment.id.raw])
        _ = try reader.tree(tree)
        return try await reason(tree, itself, reach, reader)
    }

    private func reason(
        _ node: Value, _ itself: Filter, _ reach: SegmentReach, _ reader: FilterReader
    ) async throws -> SegmentReason {
        if let object = node.object, object.pairs.count == 1, let pair = object.pairs.first {
            let kind: SegmentReason.Kind? =
                switch pair.key {
                case "and": .and
                case "or": .or
                case "none", "not": SegmentReason.Kind.none
                default: nil
                }
            if let kind {
                var parts: [SegmentReason] = []
                for part in pair.value.array ?? [pair.value] {
                    parts.append(try await reason(part, itself, reach, reader))
                }
                let holds =
                    switch kind {
                    case .and: parts.allSatisfy(\.holds)
                    case .or: parts.contains(where: \.holds)
                    default: !parts.contains(where: \.holds)
                    }
                return SegmentReason(kind: kind, holds: holds, parts: parts)
            }
        }
        let holds = try await reach.count(store, itself && (try reader.tree(node))) == 1
        return SegmentReason(kind: .condition(node), holds: holds)
    }
}
