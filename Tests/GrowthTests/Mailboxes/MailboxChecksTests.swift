import Foundation
import MailIMAP
import MailSMTP
import MailTesting
import Store
import Testing

@testable import Growth

@Suite struct MailboxChecksTests {
    private static let canary = "canary-كلمة-f00d"

    /// A mailbox whose two servers run in this process.
    private func mailbox(
        _ bench: SalesBench, smtp: SMTPTestServer, imap: IMAPTestServer, _ fields: [String: String] = [:],
        imapPassword: String? = canary
    ) async throws -> Mailbox {
        var draft = Mailboxes.Draft(
            [
                "name": "المبيعات", "email": "sales@example.sa", "smtpHost": "127.0.0.1",
                "smtpPort": "\(smtp.port)", "smtpSecurity": "none", "imapHost": "127.0.0.1",
                "imapPort": "\(imap.port)", "imapSecurity": "none",
            ].merging(fields) { $1 })
        draft.smtpPassword = .set(HiddenText(Self.canary))
        if let imapPassword { draft.imapPassword = .set(HiddenText(imapPassword)) }
        return try await bench.platform.mailboxes.create(draft, by: bench.manager)
    }

    private func servers(
        _ fault: @escaping @Sendable (String) -> IMAPFault? = { _ in nil }
    ) async throws -> (SMTPTestServer, IMAPTestServer) {
        var smtp = SMTPTestServer.Options(), imap = IMAPTestServer.Options()
        smtp.users = ["sales@example.sa": Self.canary]
        imap.users = smtp.users
        imap.fault = fault
        return (try await SMTPTestServer.start(smtp), try await IMAPTestServer.start(imap))
    }

    @Test func `both directions are tried at once, and health keeps what came of each`() async throws {
        try await SalesBench.with { bench in
            let (smtp, imap) = try await servers()
            let mailboxes = bench.platform.mailboxes, clients = try MailClients()
            let good = try await mailbox(bench, smtp: smtp, imap: imap)
            #expect(good.condition == .unknown)
            #expect(try await mailboxes.check(good.id, with: clients) == [.smtp: .well, .imap: .well])
            #expect(try await mailboxes.get(good.id).condition == .well)
            #expect(try await mailboxes.checkReceiving(good.id, with: try IMAPClient()) == nil)
            let bad = try await mailbox(
                bench, smtp: smtp, imap: imap,
                ["email": "b@example.sa", "smtpUser": "sales@example.sa", "imapUser": "sales@example.sa"],
                imapPassword: "wrong")
            let checks = try await mailboxes.check(bad.id, with: clients)
            #expect(checks[.smtp] == .well && checks[.imap]?.trouble?.code == .signInRefused)
            let health = try #require(try await mailboxes.get(bad.id).health)
            #expect(health.smtpError == nil && health.imapError == "signIn: refused with NO [AUTHENTICATIONFAILED]")
            #expect(try await mailboxes.get(bad.id).condition == .unwell)
            try await imap.stop()
            #expect(try await mailboxes.check(good.id, with: clients)[.imap]?.trouble?.code == .connectionRefused)
            try await smtp.stop()
        }
    }

    @Test func `what is missing is said before anybody connects`() async throws {
        try await SalesBench.with { bench in
            let (smtp, imap) = try await servers()
            let mailboxes = bench.platform.mailboxes
            let mailbox = try await mailbox(bench, smtp: smtp, imap: imap, imapPassword: nil)
            #expect(try await mailboxes.check(mailbox.id, with: MailClients())[.imap] == .failed(.noPassword))
            await #expect(throws: InvalidFields(["imapPassword": .required])) {
                try await mailboxes.checkReceiving(mailbox.id, with: try IMAPClient())
            }
            let sender = try await mailboxes.edit(
                mailbox.id, Mailboxes.Draft(["imapHost": "", "imapPort": ""]), by: bench.manager)
            #expect(try await mailboxes.check(sender.id, with: MailClients())[.imap] == .notSetUp)
            #expect(imap.lines.isEmpty)
            _ = try await bench.store.update(
                Mailbox.self, where: .id(sender.id), .set("smtpPasswordEncrypted", "of-another-program"))
            #expect(try await mailboxes.check(sender.id, with: MailClients())[.smtp] == .failed(.needsPassword))
            try await smtp.stop()
            try await imap.stop()
        }
    }

    @Test func `a server that repeats the password is not quoted, and nothing of it is kept`() async throws {
        try await SalesBench.with { bench in
            let (smtp, imap) = try await servers {
                $0 == "AUTHENTICATE" ? .raw("{tag} NO \(Self.canary) is wrong\r\n") : nil
            }
            let mailbox = try await mailbox(bench, smtp: smtp, imap: imap)
            let trouble = try await bench.platform.mailboxes.check(mailbox.id, with: MailClients())[.imap]?.trouble
            #expect(trouble?.code == .signInRefused && trouble?.said == nil)
            #expect(!"\(try Document(try await bench.platform.mailboxes.get(mailbox.id)))".contains("canary"))
            try await smtp.stop()
            try await imap.stop()
        }
    }

    @Test(arguments: [
        ("connect: unknownHost", MailboxTrouble.Code.unknownHost), ("tls: wrongHost", .wrongHost),
        ("signIn: refused with 535 5.7.8", .signInRefused), ("signIn: refused with 454 4.7.0", .refused),
        ("signIn: refused with BYE [UNAVAILABLE]", .refused), ("greeting: refused with 554 ", .refused),
        ("550 5.7.1 not from here", .refused), ("something: else", .other), ("", .other),
    ])
    func `what health keeps is read back as a code`(_ kept: String, _ code: MailboxTrouble.Code) {
        #expect(MailboxTrouble(kept: kept).code == code)
    }

    @Test func `every reason that a connection can fail for has a code of its own`() {
        let plain: [SMTPError.Reason] = [
            .unknownHost, .connectionRefused, .unreachable, .timedOut, .closed, .malformedReply, .tlsNotOffered,
            .injectedBeforeTLS, .certificateNotTrusted, .certificateExpired, .wrongHost, .tlsFailed,
            .passwordNeedsTLS, .noCommonMechanism,
        ]
        #expect(!plain.map { MailboxTrouble(SMTPError(.tls, $0)).code }.contains(.other))
        #expect(MailboxTrouble(IMAPError(.inbox, .malformedResponse)).code == .malformed)
    }

    @Test func `only what nothing names is deleted, and the default one last`() async throws {
        try await SalesBench.with { bench in
            let mailboxes = bench.platform.mailboxes
            func make(_ email: String) async throws -> Mailbox {
                try await mailboxes.create(Mailboxes.Draft(["name": "M", "email": email]), by: bench.manager)
            }
            let first = try await make("a@example.sa"), second = try await make("b@example.sa")
            await #expect(throws: MailboxError.isDefault) { try await mailboxes.delete(first.id, by: bench.manager) }
            var message = EmailMessage()
            (message.mailboxId, message.trackingId) = (second.id, "t")
            message.sentAt = bench.platform.now()
            try await bench.store.insert(message)
            await #expect(throws: MailboxError.inUse) { try await mailboxes.delete(second.id, by: bench.manager) }
            #expect(try await mailboxes.usage(of: second.id) == MailboxUsage(lastHour: 1, lastDay: 1))
            #expect(try await mailboxes.usage(of: first.id) == MailboxUsage())
            let third = try await make("c@example.sa")
            try await mailboxes.delete(third.id, by: bench.manager)
            #expect(try await mailboxes.list().map(\.id) == [first.id, second.id])
            let deleted = Filter.equals("action", "mailbox_deleted")
            #expect(try await bench.store.count(AuditLog.self, where: deleted) == 1)
        }
    }

    @Test func `the default mailbox is one that sends`() async throws {
        try await SalesBench.with { bench in
            let mailboxes = bench.platform.mailboxes
            let rest = Mailboxes.Draft(["status": "inactive"])
            let first = try await mailboxes.create(
                Mailboxes.Draft(["name": "A", "email": "a@example.sa"]), by: bench.manager)
            #expect(try await mailboxes.edit(first.id, rest, by: bench.manager).condition == .inactive)
            _ = try await mailboxes.edit(first.id, Mailboxes.Draft(["status": "active"]), by: bench.manager)
            let second = try await mailboxes.create(
                Mailboxes.Draft(["name": "B", "email": "b@example.sa"]), by: bench.manager)
            await #expect(throws: InvalidFields(["status": .defaultMustBeActive])) {
                try await mailboxes.edit(first.id, rest, by: bench.manager)
            }
            _ = try await mailboxes.edit(second.id, rest, by: bench.manager)
            var choose = Mailboxes.Draft()
            choose.isDefault = true
            await #expect(throws: InvalidFields(["isDefault": .defaultMustBeActive])) {
                try await mailboxes.edit(second.id, choose, by: bench.manager)
            }
            #expect(try await mailboxes.get(first.id).isDefault)
        }
    }
}
