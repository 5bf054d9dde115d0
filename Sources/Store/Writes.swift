/// Writes that become visible and durable together, in order, or not at all.
///
/// On an engine without transactions (a standalone MongoDB) they are applied in order, and a crash may leave a
/// prefix: whoever builds them makes running them again harmless (fixed ids, `insertIfAbsent`, `set`).
public struct Writes: Sendable {
    /// Applied by an engine to itself; the engine is the only one who calls `perform`.
    public protocol Step: Sendable {
        /// Whether it writes one document at the most, which every engine does whole or not at all.
        var isOfOneDocument: Bool { get }
        func perform(on engine: inout some WriteEngine) throws
    }

    public private(set) var steps: [any Step] = []

    public init() {}

    public var isEmpty: Bool { steps.isEmpty }

    /// Adds the steps of `other` behind those here.
    public mutating func append(_ other: Writes) { steps += other.steps }

    /// Fails with `StoreError.duplicate` when an id or a unique key exists.
    public mutating func insert<E: Entity>(_ entities: [E]) {
        if !entities.isEmpty { steps.append(Insert(entities: entities, ifAbsent: false)) }
    }

    /// Leaves out the documents whose id or unique key exists.
    public mutating func insertIfAbsent<E: Entity>(_ entities: [E]) {
        if !entities.isEmpty { steps.append(Insert(entities: entities, ifAbsent: true)) }
    }

    public mutating func update<E: Entity>(_ type: E.Type, where filter: Filter, _ update: Update) {
        steps.append(Change<E>(filter: filter, update: update, expected: nil))
    }

    /// Each change on its own, in order; an engine may send them together.
    public mutating func update<E: Entity>(_ type: E.Type, each changes: [(where: Filter, update: Update)]) {
        if !changes.isEmpty { steps.append(Changes<E>(changes: changes)) }
    }

    /// Fails with `StoreError.conflict`, and with it all the writes, unless exactly `expected` documents match.
    public mutating func update<E: Entity>(
        _ type: E.Type, where filter: Filter, _ update: Update, expecting expected: Int
    ) {
        steps.append(Change<E>(filter: filter, update: update, expected: expected))
    }

    public mutating func delete<E: Entity>(_ type: E.Type, where filter: Filter) {
        steps.append(Removal<E>(filter: filter))
    }

    struct Insert<E: Entity>: Step {
        let entities: [E]
        let ifAbsent: Bool
        var isOfOneDocument: Bool { entities.count == 1 }
        func perform(on engine: inout some WriteEngine) throws {
            _ = try engine.insert(entities, ifAbsent: ifAbsent)
        }
    }

    struct Change<E: Entity>: Step {
        let filter: Filter
        let update: Update
        let expected: Int?
        var isOfOneDocument: Bool { filter.isOfOneDocument }
        func perform(on engine: inout some WriteEngine) throws {
            let matched = try engine.update(E.self, where: filter, update)
            if let expected, matched != expected { throw StoreError.conflict(collection: E.collection) }
        }
    }

    struct Changes<E: Entity>: Step {
        let changes: [(where: Filter, update: Update)]
        var isOfOneDocument: Bool { changes.count == 1 && changes[0].where.isOfOneDocument }
        func perform(on engine: inout some WriteEngine) throws { try engine.update(E.self, each: changes) }
    }

    struct Removal<E: Entity>: Step {
        let filter: Filter
        var isOfOneDocument: Bool { filter.isOfOneDocument }
        func perform(on engine: inout some WriteEngine) throws {
            _ = try engine.delete(E.self, where: filter)
        }
    }
}

/// The side of an engine that applies writes, called on the engine's own thread.
public protocol WriteEngine {
    /// Returns how many were inserted.
    mutating func insert<E: Entity>(_ entities: [E], ifAbsent: Bool) throws -> Int
    /// Returns how many matched.
    mutating func update<E: Entity>(_ type: E.Type, where filter: Filter, _ update: Update) throws -> Int
    mutating func update<E: Entity>(_ type: E.Type, each changes: [(where: Filter, update: Update)]) throws
    mutating func delete<E: Entity>(_ type: E.Type, where filter: Filter) throws -> Int
}

extension WriteEngine {
    public mutating func update<E: Entity>(_ type: E.Type, each changes: [(where: Filter, update: Update)]) throws {
        for change in changes { _ = try update(type, where: change.where, change.update) }
    }
}
