import Foundation
import Store

/// Completing, and taking back.
extension Tasks {
    /// Completes a task and, where it recurs, makes the next one in the same commit. A task that is completed already
    /// stays as it is: of two who complete it at once, one does.
    public func complete(
        _ id: EntityID<WorkTask>, expected: Date? = nil, by principal: Principal
    ) async throws -> Change {
        if expected != nil { return try await completeOnce(id, expected: expected, by: principal) }
        // What is refused may be refused for a change that is on its way to the disk and cannot be read yet.
        for _ in 0..<Self.attempts - 1 {
            do {
                return try await completeOnce(id, by: principal)
            } catch StoreError.conflict {}
        }
        return try await completeOnce(id, by: principal)
    }

    private static let attempts = 4

    func completeOnce(
        _ id: EntityID<WorkTask>, expected: Date? = nil, by principal: Principal
    ) async throws -> Change {
        let original = try await get(id, by: principal, expected: expected)
        if original.status == .completed { return Change(task: original, entry: nil) }
        guard original.isOpen else { throw TaskError.closed }
        let time = Date(milliseconds: now().milliseconds)
        var task = original
        task.status = .completed
        task.completedAt = time
        let next = original.successor(completedAt: time, try await calendar())
        var more: Document = ["before": Value(original.status)]
        if let next { more["nextId"] = .id(next.id.raw) }
        let entry = entry("task_completed", task, more, by: principal)
        var writes = Writes()
        if let next {
            // First, so that without transactions a crash leaves one too many rather than none; its id allows no two.
            writes.insertIfAbsent([next])
            if try await store.get(next.id) == nil {
                writes.insert([self.entry("task_created", next, ["from": .id(id.raw)], by: principal)])
            }
        }
        try writes.save(task, original: original)
        writes.insert([entry])
        try await store.commit(writes)
        return Change(task: try await store.get(id) ?? task, entry: entry.id)
    }

    /// Opens a completed or cancelled task again. The one that came of its completion is taken back, unless somebody has
    /// touched it.
    public func reopen(
        _ id: EntityID<WorkTask>, expected: Date? = nil, by principal: Principal
    ) async throws -> Change {
        let original = try await get(id, by: principal, expected: expected)
        if original.isOpen { return Change(task: original, entry: nil) }
        let completion = try await completion(of: original)
        var task = original
        let before = completion?.metadata?.object?["before"]?.string.map(WorkTask.Status.init(rawValue:))
        task.status = before.map { WorkTask.openStatuses.contains($0) ? $0 : .open } ?? .open
        task.completedAt = nil
        let fields = try ChangedFields.between(original, task)
        let entry = timeline.updated(fields, of: .task(id), by: principal)
        var writes = Writes()
        try writes.save(task, original: original)
        writes.insert([entry])
        if let next = completion?.metadata?.object?["nextId"]?.id {
            try await takeBack(EntityID(next), &writes)
        }
        try await store.commit(writes)
        return Change(task: try await store.get(id) ?? task, entry: entry.id)
    }

    private func completion(of task: WorkTask) async throws -> Activity? {
        let own =
            Timeline.filter(of: task.subject ?? .task(task.id)) && .equals("type", "task_completed")
            && .equals("metadata.taskId", .id(task.id.raw))
        return try await store.first(Activity.self, where: own, sort: Timeline.order)
    }

    private func takeBack(_ id: EntityID<WorkTask>, _ writes: inout Writes) async throws {
        guard let next = try await store.get(id), next.isOpen, let stamp = next.updatedAt, stamp == next.createdAt
        else {
            return
        }
        writes.delete(WorkTask.self, where: .id(id) && .equals("updatedAt", .date(stamp)))
        let told = Timeline.filter(of: next.subject ?? .task(id)) && .equals("type", "task_created")
        writes.delete(Activity.self, where: told && .equals("metadata.taskId", .id(id.raw)))
    }

    /// Takes back what an entry of a task tells: a completion, a postponement, another assignee. Throws
    /// `TaskError.changedSince` when the task is not any more as that left it.
    public func undo(_ id: EntityID<Activity>, by principal: Principal) async throws -> WorkTask {
        guard let entry = try await store.get(id) else { throw RecordError.notFound }
        let metadata = entry.metadata?.object
        if entry.type == "task_completed", let task = metadata?["taskId"]?.id {
            return try await reopen(EntityID(task), by: principal).task
        }
        guard entry.entityType == "task", let raw = entry.entityId, let fields = metadata?["fields"]?.object else {
            throw RecordError.notFound
        }
        // To take an opening back is to complete it, with what follows from that.
        if fields["completedAt"] != nil { return try await complete(EntityID(raw), by: principal).task }
        // Whoever gave a task away may take that back, though they may not see it any more.
        let isMine = entry.createdBy != nil && entry.createdBy == principal.userId
        let original = try await isMine ? store.get(EntityID(raw)) : get(EntityID(raw), by: principal)
        guard let original else { throw RecordError.notFound }
        var document = try Document(original)
        for field in fields.pairs {
            guard document[field.key] == field.value.object?["after"] else { throw TaskError.changedSince }
            document[field.key] = field.value.object?["before"]
        }
        return try await save(document.entity(), original, by: principal).task
    }
}
