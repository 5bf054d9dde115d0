import Foundation
import Store

/// What people are told in the program.
public struct Notifications: Sendable {
    let store: any DocumentStore
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
    }

    /// A row for a commit together with what it tells of; `nil` when somebody would be told what they did themselves.
    ///
    /// - Parameters:
    ///   - title: in English, for programs that read it; pages show the phrase of `kind` with the values of `metadata`.
    ///   - path: the page of ours that it leads to.
    func entry(
        _ kind: UserNotification.Kind, _ title: String, to user: EntityID<User>?,
        about subject: Timeline.Subject? = nil,
        path: String? = nil, _ metadata: Document = [:], by principal: Principal? = nil
    ) -> UserNotification? {
        guard let user, user != principal?.userId else { return nil }
        var row = UserNotification()
        row.createdAt = now()
        row.userId = user
        row.type = kind
        row.title = title
        row.entityType = subject?.type
        row.entityId = subject?.id
        row.actionUrl = path
        row.metadata = metadata.isEmpty ? nil : .object(metadata)
        return row
    }
}

extension Platform {
    public var notifications: Notifications { Notifications(store: store, now: now) }
}
