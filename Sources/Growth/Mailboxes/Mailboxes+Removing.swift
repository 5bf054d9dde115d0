import Store

/// Why something cannot be done with a mailbox.
public enum MailboxError: Error, Hashable {
    /// Campaigns, sequences or mails refer to it: it can be made inactive instead.
    case inUse
    /// Another one has to be the default first.
    case isDefault
}

extension Mailboxes {
    /// Deletes a mailbox that nothing refers to. A campaign that came to name it in the same moment stands without a mailbox, which
    /// its checks say.
    public func delete(_ id: EntityID<Mailbox>, by principal: Principal) async throws {
        let mailbox = try await get(id)
        let others = try await store.count(Mailbox.self, where: .not(.id(id)), upTo: 1)
        if mailbox.isDefault && others > 0 { throw MailboxError.isDefault }
        if try await isInUse(id) { throw MailboxError.inUse }
        var writes = Writes()
        writes.delete(Mailbox.self, where: .id(id))
        writes.insert([entry("mailbox_deleted", mailbox, by: principal)])
        try await store.commit(writes)
    }

    /// Whether a record names it.
    public func isInUse(_ id: EntityID<Mailbox>) async throws -> Bool {
        let one = Filter.equals("mailboxId", Value(id)), many = Filter.hasAny("mailboxIds", [Value(id)])
        if try await store.count(Campaign.self, where: .or([one, many]), upTo: 1) > 0 { return true }
        if try await store.count(MailSequence.self, where: many, upTo: 1) > 0 { return true }
        if try await store.count(SequenceRecipient.self, where: one, upTo: 1) > 0 { return true }
        if try await store.count(EmailMessage.self, where: one, upTo: 1) > 0 { return true }
        return try await store.count(EmailReply.self, where: one, upTo: 1) > 0
    }
}
