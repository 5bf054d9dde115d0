import Foundation
import Store

/// Reports over what `principal` may see: sales people get those of their own work.
public struct Reports: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    /// What a report is about.
    public struct Scope: Hashable, Sendable {
        /// Days back from now, for the reports that count what happened.
        public var days = 90
        /// Whose leads, opportunities and activities; `nil`: everybody's.
        public var owner: EntityID<User>?
        public var zone: TimeZone

        public init(days: Int = 90, owner: EntityID<User>? = nil, zone: TimeZone) {
            self.days = days
            self.owner = owner
            self.zone = zone
        }
    }

    public static let periods = [30, 90, 365]
    /// Lines of a report whose lines have no end of their own.
    static let maxLines = 50
    private static let batch = 2_000

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
    }

    public func report(_ kind: Report.Kind, _ scope: Scope, by principal: Principal) async throws -> Report {
        let view = View(
            records: principal.ownRecords && scope.filter("assignedTo"),
            person: principal.ownRecordsOf ?? scope.owner,
            since: now().addingTimeInterval(-Double(scope.days) * 86_400), zone: scope.zone)
        switch kind {
        case .pipeline: return try await pipeline(view)
        case .outcomes: return try await outcomes(view)
        case .people: return try await people(view)
        case .sources: return try await sources(view)
        case .imports: return try await imports(view)
        }
    }

    /// A scope and a principal, as filters.
    struct View {
        /// Of leads and opportunities.
        let records: Filter
        let person: EntityID<User>?
        let since: Date
        let zone: TimeZone

        func happened(_ field: String) -> Filter { .range(field, from: .including(.date(since)), to: nil) }
    }

    /// - Parameter fields: those that `body` reads.
    func each<E: Entity>(
        _ type: E.Type, _ filter: Filter, fields: Set<String>, _ body: (E) throws -> Void
    ) async throws {
        try await store.stream(type, where: filter, fields: fields, batch: Self.batch) {
            for one in $0 { try body(one) }
        }
    }
}

extension Reports.Scope {
    func filter(_ field: String) -> Filter { owner.map { .equals(field, Value($0)) } ?? .all }
}

extension Platform {
    public var reports: Reports { Reports(store: store, now: now) }
}
