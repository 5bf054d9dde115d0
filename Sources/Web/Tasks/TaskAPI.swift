import Growth
import HTTPTypes
import Hummingbird
import Store

/// Tasks for other programs.
enum TaskAPI {
    private static let item = JSONSchema.entity(WorkTask.self)

    private static func body(required: [String]) -> JSONSchema {
        let known: [String: JSONSchema] = [
            "priority": .words(of: WorkTask.Priority.self), "assignedTo": .id, "relatedEntityId": .id,
            "relatedEntityType": .word(Timeline.Subject.related),
        ]
        let fields = WorkTask.writableFields.map { name in
            let schema = known[name] ?? .string
            return required.contains(name)
                ? JSONSchema.Property.must(name, schema) : .may(name, .nullable(schema))
        }
        return .object(fields + [.may("updatedAt", .formatted("date-time"))], isOpen: false)
    }

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/tasks", for: .may(.readRecords), "Lists tasks; sales people see their own",
            query: TaskList.definition.parameters, gives: .json(.list(of: item))
        ) { try await TaskList.definition.json($0, within: $0.principal.ownTasks) },
        Endpoint(
            .post, "/api/tasks/search", for: .may(.readRecords), "Lists tasks by a tree of conditions",
            takes: .json(TaskList.definition.searchBody), gives: .json(.list(of: item))
        ) { try await TaskList.definition.search($0, within: $0.principal.ownTasks) },
        Endpoint(
            .get, "/api/tasks/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: TaskList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await TaskPages.list.export($0) },
        Endpoint(
            .get, "/api/tasks/day", for: .may(.readRecords), "A person's day",
            query: [QueryParameter("user", .id, "A colleague, for those who see everybody's tasks")],
            gives: .json(
                .object(
                    ["overdue", "today", "upcoming", "undated", "done"].map { .must($0, .array(item)) }
                        + [.must("later", .integer)], isOpen: false))
        ) { visit in
            let name = visit.query("user") ?? ""
            guard let user = name.isEmpty ? .some(nil) : EntityID<User>(name).map(Optional.some) else {
                throw WebError.badParameter("user")
            }
            return visit.json(try value(try await visit.platform.tasks.day(of: user, by: visit.principal)))
        },
        Endpoint(
            .post, "/api/tasks", for: .may(.editRecords), "Adds a task; without `assignedTo`, for whoever asks",
            takes: .json(body(required: ["title"])), gives: .json(item, status: .created)
        ) { visit in
            let task = try await visit.platform.tasks.create(try RecordInput.edit(visit.input), by: visit.principal)
            return try visit.json(task, status: .created)
        },
        Endpoint(.get, "/api/tasks/{id}", for: .may(.readRecords), "One task", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.tasks.get(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .patch, "/api/tasks/{id}", for: .may(.editRecords),
            "Changes the named fields; with `updatedAt`, only if nobody has since", takes: .json(body(required: [])),
            gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.tasks.edit(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(
            .post, "/api/tasks/{id}/complete", for: .may(.editRecords),
            "Completes a task; one that recurs comes again", gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.tasks.complete(try visit.id(), by: visit.principal).task)
        },
        Endpoint(
            .delete, "/api/tasks/{id}/complete", for: .may(.editRecords), "Opens a completed or cancelled task again",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.tasks.reopen(try visit.id(), by: visit.principal).task)
        },
        Endpoint(
            .post, "/api/tasks/{id}/start", for: .may(.editRecords), "Marks a task as being worked on",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.tasks.start(try visit.id(), by: visit.principal).task)
        },
        Endpoint(.post, "/api/tasks/{id}/cancel", for: .may(.editRecords), "Cancels a task", gives: .json(item)) {
            visit in
            try visit.json(try await visit.platform.tasks.cancel(try visit.id(), by: visit.principal).task)
        },
        Endpoint(
            .post, "/api/tasks/{id}/postpone", for: .may(.editRecords), "Puts a task off",
            takes: .json(.object(.must("to", .word(Tasks.Delay.allCases.map(\.rawValue))))), gives: .json(item)
        ) { visit in
            try visit.input.allow("to")
            guard let delay = Tasks.Delay(rawValue: visit.input.text("to") ?? "") else {
                throw InvalidFields(["to": .notInList])
            }
            return try visit.json(
                try await visit.platform.tasks.postpone(try visit.id(), to: delay, by: visit.principal).task)
        },
    ]

    private static func value(_ day: MyDay) throws -> Value {
        func list(_ tasks: [WorkTask]) throws -> Value { .array(try tasks.map { try EntityJSON.value($0) }) }
        return [
            "overdue": try list(day.overdue), "today": try list(day.today), "upcoming": try list(day.upcoming),
            "undated": try list(day.undated), "done": try list(day.done), "later": .int(day.later),
        ]
    }
}
