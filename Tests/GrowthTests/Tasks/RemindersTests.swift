import Foundation
import Store
import Testing

@testable import Growth

@Suite struct RemindersTests {
    @Test func `a reminder tells once, however often and from wherever one looks`() async throws {
        try await Office.with { office in
            _ = try await office.task("Call", ["dueAt": "2026-11-25T18:00", "remindAt": "2026-11-25T10:05"])
            let first = Reminders(platform: office.platform), second = Reminders(platform: office.platform)
            _ = try await first.tell()
            #expect(try await office.told(office.sales).isEmpty)
            office.clock.advance(by: 300)
            for reminders in [first, second, first, second, Reminders(platform: office.platform)] {
                _ = try await reminders.tell()
                office.clock.advance(by: 10)
            }
            let told = try await office.told(office.sales)
            #expect(told.map(\.type) == [.taskDue])
            #expect(told.first?.metadata?.object?["reason"] == "reminder" && told.first?.status == .unread)
        }
    }

    @Test func `processes that look at the same moment tell once`() async throws {
        try await Office.with { office in
            for number in 0..<20 { _ = try await office.task("Task \(number)", ["remindAt": "2026-11-25T10:00"]) }
            await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await Reminders(platform: office.platform).tell() } }
            }
            _ = try await Reminders(platform: office.platform).tell()
            #expect(try await office.platform.notifications.unreadCount(of: office.sales) == 20)
        }
    }

    @Test func `a clock that jumps ahead and back, and a restart after days, lose and repeat nothing`() async throws {
        try await Office.with { office in
            _ = try await office.task("Later", ["remindAt": "2026-11-25T10:30"])
            let reminders = Reminders(platform: office.platform)
            office.clock.advance(by: 7_200)
            _ = try await reminders.tell()
            office.clock.advance(by: -7_200)
            _ = try await reminders.tell()
            // Made while the clock is back, for a time that was looked at before.
            _ = try await office.task("Meanwhile", ["remindAt": "2026-11-25T10:10"])
            office.clock.advance(by: 1_800)
            _ = try await reminders.tell()
            #expect(try await Self.names(office) == ["Later", "Meanwhile"])
            _ = try await office.task("Slept through", ["remindAt": "2026-11-26T08:00"])
            office.clock.advance(by: 9 * 86_400)
            _ = try await Reminders(platform: office.platform).tell()
            #expect(try await Self.names(office) == ["Later", "Meanwhile", "Slept through"])
        }
    }

    @Test func `an overdue task tells once: at its time, or when its day is over`() async throws {
        try await Office.with { office in
            _ = try await office.task("By noon", ["dueAt": "2026-11-25T12:00"])
            _ = try await office.task("Today", ["dueAt": "2026-11-25"])
            let reminders = Reminders(platform: office.platform)
            _ = try await reminders.tell()
            #expect(try await Self.names(office) == [])
            office.clock.advance(by: 7_200)
            _ = try await reminders.tell()
            #expect(try await Self.names(office) == ["By noon"])
            office.clock.advance(by: 12 * 3_600 - 1)
            _ = try await reminders.tell()
            #expect(try await Self.names(office) == ["By noon"])
            office.clock.advance(by: 1)
            _ = try await reminders.tell()
            _ = try await Reminders(platform: office.platform).tell()
            #expect(try await Self.names(office) == ["By noon", "Today"])
        }
    }

    @Test func `a reminder for the moment at which the task is due is one`() async throws {
        try await Office.with { office in
            _ = try await office.task("Both", ["dueAt": "2026-11-25T11:00", "remindAt": "2026-11-25T11:00"])
            office.clock.advance(by: 3_600)
            _ = try await Reminders(platform: office.platform).tell()
            #expect(try await Self.names(office) == ["Both"])
        }
    }

    @Test func `what is done or cancelled reminds nobody, and what is put off reminds anew`() async throws {
        try await Office.with { office in
            let done = try await office.task("Done", ["remindAt": "2026-11-25T10:05"])
            _ = try await office.tasks.complete(done.id, by: office.sales)
            let cancelled = try await office.task("Cancelled", ["remindAt": "2026-11-25T10:05"])
            _ = try await office.tasks.cancel(cancelled.id, by: office.sales)
            let moved = try await office.task("Moved", ["remindAt": "2026-11-25T10:05"])
            office.clock.advance(by: 600)
            let reminders = Reminders(platform: office.platform)
            _ = try await reminders.tell()
            #expect(try await Self.names(office) == ["Moved"])
            _ = try await office.tasks.edit(moved.id, RecordEdit(["remindAt": "2026-11-25T10:20"]), by: office.sales)
            office.clock.advance(by: 600)
            _ = try await reminders.tell()
            #expect(try await Self.names(office) == ["Moved", "Moved"])
        }
    }

    private static func names(_ office: Office) async throws -> [String] {
        try await office.told(office.sales).filter { $0.type == .taskDue }
            .compactMap { $0.metadata?.object?["name"]?.string }.sorted()
    }
}
