import Foundation
import MailMIME
import MailSMTP
import Store

/// What becomes of a recipient's row, step by step: claimed, stamped right before the end of the mail goes out, recorded with the
/// server's answer.
///
/// A crash leaves a row claimed, and it is sent by whoever comes next; or stamped, and a person decides: then the server may have it. A
/// stamp is written in the same sync as the stamps and records of all other mails at that moment.
struct SendWork: Sendable {
    let store: any DocumentStore
    let campaign: Campaign
    let now: @Sendable () -> Date

    /// Nobody else takes a row for this long after its worker last said that it is alive.
    static let lease: TimeInterval = 60

    private var own: Filter { .equals("campaignId", Value(campaign.id)) }

    // MARK: Claiming

    /// Rows that are due, which nobody else gets now. Those that were never tried come first.
    ///
    /// - Parameter cursor: where the untried rows go on; moves behind those that are taken.
    func claim(_ count: Int, owner: String, after cursor: inout ObjectID?) async throws -> [CampaignRecipient] {
        let pending = own && .equals("status", Value(CampaignRecipient.Status.pending))
        let fresh =
            pending && .equals("nextAttemptAt", .null) && .exists("heldReason", false) && .exists("sendKey", true)
        var rows = try await store.find(
            Query<CampaignRecipient>(fresh, limit: count, page: cursor.map { Page(values: [], id: $0) }))
        cursor = rows.count == count ? rows.last?.id.raw : nil
        if rows.count < count {
            let due =
                pending && .range("nextAttemptAt", from: nil, to: .including(.date(now()))) && .exists("sendKey", true)
            rows += try await store.find(
                Query<CampaignRecipient>(due, sort: [.ascending("nextAttemptAt")], limit: count - rows.count)
            )
            .filter { $0.heldReason == nil }
        }
        guard !rows.isEmpty else { return [] }
        let ids = Filter.ids(rows.map(\.id))
        let lease = try Document(part: Lease(owner, until: now().addingTimeInterval(Self.lease)))
        let update = Update.set("status", Value(CampaignRecipient.Status.queued)).set("lease", .object(lease))
        let free = ids && .equals("status", Value(CampaignRecipient.Status.pending))
        if try await store.update(CampaignRecipient.self, where: free, update) == rows.count { return rows }
        // Somebody else was quicker with some of them.
        return try await store.find(Query<CampaignRecipient>(ids && .equals("lease.owner", .string(owner))))
    }

    /// Says that this worker is alive.
    func renew(owner: String) async throws {
        _ = try await store.update(
            CampaignRecipient.self, where: claimed(by: owner),
            .set("lease.until", .date(now().addingTimeInterval(Self.lease))))
    }

    /// Gives back what was claimed and not begun.
    func release(_ rows: [CampaignRecipient], owner: String) async throws {
        if rows.isEmpty { return }
        _ = try await store.update(
            CampaignRecipient.self,
            where: .ids(rows.map(\.id)) && claimed(by: owner) && .exists("uncertainAt", false),
            .set("status", Value(CampaignRecipient.Status.pending)).set("lease", nil))
    }

    private func claimed(by owner: String) -> Filter {
        own && .equals("status", Value(CampaignRecipient.Status.queued)) && .equals("lease.owner", .string(owner))
    }

    // MARK: Stamping

    /// From here on the server may have the mail. Throws `StoreError.conflict` when the row is no longer this worker's.
    func stamp(_ row: CampaignRecipient, _ id: MessageID, mailbox: EntityID<Mailbox>, owner: String) async throws {
        var lease = Lease(owner, until: now().addingTimeInterval(Self.lease))
        lease.mailboxId = mailbox
        var writes = Writes()
        writes.update(
            CampaignRecipient.self, where: .id(row.id) && claimed(by: owner),
            .set("uncertainAt", .date(now())).set("lease", .object(try Document(part: lease)))
                .set("trackingId", .string(Self.trackingId(row))).set("internetMessageId", .string(id.description)),
            expecting: 1)
        try await store.commit(writes)
    }

    static func trackingId(_ row: CampaignRecipient) -> String { row.trackingId ?? row.id.description }

    // MARK: Recording

    /// The mail as it stands in `email_messages`.
    static func message(
        _ row: CampaignRecipient, mailbox: EntityID<Mailbox>?, _ status: EmailMessage.Status, at date: Date?
    )
        -> EmailMessage
    {
        var message = EmailMessage()
        (message.campaignId, message.campaignRecipientId) = (row.campaignId, row.id)
        (message.companyId, message.personId) = (row.companyId, row.personId)
        message.toEmail = row.email
        message.status = status
        message.trackingId = trackingId(row)
        message.mailboxId = mailbox
        message.internetMessageId = row.internetMessageId
        message.sentAt = date
        return message
    }

    /// The server has it.
    func sent(_ row: CampaignRecipient, reply: String, _ id: MessageID, mailbox: Mailbox) throws -> Writes {
        let time = now()
        var message = Self.message(row, mailbox: mailbox.id, .sent, at: time)
        message.internetMessageId = id.description
        message.providerMessageId = Self.queueId(in: reply)
        var writes = Writes()
        writes.update(
            CampaignRecipient.self, where: underWay(row),
            settled(.sent).set("sentAt", .date(time)).set("smtpReply", .string(reply)).set("errorMessage", nil))
        writes.insertIfAbsent([message])
        if row.attempts != nil {
            // It was uncertain once, and somebody decided to send it again.
            writes.update(
                EmailMessage.self, where: .equals("trackingId", .string(message.trackingId)),
                .set("status", Value(EmailMessage.Status.sent)).set("sentAt", .date(time)))
        }
        writes.insert(activities("email_sent", "Mail sent", row, at: time))
        return writes
    }

    /// The server will not take it, now or ever.
    func refused(_ row: CampaignRecipient, reply: String, isHard: Bool) throws -> Writes {
        let time = now()
        var writes = Writes()
        var update = settled(isHard ? .bounced : .failed).set("smtpReply", .string(reply)).set(
            "errorMessage", .string(reply))
        if isHard { update = update.set("bouncedAt", .date(time)) }
        writes.update(CampaignRecipient.self, where: underWay(row), update)
        if isHard {
            let suppressed = Suppressions(store: store).row(
                row.email, .hardBounce, campaign: row.campaignId, recipient: row.id.raw, at: time)
            writes.insertIfAbsent([suppressed])
            writes.update(
                ContactPoint.self,
                where: row.points && .exists("invalidAt", false),
                .set("invalidAt", .date(time)).set("invalidReason", "bounce"))
            writes.insert(activities("email_bounced", "Mail bounced", row, at: time))
        }
        return writes
    }

    /// It never can be sent as it is.
    func failed(_ row: CampaignRecipient, _ reason: String) -> Writes {
        var writes = Writes()
        writes.update(
            CampaignRecipient.self, where: underWay(row), settled(.failed).set("errorMessage", .string(reason)))
        return writes
    }

    func skipped(_ row: CampaignRecipient, _ reason: CampaignRecipient.SkipReason) -> Writes {
        var writes = Writes()
        writes.update(
            CampaignRecipient.self, where: underWay(row),
            settled(.skipped).set("skipReason", Value(reason)).set("sendKey", nil))
        return writes
    }

    func held(_ row: CampaignRecipient, _ reason: String) -> Writes {
        var writes = Writes()
        writes.update(
            CampaignRecipient.self, where: underWay(row), settled(.pending).set("heldReason", .string(reason)))
        return writes
    }

    /// Nobody has it; it is tried again.
    ///
    /// - Parameters:
    ///   - wait: `nil`: it counts as no attempt, and the mailbox says when it goes on.
    func again(_ row: CampaignRecipient, reply: String, after wait: TimeInterval?) -> Writes {
        var update = settled(.pending).set("errorMessage", .string(reply))
        if let wait {
            update = update.set("attempts", .int((row.attempts ?? 0) + 1)).set("smtpReply", .string(reply))
                .set("nextAttemptAt", .date(now().addingTimeInterval(wait)))
        }
        var writes = Writes()
        writes.update(CampaignRecipient.self, where: underWay(row), update)
        return writes
    }

    /// The end of the mail went out and no answer came: stays stamped, and a person decides.
    func uncertain(_ row: CampaignRecipient, mailbox: EntityID<Mailbox>, _ id: MessageID?, reason: String) -> Writes {
        var message = Self.message(row, mailbox: mailbox, .queued, at: now())
        if let id { message.internetMessageId = id.description }
        var writes = Writes()
        writes.update(
            CampaignRecipient.self, where: underWay(row), .set("lease", nil).set("errorMessage", .string(reason)))
        // Counts for the mailbox's caps as if it had been sent.
        writes.insertIfAbsent([message])
        return writes
    }

    private func underWay(_ row: CampaignRecipient) -> Filter {
        .id(row.id) && .equals("status", Value(CampaignRecipient.Status.queued))
    }

    /// A row that nobody holds any more.
    private func settled(_ status: CampaignRecipient.Status) -> Update {
        .set("status", Value(status)).set("lease", nil).set("uncertainAt", nil).set("nextAttemptAt", nil)
    }

    private func activities(
        _ type: Activity.Kind, _ title: String, _ row: CampaignRecipient, at time: Date
    ) -> [Activity] {
        row.activities(
            type, title,
            [
                "campaignId": Value(row.campaignId), "campaign": .string(campaign.name), "recipientId": Value(row.id),
            ], at: time)
    }

    /// What the server calls the mail, where its answer says so: `250 2.0.0 Ok: queued as 4F2A1`.
    private static func queueId(in reply: String) -> String? {
        guard let mark = reply.range(of: "queued as ") else { return nil }
        let id = reply[mark.upperBound...].prefix {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".")
        }
        return (4...64).contains(id.count) ? String(id) : nil
    }
}

extension Lease {
    init(_ owner: String, until: Date) {
        self.init()
        (self.owner, self.until) = (owner, until)
    }
}
