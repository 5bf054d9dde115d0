import Foundation
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Tells people of tasks whose reminder has come or which are overdue: once each, however many processes look.
///
/// The row that tells has an id that follows from the task and the moment, so that the store takes it only once; nothing
/// else is written. What a restart missed is told then.
public final class Reminders: Service {
    private let store: any DocumentStore
    private let settings: Settings
    private let notifications: Notifications
    private let now: @Sendable () -> Date
    private let logger = Logger(label: "anwal.reminders")
    /// Up to when everything has been told.
    private let told = Mutex<Date?>(nil)

    static let interval: Duration = .seconds(10)
    /// After a restart nobody is told of what is older.
    static let memory: TimeInterval = 30 * 86_400
    /// Clocks of several processes differ, and a commit may take its time.
    static let slack: TimeInterval = 600
    private static let batch = 200

    public init(platform: Platform) {
        store = platform.store
        settings = platform.settings
        notifications = platform.notifications
        now = platform.now
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await self.tell()
                } catch {
                    // What was not told is told at the next look.
                    self.logger.warning("Reminders cannot be told", metadata: ["error": "\(error)"])
                }
                // Ended by cancellation, which is all that a sleep can throw.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// One look. Returns how many rows were due, told before or not.
    public func tell() async throws -> Int {
        let time = now(), work = WorkCalendar(try await settings.current())
        let oldest = time.addingTimeInterval(-Self.memory)
        // A clock that was set back looks again at what it has passed; a row that is there stays the only one.
        let from = told.withLock { max(min($0 ?? oldest, time).addingTimeInterval(-Self.slack), oldest) }
        // A day without a time is over up to a day after its date.
        var rows = try await rows("dueAt", from: from.addingTimeInterval(-2 * 86_400), to: time) { task in
            task.overdueAt(work).flatMap { $0 > from && $0 <= time ? $0 : nil }.map { ($0, "overdue") }
        }
        rows += try await self.rows("remindAt", from: from, to: time) { task in
            task.remindAt.map { ($0, "reminder") }
        }
        for start in stride(from: 0, to: rows.count, by: Self.batch) {
            let part = Array(rows[start..<min(start + Self.batch, rows.count)])
            let present = try await store.get(part.map(\.id))
            var writes = Writes()
            writes.insertIfAbsent(part.filter { present[$0.id] == nil })
            if !writes.isEmpty { try await store.commit(writes) }
        }
        told.withLock { $0 = time }
        return rows.count
    }

    private func rows(
        _ field: String, from: Date, to: Date, _ moment: @Sendable (WorkTask) -> (Date, String)?
    ) async throws -> [UserNotification] {
        let due = Filter.range(field, from: .excluding(.date(from)), to: .including(.date(to)))
        var query = Query<WorkTask>(due && WorkTask.isToBeDone, sort: [.ascending(field)], limit: Self.batch)
        var rows: [UserNotification] = []
        while true {
            let found = try await store.find(query)
            rows += found.compactMap { task in moment(task).flatMap { row(task, at: $0.0, why: $0.1) } }
            guard found.count == Self.batch, let last = found.last else { return rows }
            query.page = try Page(at: last, sort: query.sort)
        }
    }

    /// The one who does it is told, or who made it where nobody does it.
    private func row(_ task: WorkTask, at moment: Date, why: String) -> UserNotification? {
        var words: Document = ["name": .string(task.title), "reason": .string(why)]
        if let dueAt = task.dueAt { words["dueAt"] = .date(dueAt) }
        var row = notifications.entry(
            .taskDue, "Task due: \(task.title)", to: task.assignedTo ?? task.createdBy, about: .task(task.id),
            path: "/tasks/\(task.id)", words)
        // A reminder for the very moment at which it is due is one and the same.
        row?.id = EntityID(WorkTask.stableID(task.id.raw, "due", moment))
        row?.priority = task.priority == .urgent ? .critical : task.priority == .high ? .high : .medium
        return row
    }
}
