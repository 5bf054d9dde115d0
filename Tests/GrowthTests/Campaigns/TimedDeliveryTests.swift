import Foundation
import MailTesting
import Store
import Testing

@testable import Growth

/// When mails go out and when they do not: starts, pauses, hours, caps, copies of the data.
@Suite struct TimedDeliveryTests {
    @Test func `paused it sends nothing, resumed it goes on, cancelled it never does`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(4)
            let campaign = try await bench.campaign { $0.name = "أولى" }
            let delivery = try bench.delivery()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            _ = try await bench.campaigns.pause(campaign.id, by: bench.manager)
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 0)
            _ = try await bench.campaigns.resume(campaign.id, by: bench.manager)
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 4)
            let second = try await bench.campaign { $0.name = "ثانية" }
            _ = try await bench.campaigns.schedule(second.id, at: nil, by: bench.manager)
            let cancelled = try await bench.campaigns.cancel(second.id, by: bench.manager)
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 4 && cancelled.status == .archived && cancelled.isCancelled)
            await #expect(throws: CampaignError.notPossible(.archived)) {
                try await bench.campaigns.resume(second.id, by: bench.manager)
            }
        }
    }

    @Test func `a start missed by hours waits for a person, one missed by minutes is made up for`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(2)
            let delivery = try bench.delivery()
            for (late, status) in [(5 * 3_600.0, Campaign.Status.paused), (600, .sent)] {
                let campaign = try await bench.campaign()
                _ = try await bench.campaigns.schedule(
                    campaign.id, at: bench.clock.now().addingTimeInterval(3_600), by: bench.manager)
                try await delivery.runUntilIdle()
                #expect(try await bench.campaigns.get(campaign.id).status == .scheduled)
                bench.clock.advance(3_600 + late)
                try await delivery.runUntilIdle()
                let found = try await bench.campaigns.get(campaign.id)
                #expect(found.status == status)
                #expect(found.pauseReason == (status == .paused ? .missedStart : nil))
            }
        }
    }

    @Test func `a hundred who start it at once start it once`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(3)
            let campaign = try await bench.campaign()
            let started = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        (try? await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(started == 1)
        }
    }

    @Test func `no span of an hour or a day holds more mails than the mailbox bears, whatever the clock does`()
        async throws
    {
        try await CampaignBench.with { bench in
            try await bench.companies(60)
            _ = try await bench.platform.mailboxes.edit(
                bench.mailbox.id, Mailboxes.Draft(["hourlyCap": "10", "dailyCap": "25"]), by: .console)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            var sentAt: [TimeInterval] = []
            var real = 0.0
            var delivery = try bench.delivery()
            for step in 0..<52 {
                try await delivery.runUntilIdle()
                sentAt += Array(repeating: real, count: bench.server.mailCount - sentAt.count)
                real += 1_800
                bench.clock.advance(1_800)
                if step == 10 { bench.clock.advance(-3_600) }
                if step % 7 == 0 { delivery = try bench.delivery() }
            }
            for time in sentAt {
                #expect(sentAt.count { $0 > time - 3_600 && $0 <= time } <= 10)
                #expect(sentAt.count { $0 > time - 86_400 && $0 <= time } <= 25)
            }
            #expect(sentAt.count >= 25)
        }
    }

    @Test func `a mailbox outside of its own hours sends nothing, and the campaign says until when`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(3)
            var hours = SendWindow()
            (hours.days, hours.from, hours.to) = (["friday", "saturday"], "09:00", "10:00")
            hours.timezone = "Asia/Riyadh"
            var draft = Mailboxes.Draft()
            draft.sendWindow = .some(hours)
            _ = try await bench.platform.mailboxes.edit(bench.mailbox.id, draft, by: .console)
            let calendar = SendCalendar(hours, try await bench.platform.settings.current())
            let opening = try #require(calendar.opening(at: bench.clock.now()))
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery()
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 0)
            let outlook = try await bench.campaigns.outlook(campaign.id)
            #expect(outlook.reasons == [.mailboxWindow] && outlook.next == opening)
            bench.clock.advance(opening.timeIntervalSince(bench.clock.now()))
            #expect(try await bench.campaigns.outlook(campaign.id).reasons.isEmpty)
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 3)
        }
    }

    @Test func `a copy of the data sends nothing until somebody says that it may`() async throws {
        try await CampaignBench.with { bench in
            guard !bench.store.isShared else { return }
            try await bench.companies(2)
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            try await bench.platform.installMark.confirm()
            _ = try await bench.store.update(SystemSettings.self, where: .all, .set("installMark", "elsewhere"))
            let delivery = try bench.delivery()
            try await delivery.begin()
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 0)
            #expect(try await bench.campaigns.get(campaign.id).pauseReason == .copiedDatabase)
            _ = try await bench.campaigns.resume(campaign.id, by: bench.manager)
            try await delivery.begin()
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 2)
        }
    }

    @Test func `what is started on a copy of the data goes on after a restart`() async throws {
        try await CampaignBench.with { bench in
            guard !bench.store.isShared else { return }
            try await bench.companies(2)
            let campaign = try await bench.campaign()
            try await bench.platform.installMark.confirm()
            _ = try await bench.store.update(SystemSettings.self, where: .all, .set("installMark", "elsewhere"))
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            let delivery = try bench.delivery()
            try await delivery.begin()
            try await delivery.runUntilIdle()
            #expect(bench.server.mailCount == 2)
        }
    }
}
