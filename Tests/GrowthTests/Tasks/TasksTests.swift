import Foundation
import Store
import StoreTesting
import Synchronization
import Testing

@testable import Growth

/// The product over a real store at a time that the test sets, with people of every role.
struct Office: Sendable {
    let platform: Platform
    let clock: Clock
    let manager: Principal
    let sales: Principal
    let other: Principal

    /// Wednesday, 25 November 2026, 10:00 in Riyadh.
    static let morning = Date(timeIntervalSince1970: 1_795_590_000)

    final class Clock: Sendable {
        private let time = Mutex(Office.morning)
        var now: Date { time.withLock { $0 } }
        func advance(by seconds: TimeInterval) { time.withLock { $0 += seconds } }
    }

    static func with(_ body: (Office) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anwal-office-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = Clock()
        try await Engine.ofProduct.withStore(in: folder, now: { clock.now }) { store in
            let platform = try await Platform(store: store, folder: folder, now: { clock.now }, passwords: Passwords())
            func person(_ name: String, _ role: User.Role) async throws -> Principal {
                var user = User()
                user.name = name
                user.email = "\(user.id)@example.sa"
                user.role = role
                user.status = .active
                try await store.insert(user)
                return Principal(user: user, origin: .link)
            }
            try await body(
                Office(
                    platform: platform, clock: clock, manager: person("نورة العتيبي", .manager),
                    sales: person("Sami", .sales), other: person("Huda", .sales)))
        }
    }

    var tasks: Tasks { platform.tasks }

    func task(_ title: String = "Call", _ fields: [String: String?] = [:], by who: Principal? = nil) async throws
        -> WorkTask
    {
        try await tasks.create(
            RecordEdit(fields.merging(["title": title]) { given, _ in given }), by: who ?? sales)
    }

    func company(_ name: String = "أفق البناء") async throws -> Company {
        try await platform.companies.create(RecordEdit(["nameAr": name]), by: manager)
    }

    func told(_ who: Principal) async throws -> [UserNotification] {
        try await platform.notifications.list(of: who).rows
    }

    func day(_ date: Date?) async throws -> String {
        RecurrenceTests.text(try #require(date), try await tasks.calendar())
    }
}

@Suite struct TasksTests {
    @Test func `a task is for whoever makes it, unless it is given to somebody, who is told`() async throws {
        try await Office.with { office in
            let own = try await office.task()
            #expect(own.assignedTo == office.sales.userId && own.status == .open && own.priority == .medium)
            #expect(try await office.told(office.sales).isEmpty)
            let given = try await office.task("Visit", ["assignedTo": office.other.user.id.description])
            let told = try await office.told(office.other)
            #expect(told.map(\.type) == [.taskAssigned] && told.first?.actionUrl == "/tasks/\(given.id)")
            #expect(told.first?.metadata?.object?["name"] == "Visit")
        }
    }

    @Test func `sales people reach their own tasks and those that they gave away, and no others`() async throws {
        try await Office.with { office in
            let hidden = try await office.task(by: office.other)
            let given = try await office.task(
                "Visit", ["assignedTo": office.sales.user.id.description], by: office.other)
            #expect(try await office.tasks.get(given.id, by: office.sales).id == given.id)
            #expect(try await office.tasks.get(given.id, by: office.other).id == given.id)
            #expect(try await office.tasks.get(hidden.id, by: office.manager).id == hidden.id)
            await #expect(throws: RecordError.notFound) { try await office.tasks.get(hidden.id, by: office.sales) }
            await #expect(throws: RecordError.notFound) { try await office.tasks.complete(hidden.id, by: office.sales) }
            await #expect(throws: RecordError.notFound) {
                try await office.tasks.day(of: office.other.user.id, by: office.sales)
            }
            #expect(try await office.tasks.day(of: office.other.user.id, by: office.manager).undated == [hidden])
        }
    }

    @Test func `my day has what is late, today, next, undated and done`() async throws {
        try await Office.with { office in
            for (title, due) in [
                ("late", "2026-11-24"), ("today", "2026-11-25"), ("evening", "2026-11-25T18:00"),
                ("soon", "2026-11-30"),
                ("far", "2027-01-05"), ("some time", nil), ("done", "2026-11-25"),
            ] { _ = try await office.task(title, ["dueAt": due]) }
            let done = try #require(
                try await office.platform.store.first(WorkTask.self, where: .equals("title", "done")))
            _ = try await office.tasks.complete(done.id, by: office.sales)
            let day = try await office.tasks.day(of: nil, by: office.sales)
            #expect(day.overdue.map(\.title) == ["late"] && day.today.map(\.title) == ["today", "evening"])
            #expect(day.upcoming.map(\.title) == ["soon"] && day.undated.map(\.title) == ["some time"])
            #expect(day.done.map(\.title) == ["done"] && day.later == 1)
            #expect(try await office.tasks.dueCount(of: office.sales) == 3)
            #expect(try await office.tasks.dueCount(of: office.other) == 0)
        }
    }

    @Test func `a task is completed, told on its record, and taken back`() async throws {
        try await Office.with { office in
            let company = try await office.company()
            let task = try await office.task(
                "Send the offer", ["relatedEntityType": "company", "relatedEntityId": company.id.description])
            let change = try await office.tasks.complete(task.id, by: office.sales)
            #expect(change.task.status == .completed && change.task.completedAt == office.clock.now)
            let told = try await office.platform.timeline.entries(of: .company(company.id))
            #expect(Set(told.map(\.type.rawValue)) == ["system", "task_created", "task_completed"])
            let back = try await office.tasks.undo(try #require(change.entry), by: office.sales)
            #expect(back.status == .open && back.completedAt == nil)
            #expect(try await office.tasks.tasks(of: .company(company.id), by: office.sales).map(\.id) == [task.id])
        }
    }

    @Test func `postponing keeps the time of day, moves the reminder, and can be taken back`() async throws {
        try await Office.with { office in
            let task = try await office.task("Call", ["dueAt": "2026-11-26T09:30", "remindAt": "2026-11-25T16:00"])
            let week = try await office.tasks.postpone(task.id, to: .week, by: office.sales)
            #expect(try await office.day(week.task.dueAt) == "2026-11-29T09:30")
            #expect(try await office.day(week.task.remindAt) == "2026-11-28T16:00")
            let back = try await office.tasks.undo(try #require(week.entry), by: office.sales)
            #expect(back.dueAt == task.dueAt && back.remindAt == task.remindAt)
            let undated = try await office.task("Some time")
            let tomorrow = try await office.tasks.postpone(undated.id, to: .tomorrow, by: office.sales)
            #expect(try await office.day(tomorrow.task.dueAt) == "2026-11-26")
            office.clock.advance(by: 86_400)
            let workday = try await office.tasks.postpone(undated.id, to: .workday, by: office.sales)
            #expect(try await office.day(workday.task.dueAt) == "2026-11-29")
        }
    }

    @Test func `what was changed since is not taken back`() async throws {
        try await Office.with { office in
            let task = try await office.task("Call", ["dueAt": "2026-11-26"])
            let change = try await office.tasks.postpone(task.id, to: .week, by: office.sales)
            _ = try await office.tasks.edit(task.id, RecordEdit(["dueAt": "2026-12-24"]), by: office.sales)
            await #expect(throws: TaskError.changedSince) {
                try await office.tasks.undo(try #require(change.entry), by: office.sales)
            }
        }
    }

    @Test func `a closed task is not started, postponed or given away`() async throws {
        try await Office.with { office in
            let task = try await office.task()
            _ = try await office.tasks.cancel(task.id, by: office.sales)
            await #expect(throws: TaskError.closed) { try await office.tasks.start(task.id, by: office.sales) }
            await #expect(throws: TaskError.closed) { try await office.tasks.complete(task.id, by: office.sales) }
            await #expect(throws: TaskError.closed) {
                try await office.tasks.postpone(task.id, to: .week, by: office.sales)
            }
            #expect(try await office.tasks.reopen(task.id, by: office.sales).task.status == .open)
        }
    }

    @Test func `two who edit the same task notice each other`() async throws {
        try await Office.with { office in
            let task = try await office.task()
            _ = try await office.tasks.edit(
                task.id, RecordEdit(["title": "Call again"], expected: task.updatedAt), by: office.sales)
            await #expect(throws: StoreError.conflict(collection: "tasks")) {
                try await office.tasks.edit(
                    task.id, RecordEdit(["title": "Visit"], expected: task.updatedAt), by: office.manager)
            }
        }
    }

    @Test(arguments: [
        ("title", ""), ("priority", "huge"), ("dueAt", "yesterday"), ("dueAt", "2026-02-30"), ("dueAt", "9999-01-01"),
        ("recurrence", "every week"), ("recurrence", "FREQ=HOURLY"), ("assignedTo", "00000000000000000000dead"),
        ("relatedEntityType", "mailbox"), ("status", "completed"), ("createdBy", "00000000000000000000dead"),
        ("colour", "red"),
    ])
    func `what cannot stand is named`(field: String, value: String) async throws {
        try await Office.with { office in
            let error = try #require(
                await #expect(throws: InvalidFields.self) { try await office.task("Call", [field: value]) })
            #expect(error.problems[field] != nil)
            #expect(try await office.platform.store.count(WorkTask.self) == 0)
        }
    }

    @Test func `a task is not tied to a record that its maker may not see`() async throws {
        try await Office.with { office in
            var lead = Lead()
            lead.assignedTo = office.other.userId
            try await office.platform.store.insert(lead)
            let fields: [String: String?] = ["relatedEntityType": "lead", "relatedEntityId": lead.id.description]
            let error = try #require(
                await #expect(throws: InvalidFields.self) { try await office.task("Call", fields) })
            #expect(error.problems == ["relatedEntityId": .notInList])
            #expect(try await office.task("Call", fields, by: office.other).relatedEntityId == lead.id.raw)
        }
    }
}

@Suite struct RecurringTasksTests {
    @Test func `completing makes the next one, with its reminder and what is left of the rule`() async throws {
        try await Office.with { office in
            let task = try await office.task(
                "Weekly call",
                [
                    "dueAt": "2026-11-25T15:00", "remindAt": "2026-11-24T17:00", "priority": "high",
                    "recurrence": "FREQ=WEEKLY;COUNT=3",
                ])
            _ = try await office.tasks.complete(task.id, by: office.sales)
            let next = try #require(try await Self.open(office).first)
            #expect(next.title == task.title && next.priority == .high && next.recurrence == "FREQ=WEEKLY;COUNT=2")
            #expect(try await office.day(next.dueAt) == "2026-12-02T15:00")
            #expect(try await office.day(next.remindAt) == "2026-12-01T17:00")
            _ = try await office.tasks.complete(next.id, by: office.sales)
            let last = try #require(try await Self.open(office).first)
            _ = try await office.tasks.complete(last.id, by: office.sales)
            #expect(try await Self.open(office).isEmpty)
        }
    }

    @Test func `two who complete it at once make one`() async throws {
        try await Office.with { office in
            let task = try await office.task(
                "Daily",
                ["dueAt": "2026-11-25", "recurrence": "FREQ=DAILY", "assignedTo": office.sales.user.id.description],
                by: office.manager)
            let entries = try await withThrowingTaskGroup(of: EntityID<Activity>?.self) { group in
                for who in [office.sales, office.manager, office.sales, office.manager] {
                    group.addTask { try await office.tasks.complete(task.id, by: who).entry }
                }
                return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            #expect(entries.count == 1)
            #expect(try await Self.open(office).count == 1)
            #expect(
                try await office.platform.store.count(Activity.self, where: .equals("type", "task_completed")) == 1)
        }
    }

    @Test func `taking the completion back takes the next one back, unless it was touched`() async throws {
        try await Office.with { office in
            let task = try await office.task("Daily", ["dueAt": "2026-11-25", "recurrence": "FREQ=DAILY"])
            for _ in 0..<2 {
                let change = try await office.tasks.complete(task.id, by: office.sales)
                _ = try await office.tasks.undo(try #require(change.entry), by: office.sales)
                #expect(try await Self.open(office).map(\.id) == [task.id])
                office.clock.advance(by: 5)
            }
            let change = try await office.tasks.complete(task.id, by: office.sales)
            let next = try #require(try await Self.open(office).first)
            office.clock.advance(by: 5)
            _ = try await office.tasks.edit(next.id, RecordEdit(["title": "Daily, with the figures"]), by: office.sales)
            _ = try await office.tasks.undo(try #require(change.entry), by: office.sales)
            let open = Set(try await Self.open(office).map(\.id))
            #expect(open == [task.id, next.id])
            // Done again, it does not come twice.
            _ = try await office.tasks.complete(task.id, by: office.sales)
            #expect(try await Self.open(office).map(\.id) == [next.id])
        }
    }

    @Test func `a rule that we cannot follow is kept and does not recur`() async throws {
        try await Office.with { office in
            var task = WorkTask()
            task.title = "From elsewhere"
            task.assignedTo = office.sales.userId
            task.recurrence = "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1"
            try await office.platform.store.insert(task)
            let edited = try await office.tasks.edit(
                task.id, RecordEdit(["title": "Renamed", "recurrence": task.recurrence]), by: office.sales)
            #expect(edited.title == "Renamed" && edited.recurrence == task.recurrence && edited.rule == nil)
            _ = try await office.tasks.complete(task.id, by: office.sales)
            #expect(try await Self.open(office).isEmpty)
        }
    }

    private static func open(_ office: Office) async throws -> [WorkTask] {
        try await office.platform.store.find(Query(WorkTask.isToBeDone))
    }
}
