import Foundation
import Store
import StoreTesting
import Testing

@testable import Growth

@Suite struct ReportsTests {
    private static let riyadh = TimeZone(identifier: "Asia/Riyadh") ?? .gmt
    private static let scope = Reports.Scope(zone: riyadh)

    @Test func `the pipeline sums open opportunities by stage, weighted by their probability`() async throws {
        try await Self.with { bench, reports in
            try await bench.store.insert([
                Self.deal(.proposal, 1_000, probability: 50), Self.deal(.proposal, 500, probability: 10),
                Self.deal(.won, 9_000), Self.deal(.lost, 7_000),
            ])
            let report = try await reports.report(.pipeline, Self.scope, by: .console)
            let line = try #require(report.lines.first { $0.key == "proposal" })
            #expect(report.figures == [.opportunities, .value, .weighted] && line.values == [2, 1_500, 550])
            #expect(report.total == [2, 1_500, 550] && report.lines.count == 6)
        }
    }

    @Test func `won and lost stand in the month of the team's own time zone, twelve of them`() async throws {
        try await Self.with { bench, reports in
            var won = Self.deal(.won, 300)
            // In Riyadh it is the first of the month already.
            won.wonAt = try Date("2026-10-31T22:30:00Z", strategy: .iso8601)
            var old = Self.deal(.lost, 50)
            old.lostAt = try Date("2025-09-01T00:00:00Z", strategy: .iso8601)
            try await bench.store.insert([won, old])
            let report = try await reports.report(.outcomes, Self.scope, by: .console)
            #expect(report.lines.map(\.key).first == "2025-12" && report.lines.last?.key == "2026-11")
            #expect(report.lines.filter { $0.values != [0, 0, 0, 0] }.map(\.key) == ["2026-11"])
            #expect(report.total == [1, 300, 0, 0])
        }
    }

    @Test func `no month is skipped at the end of a long one`() throws {
        let end = try Date("2026-03-31T12:00:00Z", strategy: .iso8601)
        let months = Reports.months(upTo: end, Self.riyadh)
        #expect(months.suffix(3) == ["2026-01", "2026-02", "2026-03"] && Set(months).count == 12)
    }

    @Test func `what a person did counts once, within the period`() async throws {
        try await Self.with { bench, reports in
            var user = User()
            user.name = "Sara"
            user.email = "sara@example.sa"
            try await bench.store.insert(user)
            let company = EntityID<Company>(), deal = EntityID<Opportunity>()
            let today = reports.now(), before = today.addingTimeInterval(-91 * 86_400)
            try await bench.store.insert([
                Self.did("call", .company(company), user, today), Self.did("call", .company(company), user, before),
                Self.did("stage_changed", .opportunity(deal), user, today),
                Self.did("stage_changed", .company(company), user, today),
                Self.did("updated", .company(company), user, today),
            ])
            let report = try await reports.report(.people, Self.scope, by: .console)
            let line = try #require(report.lines.first)
            let figures = Dictionary(uniqueKeysWithValues: zip(report.figures, line.values))
            #expect(report.lines.count == 1 && line.name == "Sara")
            #expect(figures[.calls] == 1 && figures[.moves] == 1 && figures[.notes] == 0)
        }
    }

    @Test func `a source and an imported list are told what came of their leads`() async throws {
        try await Self.with { bench, reports in
            var run = ImportLog()
            run.fileName = "riyadh.xlsx"
            run.createdAt = reports.now()
            run.finishedAt = reports.now()
            run.counters.companiesExtracted = 40
            var company = Company()
            company.nameAr = "الأفق"
            company.importLogId = run.id
            var lead = Lead()
            lead.companyId = company.id
            lead.createdAt = reports.now()
            lead.source = "import"
            lead.status = .converted
            var deal = Self.deal(.won, 12_000)
            (deal.companyId, deal.leadId, deal.wonAt) = (company.id, lead.id, reports.now())
            try await bench.store.insert(run)
            try await bench.store.insert(company)
            try await bench.store.insert(lead)
            try await bench.store.insert([deal, Self.deal(.won, 5)])
            let sources = try await reports.report(.sources, Self.scope, by: .console)
            #expect(sources.lines.map(\.key) == ["import"] && sources.lines.first?.values == [1, 1, 1, 1, 12_000])
            let imports = try await reports.report(.imports, Self.scope, by: .console)
            #expect(imports.lines.first?.name == "riyadh.xlsx")
            #expect(imports.lines.first?.values == [40, 0, 1, 1, 1, 12_000])
        }
    }

    @Test func `sales people get the figures of their own work only`() async throws {
        try await Self.with { bench, reports in
            var sales = User()
            sales.role = .sales
            var mine = Self.deal(.meeting, 10)
            mine.assignedTo = sales.id
            try await bench.store.insert([mine, Self.deal(.meeting, 90)])
            let principal = Principal(user: sales, origin: .link)
            let other = Reports.Scope(owner: EntityID(), zone: Self.riyadh)
            #expect(try await reports.report(.pipeline, Self.scope, by: principal).total == [1, 10, 0])
            #expect(try await reports.report(.pipeline, other, by: principal).isEmpty)
            #expect(try await reports.report(.pipeline, Self.scope, by: .console).total[1] == 100)
        }
    }

    // MARK: What they are made of

    private static func with(_ body: (ImportBench, Reports) async throws -> Void) async throws {
        let now = try Date("2026-11-25T09:00:00Z", strategy: .iso8601)
        try await ImportBench.with { try await body($0, Reports(store: $0.store, now: { now })) }
    }

    private static func deal(
        _ stage: Opportunity.Stage, _ value: Double, probability: Double? = 0
    ) -> Opportunity {
        var deal = Opportunity()
        deal.title = "صفقة"
        (deal.stage, deal.valueEstimate, deal.probability) = (stage, value, probability)
        return deal
    }

    private static func did(_ type: String, _ subject: Timeline.Subject, _ user: User, _ at: Date) -> Activity {
        var activity = Activity()
        activity.type = Activity.Kind(rawValue: type)
        (activity.entityType, activity.entityId) = (subject.type, subject.id)
        (activity.createdBy, activity.createdAt) = (user.id, at)
        activity.title = type
        return activity
    }
}
