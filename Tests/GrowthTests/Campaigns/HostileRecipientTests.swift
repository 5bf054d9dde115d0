import Foundation
import MailSMTP
import MailTesting
import Store
import Synchronization
import Testing

@testable import Growth

/// What records and servers may hold that would harm a mail, its reader, or the other recipients.
@Suite struct HostileRecipientTests {
    private static let payloads = [
        "x\r\nBcc: evil@example.com", "x\nBcc: evil@example.com", "x\rBcc: evil@example.com",
        "x\r\n\r\n<script>1</script>",
        "x%0d%0aBcc: evil@example.com", "x\u{0}y", "x\u{2028}Bcc: evil@example.com", "x\u{85}Bcc: evil@example.com",
        "\"><img src=x onerror=alert(1)>", "{{unsubscribeUrl}}", "=?utf-8?q?Bcc=3A?=", "x\r\n.\r\nMAIL FROM:<a@b.sa>",
        String(repeating: "ش", count: 2_000),
        "\u{202E}gpj.exe", "a,b<c@d.sa>", "'; drop table companies; --",
    ]

    @Test func `no value of a record adds a header, a recipient or a command`() async throws {
        let html = CampaignBench.html + "<p>{{city}}</p>"
        try await CampaignBench.with(html: html) { bench in
            try await bench.companies(Self.payloads.count) { number, company in
                company.nameAr = Self.payloads[number]
                company.city = Self.payloads[number]
            }
            _ = try await bench.platform.templates.edit(
                bench.template.id,
                {
                    var draft = Templates.Draft(); draft.subject = "إلى {{companyName}} {{city}}"; return draft
                }(),
                by: bench.manager)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            try await bench.delivery().runUntilIdle()
            let rows = try await bench.rows(campaign)
            #expect(rows.allSatisfy { $0.status == .sent }, "\(rows.map { $0.errorMessage ?? $0.heldReason ?? "" })")
            #expect(bench.server.mails.count == Self.payloads.count && bench.received.values.allSatisfy { $0 == 1 })
            for mail in bench.server.mails {
                let text = String(decoding: mail.bytes, as: UTF8.self)
                let head = text.components(separatedBy: "\r\n\r\n")[0].replacing("\r\n ", with: " ").replacing(
                    "\r\n\t", with: " ")
                let names = head.components(separatedBy: "\r\n").map { $0.prefix { $0 != ":" }.lowercased() }
                #expect(Set(names).count == names.count && !names.contains("bcc"), "\(names)")
                #expect(mail.recipients.count == 1 && !text.replacing("\r\n", with: "").contains("\n"))
                #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 998 })
            }
            #expect(!bench.server.commands.contains { $0.contains("a@b.sa") })
        }
    }

    @Test func `an address that is none fails alone and says why`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(6)
            let campaign = try await bench.campaign()
            let rows = try await bench.rows(campaign)
            for (row, bad) in zip(rows, ["no-at", "a b@c.sa", "x@\r\nRCPT TO:<evil@example.com>", "\"\r\n\"@x.sa"]) {
                _ = try await bench.store.update(
                    CampaignRecipient.self, where: .id(row.id), .set("email", .string(bad)))
            }
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            try await bench.delivery().runUntilIdle()
            let after = try await bench.rows(campaign)
            #expect(after.prefix(4).allSatisfy { $0.status == .failed && $0.errorMessage?.hasPrefix("render") == true })
            #expect(after.suffix(2).allSatisfy { $0.status == .sent } && bench.server.mails.count == 2)
            #expect(!bench.server.commands.contains { $0.contains("evil") })
            #expect(try await bench.campaigns.get(campaign.id).status == .sent)
        }
    }

    @Test func `a server that refuses everything as spam makes the campaign pause and tell somebody`() async throws {
        var options = SMTPTestServer.Options()
        options.fault = {
            $0.point == .recipient ? .reply(554, "5.7.1 blocked using a list, see https://b.example") : nil
        }
        try await CampaignBench.with(options) { bench in
            try await bench.companies(150)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            try await bench.delivery(connections: 2).runUntilIdle()
            let paused = try await bench.campaigns.get(campaign.id)
            #expect(paused.status == .paused && paused.pauseReason == .refusals)
            let counts = try await bench.platform.campaignFigures.counts(campaign.id)
            #expect(counts[.pending] > 50 && counts[.queued] == 0 && counts[.failed] >= 50)
            #expect(try await bench.store.count(Suppression.self) == 0)
            #expect(try await bench.store.count(UserNotification.self, where: .equals("type", "campaign_paused")) == 1)
        }
    }

    @Test func `a sender that is not let in blames no recipient, and goes on when it is`() async throws {
        let isOpen = Flag()
        var options = SMTPTestServer.Options()
        options.fault = { $0.point == .mail && !isOpen.value ? .reply(550, "5.7.1 sender not allowed") : nil }
        try await CampaignBench.with(options) { bench in
            try await bench.companies(8)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery()
            try await delivery.runUntilIdle()
            let rows = try await bench.rows(campaign)
            #expect(rows.allSatisfy { $0.status == .pending && $0.attempts == nil })
            #expect(try await bench.platform.mailboxes.get(bench.mailbox.id).health?.smtpError != nil)
            isOpen.set()
            bench.clock.advance(3_600)
            try await delivery.runUntilIdle()
            #expect(bench.received.count == 8)
            #expect(try await bench.campaigns.get(campaign.id).status == .sent)
        }
    }

    @Test func `a server that is away for a while costs no recipient anything`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(8)
            let campaign = try await bench.campaign()
            _ = try await bench.store.update(Mailbox.self, where: .all, .set("smtpPort", 1))
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery()
            for _ in 0..<5 {
                try await delivery.runUntilIdle()
                bench.clock.advance(700)
            }
            #expect(try await bench.rows(campaign).allSatisfy { $0.status == .pending && $0.attempts == nil })
            let outlook = try await bench.campaigns.outlook(campaign.id)
            #expect(outlook.reasons == [.mailboxes])
            _ = try await bench.store.update(Mailbox.self, where: .all, .set("smtpPort", .int(bench.server.port)))
            bench.clock.advance(700)
            try await delivery.runUntilIdle()
            #expect(bench.received.count == 8)
        }
    }

    @Test func `throttled for half of the recipients, everybody gets one mail in the end and nobody is suppressed`()
        async throws
    {
        let turn = Counter()
        var options = SMTPTestServer.Options()
        options.fault = { event in
            guard event.point == .recipient, turn.next() % 2 == 0, turn.value < 400 else { return nil }
            return turn.value % 4 == 0 ? .reply(450, "4.7.1 too many, try again later") : .reply(454, "4.7.0 throttled")
        }
        try await CampaignBench.with(options) { bench in
            try await bench.companies(60)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery()
            for _ in 0..<60 where bench.received.count < 60 {
                try await delivery.runUntilIdle()
                bench.clock.advance(1_200)
            }
            #expect(bench.received.count == 60 && bench.received.values.allSatisfy { $0 == 1 })
            #expect(try await bench.store.count(Suppression.self) == 0)
            #expect(try await bench.rows(campaign).allSatisfy { $0.status == .sent })
        }
    }
}

/// Something that is turned on once.
final class Flag: Sendable {
    private let state = Mutex(false)
    var value: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

final class Counter: Sendable {
    private let state = Mutex(0)
    var value: Int { state.withLock { $0 } }
    func next() -> Int {
        state.withLock { state in
            state += 1
            return state
        }
    }
}
