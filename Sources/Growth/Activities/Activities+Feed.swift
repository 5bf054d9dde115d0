import Foundation
import Store

extension Activities {
    /// Which entries somebody wants to see.
    public struct Selection: Sendable {
        /// `nil`: every kind but what imports wrote of each single record, of which there may be a million.
        public var type: Activity.Kind?
        public var entityType: String?
        public var createdBy: EntityID<User>?
        public var from: Date?
        /// Up to here, this moment left out.
        public var before: Date?

        public init() {}

        var filter: Filter {
            var filter = Filter.all
            if let entityType { filter = filter && .equals("entityType", .string(entityType)) }
            if let createdBy { filter = filter && .equals("createdBy", Value(createdBy)) }
            if from != nil || before != nil {
                let low = from.map { Filter.Bound.including(.date($0)) }
                let high = before.map { Filter.Bound.excluding(.date($0)) }
                filter = filter && .range("createdAt", from: low, to: high)
            }
            return filter
        }
    }

    /// A stretch of everything that happened, the latest first.
    public struct Part: Sendable {
        public var rows: [Activity]
        public var goesOn: Bool
    }

    /// The kinds are read one by one, each from the index of its own, and put together: so a million entries of an import
    /// do not stand in the way of the others.
    public func feed(
        _ selection: Selection = Selection(), by principal: Principal, limit: Int = 50, page: Page? = nil
    ) async throws -> Part {
        let scope = try await scope(of: principal)
        let types = selection.type.map { [$0] } ?? Activity.Kind.known.filter { $0 != .import }
        var rows: [Activity] = []
        for type in types {
            rows += try await store.find(
                Query(
                    .equals("type", Value(type)) && selection.filter && scope, sort: Timeline.order, limit: limit + 1,
                    page: page))
        }
        rows.sort { ($0.createdAt ?? .distantPast, $0.id) > ($1.createdAt ?? .distantPast, $1.id) }
        return Part(rows: rows.prefix(limit).map(\.published), goesOn: rows.count > limit)
    }
}
