import Foundation
import Store

/// Writes the audit log: who did what, to which record, from where. Never given a secret.
public struct AuditTrail: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
    }

    public func record(
        _ action: String, by principal: Principal?, on subject: Subject? = nil, address: String? = nil,
        metadata: Document = Document()
    ) async throws {
        try await store.insert(entry(action, by: principal, on: subject, address: address, metadata: metadata))
    }

    /// The row, for a commit together with what it tells of.
    public func entry(
        _ action: String, by principal: Principal?, on subject: Subject? = nil, address: String? = nil,
        metadata: Document = Document()
    ) -> AuditLog {
        var entry = AuditLog()
        entry.createdAt = now()
        entry.action = action
        entry.userId = principal?.userId
        entry.apiKeyId = principal?.apiKeyId
        entry.entityType = subject?.collection
        entry.entityId = subject?.id
        entry.address = address ?? principal?.address
        var metadata = metadata
        if let name = subject?.name { metadata["name"] = .string(name) }
        entry.metadata = metadata.isEmpty ? nil : .object(metadata)
        return entry
    }

    /// The record that something was done to.
    public struct Subject: Sendable {
        public let collection: String
        public let id: ObjectID
        /// What it was called then: the record may be gone when somebody reads of it.
        public private(set) var name: String?

        public init<E: Entity>(_ entity: E) {
            self.init(entity.id)
            name =
                switch entity {
                case let user as User: user.name
                case let key as APIKey: key.name
                case let run as ImportLog: run.fileName
                case let segment as Segment: segment.name
                case let template as EmailTemplate: template.name
                case let campaign as Campaign: campaign.name
                case let view as SavedView: view.name
                default: nil
                }
        }

        public init<E: Entity>(_ id: EntityID<E>) {
            collection = E.collection
            self.id = id.raw
        }
    }
}
