import Foundation
import MailMIME
import MailSMTP
import MailTesting
import Store
import Synchronization
import Testing

@testable import Growth

@Suite struct DeliveryTests {
    @Test func `everybody gets one mail, and the rows, messages and records say so`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(60)
            let campaign = try await bench.campaign()
            #expect(campaign.recipientsAt != nil && campaign.stats.totalRecipients == 60)
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            try await bench.delivery().runUntilIdle()
            #expect(bench.received.count == 60 && bench.received.values.allSatisfy { $0 == 1 })
            let rows = try await bench.rows(campaign)
            #expect(
                rows.allSatisfy { $0.status == .sent && $0.sentAt != nil && $0.lease == nil && $0.uncertainAt == nil })
            let messages = try await bench.store.find(Query<EmailMessage>())
            #expect(Set(messages.map(\.trackingId)) == Set(rows.compactMap(\.trackingId)) && messages.count == 60)
            let done = try await bench.campaigns.get(campaign.id)
            #expect(done.status == .sent && done.stats.sent == 60)
            #expect(try await bench.store.count(Activity.self, where: .equals("type", "email_sent")) == 60)
            #expect(
                try await bench.store.count(UserNotification.self, where: .equals("type", "campaign_finished")) == 1)
            let mail = try #require(bench.server.mails.first)
            #expect(mail.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
            #expect(mail.header("List-Unsubscribe")?.hasPrefix("<https://growth.example.sa/u/") == true)
            #expect(mail.header("Precedence") == "bulk" && mail.header("List-ID") != nil)
        }
    }

    @Test func `what goes out goes by the settings in the store, whichever process changed them`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(2)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let other = Settings(store: bench.store, audit: bench.platform.audit, now: bench.platform.now)
            try await other.change(by: .console) { $0.branding.address = nil }
            try await bench.delivery().runUntilIdle()
            #expect(bench.received.isEmpty)
            #expect(try await bench.rows(campaign).allSatisfy { $0.heldReason == "missing:postalAddress" })
        }
    }

    @Test func `a list says of everybody who is left out why`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(7) { number, company in if number == 1 { company.status = .blacklisted } }
            var nobody = Company()
            nobody.nameAr = "بلا بريد"
            try await bench.store.insert(nobody)
            func change(_ email: String, _ update: Update) async throws {
                _ = try await bench.store.update(
                    ContactPoint.self, where: .equals("normalizedValue", .string(email)), update)
            }
            try await change(
                "c2@firm2.example", .set("contactValue", "c0@firm0.example").set("normalizedValue", "c0@firm0.example"))
            try await change("c3@firm3.example", .set("consent", ["status": "withdrawn"]))
            try await change("c4@firm4.example", .set("invalidAt", .date(Date())))
            _ = try await bench.platform.suppressions.add(
                "firm5.example", note: nil, by: bench.manager, audit: bench.platform.audit)
            let campaign = try await bench.campaign()
            let counts = try await bench.platform.campaignFigures.counts(campaign.id)
            #expect(
                counts.bySkipReason == [
                    "blacklisted": 1, "missing_email": 1, "duplicate_email": 1, "no_consent": 1, "invalid_email": 1,
                    "suppressed": 1,
                ])
            #expect(counts[.pending] == 2 && counts.meant == 2)
        }
    }

    @Test func `a mail that the server does not take for now is tried again, with the same Message-ID`() async throws {
        let refusals = Mutex<[String: Int]>([:])
        var options = SMTPTestServer.Options()
        options.fault = { event in
            guard event.point == .recipient else { return nil }
            let count = refusals.withLock { counts in
                counts[event.argument, default: 0] += 1
                return counts[event.argument] ?? 0
            }
            return count <= 2 ? .reply(451, "4.3.0 later") : nil
        }
        try await CampaignBench.with(options) { bench in
            try await bench.companies(5)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery()
            var ids: [Set<String>] = []
            for _ in 0..<12 where bench.server.mailCount < 5 {
                try await delivery.runUntilIdle()
                ids.append(Set(try await bench.rows(campaign).compactMap(\.internetMessageId)))
                bench.clock.advance(1_000)
            }
            #expect(bench.received.values.allSatisfy { $0 == 1 } && bench.received.count == 5)
            let rows = try await bench.rows(campaign)
            #expect(rows.allSatisfy { $0.attempts == 2 && $0.status == .sent })
            #expect(
                Set(bench.server.mails.compactMap { $0.header("Message-ID") })
                    == Set(rows.compactMap(\.internetMessageId)))
            #expect(try await bench.campaigns.get(campaign.id).status == .sent)
        }
    }

    @Test func `an address that is no good bounces at once, is suppressed, and its contact point is marked`()
        async throws
    {
        var options = SMTPTestServer.Options()
        options.fault = { event in
            event.point == .recipient && event.argument.contains("c1@")
                ? .reply(550, "5.1.1 user unknown")
                : event.point == .recipient && event.argument.contains("c2@")
                    ? .reply(554, "5.7.1 message rejected as spam") : nil
        }
        try await CampaignBench.with(options) { bench in
            try await bench.companies(4)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            try await bench.delivery().runUntilIdle()
            let rows = try await bench.rows(campaign)
            #expect(rows.map(\.status) == [.sent, .bounced, .failed, .sent])
            let suppressed = try await bench.store.find(Query<Suppression>())
            #expect(suppressed.map(\.address) == ["c1@firm1.example"] && suppressed[0].reason == .hardBounce)
            let marked = try await bench.store.find(Query<ContactPoint>(.exists("invalidAt", true)))
            #expect(marked.map(\.normalizedValue) == ["c1@firm1.example"] && marked[0].invalidReason == "bounce")
            let report = try await bench.campaigns.report(campaign.id)
            #expect((report.sent, report.bounced, report.tried) == (2, 1, 4))
            #expect(try await bench.campaigns.get(campaign.id).status == .sent)
        }
    }

    @Test func `no answer after the end of a mail leaves it uncertain until a person decides`() async throws {
        var options = SMTPTestServer.Options()
        options.fault = { $0.point == .end && $0.count == 2 ? .acceptAndClose : nil }
        try await CampaignBench.with(options) { bench in
            try await bench.companies(3)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery(connections: 1)
            try await delivery.runUntilIdle()
            bench.clock.advance(7_200)
            try await delivery.runUntilIdle()
            let uncertain = try await bench.rows(campaign).filter { $0.uncertainAt != nil }
            #expect(uncertain.count == 1 && uncertain[0].status == .queued && uncertain[0].internetMessageId != nil)
            #expect(bench.received.values.allSatisfy { $0 == 1 } && bench.received.count == 3)
            #expect(try await bench.campaigns.get(campaign.id).status == .sending)
            #expect(try await bench.platform.campaignFigures.counts(campaign.id).uncertain == 1)
            let row = try await bench.campaigns.decide(uncertain[0].id, .countAsSent, by: bench.manager)
            #expect(row.status == .sent && row.sentAt != nil)
            try await delivery.runUntilIdle()
            #expect(try await bench.campaigns.get(campaign.id).status == .sent)
        }
    }

    @Test func `whoever was suppressed after the list was made gets nothing`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(10)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            for number in 0..<4 {
                _ = try await bench.platform.suppressions.add(
                    "c\(number)@firm\(number).example", note: nil, by: bench.manager, audit: bench.platform.audit)
            }
            try await bench.delivery().runUntilIdle()
            #expect(Set(bench.received.keys) == Set((4..<10).map { "c\($0)@firm\($0).example" }))
            let counts = try await bench.platform.campaignFigures.counts(campaign.id)
            #expect(counts.bySkipReason == ["suppressed": 4] && counts[.sent] == 6)
        }
    }

    @Test func `a mail that lacks a value waits for a person, who fills it in`() async throws {
        let html = CampaignBench.html + "<p>{{city}}</p>"
        try await CampaignBench.with(html: html) { bench in
            try await bench.companies(3) { number, company in if number != 1 { company.city = "جدة" } }
            let campaign = try await bench.campaign()
            let held = try await bench.rows(campaign).filter { $0.heldReason != nil }
            #expect(held.map(\.heldReason) == ["missing:city"] && held[0].status == .pending)
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery()
            try await delivery.runUntilIdle()
            #expect(bench.received.count == 2)
            #expect(try await bench.campaigns.get(campaign.id).status == .sending)
            let filled = try await bench.campaigns.fill(held[0].id, ["city": "أبها"], by: bench.manager)
            #expect(filled.heldReason == nil)
            try await delivery.runUntilIdle()
            #expect(bench.received.count == 3)
            #expect(try await bench.campaigns.get(campaign.id).status == .sent)
        }
    }

    @Test func `two workers send each mail once`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(300)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let workers = try (0..<4).map { _ in try bench.delivery(connections: 2) }
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { try? await worker.runUntilIdle() } }
            }
            #expect(bench.received.count == 300 && bench.received.values.allSatisfy { $0 == 1 })
            #expect(try await bench.campaigns.get(campaign.id).status == .sent)
        }
    }

    @Test func `what a dead worker had claimed is sent, what it had stamped is left to a person`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(5)
            let campaign = try await bench.campaign()
            let started = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let dead = SendWork(store: bench.store, campaign: started, now: { bench.clock.now() })
            var cursor: ObjectID?
            let rows = try await dead.claim(3, owner: "dead/1", after: &cursor)
            let id = try bench.links.ways(of: rows[0].id.raw).messageID(at: "anwal.example")
            try await dead.stamp(rows[0], id, mailbox: bench.mailbox.id, owner: "dead/1")
            bench.clock.advance(120)
            let delivery = try bench.delivery()
            try await delivery.begin()
            try await delivery.runUntilIdle()
            #expect(bench.received.count == 4 && bench.received[rows[0].email] == nil)
            let left = try await bench.campaigns.recipient(rows[0].id)
            #expect(left.status == .queued && left.lease == nil && left.uncertainAt != nil)
            // A worker that was only slow finds its rows gone.
            await #expect(throws: StoreError.conflict(collection: "campaign_recipients")) {
                try await dead.stamp(rows[1], id, mailbox: bench.mailbox.id, owner: "dead/1")
            }
            _ = try await bench.campaigns.decide(rows[0].id, .sendAgain, by: bench.manager)
            try await delivery.runUntilIdle()
            #expect(bench.received[rows[0].email] == 1)
            #expect(bench.server.mails.last?.header("Message-ID") == id.description)
            let messages = try await bench.store.find(Query<EmailMessage>())
            #expect(messages.count == 5 && messages.allSatisfy { $0.status == .sent })
        }
    }

    @Test func `a mailbox that somebody changes leaves its server, and the next mails go the new way`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(2)
            let delivery = try bench.delivery()
            func send() async throws {
                let campaign = try await bench.campaign()
                _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
                try await delivery.runUntilIdle()
            }
            try await send()
            #expect(!bench.server.commands.contains { $0.hasSuffix("QUIT") })
            let other = try await SMTPTestServer.start()
            _ = try await bench.platform.mailboxes.edit(
                bench.mailbox.id, Mailboxes.Draft(["smtpPort": "\(other.port)"]), by: .console)
            try await bench.companies(1, from: 7)
            try await send()
            #expect(bench.server.mailCount == 2 && other.mailCount == 3)
            #expect(bench.server.commands.contains { $0.hasSuffix("QUIT") })
            delivery.stop()
            try await other.stop()
        }
    }
}
