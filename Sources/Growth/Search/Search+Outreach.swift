import Store

/// What a team writes with: campaigns, segments, templates and mailboxes, by their names.
extension Search {
    /// Names have no index of words: so many of the latest are looked through.
    private static let latest = 200

    /// Mailboxes only for those who may open one.
    func outreachHits(_ wanted: SearchText, _ principal: Principal) async throws -> [Hit] {
        guard principal.may(.readRecords) else { return [] }
        async let mailboxes = principal.may(.manageMailboxes) ? mailboxHits(wanted) : []
        if ContactQuery(wanted.typed) != nil { return try await mailboxes }
        async let campaigns = named(Campaign.self, wanted, reading: ["name", "status"]) { campaign in
            (.campaign, campaign.name, [campaign.status.rawValue])
        }
        async let segments = named(Segment.self, wanted, reading: ["name", "type"]) { segment in
            (.segment, segment.name, [segment.type.rawValue])
        }
        // An archived one is not written with any more.
        let inUse = Filter.isIn("status", ["draft", "active"])
        async let templates = named(EmailTemplate.self, wanted, inUse, reading: ["name", "subject"]) { template in
            (.template, template.name, [template.subject])
        }
        return try await campaigns + segments + templates + mailboxes
    }

    private func named<E: Entity>(
        _ type: E.Type, _ wanted: SearchText, _ scope: Filter = .all, reading fields: Set<String>,
        _ shown: (E) -> (Hit.Kind, String, [String])
    ) async throws -> [Hit] {
        var query = Query<E>(scope, sort: [.descending("createdAt")], limit: Self.latest)
        query.fields = fields
        return try await store.find(query).compactMap { record in
            let (kind, name, details) = shown(record)
            return wanted.rank(name).map {
                Hit(kind: kind, id: record.id.raw, title: name, details: details.filter { !$0.isEmpty }, rank: $0)
            }
        }
    }

    /// By name, or by the beginning of an address or its domain.
    private func mailboxHits(_ wanted: SearchText) async throws -> [Hit] {
        var query = Query<Mailbox>(limit: Self.latest)
        query.fields = ["name", "email"]
        let typed = wanted.typed.lowercased().filter { !$0.isWhitespace }
        return try await store.find(query).compactMap { mailbox in
            let email = mailbox.email.lowercased()
            let isMeant = email.hasPrefix(typed) || email.hasSuffix("@" + typed)
            let rank = isMeant ? (email == typed ? 0 : SearchText.Nearness.begun.rawValue) : wanted.rank(mailbox.name)
            return rank.map {
                Hit(kind: .mailbox, id: mailbox.id.raw, title: mailbox.name, details: [mailbox.email], rank: $0)
            }
        }
    }
}
