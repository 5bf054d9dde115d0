import Foundation
import Growth
import Store

/// Tasks as lists and cards show them, with what a whole list of them needs read at once.
struct TaskView {
    let visit: MemberVisit
    let work: WorkCalendar
    private let now: Date
    private let cards: [Timeline.Subject: Subjects.Card]
    private let users: [EntityID<User>: User]

    init(_ tasks: [WorkTask], _ visit: MemberVisit) async throws {
        self.visit = visit
        work = WorkCalendar(visit.settings)
        now = visit.platform.now()
        cards = try await visit.platform.subjects.cards(tasks.compactMap(\.subject), for: visit.principal)
        let ids = Set(tasks.compactMap(\.assignedTo) + tasks.compactMap(\.createdBy))
        users = try await visit.platform.store.get(Array(ids))
    }

    /// - Parameter back: the page that an action without htmx comes back to.
    func item(_ task: WorkTask, back: String, hidesRecord: Bool = false) -> PageData {
        let isOthers = task.assignedTo != visit.principal.userId
        var data: PageData = [
            "id": task.id.description, "title": task.title, "isOpen": task.isOpen, "back": back,
            "isDone": task.status == .completed, "isStarted": task.status == .inProgress,
            "mayEdit": visit.may(.editRecords), "hasDue": false, "hasRecord": false, "hasWho": false,
            "recurs": task.recurrence != nil, "hasPriority": [.urgent, .high].contains(task.priority),
            "priority": word("priority", task.priority.rawValue), "prioritySign": Self.sign(task.priority),
        ]
        if let dueAt = task.dueAt {
            data["hasDue"] = true
            data["due"] = due(dueAt)
            data["dueMachine"] = visit.formats.machine(dueAt)
            data["isLate"] = isLate(task)
        }
        if !hidesRecord, let subject = task.subject, let card = cards[subject], let path = subject.path {
            data["hasRecord"] = true
            data["record"] = card.name
            data["recordPath"] = path
        }
        if isOthers {
            data["hasWho"] = true
            data["who"] = name(task.assignedTo) ?? visit.phrase("tasks.nobody")
        }
        return data
    }

    func name(_ id: EntityID<User>?) -> String? { id.flatMap { users[$0]?.name } }

    func card(_ task: WorkTask) -> (name: String, path: String)? {
        guard let subject = task.subject, let card = cards[subject], let path = subject.path else { return nil }
        return (card.name, path)
    }

    func word(_ field: String, _ token: String) -> String { RecordWords.label(visit, .tasks, field, token) }

    func isLate(_ task: WorkTask) -> Bool {
        guard task.isOpen, let dueAt = task.dueAt else { return false }
        return work.isWholeDay(dueAt) ? dueAt < work.startOfDay(now) : dueAt < now
    }

    /// `اليوم 10:30`, `غدا`, else the date.
    func due(_ date: Date) -> String {
        let day = work.startOfDay(date)
        let names = ["yesterday": -1, "today": 0, "tomorrow": 1]
        let near = names.first { work.day($0.value, after: now) == day }?.key
        let text = near.map { visit.phrase("tasks.days.\($0)") } ?? visit.formats.date(date)
        if work.isWholeDay(date) { return text }
        return text + " " + DateFields.local(date, work).suffix(5)
    }

    /// The rule in words; one that we cannot follow is shown as it is stored.
    func recurrence(_ task: WorkTask) -> String? {
        guard let stored = task.recurrence else { return nil }
        return task.rule.map { RecurrenceWords.sentence($0, visit) }
            ?? visit.phrase("tasks.repeat.unsupported", ["rule": stored])
    }

    static func sign(_ priority: WorkTask.Priority) -> String {
        switch priority {
        case .urgent: "error"
        case .high: "warn"
        default: ""
        }
    }

    static func sign(_ status: WorkTask.Status) -> String {
        switch status {
        case .completed: "ok"
        case .inProgress: "info"
        default: ""
        }
    }
}

/// The card of a record's page: its open tasks and a line to add one. The page includes `tasks/card` and gives this as
/// `taskCard`.
enum TaskCard {
    static func data(_ visit: MemberVisit, subject: Timeline.Subject) async throws -> PageData {
        let tasks = try await visit.platform.tasks.tasks(of: subject, by: visit.principal)
        let view = try await TaskView(tasks, visit)
        let back = subject.path ?? "/tasks"
        var data = try await TaskForms.quick(visit)
        data["items"] = tasks.map { view.item($0, back: back, hidesRecord: true) }
        data["isEmptyCard"] = tasks.isEmpty
        data["relatedEntityType"] = subject.type
        data["relatedEntityId"] = subject.id.description
        data["isRelated"] = true
        data["back"] = back
        data["mayEdit"] = visit.may(.editRecords)
        data["isDay"] = false
        return data
    }
}
