import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of tasks show.
enum TaskPages {
    static let noun = RecordNoun.tasks
    static let path = "/tasks"

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb(path, visit.phrase("tasks.title")) }

    // MARK: My day

    /// - Parameter toast: what was done just now, and what takes it back, when a part is drawn anew after it.
    static func day(_ visit: MemberVisit, toast: PageData? = nil) async throws -> Response {
        let name = visit.input.text("user") ?? visit.query("user") ?? ""
        let user = name.isEmpty ? nil : EntityID<User>(name)
        if user == nil && !name.isEmpty { throw WebError.notFound }
        let day = try await visit.platform.tasks.day(of: user, by: visit.principal)
        let parts: [(String, [WorkTask])] = [
            ("overdue", day.overdue), ("today", day.today), ("upcoming", day.upcoming), ("undated", day.undated),
        ]
        let view = try await TaskView(parts.flatMap(\.1) + day.done, visit)
        let isOthers = user != nil && user != visit.principal.userId
        let back = isOthers ? "\(path)?user=\(name)" : path
        var data: PageData = [
            "parts": parts.filter { !$0.1.isEmpty }.map { part in
                [
                    "name": part.0, "label": visit.phrase("tasks.parts.\(part.0)"),
                    "count": visit.formats.number(part.1.count), "isLatePart": part.0 == "overdue",
                    "items": part.1.map { view.item($0, back: back) },
                ] as PageData
            },
            "done": day.done.map { view.item($0, back: back) }, "hasDone": !day.done.isEmpty,
            "doneCount": visit.plural("tasks.doneToday", day.done.count), "isEmptyDay": day.isEmpty,
            "hasLater": day.later > 0, "later": visit.plural("tasks.later", day.later), "user": name, "isDay": true,
            "back": back, "hasToast": toast != nil, "mayEdit": visit.may(.editRecords), "isOthers": isOthers,
        ]
        if let toast { data["toast"] = toast }
        if visit.wantsFragment { return try visit.fragment("tasks/parts", data) }
        data.merge(try await TaskForms.quick(visit)) { _, new in new }
        data["mayChoose"] = visit.principal.ownRecordsOf == nil
        let chosen = isOthers ? name : visit.user.id.description
        data["colleagues"] = try await TaskForms.assignees(visit, chosen: chosen)
        let owner = isOthers ? try await user.asyncMap { try await visit.platform.users.get($0).name } : nil
        let heading = owner.map { visit.phrase("tasks.dayOf", ["name": $0]) } ?? visit.phrase("tasks.myDay")
        data["heading"] = heading
        return try visit.page("tasks/day", title: heading, data)
    }

    // MARK: All tasks

    static let list = RecordList<WorkTask>(
        noun, TaskList.definition,
        words: ListWords(
            title: "tasks.all", search: "tasks.search", hint: "tasks.searchHint", none: "tasks.none",
            noneHint: "tasks.noneHint", new: "tasks.new"),
        columns: [
            ListColumn("title", "tasks.fields.title", isHead: true),
            ListColumn("status", "tasks.fields.status", sort: "status", edit: "status"),
            ListColumn("priority", "tasks.fields.priority", edit: "priority"),
            ListColumn("dueAt", "tasks.fields.dueAt", sort: "dueAt", edit: "dueAt"),
            ListColumn("assignedTo", "tasks.fields.assignedTo", edit: "assignedTo"),
            ListColumn("record", "tasks.fields.relatedEntityId", fields: ["relatedEntityType", "relatedEntityId"]),
            ListColumn("createdBy", "tasks.fields.createdBy", isExtra: true),
            ListColumn("completedAt", "tasks.fields.completedAt", isExtra: true),
            ListColumn("createdAt", "tasks.fields.createdAt", sort: "createdAt", isExtra: true),
        ],
        tokens: [
            "status": WorkTask.Status.known.map(\.rawValue), "priority": WorkTask.Priority.known.map(\.rawValue),
            "relatedEntityType": Timeline.Subject.related,
        ],
        controls: [
            .choice("status", all: "tasks.allStatuses"), .choice("priority", all: "tasks.allPriorities"),
            .owner("assignedTo"),
        ],
        newPath: "/tasks/new", scene: "scene-tasks", isImported: false, isBulk: true,
        exporter: { visit, filter, sort, format, words in
            try await visit.platform.exports.tasks(
                filter, sort: sort, format: format, words, in: WorkCalendar(visit.settings), by: visit.principal)
        },
        editor: TaskList.editor, scope: { _, visit in visit.principal.ownTasks }, rows: rows)

    private static func rows(_ tasks: [WorkTask], _ visit: MemberVisit) async throws -> [ListRow] {
        let view = try await TaskView(tasks, visit)
        return tasks.map { task in
            let late = view.isLate(task)
            let card = view.card(task)
            let cells: [String: ListCell?] = [
                "title": .title(task.title, href: "\(path)/\(task.id)"),
                "status": .badge(view.word("status", task.status.rawValue), sign: TaskView.sign(task.status)),
                "priority": .badge(view.word("priority", task.priority.rawValue), sign: TaskView.sign(task.priority)),
                "dueAt": task.dueAt.flatMap {
                    late ? .badge(view.due($0), sign: "error") : .plain(view.due($0))
                },
                "assignedTo": .text(view.name(task.assignedTo)), "createdBy": .text(view.name(task.createdBy)),
                "record": card.flatMap { .link($0.name, href: $0.path) },
                "completedAt": .time(task.completedAt, visit), "createdAt": .time(task.createdAt, visit),
            ]
            return ListRow(task, cells.compactMapValues { $0 })
        }
    }

    // MARK: One task

    static func show(
        _ visit: MemberVisit, problems: [String: FieldProblem] = [:], note: String = ""
    ) async throws -> Response {
        let task = try await visit.platform.tasks.get(try visit.id(), by: visit.principal)
        let view = try await TaskView([task], visit)
        let own = "\(path)/\(task.id)"
        var data = view.item(task, back: own)
        data["status"] = view.word("status", task.status.rawValue)
        data["statusSign"] = TaskView.sign(task.status)
        data["facts"] = facts(task, view).map { ["label": $0.0, "text": $0.1] }
        data["hasDescription"] = task.description != nil
        data["description"] = task.description ?? ""
        data["assignees"] = try await TaskForms.assignees(visit, chosen: task.assignedTo?.description ?? "")
        data["mayChange"] = visit.may(.editRecords) && task.isOpen
        data["timeline"] = try await TimelineView.data(visit, .task(task.id), path: "\(own)/timeline", noun: noun)
        data["noteForm"] = CompanyPages.noteForm(visit, action: "\(own)/notes", note, problems)
        return try visit.page(
            "tasks/show", title: task.title, data, trail: [crumb(visit)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func facts(_ task: WorkTask, _ view: TaskView) -> [(String, String)] {
        let formats = view.visit.formats
        let values: [(String, String?)] = [
            ("dueAt", task.dueAt.map(view.due)), ("remindAt", task.remindAt.map(formats.dateTime)),
            ("priority", view.word("priority", task.priority.rawValue)), ("recurrence", view.recurrence(task)),
            ("assignedTo", view.name(task.assignedTo) ?? view.visit.phrase("tasks.nobody")),
            ("createdBy", view.name(task.createdBy)), ("createdAt", task.createdAt.map(formats.dateTime)),
            ("completedAt", task.completedAt.map(formats.dateTime)),
        ]
        return values.compactMap { name, text in text.map { (view.visit.phrase("tasks.fields.\(name)"), $0) } }
    }
}

extension Optional {
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async throws -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
