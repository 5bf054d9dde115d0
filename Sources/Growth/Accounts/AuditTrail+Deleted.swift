import Store

/// Documents that somebody deleted lie in the audit log, so that the same person can bring them back.
extension AuditTrail {
    /// - Parameter key: under which the document lies in the entry.
    func delete<E: Entity>(
        _ entity: E, _ action: String, keptAs key: String, by principal: Principal
    ) async throws -> AuditLog {
        let entry = entry(
            action, by: principal, on: .init(entity), metadata: [key: .object(try Document(entity))])
        var writes = Writes()
        writes.insert([entry])
        writes.delete(E.self, where: .id(entity.id))
        try await store.commit(writes)
        return entry
    }

    /// Puts the document back, unless it is there; only for whoever deleted it.
    ///
    /// - Parameter telling: the action of the log that tells of it; `nil` for what the log does not follow.
    func bringBack<E: Entity>(
        _ entry: EntityID<AuditLog>, deletedBy action: String, keptAs key: String, telling: String? = nil,
        by principal: Principal
    ) async throws -> E {
        guard let log = try await store.get(entry), log.action == action, log.userId == principal.userId,
            let document = log.metadata?.object?[key]?.object
        else { throw RecordError.notFound }
        let entity: E = try document.entity()
        var writes = Writes()
        writes.insertIfAbsent([entity])
        if let telling { writes.insert([self.entry(telling, by: principal, on: .init(entity))]) }
        try await store.commit(writes)
        guard let back = try await store.get(entity.id) else { throw RecordError.notFound }
        return back
    }
}
