import Foundation
import Store

/// The records of one kind that a batch makes or changes.
struct Records<E: Entity> {
    /// As they are after the rows so far.
    private(set) var current: [EntityID<E>: E] = [:]
    /// As they were stored when the batch began.
    private var originals: [EntityID<E>: E] = [:]
    private var changedIDs: Set<EntityID<E>> = []

    subscript(id: EntityID<E>) -> E? { current[id] }

    /// In the order of their rows.
    var created: [E] { createdIDs.compactMap { current[$0] } }
    /// Their ids, in the same order.
    private(set) var createdIDs: [EntityID<E>] = []

    /// Those that are made or changed.
    var written: [E] { created + changedIDs.compactMap { current[$0] } }

    mutating func hold(_ stored: E) {
        guard current[stored.id] == nil else { return }
        current[stored.id] = stored
        originals[stored.id] = stored
    }

    mutating func create(_ entity: E) {
        if current.updateValue(entity, forKey: entity.id) == nil { createdIDs.append(entity.id) }
    }

    mutating func change(_ entity: E) {
        current[entity.id] = entity
        if originals[entity.id] != nil { changedIDs.insert(entity.id) }
    }

    /// One update for each stored record that differs from what it was. Keys alone are nobody's change: they leave the
    /// stamp as it is.
    func addUpdates(to writes: inout Writes) throws {
        let changes = try changedIDs.sorted().compactMap { id -> (where: Filter, update: Update)? in
            guard let before = originals[id], let after = current[id], before != after else { return nil }
            let update = try Update.changes(from: before, to: after).set("updatedAt", after.updatedAt.map(Value.date))
            return (.id(id), update)
        }
        writes.update(E.self, each: changes)
    }
}
