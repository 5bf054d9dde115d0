import Growth
import HTTPTypes
import Hummingbird
import Store

/// Tasks in the browser.
enum TaskRoutes {
    static let all: [Endpoint] = TaskPages.list.routes + pages + moves + TaskAPI.all

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/tasks", for: .may(.readRecords), "A person's day",
            query: [QueryParameter("user", .id, "A colleague, for those who see everybody's tasks")]
        ) { try await TaskPages.day($0) },
        Endpoint(
            .get, "/tasks/all/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: TaskList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await TaskPages.list.export($0) },
        Endpoint(.get, "/tasks/new", for: .may(.editRecords), "The form of a new task") { try await TaskForms.new($0) },
        Endpoint(.post, "/tasks", for: .may(.editRecords), "Adds a task", takes: .form) { visit in
            do {
                let edit = try await TaskForms.edit(visit)
                let task = try await visit.platform.tasks.create(edit, by: visit.principal)
                if visit.wantsFragment {
                    return try await TaskPages.day(visit, toast: toast(visit, "tasks.added.done"))
                }
                let whole = visit.input.has("whole") ? "/tasks/\(task.id)" : "/tasks"
                return visit.redirect(to: back(visit, whole), flash: "tasks.added.done")
            } catch let error as InvalidFields {
                return try await TaskForms.new(visit, error.problems)
            }
        },
        Endpoint(.get, "/tasks/{id}", for: .may(.readRecords), "One task") { try await TaskPages.show($0) },
        Endpoint(.get, "/tasks/{id}/edit", for: .may(.editRecords), "The form of a task") {
            try await TaskForms.edit($0)
        },
        Endpoint(.post, "/tasks/{id}", for: .may(.editRecords), "Changes a task", takes: .form) { visit in
            do {
                let edit = try await TaskForms.edit(visit)
                let task = try await visit.platform.tasks.edit(try visit.id(), edit, by: visit.principal)
                return visit.redirect(to: "/tasks/\(task.id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await TaskForms.edit(visit, error.problems)
            } catch StoreError.conflict {
                return try await TaskForms.edit(visit, isConflict: true)
            }
        },
        Endpoint(.post, "/tasks/{id}/notes", for: .may(.editRecords), "Adds a note", takes: .form) { visit in
            let task = try await visit.platform.tasks.get(try visit.id(), by: visit.principal)
            do {
                _ = try await visit.platform.activities.addNote(
                    visit.input.text("text"), to: .task(task.id), by: visit.principal)
                return visit.redirect(to: "/tasks/\(task.id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await TaskPages.show(visit, problems: error.problems, note: visit.input.text("text") ?? "")
            }
        },
        Endpoint(
            .get, "/tasks/{id}/timeline", for: .may(.readRecords), "More of a task's timeline",
            query: TimelineView.parameters
        ) { visit in
            let task = try await visit.platform.tasks.get(try visit.id(), by: visit.principal)
            let data = try await TimelineView.data(
                visit, .task(task.id), path: "/tasks/\(task.id)/timeline", noun: .tasks)
            return try visit.page(
                "records/timeline-page", title: visit.phrase("records.timeline"), ["timeline": data],
                trail: [TaskPages.crumb(visit), Crumb("/tasks/\(task.id)", task.title)])
        },
    ]

    // MARK: One press

    private static let moves: [Endpoint] = [
        Endpoint(.post, "/tasks/{id}/complete", for: .may(.editRecords), "Completes a task", takes: .form) { visit in
            let change = try await visit.platform.tasks.complete(try visit.id(), by: visit.principal)
            return try await done(visit, change, "tasks.completed.done")
        },
        Endpoint(.post, "/tasks/{id}/reopen", for: .may(.editRecords), "Opens a closed task again", takes: .form) {
            visit in
            let change = try await visit.platform.tasks.reopen(try visit.id(), by: visit.principal)
            return try await done(visit, change, "tasks.reopened.done")
        },
        Endpoint(.post, "/tasks/{id}/start", for: .may(.editRecords), "Marks a task as being worked on", takes: .form) {
            visit in
            let change = try await visit.platform.tasks.start(try visit.id(), by: visit.principal)
            return try await done(visit, change, "tasks.started.done")
        },
        Endpoint(.post, "/tasks/{id}/cancel", for: .may(.editRecords), "Cancels a task", takes: .form) { visit in
            let change = try await visit.platform.tasks.cancel(try visit.id(), by: visit.principal)
            return try await done(visit, change, "tasks.cancelled.done")
        },
        Endpoint(.post, "/tasks/{id}/postpone", for: .may(.editRecords), "Puts a task off", takes: .form) { visit in
            guard let delay = Tasks.Delay(rawValue: visit.input.text("to") ?? "") else {
                throw WebError.badParameter("to")
            }
            let change = try await visit.platform.tasks.postpone(try visit.id(), to: delay, by: visit.principal)
            return try await done(visit, change, "tasks.postponed.done")
        },
        Endpoint(.post, "/tasks/{id}/assign", for: .may(.editRecords), "Gives a task to somebody", takes: .form) {
            visit in
            guard let user = EntityID<User>(visit.input.text("assignedTo") ?? "") else {
                throw InvalidFields(["assignedTo": .notInList])
            }
            let change = try await visit.platform.tasks.assign(try visit.id(), to: user, by: visit.principal)
            return try await done(visit, change, "tasks.assigned.done")
        },
        Endpoint(.post, "/tasks/undo", for: .may(.editRecords), "Takes back what was done to a task", takes: .form) {
            visit in
            let entry = try ContactPointRoutes.removal(visit.input)
            let task = try await visit.platform.tasks.undo(entry, by: visit.principal)
            if visit.wantsFragment { return try await TaskPages.day(visit, toast: toast(visit, "tasks.undone.done")) }
            return visit.redirect(to: back(visit, "/tasks/\(task.id)"), flash: "tasks.undone.done")
        },
    ]

    /// The day anew for htmx, else the page that the form stood on; with the way back.
    private static func done(_ visit: MemberVisit, _ change: Tasks.Change, _ flash: String) async throws -> Response {
        if visit.wantsFragment {
            return try await TaskPages.day(visit, toast: toast(visit, flash, change.entry))
        }
        let undo = change.entry.map { Undo(action: "/tasks/undo", id: $0.raw) }
        return visit.redirect(to: back(visit, "/tasks"), flash: flash, undo: undo)
    }

    private static func toast(_ visit: MemberVisit, _ key: String, _ entry: EntityID<Activity>? = nil) -> PageData {
        [
            "sentence": visit.phrase(key), "hasUndo": entry != nil, "entry": entry?.description ?? "",
            "user": visit.input.text("user") ?? "",
        ]
    }

    private static func back(_ visit: MemberVisit, _ otherwise: String) -> String {
        visit.input.text("back").flatMap(OwnPath.checked) ?? otherwise
    }
}
