import Foundation
import Spreadsheet
import Store

/// Tasks as a spreadsheet.
extension Exports {
    /// - Parameter work: the team's days, in which dates are written.
    ///
    /// A record that `principal` may not see is left out, as in the list.
    public func tasks(
        _ filter: Filter, sort: [Sort], format: String, _ words: Words, in work: WorkCalendar, by principal: Principal
    ) async throws -> File {
        let fields = [
            "title", "description", "status", "priority", "dueAt", "remindAt", "recurrence", "assignedTo",
            "relatedEntityType", "relatedEntityId", "createdBy", "completedAt", "createdAt",
        ]
        return try await write(
            WorkTask.self, filter, sort, format, words, principal, fields: fields, custom: nil
        ) { tasks in
            let cards = try await Subjects(store: store).cards(tasks.compactMap(\.subject), for: principal)
            let users = try await store.get(
                Array(Set(tasks.flatMap { [$0.assignedTo, $0.createdBy] }.compactMap { $0 })))
            func name(_ id: EntityID<User>?) -> OutCell { Self.cell(id.flatMap { users[$0]?.name }) }
            func day(_ date: Date?) -> OutCell { Self.cell(date.map(work.text)) }
            return tasks.map { task in
                let card = task.subject.flatMap { cards[$0] }
                return [
                    .text(task.title), Self.cell(task.description),
                    .text(words.label("status", task.status.rawValue)),
                    .text(words.label("priority", task.priority.rawValue)), day(task.dueAt), day(task.remindAt),
                    Self.cell(task.recurrence), name(task.assignedTo),
                    Self.cell(
                        card.flatMap { _ in task.relatedEntityType.map { words.label("relatedEntityType", $0) } }),
                    Self.cell(card?.name), name(task.createdBy), day(task.completedAt), day(task.createdAt),
                ]
            }
        }
    }
}
