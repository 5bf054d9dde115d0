import Foundation
import Store
import Testing

@testable import Growth

/// Leads of many companies or people at once.
@Suite struct BulkLeadsTests {
    private static func companies(_ bench: SalesBench, _ count: Int) async throws -> [Company] {
        var companies: [Company] = []
        for number in 0..<count { companies.append(try await bench.company("شركة \(number)")) }
        return companies
    }

    private static func ids<E: Entity>(_ records: [E]) -> BulkChoice { .ids(records.map(\.id.raw)) }

    @Test func `each company becomes one lead, those with an open one are named, and all of it is taken back`()
        async throws
    {
        try await SalesBench.with { bench in
            let companies = try await Self.companies(bench, 4)
            _ = try await bench.lead(companies[0], by: bench.noura)
            _ = try await bench.platform.companies.archive(companies[1].id, by: bench.manager)
            let order = BulkOrder(.makeLeads, value: bench.sami.user.id.description)
            let choice = Self.ids(companies), bulk = bench.platform.bulk
            let preview = try await bulk.preview(order, on: "companies", choice, by: bench.manager)
            #expect(preview.counts.changed == 2 && preview.counts.refused.count == 2)
            #expect(preview.counts.refused[0].problem == .hasOpenLead("Noura"))
            #expect(preview.counts.refused[1].problem == .notPossible)
            #expect(try await bench.store.count(Lead.self) == 1)
            let run = try await bulk.start(order, on: "companies", choice, by: bench.manager)
            #expect(run.changed == 2 && run.refusedCount == 2)
            let made = try await bench.store.find(Query<Lead>(bench.sami.ownRecords))
            #expect(Set(made.compactMap(\.companyId)) == Set(companies.suffix(2).map(\.id)))
            #expect(made.allSatisfy { $0.source == .manual && $0.leadScore != nil && $0.status == .new })
            #expect(try await bench.entries(.company(companies[2].id)).first == "lead_created")
            // One notice for all of them.
            #expect(try await bench.notices(bench.sami).map { $0.metadata?.object?["count"]?.int } == [2])
            let undo = try await bulk.undo(run.id, by: bench.manager)
            #expect(undo.changed == 2 && undo.refused == [])
            #expect(try await bench.store.count(Lead.self) == 1)
            #expect(try await bench.entries(.lead(made[0].id)).isEmpty)
            #expect(try await bench.entries(.company(companies[2].id)).prefix(2) == ["system", "lead_created"])
        }
    }

    @Test func `undo keeps the leads that somebody has worked on, and lists them`() async throws {
        try await SalesBench.with { bench in
            let companies = try await Self.companies(bench, 4), bulk = bench.platform.bulk
            let run = try await bulk.start(
                BulkOrder(.makeLeads, value: bench.noura.user.id.description), on: "companies", Self.ids(companies),
                by: bench.manager)
            let leads = try await bench.store.find(Query<Lead>(sort: [.ascending("_id")]))
            _ = try await bench.leads.move(leads[0].id, to: .contacted, by: bench.noura)
            _ = try await bench.leads.addNote("اتصلت", to: leads[1].id, by: bench.noura)
            _ = try await bench.platform.tasks.create(
                RecordEdit([
                    "title": "Call", "relatedEntityType": "lead", "relatedEntityId": leads[2].id.description,
                ]), by: bench.noura)
            let undo = try await bulk.undo(run.id, by: bench.manager)
            #expect(undo.changed == 1 && undo.refusedCount == 3)
            #expect(undo.refused.allSatisfy { $0.problem == .changedSince && !$0.name.isEmpty })
            #expect(Set(try await bench.store.find(Query<Lead>()).map(\.id)) == Set(leads.prefix(3).map(\.id)))
        }
    }

    @Test func `turns go round, sales people make their own, and people are taken by their own leads`() async throws {
        try await SalesBench.with { bench in
            let companies = try await Self.companies(bench, 4), bulk = bench.platform.bulk
            let order = BulkOrder(.makeLeads, value: "turn")
            await #expect(throws: LeadError.nobodyTakesPart) {
                try await bulk.preview(order, on: "companies", Self.ids(companies), by: bench.manager)
            }
            try await bench.leads.turns.choose([bench.noura.user.id, bench.sami.user.id], by: bench.manager)
            let run = try await bulk.start(order, on: "companies", Self.ids(companies), by: bench.manager)
            #expect(run.changed == 4)
            #expect(try await bench.store.count(Lead.self, where: bench.noura.ownRecords) == 2)
            #expect(try await bench.store.count(Lead.self, where: bench.sami.ownRecords) == 2)
            var people: [Person] = []
            for name in ["سعد", "ريم"] {
                people.append(
                    try await bench.platform.people.create(
                        RecordEdit(["fullName": name, "companyId": companies[0].id.description]), by: bench.manager))
            }
            let hers = try await bulk.start(
                BulkOrder(.makeLeads, value: bench.sami.user.id.description), on: "people", Self.ids(people),
                by: bench.noura)
            #expect(hers.changed == 2)
            let leads = try await bench.store.find(Query<Lead>(.exists("personId", true)))
            #expect(leads.allSatisfy { $0.assignedTo == bench.noura.userId && $0.companyId == companies[0].id })
            let again = try await bulk.start(BulkOrder(.makeLeads), on: "people", Self.ids(people), by: bench.noura)
            #expect(again.changed == 0 && again.refusedCount == 2)
            await #expect(throws: BulkError.notForThese) {
                try await bulk.start(BulkOrder(.makeLeads), on: "leads", Self.ids(leads), by: bench.manager)
            }
        }
    }

    @Test func `a run of hundreds that is taken up after a crash makes no lead twice`() async throws {
        try await SalesBench.with { bench in
            let companies = (0..<330).map { number in
                var company = Company()
                company.nameAr = "شركة \(number)"
                return company
            }
            try await bench.store.insert(companies)
            let order = BulkOrder(.makeLeads, value: bench.noura.user.id.description)
            let run = try await bench.platform.bulk.start(order, on: "companies", .all(.all), by: bench.manager)
            try await bench.platform.jobs.runUntilIdle()
            #expect(try await bench.store.count(Lead.self) == 330)
            _ = try await bench.store.update(
                Job.self, where: .id(run.id),
                .set("payload.done", 0).set("payload.changed", 0).set("status", "pending"))
            try await bench.platform.jobs.runUntilIdle()
            let done = try await bench.platform.bulk.get(run.id, by: bench.manager)
            #expect(done.isFinished && done.changed == 330 && done.refusedCount == 0)
            #expect(try await bench.store.count(Lead.self) == 330)
            // Told once of each hundred.
            #expect(
                try await bench.notices(bench.noura).compactMap { $0.metadata?.object?["count"]?.int }.reduce(0, +)
                    == 330)
            let undo = try await bench.platform.bulk.undo(run.id, by: bench.manager)
            try await bench.platform.jobs.runUntilIdle()
            #expect(try await bench.platform.bulk.get(undo.id, by: bench.manager).changed == 330)
            #expect(try await bench.store.count(Lead.self) == 0)
        }
    }
}
