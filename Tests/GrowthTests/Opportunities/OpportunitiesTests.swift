import Foundation
import Store
import Testing

@testable import Growth

@Suite struct OpportunitiesTests {
    @Test func `a move is in the history, in both timelines, and told to the owner when another made it`() async throws
    {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity("نظام مشتريات")
            #expect(made.stage == .newLead && made.probability == 10 && made.assignedTo == bench.noura.user.id)
            let moved = try await bench.opportunities.move(
                made.id, .init(to: .proposal, from: .newLead), by: bench.manager
            ).opportunity
            #expect(moved.stageHistory.map(\.to) == [.newLead, .proposal])
            #expect(moved.stageHistory.last?.by == bench.manager.user.id && moved.probability == 60)
            #expect(try await bench.entries(.opportunity(made.id)).first == "stage_changed")
            let company = try #require(made.companyId)
            #expect(try await bench.entries(.company(company)).first == "stage_changed")
            #expect(try await bench.notices(bench.noura).map(\.type) == [.opportunityStageChanged])
            _ = try await bench.opportunities.move(made.id, .init(to: .won), by: bench.noura)
            #expect(try await bench.notices(bench.noura).count == 1)
        }
    }

    @Test func `a move of what somebody else moved meanwhile is refused and says where it is`() async throws {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity()
            _ = try await bench.opportunities.move(made.id, .init(to: .meeting, from: .newLead), by: bench.manager)
            await #expect(throws: OpportunityError.movedMeanwhile(to: .meeting)) {
                try await bench.opportunities.move(made.id, .init(to: .proposal, from: .newLead), by: bench.noura)
            }
        }
    }

    @Test func `of two moves at once one comes through`() async throws {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity()
            let won = await withTaskGroup(of: Bool.self) { group in
                for stage in [Opportunity.Stage.contacted, .meeting, .proposal, .negotiation] {
                    group.addTask {
                        do {
                            try await bench.opportunities.move(
                                made.id, .init(to: stage, from: .newLead), by: bench.noura)
                            return true
                        } catch { return false }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(won == 1)
            #expect(try await bench.opportunities.get(made.id, by: bench.noura).stageHistory.count == 2)
        }
    }

    @Test func `a loss says why, won and lost keep when, and reopening forgets both`() async throws {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity()
            _ = try await bench.opportunities.move(made.id, .init(to: .negotiation), by: bench.noura)
            await #expect(throws: InvalidFields(["lostReason": .required])) {
                try await bench.opportunities.move(made.id, .init(to: .lost), by: bench.noura)
            }
            let lost = try await bench.opportunities.move(
                made.id, .init(to: .lost, lostReason: "price"), by: bench.noura
            ).opportunity
            #expect(lost.lostAt != nil && lost.lostReason == "price" && lost.probability == 0 && lost.wonAt == nil)
            let open = try await bench.opportunities.reopen(made.id, by: bench.noura).opportunity
            #expect(open.stage == .negotiation && open.lostAt == nil && open.lostReason == nil)
            #expect(open.probability == 80)
            await #expect(throws: OpportunityError.notClosed) {
                try await bench.opportunities.reopen(made.id, by: bench.noura)
            }
            let won = try await bench.opportunities.move(made.id, .init(to: .won), by: bench.noura).opportunity
            #expect(won.wonAt != nil && won.probability == 100)
        }
    }

    @Test func `a probability that somebody set stays through the open stages`() async throws {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity("أ", ["probability": "35", "valueEstimate": "1000"])
            #expect(made.weightedValue == 350)
            let moved = try await bench.opportunities.move(made.id, .init(to: .meeting), by: bench.noura).opportunity
            #expect(moved.probability == 35)
        }
    }

    @Test func `a move is undone as if it had not been, unless anything happened since`() async throws {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity("أ", ["expectedCloseDate": "2027-02-01"])
            let moved = try await bench.opportunities.move(
                made.id, .init(to: .postponed, until: "2027-06-01"), by: bench.noura)
            #expect(moved.opportunity.expectedCloseDate == CalendarDay.date("2027-06-01"))
            let entry = try #require(moved.entry)
            await #expect(throws: RecordError.notFound) {
                try await bench.opportunities.undoMove(entry, by: bench.sami)
            }
            let back = try await bench.opportunities.undoMove(entry, by: bench.noura)
            #expect(back.stage == .newLead && back.stageHistory.count == 1)
            #expect(back.expectedCloseDate == CalendarDay.date("2027-02-01") && back.probability == 10)
            await #expect(throws: OpportunityError.tooLateToUndo) {
                try await bench.opportunities.undoMove(entry, by: bench.noura)
            }
            let again = try await bench.opportunities.move(made.id, .init(to: .won), by: bench.noura)
            _ = try await bench.opportunities.edit(made.id, RecordEdit(["valueEstimate": "5"]), by: bench.noura)
            let second = try #require(again.entry)
            await #expect(throws: OpportunityError.tooLateToUndo) {
                try await bench.opportunities.undoMove(second, by: bench.noura)
            }
        }
    }

    @Test func `sales people see and move their own alone`() async throws {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity()
            let refused: [() async throws -> Void] = [
                { _ = try await bench.opportunities.get(made.id, by: bench.sami) },
                { _ = try await bench.opportunities.edit(made.id, RecordEdit(["title": "x"]), by: bench.sami) },
                { _ = try await bench.opportunities.move(made.id, .init(to: .won), by: bench.sami) },
                { _ = try await bench.opportunities.reopen(made.id, by: bench.sami) },
                { _ = try await bench.opportunities.assign(made.id, to: bench.sami.user.id, by: bench.sami) },
                { _ = try await bench.opportunities.addNote("x", to: made.id, by: bench.sami) },
            ]
            for act in refused { await #expect(throws: RecordError.notFound) { try await act() } }
            let board = try await bench.opportunities.board(.all, by: bench.sami)
            #expect(board.columns.allSatisfy { $0.count == 0 && $0.cards.isEmpty })
            #expect(try await bench.opportunities.forecast(zone: .gmt, by: bench.sami).undated.count == 0)
        }
    }

    @Test func `a column shows its first cards, counts and sums them all, and gives the rest`() async throws {
        try await SalesBench.with { bench in
            let company = try await bench.company()
            var all: [Opportunity] = []
            for number in 0..<120 {
                var one = Opportunity(at: bench.clock.next())
                (one.title, one.companyId, one.valueEstimate) = ("فرصة \(number)", company.id, 1_000)
                one.assignedTo = bench.noura.user.id
                all.append(one)
            }
            try await bench.store.insert(all)
            let column = try await bench.opportunities.board(.all, by: bench.noura).columns[0]
            #expect(column.count == 120 && column.sum == 120_000 && column.cards.count == Board.cards)
            var seen = Set(column.cards.map(\.id)), next = column.next
            while let page = next {
                let more = try await bench.opportunities.column(.newLead, .all, after: page, by: bench.noura)
                seen.formUnion(more.cards.map(\.id))
                next = more.next
            }
            #expect(seen.count == 120)
        }
    }

    @Test func `what was won long ago leaves the board`() async throws {
        try await SalesBench.with { bench in
            let made = try await bench.opportunity()
            _ = try await bench.opportunities.move(made.id, .init(to: .won), by: bench.noura)
            func won() async throws -> Int {
                try await bench.opportunities.board(.all, by: bench.noura).columns.first { $0.stage == .won }?.count
                    ?? -1
            }
            #expect(try await won() == 1)
            bench.clock.advance(by: Board.closedFor)
            #expect(try await won() == 0)
        }
    }

    @Test(arguments: ["2027-02-30", "tomorrow", "2027-1-1", "0001-01-01", "2027-01-01x"])
    func `a day that no calendar has is refused`(day: String) async throws {
        var opportunity = Opportunity(at: Date(timeIntervalSince1970: 0))
        #expect(throws: InvalidFields(["expectedCloseDate": FieldProblem("day_only")])) {
            try opportunity.apply(RecordEdit(["expectedCloseDate": day]))
        }
    }
}

@Suite struct ForecastTests {
    private let riyadh = TimeZone(identifier: "Asia/Riyadh") ?? .gmt
    /// 2026-11-30 at 22:30 in Greenwich: already December in Riyadh.
    private let now = Date(timeIntervalSince1970: 1_796_077_800)

    private func opportunity(_ day: String?, value: Double = 1_000, probability: Double = 50) -> Opportunity {
        var one = Opportunity(at: now)
        (one.valueEstimate, one.probability) = (value, probability)
        one.expectedCloseDate = day.flatMap(CalendarDay.date)
        return one
    }

    private func forecast(_ all: [Opportunity], zone: TimeZone? = nil) -> Forecast {
        var forecast = Forecast(now: now, zone: zone ?? riyadh)
        for one in all { forecast.add(one, zone: zone ?? riyadh) }
        return forecast
    }

    @Test func `months begin at midnight of the team`() {
        #expect(forecast([]).months[Forecast.past].text == "2026-12")
        #expect(forecast([], zone: .gmt).months[Forecast.past].text == "2026-11")
        #expect(forecast([]).months.count == Forecast.past + Forecast.ahead)
    }

    @Test func `a month sums what is expected, whole and by probability`() {
        let found = forecast([opportunity("2026-12-01"), opportunity("2026-12-31", value: 3_000, probability: 20)])
        let month = found.months[Forecast.past]
        #expect(month.count == 2 && month.expected == 4_000 && month.weighted == 1_100)
    }

    @Test func `the first and last day of a month are of it, wherever the team is`() {
        let honolulu = TimeZone(identifier: "Pacific/Honolulu") ?? .gmt
        for zone in [riyadh, honolulu] {
            let found = forecast([opportunity("2027-01-01"), opportunity("2027-01-31")], zone: zone)
            #expect(found.months.first { $0.text == "2027-01" }?.count == 2)
        }
    }

    @Test func `a day that is over and none at all stand apart, closed ones do not count`() {
        var lost = opportunity("2026-12-05"), won = opportunity("2026-12-05", value: 7_000)
        lost.move(to: .lost, reason: "price", at: now, by: nil)
        won.move(to: .won, at: now, by: nil)
        let found = forecast([opportunity("2026-10-01"), opportunity(nil), lost, won])
        #expect(found.overdue.count == 1 && found.undated.count == 1)
        #expect(found.months[Forecast.past].count == 0 && found.months[Forecast.past].won == 7_000)
    }
}
