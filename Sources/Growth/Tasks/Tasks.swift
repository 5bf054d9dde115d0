import Foundation
import Store

/// What can be done with tasks.
public struct Tasks: Sendable {
    let store: any DocumentStore
    let settings: Settings
    let timeline: Timeline
    let notifications: Notifications
    let now: @Sendable () -> Date

    public init(store: any DocumentStore, settings: Settings, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.settings = settings
        self.now = now
        timeline = Timeline(store: store, now: now)
        notifications = Notifications(store: store, now: now)
    }

    public func calendar() async throws -> WorkCalendar { WorkCalendar(try await settings.current()) }

    /// Somebody else's task is not found, as one that does not exist.
    ///
    /// Throws `StoreError.conflict` when somebody changed it since `expected`.
    public func get(_ id: EntityID<WorkTask>, by principal: Principal, expected: Date? = nil) async throws -> WorkTask {
        guard let task = try await store.first(WorkTask.self, where: .id(id) && principal.ownTasks) else {
            throw RecordError.notFound
        }
        if let expected, let stored = task.updatedAt, expected.milliseconds != stored.milliseconds {
            throw StoreError.conflict(collection: WorkTask.collection)
        }
        return task
    }

    /// Those who may be given a task: whoever signs in and may change records. By name.
    public func assignees() async throws -> [User] {
        let active = Filter.equals("status", Value(User.Status.active))
        return try await store.find(Query<User>(active, limit: 1_000))
            .filter { Permission.of($0.role).contains(.editRecords) }
            .sorted { ($0.name, $0.email) < ($1.name, $1.email) }
    }

    /// The open tasks of a record that `principal` may see, those due first at the top.
    public func tasks(of subject: Timeline.Subject, by principal: Principal) async throws -> [WorkTask] {
        let related =
            Filter.equals("relatedEntityType", .string(subject.type)) && .equals("relatedEntityId", .id(subject.id))
        let found = try await store.find(
            Query<WorkTask>(
                related && WorkTask.isToBeDone && principal.ownTasks, sort: [.ascending("dueAt")],
                limit: Companies.maxParts))
        return found.filter { $0.dueAt != nil } + found.filter { $0.dueAt == nil }
    }

    // MARK: Making and changing

    public func create(_ edit: RecordEdit, by principal: Principal) async throws -> WorkTask {
        var writes = Writes()
        let task = try await add(edit, to: &writes, by: principal)
        try await store.commit(writes)
        return try await get(task.id, by: principal)
    }

    /// A new task with its entry and its notification, for a commit together with what it follows from.
    /// Without `assignedTo` it is for whoever makes it.
    func add(_ edit: RecordEdit, to writes: inout Writes, by principal: Principal) async throws -> WorkTask {
        var task = WorkTask()
        task.assignedTo = principal.userId
        var fields = edit.fields
        if fields["title"] == nil { fields["title"] = .some(nil) }
        if fields["assignedTo"].flatMap({ $0 })?.isEmpty == true { fields["assignedTo"] = nil }
        try task.apply(RecordEdit(fields, custom: edit.custom), try await calendar())
        try await check(task, replacing: nil, by: principal)
        task.createdAt = now()
        task.createdBy = principal.userId
        writes.insert([task])
        writes.insert([entry("task_created", task, by: principal)])
        tell(task, &writes, by: principal)
        return task
    }

    /// Throws `InvalidFields` for values that cannot stand, and `StoreError.conflict` when somebody changed the task
    /// since `edit.expected`, or while this call ran.
    public func edit(_ id: EntityID<WorkTask>, _ edit: RecordEdit, by principal: Principal) async throws -> WorkTask {
        let original = try await get(id, by: principal, expected: edit.expected)
        var task = original
        try task.apply(edit, try await calendar())
        try await check(task, replacing: original, by: principal)
        return try await save(task, original, by: principal).task
    }

    /// What a change of a task left: the task, and the entry of its timeline with which it can be taken back.
    public struct Change: Sendable {
        public var task: WorkTask
        /// `nil` when nothing changed.
        public var entry: EntityID<Activity>?
    }

    public func start(
        _ id: EntityID<WorkTask>, expected: Date? = nil, by principal: Principal
    ) async throws -> Change {
        try await change(id, expected: expected, by: principal) { $0.status = .inProgress }
    }

    public func cancel(
        _ id: EntityID<WorkTask>, expected: Date? = nil, by principal: Principal
    ) async throws -> Change {
        try await change(id, expected: expected, by: principal) { $0.status = .cancelled }
    }

    public func assign(_ id: EntityID<WorkTask>, to user: EntityID<User>, by principal: Principal) async throws
        -> Change
    {
        let original = try await get(id, by: principal)
        guard original.isOpen else { throw TaskError.closed }
        var task = original
        task.assignedTo = user
        try await check(task, replacing: original, by: principal)
        return try await save(task, original, by: principal)
    }

    /// Where a task can be put off to.
    public enum Delay: String, CaseIterable, Sendable {
        case tomorrow, workday, week
    }

    /// The day changes, the time of day stays; a reminder moves along.
    public func postpone(_ id: EntityID<WorkTask>, to delay: Delay, by principal: Principal) async throws -> Change {
        let work = try await calendar(), time = now()
        let day =
            switch delay {
            case .tomorrow: work.day(1, after: time)
            case .workday: work.workday(after: time)
            case .week: work.nextWeek(after: time)
            }
        return try await change(id, by: principal) { task in
            let old = task.dueAt
            task.dueAt = old.map { work.date(on: day, at: $0) } ?? day
            if let old, let remindAt = task.remindAt {
                task.remindAt = work.date(on: work.day(work.days(from: old, to: remindAt), after: day), at: remindAt)
            }
        }
    }

    private func change(
        _ id: EntityID<WorkTask>, expected: Date? = nil, by principal: Principal, _ edit: (inout WorkTask) -> Void
    ) async throws -> Change {
        let original = try await get(id, by: principal, expected: expected)
        guard original.isOpen else { throw TaskError.closed }
        var task = original
        edit(&task)
        return try await save(task, original, by: principal)
    }

    func save(_ task: WorkTask, _ original: WorkTask, by principal: Principal) async throws -> Change {
        let fields = try ChangedFields.between(original, task)
        guard !fields.isEmpty else { return Change(task: original, entry: nil) }
        let entry = timeline.updated(fields, of: .task(task.id), by: principal)
        var writes = Writes()
        try writes.save(task, original: original)
        writes.insert([entry])
        if task.assignedTo != original.assignedTo { tell(task, &writes, by: principal) }
        try await store.commit(writes)
        // Somebody who gives a task away that others made may not see it any more.
        return Change(task: try await store.get(task.id) ?? task, entry: entry.id)
    }

    // MARK: What goes with a change

    /// On the timeline of what the task is about, else on its own.
    func entry(
        _ type: Activity.Kind, _ task: WorkTask, _ more: Document = [:], by principal: Principal
    ) -> Activity {
        var metadata: Document = ["taskId": .id(task.id.raw), "title": .string(task.title)]
        for pair in more.pairs { metadata[pair.key] = pair.value }
        return timeline.entry(type, task.title, metadata, of: task.subject ?? .task(task.id), by: principal)
    }

    private func tell(_ task: WorkTask, _ writes: inout Writes, by principal: Principal) {
        let words: Document = ["name": .string(task.title), "by": .string(principal.user.name)]
        let row = notifications.entry(
            .taskAssigned, "Task assigned: \(task.title)", to: task.assignedTo, about: .task(task.id),
            path: "/tasks/\(task.id)", words, by: principal)
        if let row { writes.insert([row]) }
    }

    private func check(_ task: WorkTask, replacing original: WorkTask?, by principal: Principal) async throws {
        if task.subject != original?.subject, let subject = task.subject {
            try await Subjects(store: store).demand(subject, "relatedEntityId", for: principal)
        }
        if task.assignedTo != original?.assignedTo, let user = task.assignedTo, user != principal.userId {
            guard try await assignees().contains(where: { $0.id == user }) else {
                throw InvalidFields(["assignedTo": .notInList])
            }
        }
    }
}

extension Platform {
    public var tasks: Tasks { Tasks(store: store, settings: settings, now: now) }
}
