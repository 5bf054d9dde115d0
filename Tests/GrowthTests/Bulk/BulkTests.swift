import Foundation
import Store
import Testing

@testable import Growth

/// One thing done to many records, and taken back.
@Suite struct BulkTests {
    /// Companies named by their number, in two cities by turns.
    private static func companies(_ count: Int, _ platform: Platform) async throws -> [Company] {
        var companies: [Company] = []
        for number in 0..<count {
            var company = Company()
            company.nameAr = "شركة \(number)"
            company.city = number.isMultiple(of: 2) ? "الرياض" : "جدة"
            company.tags = ["old"]
            company.refreshKeys(contacts: [])
            companies.append(company)
        }
        try await platform.store.insert(companies)
        return try await platform.store.find(Query<Company>(sort: [.ascending("_id")]))
    }

    private static func ids(_ companies: some Sequence<Company>) -> BulkChoice { .ids(companies.map(\.id.raw)) }

    @Test func `a field of many records is set at once, each with its entry, and all of it is taken back`() async throws
    {
        try await CompaniesTests.with { platform, noura in
            let before = try await Self.companies(6, platform)
            let order = BulkOrder(.set, field: "city", value: "الدمام")
            let run = try await platform.bulk.start(order, on: "companies", Self.ids(before), by: noura)
            #expect(run.isFinished && run.changed == 6 && run.done == 6)
            let after = try await platform.store.find(Query<Company>())
            #expect(after.allSatisfy { $0.city == "الدمام" })
            let entries = try await platform.timeline.entries(of: .company(before[0].id))
            #expect(entries.count == 1 && entries[0].createdBy == noura.userId)
            #expect(entries[0].metadata?.object?["bulk"]?.object?["run"]?.id == run.id.raw)
            let undo = try await platform.bulk.undo(run.id, by: noura)
            #expect(undo.isFinished && undo.changed == 6 && undo.refusedCount == 0)
            #expect(
                try await platform.store.find(Query<Company>(sort: [.ascending("_id")])).map(\.city)
                    == before.map(\.city))
            await #expect(throws: BulkError.alreadyUndone) { try await platform.bulk.undo(run.id, by: noura) }
        }
    }

    @Test func `undo keeps what somebody changed since, says so, and restores the rest`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(3, platform)
            let run = try await platform.bulk.start(
                BulkOrder(.addTags, value: "vip، riyadh"), on: "companies", Self.ids(all), by: noura)
            _ = try await platform.companies.edit(all[1].id, RecordEdit(["tags": "mine", "sector": "Food"]), by: noura)
            let undo = try await platform.bulk.undo(run.id, by: noura)
            #expect(undo.changed == 2 && undo.refusedCount == 1)
            #expect(undo.refused.first?.id == all[1].id.raw && undo.refused.first?.fields == ["tags"])
            #expect(undo.refused.first?.problem == .changedSince)
            let tags = try await platform.store.find(Query<Company>(sort: [.ascending("_id")])).map(\.tags)
            #expect(tags == [["old"], ["mine"], ["old"]])
        }
    }

    @Test func `archiving many and taking it back gives each its own status again`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(4, platform)
            _ = try await platform.companies.edit(all[0].id, RecordEdit(["status": "active"]), by: noura)
            let run = try await platform.bulk.start(BulkOrder(.archive), on: "companies", Self.ids(all), by: noura)
            #expect(run.changed == 4)
            #expect(try await platform.store.count(Company.self, where: Companies.live) == 0)
            let again = try await platform.bulk.start(BulkOrder(.archive), on: "companies", Self.ids(all), by: noura)
            #expect(again.changed == 0 && again.unchanged == 4)
            _ = try await platform.bulk.undo(run.id, by: noura)
            let restored = try await platform.store.find(Query<Company>(sort: [.ascending("_id")]))
            #expect(
                restored.map(\.status) == [.active, .new, .new, .new] && restored.allSatisfy { $0.archivedAt == nil })
        }
    }

    @Test func `a preview counts and writes nothing`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(5, platform)
            let order = BulkOrder(.set, field: "city", value: "الرياض")
            let preview = try await platform.bulk.preview(order, on: "companies", .all(.all), by: noura)
            #expect(preview.total == 5 && preview.counts.changed == 2 && preview.counts.unchanged == 3)
            #expect(try await platform.store.find(Query<Company>(sort: [.ascending("_id")])) == all)
            #expect(try await platform.store.count(Job.self, where: .equals("kind", "bulk")) == 0)
        }
    }

    @Test func `more than two hundred go on in the background, over the list as it was`() async throws {
        try await CompaniesTests.with { platform, noura in
            _ = try await Self.companies(701, platform)
            // The change itself takes every record out of the filter.
            let choice = BulkChoice.all(.not(.equals("sector", "Food")))
            let order = BulkOrder(.set, field: "sector", value: "Food")
            let run = try await platform.bulk.start(order, on: "companies", choice, by: noura)
            #expect(!run.isFinished && run.total == nil)
            await #expect(throws: BulkError.notNow) { try await platform.bulk.undo(run.id, by: noura) }
            try await platform.jobs.runUntilIdle()
            let done = try await platform.bulk.get(run.id, by: noura)
            #expect(done.isFinished && !done.hasFailed && done.total == 701 && done.changed == 701)
            #expect(try await platform.store.count(Activity.self, where: .equals("type", "updated")) == 701)
            let undo = try await platform.bulk.undo(run.id, by: noura)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.bulk.get(undo.id, by: noura).changed == 701)
            #expect(try await platform.store.count(Company.self, where: .exists("sector", true)) == 0)
        }
    }

    @Test func `a run that is taken up after a crash changes nothing twice and loses nothing`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(620, platform)
            let order = BulkOrder(.addTags, value: "vip")
            let run = try await platform.bulk.start(order, on: "companies", .all(.all), by: noura)
            try await platform.jobs.runUntilIdle()
            // As if the worker had died after its work, and with it the note of how far it was.
            _ = try await platform.store.update(
                Job.self, where: .id(run.id),
                .set("payload.done", 0).set("payload.changed", 0).set("status", "pending"))
            let half = all.prefix(100).map { Value.id($0.id.raw) }
            _ = try await platform.store.delete(Activity.self, where: .isIn("entityId", Array(half)))
            _ = try await platform.store.update(Company.self, where: .isIn("_id", Array(half)), .set("tags", ["old"]))
            try await platform.jobs.runUntilIdle()
            let done = try await platform.bulk.get(run.id, by: noura)
            #expect(done.isFinished && done.changed == 620 && done.unchanged == 0)
            #expect(try await platform.store.count(Activity.self, where: .all) == 620)
            #expect(try await platform.store.find(Query<Company>()).allSatisfy { $0.tags == ["old", "vip"] })
        }
    }

    @Test func `a run that is stopped leaves the rest as it was, and what it did can be taken back`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(1_200, platform)
            let bulk = platform.bulk
            let run = try await bulk.start(BulkOrder(.addTags, value: "vip"), on: "companies", .all(.all), by: noura)
            // Stopped before a worker took it: it never begins.
            #expect(try await bulk.cancel(run.id, by: noura).isCancelling)
            try await platform.jobs.runUntilIdle()
            let idle = try await bulk.get(run.id, by: noura)
            #expect(idle.isFinished && idle.isCancelled && idle.changed == 0)

            let second = try await bulk.start(BulkOrder(.addTags, value: "vip"), on: "companies", .all(.all), by: noura)
            let stopping = Task {
                while try await bulk.get(second.id, by: noura).done == 0 { await Task.yield() }
                _ = try await bulk.cancel(second.id, by: noura)
            }
            try await platform.jobs.runUntilIdle()
            try await stopping.value
            let stopped = try await bulk.get(second.id, by: noura)
            let tagged = Filter.hasAny("tags", ["vip"])
            #expect(stopped.isCancelled && stopped.done < 1_200)
            #expect(try await platform.store.count(Company.self, where: tagged) == stopped.changed)
            // Once more changes nothing, and nobody takes it up again.
            #expect(try await bulk.cancel(second.id, by: noura).isCancelled)
            try await platform.jobs.runUntilIdle()
            #expect(try await bulk.get(second.id, by: noura).done == stopped.done)
            let undo = try await bulk.undo(second.id, by: noura)
            try await platform.jobs.runUntilIdle()
            #expect(try await bulk.get(undo.id, by: noura).changed == stopped.changed)
            #expect(
                try await platform.store.find(Query<Company>(sort: [.ascending("_id")])).map(\.tags) == all.map(\.tags))
            let audit = Filter.equals("action", "bulk_cancelled")
            #expect(try await platform.store.count(AuditLog.self, where: audit) == 2)
        }
    }

    @Test func `an undo that is stopped can be asked for again, and finishes the rest`() async throws {
        try await CompaniesTests.with { platform, noura in
            _ = try await Self.companies(1_200, platform)
            let bulk = platform.bulk
            let run = try await bulk.start(BulkOrder(.addTags, value: "vip"), on: "companies", .all(.all), by: noura)
            try await platform.jobs.runUntilIdle()
            let undo = try await bulk.undo(run.id, by: noura)
            let stopping = Task {
                while try await bulk.get(undo.id, by: noura).done == 0 { await Task.yield() }
                _ = try await bulk.cancel(undo.id, by: noura)
            }
            try await platform.jobs.runUntilIdle()
            try await stopping.value
            let stopped = try await bulk.get(undo.id, by: noura)
            #expect(stopped.isCancelled && stopped.changed < 1_200)
            let rest = try await bulk.undo(run.id, by: noura)
            try await platform.jobs.runUntilIdle()
            let done = try await bulk.get(rest.id, by: noura)
            #expect(done.changed == 1_200 - stopped.changed && done.refusedCount == 0)
            #expect(try await platform.store.find(Query<Company>()).allSatisfy { $0.tags == ["old"] })
        }
    }

    @Test func `a record that cannot be so stays as it is, with the reason`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(2, platform)
            _ = try await platform.companies.archive(all[0].id, by: noura)
            let order = BulkOrder(.set, field: "status", value: "active")
            let run = try await platform.bulk.start(order, on: "companies", Self.ids(all), by: noura)
            #expect(run.changed == 1 && run.refusedCount == 1 && run.refused.first?.problem == .notWritable)
        }
    }

    @Test func `columns kept from imports are set and taken back one by one`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(1, platform)
            _ = try await platform.companies.edit(all[0].id, RecordEdit(custom: ["رقم السجل": "1010"]), by: noura)
            let order = BulkOrder(.set, field: "customFields.المندوب", value: "سامي")
            let run = try await platform.bulk.start(order, on: "companies", Self.ids(all), by: noura)
            #expect(try await platform.companies.get(all[0].id).customFields["المندوب"] == "سامي")
            let undo = try await platform.bulk.undo(run.id, by: noura)
            #expect(undo.changed == 1 && undo.refused == [])
            let custom = try await platform.companies.get(all[0].id).customFields
            #expect(custom == ["رقم السجل": "1010"])
        }
    }

    @Test func `an order that does not fit, nobody's records and somebody else's run are refused`() async throws {
        try await CompaniesTests.with { platform, noura in
            let all = try await Self.companies(1, platform)
            let bulk = platform.bulk
            for order in [
                BulkOrder(.set, field: "nameAr", value: "x"), BulkOrder(.set, field: "matchKeys", value: "x"),
                BulkOrder(.complete), BulkOrder(.set),
            ] {
                await #expect(throws: BulkError.notForThese) {
                    try await bulk.start(order, on: "companies", Self.ids(all), by: noura)
                }
            }
            await #expect(throws: BulkError.nothingChosen) {
                try await bulk.start(BulkOrder(.archive), on: "companies", .ids([ObjectID()]), by: noura)
            }
            await #expect(throws: InvalidFields.self) {
                try await bulk.start(
                    BulkOrder(.assign, value: ObjectID().description), on: "companies", Self.ids(all), by: noura)
            }
            let run = try await bulk.start(BulkOrder(.addTags, value: "x"), on: "companies", Self.ids(all), by: noura)
            var sami = User()
            sami.name = "Sami"
            sami.email = "sami@example.sa"
            sami.role = .sales
            sami.status = .active
            try await platform.store.insert(sami)
            let other = Principal(user: sami, origin: .console)
            await #expect(throws: RecordError.notFound) {
                try await bulk.get(run.id, by: Principal(user: sami, origin: .job))
            }
            await #expect(throws: BulkError.notForThese) {
                try await bulk.start(BulkOrder(.archive), on: "companies", Self.ids(all), by: other)
            }
        }
    }

    @Test(arguments: [
        Filter.all, .none, .not(.equals("city", .null)),
        .or([.isIn("city", ["a", "b"]), .range("leadScore", from: .including(1), to: nil)]),
        .and([
            .exists("x", true), .contains("y", "z"), .startsWith("y", "ش"), .hasAny("tags", ["v"]),
            .search("searchKeys", ["w"]),
        ]),
    ])
    func `a filter that was kept as data is the same filter`(filter: Filter) {
        #expect(Filter(value: filter.value) == filter)
        #expect(
            Filter(value: ["equals": [1, 2]]) == nil && Filter(value: ["or": ["x"]]) == nil
                && Filter(value: "all") == nil)
    }
}
