import Store

/// Whose records may become.
struct Owners: Sendable {
    let store: any DocumentStore

    /// Throws `InvalidFields` unless the record is to be nobody's, or an active colleague's who may edit it.
    func demand(_ id: EntityID<User>?, _ field: String = "ownerId") async throws {
        guard let id else { return }
        guard let user = try await store.get(id), user.mayAnswer else { throw InvalidFields([field: .notInList]) }
    }
}
