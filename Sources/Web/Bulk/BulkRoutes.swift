import Growth
import HTTPTypes
import Hummingbird
import Store

/// Bulk work under way or done, whatever the records are.
enum BulkRoutes {
    static let all: [Endpoint] = [
        Endpoint(.get, "/bulk/{id}", for: .may(.editRecords), "A change of many records and what came of it") { visit in
            try await show(visit, try await visit.platform.bulk.get(try visit.id(), by: visit.principal))
        },
        Endpoint(.post, "/bulk/{id}/undo", for: .may(.editRecords), "Takes a change of many records back", takes: .form)
        { visit in
            let run = try await visit.platform.bulk.undo(try visit.id(), by: visit.principal)
            return visit.redirect(to: "/bulk/\(run.id)")
        },
        Endpoint(
            .post, "/bulk/{id}/cancel", for: .may(.editRecords), "Stops a change of many records", takes: .form
        ) { visit in
            let run = try await visit.platform.bulk.cancel(try visit.id(), by: visit.principal)
            return visit.redirect(to: "/bulk/\(run.id)")
        },
        Endpoint(
            .post, "/bulk/undo", for: .may(.editRecords), "Takes the change of many records back that a toast tells of",
            takes: .form
        ) { visit in
            guard let id = EntityID<Job>(visit.input.text("entry") ?? "") else { throw WebError.badParameter("entry") }
            let before = try await visit.platform.bulk.get(id, by: visit.principal)
            let run = try await visit.platform.bulk.undo(id, by: visit.principal)
            guard run.isFinished, !run.hasFailed, run.refusedCount == 0 else {
                return visit.redirect(to: "/bulk/\(run.id)")
            }
            let list = BulkView.list(BulkView.noun(of: before.collection))
            return visit.redirect(to: list, flash: "lists.bulk.undone.done")
        },
        Endpoint(
            .get, "/api/bulk/{id}", for: .may(.editRecords), "A change of many records and what came of it",
            gives: .json(BulkView.schema)
        ) { visit in
            visit.json(BulkView.value(try await visit.platform.bulk.get(try visit.id(), by: visit.principal)))
        },
        Endpoint(
            .post, "/api/bulk/{id}/cancel", for: .may(.editRecords),
            "Stops a change of many records, or its undo, at the next safe place; what is done stays and can be taken back",
            gives: .json(BulkView.schema, status: .accepted)
        ) { visit in
            let run = try await visit.platform.bulk.cancel(try visit.id(), by: visit.principal)
            return visit.json(BulkView.value(run), status: .accepted)
        },
        Endpoint(
            .post, "/api/bulk/{id}/undo", for: .may(.editRecords),
            "Takes a change of many records back: each field that still is as the change left it",
            gives: .json(BulkView.schema)
        ) { visit in
            visit.json(BulkView.value(try await visit.platform.bulk.undo(try visit.id(), by: visit.principal)))
        },
    ]

    private static func show(_ visit: MemberVisit, _ run: BulkRun) async throws -> Response {
        let noun = BulkView.noun(of: run.collection)
        let user = if let id = run.job.createdBy { try await visit.platform.store.get(id) } else { User?.none }
        func line(_ key: String, _ count: Int) -> String? {
            count == 0 ? nil : visit.plural("lists.bulk.\(key)", count)
        }
        let isUndo = run.undoes != nil, makes = run.order.verb == .makeLeads
        var data: PageData = [
            "id": run.id.description, "list": BulkView.list(noun), "listLabel": visit.phrase(noun.title),
            "what": visit.phrase("lists.bulk.verbs.\(run.order.verb.rawValue)"), "isUndo": isUndo,
            "hasWho": user != nil, "who": user?.name ?? "", "isRunning": !run.isFinished, "hasFailed": run.hasFailed,
            "isCancelled": run.isCancelled, "isCancelling": run.isCancelling,
            "mayCancel": !run.isFinished && !run.isCancelling,
            "isCounted": run.total != nil, "done": String(run.done), "total": String(run.total ?? 0),
            "progress": visit.phrase(
                "lists.bulk.progress",
                ["done": Formats.number(run.done), "total": Formats.number(run.total ?? 0)]),
            "lines": [
                line(isUndo ? makes ? "unmade" : "restored" : makes ? "made" : "changed", run.changed),
                line("same", run.unchanged),
                line("missing", run.missing), line(isUndo ? "kept" : "refuse", run.refusedCount),
            ].compactMap { $0 },
            "hasRefused": !run.refused.isEmpty, "refused": run.refused.map { BulkView.data($0, noun, visit) },
            "mayUndo": run.isFinished && run.undoneBy == nil && !isUndo && run.changed > 0
                && visit.may(run.order.verb.permission),
            "isUndone": run.undoneBy != nil, "undoneBy": run.undoneBy.map { "/bulk/\($0)" } ?? "", "hasValue": false,
        ]
        if let at = run.job.createdAt {
            data["at"] = visit.formats.dateTime(at)
            data["machine"] = visit.formats.machine(at)
        }
        if let field = run.order.field {
            data["hasValue"] = true
            let name = field.hasPrefix("customFields.") ? String(field.dropFirst(13)) : visit.phrase(noun.field(field))
            data["said"] = visit.phrase(
                "records.operators.eq",
                ["field": name, "value": run.order.value.map { RecordWords.label(visit, noun, field, $0) } ?? "–"])
        } else if let value = run.order.value, run.order.verb != .assign, !makes {
            data["hasValue"] = true
            data["said"] = value
        }
        if visit.wantsFragment { return try visit.fragment("bulk/run", data) }
        return try visit.page(
            "bulk/show", title: visit.phrase(isUndo ? "lists.bulk.undoTitle" : "lists.bulk.title"), data,
            trail: [Crumb(BulkView.list(noun), visit.phrase(noun.title))])
    }
}

extension BulkError: Presentable {
    public var failure: Failure {
        switch self {
        case .nothingChosen: Failure(.unprocessableContent, "nothing_chosen")
        case .notForThese: Failure(.unprocessableContent, "not_for_these")
        case .notNow: Failure(.conflict, "bulk_not_now")
        case .alreadyUndone: Failure(.conflict, "bulk_already_undone")
        }
    }
}
