import Foundation
import MailSMTP
import MailTesting
import Store
import Testing

@testable import Growth

@Suite struct MailboxesTests {
    private static let canary = HiddenText("canary-كلمة-f00d")

    private func draft(
        _ fields: [String: String] = [:], password: HiddenText? = canary
    ) -> Mailboxes.Draft {
        var draft = Mailboxes.Draft(
            ["name": "المبيعات", "email": "sales@example.sa", "smtpHost": "smtp.example.sa"]
                .merging(fields) { $1 })
        if let password { draft.smtpPassword = .set(password) }
        return draft
    }

    @Test func `a password is sealed, stands in no answer or log, and opens for its own server`() async throws {
        try await SalesBench.with { bench in
            let mailboxes = bench.platform.mailboxes
            let mailbox = try await mailboxes.create(draft(), by: bench.manager)
            #expect(try await mailboxes.password(.smtp, of: mailbox) == Self.canary)
            let stored = try Document(mailbox)
            let log = try await bench.store.find(Query<AuditLog>())
            #expect(!"\(stored) \(log) \(Mirror(reflecting: draft()))".contains("canary"))
            var moved = mailbox
            (moved.imapPasswordEncrypted, moved.smtpPasswordEncrypted) = (mailbox.smtpPasswordEncrypted, nil)
            await #expect(throws: SecretError.unreadable) { try await mailboxes.password(.imap, of: moved) }
        }
    }

    @Test func `an address of a known provider needs no servers to be typed`() async throws {
        try await SalesBench.with { bench in
            let fields = ["name": "M", "email": "a@gmail.com"]
            let mailbox = try await bench.platform.mailboxes.create(Mailboxes.Draft(fields), by: bench.manager)
            #expect(mailbox.smtpHost == "smtp.gmail.com" && mailbox.smtpPort == 465 && mailbox.imapPort == 993)
            let own = try await bench.platform.mailboxes.create(
                Mailboxes.Draft(["name": "M", "email": "a@firm.sa", "provider": "microsoft"]), by: bench.manager)
            #expect(own.smtpHost == "smtp.office365.com" && own.smtpSecurity == .starttls)
        }
    }

    @Test func `a kept password is never sent to another server, port or user`() async throws {
        try await SalesBench.with { bench in
            let mailboxes = bench.platform.mailboxes
            let mailbox = try await mailboxes.create(draft(), by: bench.manager)
            for change in [
                ["smtpHost": "evil.example"], ["smtpPort": "2525"], ["smtpSecurity": "none"], ["smtpUser": "other"],
                ["email": "other@example.sa"],
            ] {
                await #expect(throws: InvalidFields(["smtpPassword": .passwordForOtherServer])) {
                    try await mailboxes.edit(mailbox.id, Mailboxes.Draft(change), by: bench.manager)
                }
            }
            let kept = try await mailboxes.edit(
                mailbox.id, Mailboxes.Draft(["name": "مبيعات الرياض"]), by: bench.manager)
            #expect(kept.smtpPasswordEncrypted == mailbox.smtpPasswordEncrypted)
            var typed = Mailboxes.Draft(["smtpHost": "smtp2.example.sa"])
            typed.smtpPassword = .set(HiddenText("new"))
            let moved = try await mailboxes.edit(mailbox.id, typed, by: bench.manager)
            #expect(try await mailboxes.password(.smtp, of: moved)?.text == "new")
            var cleared = Mailboxes.Draft()
            cleared.smtpPassword = .clear
            #expect(try await mailboxes.edit(mailbox.id, cleared, by: bench.manager).smtpPasswordEncrypted == nil)
        }
    }

    @Test func `one mailbox is the default, the first one to begin with, and an address is taken once`() async throws {
        try await SalesBench.with { bench in
            let mailboxes = bench.platform.mailboxes
            let first = try await mailboxes.create(draft(), by: bench.manager)
            #expect(first.isDefault)
            await #expect(throws: InvalidFields(["email": .taken])) {
                try await mailboxes.create(draft(), by: bench.manager)
            }
            let second = try await mailboxes.create(draft(["email": "b@example.sa"]), by: bench.manager)
            #expect(!second.isDefault)
            var change = Mailboxes.Draft()
            change.isDefault = true
            _ = try await mailboxes.edit(second.id, change, by: bench.manager)
            #expect(try await mailboxes.list().filter(\.isDefault).map(\.id) == [second.id])
        }
    }

    @Test func `with another secret mailboxes are marked and nothing of them is lost`() async throws {
        try await SalesBench.with { bench in
            let mailbox = try await bench.platform.mailboxes.create(draft(), by: bench.manager)
            var legacy = Mailbox()
            (legacy.email, legacy.smtpPasswordEncrypted) = ("old@example.sa", "U2FsdGVkX1-of-another-program")
            try await bench.store.insert(legacy)
            #expect(try await bench.platform.mailboxes.markUnreadable() == 1)
            let stranger = Mailboxes(
                store: bench.store,
                secrets: Secrets(store: bench.store, secret: InstallSecret("another secret of 32 bytes or more")),
                audit: bench.platform.audit, now: bench.platform.now)
            #expect(try await stranger.markUnreadable() == 2)
            let marked = try await bench.platform.mailboxes.list()
            #expect(marked.allSatisfy { $0.health?.needsPassword == true })
            #expect(
                marked.map(\.smtpPasswordEncrypted) == [mailbox.smtpPasswordEncrypted, legacy.smtpPasswordEncrypted])
            #expect(try await bench.platform.mailboxes.markUnreadable() == 1)
            let again = try await bench.platform.mailboxes.get(mailbox.id)
            #expect(again.health?.needsPassword == nil)
            #expect(try await bench.platform.mailboxes.password(.smtp, of: again) == Self.canary)
        }
    }

    @Test func `a check signs in as sending would, and keeps which step failed`() async throws {
        try await SalesBench.with { bench in
            var options = SMTPTestServer.Options()
            options.users = ["sales@example.sa": Self.canary.text]
            let server = try await SMTPTestServer.start(options)
            let at = ["smtpHost": "127.0.0.1", "smtpPort": String(server.port), "smtpSecurity": "none"]
            let mailboxes = bench.platform.mailboxes
            let client = try SMTPClient()
            let good = try await mailboxes.create(draft(at), by: bench.manager)
            #expect(try await mailboxes.checkSending(good.id, with: client) == nil)
            #expect(try await mailboxes.get(good.id).health?.checkedAt != nil)
            let bad = try await mailboxes.create(
                draft(
                    at.merging(["email": "b@example.sa", "smtpUser": "sales@example.sa"]) { $1 },
                    password: HiddenText("canary-wrong")),
                by: bench.manager)
            let failure = try #require(try await mailboxes.checkSending(bad.id, with: client))
            #expect(failure.step == .signIn)
            let kept = try #require(try await mailboxes.get(bad.id).health?.smtpError)
            #expect(kept.hasPrefix("signIn") && !kept.contains("canary"))
            try await server.stop()
            #expect(try await mailboxes.checkSending(good.id, with: client)?.step == .connect)
        }
    }

    static let refused: [([String: String], [String: FieldProblem])] = [
        (["email": "no address"], ["email": .notAnEmail]), (["email": ""], ["email": .required]),
        (["name": ""], ["name": .required]),
        (["smtpHost": "smtp.example.sa\r\nEHLO x"], ["smtpHost": .notAHost]),
        (["smtpHost": "smtp example"], ["smtpHost": .notAHost]), (["smtpPort": "x"], ["smtpPort": .notANumber]),
        (["smtpPort": "70000"], ["smtpPort": .outOfRange("1", "65535")]),
        (["dailyCap": "0"], ["dailyCap": .outOfRange("1", "100000")]),
        (["smtpSecurity": "plain"], ["smtpSecurity": .notInList]),
        (["smtpPassword": "x"], ["smtpPassword": .unknownField]),
    ]

    @Test(arguments: refused)
    func `what cannot be is refused with the field that is wrong`(
        _ fields: [String: String], _ problems: [String: FieldProblem]
    ) async throws {
        try await SalesBench.with { bench in
            let error = await #expect(throws: InvalidFields.self) {
                try await bench.platform.mailboxes.create(draft(fields), by: bench.manager)
            }
            #expect(error?.problems.filter { problems[$0.key] != nil } == problems)
        }
    }
}
