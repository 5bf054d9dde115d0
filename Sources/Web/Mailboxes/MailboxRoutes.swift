import Growth
import Hummingbird
import Store

/// The team's mailboxes in the browser. Managers see that there are some and how they are; the rest is for administrators.
enum MailboxRoutes {
    static let all: [Endpoint] = pages + changes + signing + MailboxAccess.all + MailboxAPI.all

    private static let pages: [Endpoint] = [
        Endpoint(.get, "/mailboxes", for: .may(.manageCampaigns), "The team's mailboxes and how they are") {
            try await MailboxPages.list($0)
        },
        Endpoint(
            .get, "/mailboxes/new", for: .may(.manageMailboxes), "A form to connect a mailbox",
            query: [QueryParameter("provider", .string, "Whose servers to fill in")]
        ) { try MailboxForms.new($0) },
        Endpoint(.get, "/mailboxes/{id}", for: .may(.manageMailboxes), "A mailbox") { try await MailboxPages.show($0) },
        Endpoint(.get, "/mailboxes/{id}/edit", for: .may(.manageMailboxes), "A form to change a mailbox") {
            try await MailboxForms.edit($0)
        },
    ]

    private static let changes: [Endpoint] = [
        Endpoint(.post, "/mailboxes", for: .may(.manageMailboxes), "Connects a mailbox", takes: .form) { visit in
            do {
                let made = try await visit.platform.mailboxes.create(try MailboxForms.draft(visit), by: visit.principal)
                return visit.redirect(to: "/mailboxes/\(made.id)", flash: "mailboxes.made.done")
            } catch let error as InvalidFields {
                return try MailboxForms.new(visit, error.problems)
            }
        },
        Endpoint(.post, "/mailboxes/{id}", for: .may(.manageMailboxes), "Changes a mailbox", takes: .form) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            do {
                _ = try await visit.platform.mailboxes.edit(id, try MailboxForms.draft(visit), by: visit.principal)
                return visit.redirect(to: "/mailboxes/\(id)", flash: "mailboxes.saved.done")
            } catch let error as InvalidFields {
                return try await MailboxForms.edit(visit, error.problems)
            }
        },
        Endpoint(
            .post, "/mailboxes/{id}/check", for: .may(.manageMailboxes), "Tries sending and reading", takes: .form
        ) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            let checks = try await visit.platform.mailboxes.check(id, with: try MailClients())
            guard visit.wantsFragment else { return visit.redirect(to: "/mailboxes/\(id)") }
            let mailbox = try await visit.platform.mailboxes.get(id)
            return try visit.fragment("mailboxes/checks", MailboxPages.checked(mailbox, checks, visit))
        },
        change("default", "Makes it the default", "mailboxes.chosen.done") { draft in draft.isDefault = true },
        change("deactivate", "Lets it rest", "mailboxes.rested.done") { draft in
            draft.fields["status"] = Mailbox.Status.inactive.rawValue
        },
        change("activate", "Lets it send again", "mailboxes.woken.done") { draft in
            draft.fields["status"] = Mailbox.Status.active.rawValue
        },
        Endpoint(
            .post, "/mailboxes/{id}/delete", for: .may(.manageMailboxes), "Deletes one that nothing names", takes: .form
        ) { visit in
            do {
                try await visit.platform.mailboxes.delete(try visit.id(), by: visit.principal)
                return visit.redirect(to: "/mailboxes", flash: "mailboxes.deleted.done")
            } catch let error as MailboxError {
                return try await MailboxPages.show(visit, refusal: visit.phrase("errors.\(error.failure.code)"))
            }
        },
    ]

    private static let signing: [Endpoint] = [
        Endpoint(
            .post, "/mailboxes/{id}/signing", for: .may(.manageMailboxes), "Signs its mails with a key (DKIM)",
            takes: .form
        ) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            do {
                _ = try await visit.platform.mailboxes.sign(id, MailboxSigning.read(visit.input), by: visit.principal)
                return visit.redirect(to: "/mailboxes/\(id)#signing", flash: "mailboxes.signed.done")
            } catch let error as InvalidFields {
                return try await MailboxPages.show(visit, problems: error.problems)
            }
        },
        Endpoint(
            .post, "/mailboxes/{id}/signing/end", for: .may(.manageMailboxes), "Signs its mails no more", takes: .form
        ) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            _ = try await visit.platform.mailboxes.unsign(id, by: visit.principal)
            return visit.redirect(to: "/mailboxes/\(id)", flash: "mailboxes.unsigned.done")
        },
    ]

    private static func change(
        _ name: String, _ summary: String, _ flash: String,
        _ body: @escaping @Sendable (inout Mailboxes.Draft) -> Void
    ) -> Endpoint {
        Endpoint(.post, "/mailboxes/{id}/\(name)", for: .may(.manageMailboxes), summary, takes: .form) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            var draft = Mailboxes.Draft()
            body(&draft)
            do {
                _ = try await visit.platform.mailboxes.edit(id, draft, by: visit.principal)
                return visit.redirect(to: "/mailboxes/\(id)", flash: flash)
            } catch let error as InvalidFields {
                let problem = error.problems.values.first
                return try await MailboxPages.show(
                    visit, refusal: problem.map { visit.phrase("problems.\($0.code)", $0.values) })
            }
        }
    }
}

extension MailboxError: Presentable {
    public var failure: Failure {
        switch self {
        case .inUse: Failure(.conflict, "mailbox_in_use")
        case .isDefault: Failure(.conflict, "mailbox_is_default")
        }
    }
}
