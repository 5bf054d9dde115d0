import Foundation
import Growth
import Hummingbird
import Store

/// Step 4 and what comes after: the list of runs, one run while it goes on, its report, and taking it back.
enum RunPages {
    static let all: [Endpoint] = [
        Endpoint(.get, "/imports", for: .may(.readRecords), "The imports", query: ImportRuns.list.parameters) {
            try await index($0)
        },
        Endpoint(.get, "/imports/{id}", for: .may(.readRecords), "One import") { try await show($0) },
        Endpoint(
            .get, "/imports/{id}/events", for: .may(.readRecords), "Live progress as parts of the page", gives: .events
        ) {
            try await RunStream.html($0)
        },
        Endpoint(.get, "/imports/{id}/progress", for: .may(.readRecords), "Progress for browsers without streams") {
            visit in
            let log = try await ImportRuns.log(visit)
            return try visit.fragment("imports/progress", progress(log, nil, visit))
        },
        Endpoint(
            .get, "/imports/{id}/errors.xlsx", for: .may(.importFiles), "The rows that failed",
            gives: .file(FileAnswer.workbookType)
        ) { try await ImportRuns.errors($0) },
        Endpoint(.post, "/imports/{id}/cancel", for: .may(.importFiles), "Stops an import", takes: .form) { visit in
            visit.redirect(to: "/imports/\(try await ImportRuns.cancel(visit).id)")
        },
        Endpoint(.post, "/imports/{id}/resume", for: .may(.importFiles), "Goes on with an import", takes: .form) {
            visit in
            visit.redirect(to: "/imports/\(try await ImportRuns.resume(visit).id)")
        },
        Endpoint(.get, "/imports/{id}/undo", for: .may(.importFiles), "What taking an import back would do") { visit in
            try await undoPage(visit)
        },
        Endpoint(.post, "/imports/{id}/undo", for: .may(.importFiles), "Takes an import back", takes: .form) { visit in
            visit.redirect(to: "/imports/\(try await ImportRuns.undo(visit).id)")
        },
    ]

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/imports", visit.phrase("imports.title")) }

    private static func index(_ visit: MemberVisit) async throws -> Response {
        let page = try await ImportRuns.list.page(visit)
        let users = try await visit.platform.store.get(page.items.compactMap(\.createdBy))
        let data: PageData = [
            "rows": page.items.map { line($0, users, visit) }, "isEmpty": page.items.isEmpty,
            "pager": try page.pager(visit),
            "isFiltered": !page.chosen("filter[status]").isEmpty,
            "isShown": !page.items.isEmpty || !page.chosen("filter[status]").isEmpty,
            "statuses": ImportLog.Status.known.map { status in
                [
                    "code": status.rawValue, "label": visit.phrase("imports.statuses.\(status.rawValue)"),
                    "isChosen": page.chosen("filter[status]") == status.rawValue,
                ] as PageData
            },
        ]
        return try visit.page("imports/index", title: visit.phrase("imports.title"), data)
    }

    private static func line(_ log: ImportLog, _ users: [EntityID<User>: User], _ visit: MemberVisit) -> PageData {
        var data = status(of: log, visit)
        data["id"] = log.id.description
        data["fileName"] = log.fileName
        data["who"] = who(log.createdBy, users, visit)
        data["type"] = visit.phrase("imports.types.\(log.importType.rawValue)")
        data["at"] = log.createdAt.map(visit.formats.dateTime) ?? "–"
        data["machine"] = log.createdAt.map(visit.formats.machine) ?? ""
        data["created"] = Formats.number(log.counters.recordsCreated)
        data["updated"] = Formats.number(log.counters.recordsUpdated)
        data["failed"] = Formats.number(log.counters.recordsFailed)
        return data
    }

    static func who(_ id: EntityID<User>?, _ users: [EntityID<User>: User], _ visit: some Visiting) -> String {
        guard let id else { return visit.phrase("imports.commandLine") }
        return users[id]?.name ?? visit.phrase("imports.deletedUser")
    }

    /// The pill of a run.
    static func status(of log: ImportLog, _ visit: some Visiting) -> PageData {
        let signs = [
            "completed": "ok", "failed": "error", "partially_completed": "warn", "processing": "info",
            "pending": "info", "undoing": "info", "cancelled": "warn",
        ]
        let name = state(of: log)
        return ["status": visit.phrase("imports.statuses.\(name)"), "sign": signs[name] ?? ""]
    }

    private static func state(of log: ImportLog) -> String {
        if log.undoneAt != nil { return "undone" }
        if log.isUndoing { return "undoing" }
        return log.cancelledAt != nil && !log.isRunning ? "cancelled" : log.status.rawValue
    }

    // MARK: One run

    private static func show(_ visit: MemberVisit) async throws -> Response {
        let log = try await ImportRuns.log(visit)
        let imports = visit.platform.imports
        let users = try await visit.platform.store.get([log.createdBy, log.undoneBy].compactMap { $0 })
        let isResumable = visit.may(.importFiles) ? try await imports.isResumable(log) : false
        var data = status(of: log, visit)
        data.merge(progress(log, nil, visit)) { $1 }
        data["id"] = log.id.description
        data["fileName"] = log.fileName
        data["steps"] = WizardSteps.data(at: .run, file: nil, visit)
        data["isRunning"] = log.isRunning && !isResumable
        data["isUndoing"] = log.isUndoing
        data["isAtRest"] = isResumable || !log.isAtWork
        data["isResumable"] = isResumable
        data["isCancelling"] = log.isRunning && log.cancelledAt != nil
        data["facts"] = RunReport.facts(log, users, visit)
        data["tileGroups"] = RunReport.tiles(log, visit)
        data["warnings"] = log.warningMessages
        data["hasWarnings"] = !log.warningMessages.isEmpty
        data["hasMoreWarnings"] = (log.warnings ?? 0) > log.warningMessages.count
        data["warningsTitle"] = visit.plural("imports.warningsOfRun", log.warnings ?? 0)
        data["outcome"] = RunReport.outcome(log, visit)
        data["outcomeSign"] = RunReport.sign(log)
        data["messages"] = Array(log.errorMessages.prefix(20))
        data["hasMessages"] = !log.errorMessages.isEmpty
        data["hasMoreMessages"] = log.errorMessages.count > 20
        data["hasErrors"] = try await imports.hasErrorsWorkbook(log.id)
        data["isUndoable"] =
            log.undoneAt == nil && !log.isAtWork && log.counters.recordsCreated + log.counters.recordsUpdated > 0
        data["hasRecords"] = log.undoneAt == nil && !log.isUndoing && log.counters.recordsCreated > 0
        let report = log.undoneAt == nil ? nil : try await imports.undoReport(log.id)
        data["hasUndoReport"] = report != nil
        if let report { data.merge(undoReport(report, visit)) { $1 } }
        return try visit.page("imports/show", title: log.fileName, data, trail: [crumb(visit)])
    }

    /// The bar while it runs; what leads to the report when it has ended.
    static func progress(_ log: ImportLog, _ pace: RunPace?, _ visit: some Visiting) -> PageData {
        let progress = log.progress ?? ImportProgress()
        let isWriting = progress.phase == .writing
        var data: PageData = [
            "id": log.id.description, "isOver": !log.isAtWork, "isKnown": progress.fraction > 0,
            "percent": Int((progress.fraction * 100).rounded(.down)),
            "phase": visit.phrase("imports.phases.\(progress.phase.rawValue)"),
            "isWriting": isWriting, "hasPace": false,
        ]
        if isWriting {
            data["rowsDone"] = Formats.number(progress.rowsDone)
            data["rowsTotal"] = Formats.number(progress.rowsTotal)
            data["rowsWord"] = visit.plural("imports.ofRows", progress.rowsTotal)
        }
        if let pace {
            data["hasPace"] = true
            data["rate"] = visit.plural("imports.rowsPerSecond", pace.rowsPerSecond)
            data["left"] = timeLeft(pace.secondsLeft, visit)
        }
        return data
    }

    private static func timeLeft(_ seconds: Int, _ visit: some Visiting) -> String {
        seconds < 90
            ? visit.plural("imports.secondsLeft", seconds) : visit.plural("imports.minutesLeft", (seconds + 59) / 60)
    }

    private static func undoPage(_ visit: MemberVisit) async throws -> Response {
        let log = try await ImportRuns.log(visit)
        var data = undoReport(try await ImportRuns.previewUndo(visit), visit)
        data["id"] = log.id.description
        data["fileName"] = log.fileName
        return try visit.page(
            "imports/undo", title: visit.phrase("imports.undo.title"), data,
            trail: [crumb(visit), Crumb("/imports/\(log.id)", log.fileName)])
    }

    /// What undoing does, or did.
    private static func undoReport(_ report: UndoReport, _ visit: some Visiting) -> PageData {
        let figures: [(String, Int)] = [
            ("companiesDeleted", report.companiesDeleted), ("peopleDeleted", report.peopleDeleted),
            ("contactPointsDeleted", report.contactPointsDeleted),
            ("serviceMatchesDeleted", report.serviceMatchesDeleted),
            ("fieldsRestored", report.fieldsRestored), ("keptCount", report.keptCount),
        ]
        return [
            "undoTiles": figures.map {
                ["label": visit.phrase("imports.undo.\($0.0)"), "count": Formats.number($0.1)] as PageData
            },
            "kept": report.kept.map { RunReport.kept($0, visit) }, "hasKept": !report.kept.isEmpty,
            "hasMoreKept": report.keptCount > report.kept.count,
            "moreKept": visit.plural("imports.moreKept", max(0, report.keptCount - report.kept.count)),
        ]
    }
}
