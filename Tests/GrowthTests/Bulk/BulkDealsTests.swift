import Foundation
import Store
import Testing

@testable import Growth

/// Leads, opportunities and tasks, many at once.
@Suite struct BulkDealsTests {
    private static func ids<E: Entity>(_ records: [E]) -> BulkChoice { .ids(records.map(\.id.raw)) }

    private static func leads(_ bench: SalesBench, _ count: Int, for owner: Principal?) async throws -> [Lead] {
        var leads: [Lead] = []
        for number in 0..<count {
            leads.append(
                try await bench.lead(
                    bench.company("شركة \(number)"), owner.map { .user($0.user.id) } ?? .nobody))
        }
        return leads
    }

    private static func tasks(_ office: Office, _ count: Int, by who: Principal? = nil) async throws -> [WorkTask] {
        var tasks: [WorkTask] = []
        for number in 0..<count { tasks.append(try await office.task("Call \(number)", by: who)) }
        return tasks
    }

    private func stored(_ lead: Lead, _ bench: SalesBench) async throws -> Lead {
        try #require(try await bench.store.get(lead.id))
    }

    // MARK: Leads

    @Test func `leads are given to a colleague, who is told of each, and all of it is taken back`() async throws {
        try await SalesBench.with { bench in
            let leads = try await Self.leads(bench, 3, for: bench.noura)
            let order = BulkOrder(.assign, value: bench.sami.user.id.description)
            let preview = try await bench.platform.bulk.preview(order, on: "leads", Self.ids(leads), by: bench.noura)
            #expect(preview.counts.changed == 3)
            let run = try await bench.platform.bulk.start(order, on: "leads", Self.ids(leads), by: bench.noura)
            #expect(run.isFinished && run.changed == 3)
            #expect(try await bench.store.count(Lead.self, where: bench.sami.ownRecords) == 3)
            #expect(try await bench.notices(bench.sami).map(\.type) == [.leadAssigned, .leadAssigned, .leadAssigned])
            // She does not see them any more, and yet may take back what she did.
            let undo = try await bench.platform.bulk.undo(run.id, by: bench.noura)
            #expect(undo.changed == 3 && undo.refused == [] && undo.missing == 0)
            #expect(try await bench.store.count(Lead.self, where: bench.noura.ownRecords) == 3)
        }
    }

    @Test func `leads move to a status, a loss says why, and what cannot follow stays as it is`() async throws {
        try await SalesBench.with { bench in
            let leads = try await Self.leads(bench, 3, for: bench.noura)
            _ = try await bench.leads.convert(leads[0].id, by: bench.noura)
            _ = try await bench.leads.move(leads[1].id, to: .contacted, by: bench.noura)
            let bulk = bench.platform.bulk
            let mute = try await bulk.start(
                BulkOrder(.move, value: "lost"), on: "leads", Self.ids(leads), by: bench.noura)
            #expect(mute.changed == 0 && mute.refusedCount == 3)
            #expect(Set(mute.refused.map(\.problem)) == [.required])
            let run = try await bulk.start(
                BulkOrder(.move, value: "lost", reason: "السعر"), on: "leads", Self.ids(leads), by: bench.noura)
            #expect(run.changed == 2 && run.refused.map(\.problem) == [.notPossible])
            #expect(run.refused.first?.id == leads[0].id.raw)
            let undo = try await bulk.undo(run.id, by: bench.noura)
            #expect(undo.changed == 2)
            let statuses = try await leads.asyncMap { try await bench.store.get($0.id)?.status }
            #expect(statuses == [.converted, .contacted, .new])
            await #expect(throws: BulkError.notForThese) {
                try await bulk.start(BulkOrder(.addTags, value: "vip"), on: "leads", Self.ids(leads), by: bench.manager)
            }
        }
    }

    @Test func `sales people change their own leads alone, and take free ones for themselves`() async throws {
        try await SalesBench.with { bench in
            let hers = try await Self.leads(bench, 1, for: bench.noura)[0]
            let his = try await stored(bench.lead(bench.company("أخرى"), .user(bench.sami.user.id)), bench)
            let free = try await bench.lead(bench.company("حرة"))
            let bulk = bench.platform.bulk, all = Self.ids([hers, his, free])
            let moved = try await bulk.start(BulkOrder(.move, value: "contacted"), on: "leads", all, by: bench.noura)
            // Somebody else's is not even told of.
            #expect(moved.total == 2 && moved.changed == 1 && moved.refused.map(\.id) == [free.id.raw])
            let order = BulkOrder(.assign, value: bench.noura.user.id.description)
            let preview = try await bulk.preview(order, on: "leads", all, by: bench.noura)
            let run = try await bulk.start(order, on: "leads", all, by: bench.noura)
            #expect(preview.counts.changed == 1 && run.changed == 1 && run.unchanged == 1)
            #expect(try await bench.store.get(free.id)?.assignedTo == bench.noura.userId)
            #expect(try await bench.store.get(his.id) == his)
            await #expect(throws: BulkError.nothingChosen) {
                try await bulk.start(order, on: "leads", Self.ids([his]), by: bench.noura)
            }
            _ = try await bulk.undo(run.id, by: bench.noura)
            #expect(try await bench.store.get(free.id)?.assignedTo == nil)
        }
    }

    @Test func `undo keeps the leads that somebody moved on since, and lists them`() async throws {
        try await SalesBench.with { bench in
            let leads = try await Self.leads(bench, 3, for: bench.noura)
            let run = try await bench.platform.bulk.start(
                BulkOrder(.move, value: "contacted"), on: "leads", Self.ids(leads), by: bench.noura)
            _ = try await bench.leads.move(leads[1].id, to: .qualified, by: bench.noura)
            let undo = try await bench.platform.bulk.undo(run.id, by: bench.noura)
            #expect(undo.changed == 2 && undo.refused.map(\.id) == [leads[1].id.raw])
            #expect(undo.refused.first?.fields == ["status"] && undo.refused.first?.problem == .changedSince)
            #expect(try await leads.asyncMap { try await bench.store.get($0.id)?.status } == [.new, .qualified, .new])
        }
    }

    // MARK: Opportunities

    @Test func `opportunities move to a stage with all that follows from it, and come back as they were`() async throws
    {
        try await SalesBench.with { bench in
            var all: [Opportunity] = []
            for name in ["أ", "ب", "ج"] { all.append(try await bench.opportunity(name)) }
            let bulk = bench.platform.bulk
            let run = try await bulk.start(
                BulkOrder(.move, value: "lost", reason: "price"), on: "opportunities", Self.ids(all), by: bench.manager)
            #expect(run.changed == 3)
            for one in try await bench.store.find(Query<Opportunity>()) {
                #expect(one.stage == .lost && one.lostReason == "price" && one.lostAt != nil && one.probability == 0)
                #expect(try await bench.entries(.opportunity(one.id)).first == "stage_changed")
            }
            #expect(try await bench.notices(bench.noura).count == 3)
            _ = try await bench.opportunities.edit(
                all[2].id, RecordEdit(["valueEstimate": "900"]), by: bench.noura)
            let undo = try await bulk.undo(run.id, by: bench.manager)
            #expect(undo.changed == 2 && undo.refused.map(\.problem) == [.changedSince])
            let after = try await bench.store.get(all.map(\.id))
            for one in all.prefix(2) {
                let restored = try #require(after[one.id])
                #expect(restored.stage == .newLead && restored.probability == one.probability)
                #expect(restored.lostAt == nil && restored.lostReason == nil)
                #expect(restored.stageHistory == one.stageHistory)
            }
            #expect(after[all[2].id]?.stage == .lost)
        }
    }

    @Test func `a sales person gives opportunities away and takes that back, and reaches nobody else's`() async throws {
        try await SalesBench.with { bench in
            let hers = try await bench.opportunity("أ", by: bench.noura)
            let his = try await bench.opportunity("ب", by: bench.sami)
            let bulk = bench.platform.bulk, both = Self.ids([hers, his])
            let order = BulkOrder(.assign, value: bench.manager.user.id.description)
            let run = try await bulk.start(order, on: "opportunities", both, by: bench.noura)
            #expect(run.total == 1 && run.changed == 1)
            #expect(try await bench.store.get(his.id) == his)
            let undo = try await bulk.undo(run.id, by: bench.noura)
            #expect(undo.changed == 1 && undo.missing == 0)
            #expect(try await bench.store.get(hers.id)?.assignedTo == bench.noura.userId)
            let viewer = try await SalesBench.person("Rania", .viewer, bench.store)
            let refused = try await bulk.start(
                BulkOrder(.assign, value: viewer.user.id.description), on: "opportunities", both, by: bench.manager)
            #expect(refused.changed == 0 && refused.refused.map(\.problem) == [.notInList, .notInList])
            for verb in [BulkOrder.Verb.archive, .complete, .addTags, .set] {
                await #expect(throws: BulkError.notForThese) {
                    try await bulk.start(BulkOrder(verb, value: "x"), on: "opportunities", both, by: bench.manager)
                }
            }
        }
    }

    // MARK: Tasks

    @Test func `tasks are completed, one that recurs comes again, and undo opens them and takes that back`()
        async throws
    {
        try await Office.with { office in
            var tasks = try await Self.tasks(office, 2)
            tasks.append(try await office.task("Weekly", ["dueAt": "2026-11-25", "recurrence": "FREQ=WEEKLY"]))
            _ = try await office.tasks.cancel(tasks[0].id, by: office.sales)
            let bulk = office.platform.bulk
            let run = try await bulk.start(BulkOrder(.complete), on: "tasks", Self.ids(tasks), by: office.sales)
            #expect(run.changed == 2 && run.refused.map(\.problem) == [.notPossible])
            #expect(try await office.platform.store.count(WorkTask.self) == 4)
            office.clock.advance(by: 60)
            let undo = try await bulk.undo(run.id, by: office.sales)
            #expect(undo.changed == 2 && undo.refused == [])
            #expect(try await office.platform.store.count(WorkTask.self) == 3)
            let after = try await office.platform.store.get(tasks.map(\.id))
            #expect(tasks.map { after[$0.id]?.status } == [.cancelled, .open, .open])
            #expect(after.values.allSatisfy { $0.completedAt == nil })
        }
    }

    @Test func `tasks are given to somebody, never to nobody, and others' are out of reach`() async throws {
        try await Office.with { office in
            let own = try await Self.tasks(office, 2), foreign = try await Self.tasks(office, 1, by: office.other)
            let bulk = office.platform.bulk, all = Self.ids(own + foreign)
            let order = BulkOrder(.assign, value: office.manager.user.id.description)
            let run = try await bulk.start(order, on: "tasks", all, by: office.sales)
            #expect(run.total == 2 && run.changed == 2)
            #expect(try await office.told(office.manager).count == 2)
            let nobody = try await bulk.start(BulkOrder(.assign), on: "tasks", all, by: office.sales)
            #expect(nobody.changed == 0 && nobody.refused.map(\.problem) == [.required, .required])
            let undo = try await bulk.undo(run.id, by: office.sales)
            #expect(undo.changed == 2)
            let after = try await office.platform.store.get((own + foreign).map(\.id))
            #expect(own.allSatisfy { after[$0.id]?.assignedTo == office.sales.userId })
            #expect(after[foreign[0].id] == foreign[0])
            await #expect(throws: RecordError.notFound) { try await bulk.get(run.id, by: office.other) }
        }
    }

    @Test func `more than two hundred tasks are completed by a job, and opened again by another`() async throws {
        try await Office.with { office in
            var tasks: [WorkTask] = []
            for number in 0..<260 {
                var task = WorkTask()
                (task.title, task.assignedTo) = ("Call \(number)", office.sales.userId)
                tasks.append(task)
            }
            try await office.platform.store.insert(tasks)
            let bulk = office.platform.bulk
            let run = try await bulk.start(
                BulkOrder(.complete), on: "tasks", .all(.equals("status", "open")), by: office.sales)
            #expect(!run.isFinished)
            try await office.platform.jobs.runUntilIdle()
            #expect(try await bulk.get(run.id, by: office.sales).changed == 260)
            #expect(try await office.platform.store.count(WorkTask.self, where: .equals("status", "completed")) == 260)
            let undo = try await bulk.undo(run.id, by: office.sales)
            try await office.platform.jobs.runUntilIdle()
            #expect(try await bulk.get(undo.id, by: office.sales).changed == 260)
            #expect(try await office.platform.store.count(WorkTask.self, where: .equals("status", "open")) == 260)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var all: [T] = []
        for element in self { all.append(try await transform(element)) }
        return all
    }
}
