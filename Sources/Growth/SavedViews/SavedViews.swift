import Foundation
import Store

/// What can be done with saved views: everybody has their own, and may share them.
public struct SavedViews: Sendable {
    let store: any DocumentStore
    let audit: AuditTrail
    let now: @Sendable () -> Date

    /// Of one person for one list.
    public static let most = 100
    static let maxColumns = 60
    static let maxFilterBytes = 20_000

    /// What somebody says of a view; what they do not name stays.
    public struct Draft: Sendable {
        public var name: String?
        public var isShared: Bool?
        /// Checked by whoever knows the list.
        public var filters: Value?
        public var sort: String??
        public var columns: [String]?

        public init(
            name: String? = nil, isShared: Bool? = nil, filters: Value? = nil, sort: String?? = nil,
            columns: [String]? = nil
        ) {
            self.name = name
            self.isShared = isShared
            self.filters = filters
            self.sort = sort
            self.columns = columns
        }
    }

    // MARK: Finding

    private static func visible(to principal: Principal) -> Filter {
        let shared = Filter.equals("isShared", true)
        return principal.userId.map { .or([.equals("userId", Value($0)), shared]) } ?? shared
    }

    /// Their own and those that others share, by name.
    public func list(_ collection: String? = nil, by principal: Principal) async throws -> [SavedView] {
        let wanted = collection.map { Filter.equals("entityType", .string($0)) } ?? .all
        let found = try await store.find(
            Query<SavedView>(wanted && Self.visible(to: principal), limit: Self.most * 5))
        return found.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// Throws `RecordError.notFound` for somebody else's that is not shared.
    public func get(_ id: EntityID<SavedView>, by principal: Principal) async throws -> SavedView {
        guard let view = try await store.first(SavedView.self, where: .id(id) && Self.visible(to: principal)) else {
            throw RecordError.notFound
        }
        return view
    }

    // MARK: Changing

    public func create(_ draft: Draft, for collection: String, by principal: Principal) async throws -> SavedView {
        guard let user = principal.userId else { throw RecordError.notFound }
        var view = SavedView()
        view.entityType = collection
        view.userId = user
        var draft = draft
        draft.name = draft.name ?? ""
        try apply(draft, to: &view, by: principal)
        let own = Filter.equals("userId", Value(user)) && .equals("entityType", .string(collection))
        guard try await store.count(SavedView.self, where: own, upTo: Self.most) < Self.most else {
            throw InvalidFields(["name": .tooLong(Self.most)])
        }
        view.createdAt = now()
        try await store.insert(view)
        return try await get(view.id, by: principal)
    }

    /// Throws `SavedViewError.notYours` for one that others share, unless the changer looks after what is shared.
    public func edit(_ id: EntityID<SavedView>, _ draft: Draft, by principal: Principal) async throws -> SavedView {
        let original = try await changeable(id, by: principal)
        var view = original
        try apply(draft, to: &view, by: principal)
        var writes = Writes()
        try writes.save(view, original: original)
        try await store.commit(writes)
        return try await get(id, by: principal)
    }

    private func apply(_ draft: Draft, to view: inout SavedView, by principal: Principal) throws {
        var reader = FieldReader()
        if let name = draft.name { view.name = reader.line(name, "name", required: true, limit: 80) ?? "" }
        if let isShared = draft.isShared, isShared != view.isShared {
            // What everybody sees is the business of those who may change records.
            if isShared && !principal.may(.editRecords) { reader.refuse("isShared", .notWritable) }
            view.isShared = isShared
        }
        if let filters = draft.filters {
            if filters.json.utf8.count > Self.maxFilterBytes {
                reader.refuse("filters", .tooLong(Self.maxFilterBytes))
            }
            view.filters = filters.isNull ? nil : filters
        }
        if let sort = draft.sort { view.sort = sort }
        if let columns = draft.columns {
            if columns.count > Self.maxColumns { reader.refuse("columns", .tooLong(Self.maxColumns)) }
            view.columns = columns
        }
        try reader.throwIfAny()
    }

    public func mayChange(_ view: SavedView, _ principal: Principal) -> Bool {
        view.userId == principal.userId || view.isShared && principal.mayCurate
    }

    private func changeable(_ id: EntityID<SavedView>, by principal: Principal) async throws -> SavedView {
        let view = try await get(id, by: principal)
        guard mayChange(view, principal) else { throw SavedViewError.notYours }
        return view
    }

    /// Returns the entry of the audit log with which it can be brought back.
    public func remove(_ id: EntityID<SavedView>, by principal: Principal) async throws -> AuditLog {
        let view = try await changeable(id, by: principal)
        return try await audit.delete(view, "saved_view_deleted", keptAs: "view", by: principal)
    }

    /// Only for whoever removed it.
    public func bringBack(_ entry: EntityID<AuditLog>, by principal: Principal) async throws -> SavedView {
        let view: SavedView = try await audit.bringBack(
            entry, deletedBy: "saved_view_deleted", keptAs: "view", by: principal)
        return try await get(view.id, by: principal)
    }

    // MARK: The view that a list begins with

    /// Makes the view the first thing that this person's list shows, or `false`: no longer.
    public func setStart(
        _ id: EntityID<SavedView>, _ isStart: Bool, by principal: Principal
    ) async throws -> SavedView {
        let view = try await get(id, by: principal)
        guard let user = principal.userId else { throw RecordError.notFound }
        let me = [Value(user)]
        var writes = Writes()
        writes.update(
            SavedView.self, where: .equals("entityType", .string(view.entityType)) && .hasAny("startOf", me),
            Update().remove("startOf", me))
        if isStart { writes.update(SavedView.self, where: .id(id), Update().addToSet("startOf", me), expecting: 1) }
        try await store.commit(writes)
        return try await get(id, by: principal)
    }
}

/// Why something cannot be done with a saved view.
public enum SavedViewError: Error, Hashable {
    /// Somebody else shares it; it can be used, and copied, but not changed.
    case notYours
}

extension Platform {
    public var savedViews: SavedViews { SavedViews(store: store, audit: audit, now: now) }
}
