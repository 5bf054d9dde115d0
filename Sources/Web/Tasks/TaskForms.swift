import Foundation
import Growth
import Hummingbird
import Store

/// The forms of tasks: the one line of quick adding, and the whole one.
enum TaskForms {
    /// Days that can be named instead of a date.
    private static let days = ["today", "tomorrow", "workday", "week", "none"]

    /// What the line of quick adding needs.
    static func quick(_ visit: MemberVisit) async throws -> PageData {
        let chosen = visit.input.text("assignedTo") ?? visit.user.id.description
        return [
            "days": days.map { ["code": $0, "label": visit.phrase("tasks.days.\($0)"), "isChosen": $0 == "today"] },
            "priorities": priorities(visit, chosen: WorkTask.Priority.medium.rawValue),
            "assignees": try await assignees(visit, chosen: chosen), "isRelated": false,
        ]
    }

    private static func priorities(_ visit: MemberVisit, chosen: String) -> [PageData] {
        RecordWords.options(visit, .tasks, "priority", WorkTask.Priority.known.map(\.rawValue), chosen: chosen)
    }

    /// - Parameter chosen: somebody who can be given no tasks any more stays choosable, so that saving does not lose them.
    static func assignees(_ visit: MemberVisit, chosen: String) async throws -> [PageData] {
        var users = try await visit.platform.tasks.assignees()
        if let id = EntityID<User>(chosen), !users.contains(where: { $0.id == id }),
            let kept = try await visit.platform.store.get(id)
        {
            users.append(kept)
        }
        return users.map { user in
            let isMe = user.id == visit.principal.userId
            return [
                "code": user.id.description, "isChosen": user.id.description == chosen,
                "label": isMe ? visit.phrase("tasks.me", ["name": user.name]) : user.name,
            ]
        }
    }

    // MARK: What was sent

    /// Reads either form. `when` names a day, `dueOn` and `dueTime` a date; `repeat` a rule of the list.
    static func edit(_ visit: MemberVisit) async throws -> RecordEdit {
        let own: Set<String> = [
            "when", "dueOn", "dueTime", "repeat", "workday", "until", "back", "whole", "user", "relatedName",
        ]
        var edit = try RecordInput.edit(visit.input, ignoring: own)
        let work = try await visit.platform.tasks.calendar()
        if let due = due(visit, work) { edit.fields["dueAt"] = due }
        if let choice = visit.input.text("repeat") {
            edit.fields["recurrence"] = try rule(choice, edit, visit, work)
        }
        return edit
    }

    /// `nil`: the form says nothing about it.
    private static func due(_ visit: MemberVisit, _ work: WorkCalendar) -> String? {
        let now = visit.platform.now()
        if let day = visit.input.text("dueOn"), !day.isEmpty {
            let time = visit.input.text("dueTime") ?? ""
            return time.isEmpty ? day : "\(day)T\(time)"
        }
        switch visit.input.text("when") {
        case "today"?: return DateFields.day(now, work)
        case "tomorrow"?: return DateFields.day(work.day(1, after: now), work)
        case "workday"?: return DateFields.day(work.workday(after: now), work)
        case "week"?: return DateFields.day(work.nextWeek(after: now), work)
        case "none"?: return ""
        default: return visit.input.has("dueOn") ? "" : nil
        }
    }

    private static func rule(
        _ choice: String, _ edit: RecordEdit, _ visit: MemberVisit, _ work: WorkCalendar
    ) throws -> String? {
        if choice == "none" { return "" }
        if choice == "own" { return edit.fields["recurrence"] ?? nil }
        guard let preset = Recurrence.Preset(rawValue: choice) else {
            throw InvalidFields(["recurrence": .notInList])
        }
        let due = (edit.fields["dueAt"] ?? nil).flatMap(work.read) ?? visit.platform.now()
        var until: Date?
        if let text = visit.input.text("until"), !text.isEmpty {
            until = work.read(text)
            if until == nil { throw InvalidFields(["until": .notADay]) }
        }
        let moves = visit.input.flag("workday") ?? false
        return Recurrence(preset, on: due, work, movesToWorkday: moves, until: until).text
    }

    // MARK: The whole form

    static func new(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        var task = WorkTask()
        task.assignedTo = visit.principal.userId
        task.relatedEntityType = visit.input.text("relatedEntityType") ?? visit.query("relatedEntityType")
        task.relatedEntityId = ObjectID(visit.input.text("relatedEntityId") ?? visit.query("relatedEntityId") ?? "")
        return try await page(visit, task, problems, title: visit.phrase("tasks.new"), action: "/tasks")
    }

    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let task = try await visit.platform.tasks.get(try visit.id(), by: visit.principal)
        return try await page(
            visit, task, problems, title: task.title, action: "/tasks/\(task.id)", isConflict: isConflict)
    }

    private static func page(
        _ visit: MemberVisit, _ task: WorkTask, _ problems: [String: FieldProblem], title: String, action: String,
        isConflict: Bool = false
    ) async throws -> Response {
        let isNew = action == "/tasks"
        let view = try await TaskView([task], visit)
        var data = try await fields(visit, task, view.work)
        data["heading"] = isNew ? title : visit.phrase("records.editing", ["name": title])
        data["action"] = action
        data["back"] =
            visit.input.text("back").flatMap(OwnPath.checked) ?? visit.query("back").flatMap(OwnPath.checked)
            ?? (isNew ? "/tasks" : action)
        data["errors"] = visit.sentences(problems)
        data["hasProblems"] = !problems.isEmpty
        data["isConflict"] = isConflict
        data["updatedAt"] = task.updatedAt.map { String($0.milliseconds) } ?? ""
        data["hasRecord"] = false
        if let card = view.card(task) {
            data["hasRecord"] = true
            data["record"] = card.name
            data["recordPath"] = card.path
        }
        let above = isNew ? [] : [Crumb(action, title)]
        return try visit.page(
            "tasks/form", title: isNew ? title : visit.phrase("records.edit"), data,
            trail: [TaskPages.crumb(visit)] + above,
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func fields(_ visit: MemberVisit, _ task: WorkTask, _ work: WorkCalendar) async throws -> PageData {
        func value(_ name: String, _ stored: String?) -> String { visit.input.text(name) ?? stored ?? "" }
        let hasTime = task.dueAt.map { !work.isWholeDay($0) } ?? false
        let rule = task.rule
        let day = task.dueAt ?? visit.platform.now()
        var chosen = task.recurrence == nil ? "none" : rule?.preset(on: day, work)?.rawValue ?? "own"
        chosen = visit.input.text("repeat") ?? chosen
        var until = ""
        if case .untilDay(let year, let month, let day)? = rule?.limit {
            until = "\(year)-\(DateFields.padded(month))-\(DateFields.padded(day))"
        }
        let choices = ["none"] + Recurrence.Preset.allCases.map(\.rawValue) + ["own"]
        return [
            "title": value("title", task.title), "description": value("description", task.description),
            "priorities": priorities(visit, chosen: value("priority", task.priority.rawValue)),
            "assignees": try await assignees(visit, chosen: value("assignedTo", task.assignedTo?.description)),
            "dueOn": value("dueOn", task.dueAt.map { DateFields.day($0, work) }),
            "dueTime": value(
                "dueTime", hasTime ? task.dueAt.map { String(DateFields.local($0, work).suffix(5)) } : nil),
            "remindAt": value("remindAt", task.remindAt.map { DateFields.local($0, work) }),
            "repeats": choices.map {
                ["code": $0, "label": visit.phrase("tasks.repeats.\($0)"), "isChosen": $0 == chosen] as PageData
            },
            "recurrence": value("recurrence", task.recurrence), "until": value("until", until),
            "workday": visit.input.flag("workday") ?? rule?.movesToWorkday ?? false,
            "isOdd": task.recurrence != nil && rule == nil,
            "odd": task.recurrence.map { visit.phrase("tasks.repeat.unsupported", ["rule": $0]) } ?? "",
            "relatedEntityType": task.relatedEntityType ?? "",
            "relatedEntityId": task.relatedEntityId?.description ?? "",
        ]
    }
}
