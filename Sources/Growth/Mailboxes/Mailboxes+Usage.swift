import Foundation
import Store

/// How much went out through a mailbox, against what may.
public struct MailboxUsage: Hashable, Sendable {
    public var lastHour = 0
    public var lastDay = 0
}

extension Mailboxes {
    /// The mails of the last 60 minutes and 24 hours.
    public func usage(of mailbox: EntityID<Mailbox>) async throws -> MailboxUsage {
        func sent(within span: TimeInterval) async throws -> Int {
            let since = Value.date(now().addingTimeInterval(-span))
            return try await store.count(
                EmailMessage.self,
                where: .equals("mailboxId", Value(mailbox)) && .range("sentAt", from: .excluding(since), to: nil))
        }
        return MailboxUsage(lastHour: try await sent(within: 3_600), lastDay: try await sent(within: 86_400))
    }
}
