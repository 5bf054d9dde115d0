import Growth
import HTTPTypes
import Hummingbird
import Store

/// Signing in at a mail provider without a password: to its page and back (OAuth 2.0).
enum MailboxAccess {
    private static let back = "/mailboxes/access"

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/mailboxes/{id}/access", for: .may(.manageMailboxes),
            "Leads to the provider, where the mailbox's owner agrees"
        ) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            do {
                let address = try await visit.platform.mailboxes.beginAccess(
                    to: id, back: address(visit), by: visit.principal)
                return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
            } catch let error as OAuthError {
                return try await MailboxPages.show(visit, refusal: sentence(error, visit))
            }
        },
        Endpoint(
            .get, back, for: .may(.manageMailboxes), "The way back from the provider",
            query: [
                QueryParameter("state", .string), QueryParameter("code", .string), QueryParameter("error", .string),
            ]
        ) { visit in
            do {
                guard let code = visit.query("code"), let state = visit.query("state") else {
                    throw OAuthError.refused(visit.query("error") ?? "")
                }
                let mailbox = try await visit.platform.mailboxes.finishAccess(
                    state: state, code: code, back: address(visit), by: visit.principal)
                return visit.redirect(to: "/mailboxes/\(mailbox.id)", flash: "mailboxes.accessGiven.done")
            } catch let error as OAuthError {
                let begun = await visit.platform.mailboxes.begun(visit.query("state") ?? "", by: visit.principal)
                guard let begun else { return try await MailboxPages.list(visit, refusal: sentence(error, visit)) }
                return try await MailboxPages.show(visit, begun.mailbox, refusal: sentence(error, visit))
            }
        },
        Endpoint(
            .post, "/mailboxes/{id}/access/end", for: .may(.manageMailboxes), "Signs in by its password again",
            takes: .form
        ) { visit in
            let id: EntityID<Mailbox> = try visit.id()
            _ = try await visit.platform.mailboxes.endAccess(to: id, by: visit.principal)
            return visit.redirect(to: "/mailboxes/\(id)", flash: "mailboxes.accessEnded.done")
        },
    ]

    /// What is registered with the provider.
    static func address(_ visit: MemberVisit) -> String { visit.configuration.origin + back }

    private static func sentence(_ error: OAuthError, _ visit: MemberVisit) -> String {
        let name =
            switch error {
            case .notConfigured: "notConfigured"
            case .unreachable: "unreachable"
            case .noRefreshToken: "noRefreshToken"
            case .strangeReturn: "strangeReturn"
            case .revoked, .refused: "refused"
            }
        return visit.phrase("mailboxes.access.problems.\(name)")
    }

    /// For the partial `mailboxes/access`; none for providers that know passwords only.
    static func data(_ mailbox: Mailbox, _ visit: MemberVisit) -> [PageData] {
        guard [Mailbox.Provider.google, .microsoft].contains(mailbox.provider) else { return [] }
        return [
            [
                "id": mailbox.id.description, "hasAccess": mailbox.oauthRefreshTokenEncrypted != nil,
                "isOffered": visit.platform.mailboxes.offersAccess(mailbox.provider),
                "provider": visit.phrase("mailboxes.providers.\(mailbox.provider.rawValue)"),
                "address": address(visit),
            ]
        ]
    }
}
