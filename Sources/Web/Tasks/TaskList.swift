import Foundation
import Growth
import Store

/// The list of tasks: what it can be asked, in pages and in the API.
enum TaskList {
    static let definition = ListDefinition<WorkTask>(
        path: "/tasks/all",
        filters: [
            "status", "priority", "assignedTo", "createdBy", "dueAt", "remindAt", "completedAt", "relatedEntityType",
            "relatedEntityId", "title", "recurrence", "createdAt", "updatedAt",
        ],
        sorts: ["_id", "createdAt", "dueAt", "status"], defaultSort: [.descending("_id")],
        search: { .contains("title", $0.trimmingCharacters(in: .whitespaces)) })

    /// Statuses go by their verbs, so that what follows from them follows here too.
    static let editor = ListEditor<WorkTask>(
        fields: ["status", "priority", "dueAt", "assignedTo"],
        get: { try await $1.platform.tasks.get($0, by: $1.principal) },
        stored: { task, field, visit in
            switch field {
            case "status": task.status.rawValue
            case "priority": task.priority.rawValue
            case "dueAt": task.dueAt.map(WorkCalendar(visit.settings).text) ?? ""
            default: task.assignedTo?.description ?? ""
            }
        },
        save: { id, edit, visit in
            let tasks = visit.platform.tasks, principal = visit.principal
            guard let status = edit.fields["status"] else { return try await tasks.edit(id, edit, by: principal) }
            let change =
                switch WorkTask.Status(rawValue: status ?? "") {
                case .completed: try await tasks.complete(id, expected: edit.expected, by: principal)
                case .cancelled: try await tasks.cancel(id, expected: edit.expected, by: principal)
                case .inProgress: try await tasks.start(id, expected: edit.expected, by: principal)
                case .open: try await tasks.reopen(id, expected: edit.expected, by: principal)
                default: throw InvalidFields(["status": .notInList])
                }
            return change.task
        },
        words: { task, field in
            switch field {
            case "status" where task.isOpen:
                [task.status.rawValue]
                    + WorkTask.Status.known.filter { ![.open, task.status].contains($0) }.map(\.rawValue)
            case "status": [task.status.rawValue, WorkTask.Status.open.rawValue]
            case "priority": WorkTask.Priority.known.map(\.rawValue)
            default: nil
            }
        })
}
