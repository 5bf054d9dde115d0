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
}
