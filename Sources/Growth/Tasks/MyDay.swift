import Foundation
import Store

/// What somebody has to do: late, today, in the days to come, some time; and what they have done today.
public struct MyDay: Sendable {
    /// Shown of each part.
    public static let limit = 200
    /// How many days behind today count as the next ones.
    public static let horizon = 7

    public var overdue: [WorkTask] = []
    public var today: [WorkTask] = []
    public var upcoming: [WorkTask] = []
    public var undated: [WorkTask] = []
    public var done: [WorkTask] = []
    /// How many there are behind the next days.
    public var later = 0
    public var isEmpty: Bool { overdue.isEmpty && today.isEmpty && upcoming.isEmpty && undated.isEmpty }
}

extension Tasks {
    /// The day of `user`, or of the asker. Sales people see their own only: else `RecordError.notFound`.
    public func day(of user: EntityID<User>?, by principal: Principal) async throws -> MyDay {
        let wanted = user ?? principal.user.id
        if let own = principal.ownRecordsOf, own != wanted { throw RecordError.notFound }
        let time = now(), work = WorkCalendar(try await settings.current())
        let start = work.startOfDay(time), tomorrow = work.day(1, after: time)
        let horizon = work.day(MyDay.horizon + 1, after: time)
        let mine = Filter.equals("assignedTo", Value(wanted))
        var day = MyDay()
        let dated = try await find(
            mine && WorkTask.isToBeDone && .range("dueAt", from: nil, to: .excluding(.date(start))))
        day.overdue = dated.sorted(by: Self.byDate)
        let next = Filter.range("dueAt", from: .including(.date(start)), to: .excluding(.date(tomorrow)))
        day.today = try await find(mine && WorkTask.isToBeDone && next).sorted(by: Self.byUrgency)
        let coming = Filter.range("dueAt", from: .including(.date(tomorrow)), to: .excluding(.date(horizon)))
        day.upcoming = try await find(mine && WorkTask.isToBeDone && coming).sorted(by: Self.byDate)
        day.undated = try await find(mine && WorkTask.isToBeDone && .equals("dueAt", .null)).sorted(by: Self.byUrgency)
        let later = Filter.range("dueAt", from: .including(.date(horizon)), to: nil)
        day.later = try await store.count(WorkTask.self, where: mine && WorkTask.isToBeDone && later, upTo: 1_000)
        let done =
            Filter.equals("status", Value(WorkTask.Status.completed))
            && .range("completedAt", from: .including(.date(start)), to: nil)
        day.done = try await store.find(
            Query<WorkTask>(mine && done, sort: [.descending("completedAt")], limit: MyDay.limit))
        return day
    }

    /// How many tasks of the asker are late or for today; at most `limit`.
    public func dueCount(of principal: Principal, upTo limit: Int = 100) async throws -> Int {
        guard let me = principal.userId else { return 0 }
        let tomorrow = WorkCalendar(try await settings.current()).day(1, after: now())
        let due = Filter.range("dueAt", from: nil, to: .excluding(.date(tomorrow)))
        return try await store.count(
            WorkTask.self, where: .equals("assignedTo", Value(me)) && WorkTask.isToBeDone && due, upTo: limit)
    }

    private func find(_ filter: Filter) async throws -> [WorkTask] {
        try await store.find(Query<WorkTask>(filter, sort: [.ascending("dueAt")], limit: MyDay.limit))
    }

    private static func byDate(_ a: WorkTask, _ b: WorkTask) -> Bool {
        (a.dueAt ?? .distantFuture, rank(a), a.id) < (b.dueAt ?? .distantFuture, rank(b), b.id)
    }

    private static func byUrgency(_ a: WorkTask, _ b: WorkTask) -> Bool {
        (rank(a), a.dueAt ?? .distantFuture, a.id) < (rank(b), b.dueAt ?? .distantFuture, b.id)
    }

    private static func rank(_ task: WorkTask) -> Int {
        WorkTask.Priority.known.firstIndex(of: task.priority) ?? WorkTask.Priority.known.count
    }
}
