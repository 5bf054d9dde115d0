import Foundation
import Store

/// The mails with a company or a person, for their pages.
public struct Mails: Sendable {
    let store: any DocumentStore

    /// A conversation, or a mail that went out and that nobody has answered.
    public struct Mail: Sendable {
        public enum Direction: Sendable { case inbound, outbound }

        public let direction: Direction
        /// `nil` on a mail of a campaign, whose subject stands with the campaign.
        public let subject: String?
        public let snippet: String?
        public let address: String
        /// Of a mail that went out.
        public let status: EmailMessage.Status?
        public let at: Date?
        public let isUnread: Bool
    }

    /// As many as a page shows.
    public static let limit = 8

    /// The latest first. - Parameter field: `companyId` or `personId`.
    private func latest(_ field: String, _ id: Value) async throws -> [Mail] {
        let own = Filter.equals(field, id)
        let threads = try await store.find(
            Query<EmailThread>(
                own && .exists("mergedInto", false), sort: [.descending("lastMessageAt")], limit: Self.limit))
        let sent = try await store.find(Query<EmailMessage>(own, sort: [.descending("_id")], limit: Self.limit))
        let mails =
            threads.map { Mail($0) } + sent.filter { $0.repliedAt == nil || threads.isEmpty }.map { Mail($0) }
        return Array(mails.sorted { ($0.at ?? .distantPast) > ($1.at ?? .distantPast) }.prefix(Self.limit))
    }

    public func latest(of id: EntityID<Company>) async throws -> [Mail] { try await latest("companyId", Value(id)) }
    public func latest(of id: EntityID<Person>) async throws -> [Mail] { try await latest("personId", Value(id)) }
}

extension Mails.Mail {
    init(_ thread: EmailThread) {
        self.init(
            direction: thread.lastDirection == .outbound ? .outbound : .inbound, subject: thread.subject,
            snippet: thread.lastSnippet, address: thread.lastFromEmail ?? "", status: nil, at: thread.lastMessageAt,
            isUnread: thread.unreadCount > 0)
    }

    init(_ message: EmailMessage) {
        self.init(
            direction: .outbound, subject: nil, snippet: nil, address: message.toEmail, status: message.status,
            at: message.sentAt ?? message.createdAt, isUnread: false)
    }
}

extension Platform {
    public var mails: Mails { Mails(store: store) }
}
