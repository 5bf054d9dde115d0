import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Imports for other programs and the command line: detect, preview, execute, watch, undo.
enum ImportAPI {
    static let all: [Endpoint] = before + runs

    private static let before: [Endpoint] = [
        Endpoint(
            .post, "/api/imports/detect", for: .may(.importFiles),
            "Takes a file in and says what the program makes of it",
            takes: .upload, gives: .json(ImportSchemas.detected)
        ) { visit in
            let file = try await ImportFiles.receive(visit)
            return try await ImportRefusal.explained {
                visit.json(ImportView.value(of: file, try await visit.platform.imports.detect(file), visit))
            }
        },
        Endpoint(
            .post, "/api/imports/preview", for: .may(.importFiles), "What a run would do, row by row, without doing it",
            takes: .json(ImportSchemas.request), gives: .json(ImportSchemas.preview)
        ) { visit in
            try visit.input.allow("fileId", "type", "mapping", "policy", "corrections", "excludedRows")
            return try await ImportRefusal.explained {
                let (file, request) = try await asked(visit)
                let preview = try await visit.platform.imports.preview(file, request)
                let rows = try visit.platform.imports.previewRows(preview.token, of: file)
                let token = PlanToken(file: file.id, preview: preview.token)
                return visit.json(ImportView.value(of: preview, planToken: token.text, rows, from: 0, visit))
            }
        },
        Endpoint(
            .get, "/api/imports/preview/{planToken}/rows", for: .may(.importFiles), "Rows of a preview",
            query: ImportSchemas.rowQuery, gives: .json(ImportSchemas.rows)
        ) { visit in
            let token = try PlanToken(try visit.parameter("planToken"))
            let file = try ImportFiles.file(token.file, visit)
            let choice = try RowChoice(visit)
            return try await ImportRefusal.explained {
                let page = try visit.platform.imports.previewRows(
                    token.preview, of: file, action: choice.action, withWarnings: choice.warnings, from: choice.from,
                    limit: choice.limit)
                return visit.json([
                    "items": ImportView.items(page.rows, visit), "total": .int(page.total), "from": .int(choice.from),
                ])
            }
        },
        Endpoint(
            .post, "/api/imports/execute", for: .may(.importFiles),
            "Starts the run that a preview showed, or one without a preview",
            takes: .json(ImportSchemas.execution), gives: .json(ImportSchemas.log, status: .accepted)
        ) { visit in
            try visit.input.allow("planToken", "fileId", "type", "mapping", "policy", "corrections", "excludedRows")
            return try await ImportRefusal.explained {
                try visit.json(try await execute(visit), status: .accepted)
            }
        },
    ]

    private static func execute(_ visit: MemberVisit) async throws -> ImportLog {
        let imports = visit.platform.imports
        guard let text = visit.input.text("planToken") else {
            let (file, request) = try await asked(visit)
            return try await ImportRuns.start(request, of: file, visit)
        }
        let token = try PlanToken(text)
        let file = try ImportFiles.file(token.file, visit)
        return try await ImportRuns.start(try imports.preview(token.preview, of: file).request, of: file, visit)
    }

    /// The file and what is to be done with it, as a body names them.
    private static func asked(_ visit: MemberVisit) async throws -> (Uploads.File, ImportRequest) {
        guard let id = visit.input.text("fileId") else { throw InvalidFields(["fileId": .required]) }
        let file = try ImportFiles.file(id, visit)
        let detected = try visit.platform.imports.detected(file)
        return (file, try ImportRequest(visit.input.document, fileName: file.name, for: detected))
    }

    private static let runs: [Endpoint] = [
        Endpoint(
            .get, "/api/imports/history", for: .may(.readRecords), "The imports, the latest first",
            query: ImportRuns.list.parameters, gives: .json(.list(of: ImportSchemas.log))
        ) { try await ImportRuns.list.json($0) },
        Endpoint(.get, "/api/imports/{id}", for: .may(.readRecords), "One import", gives: .json(ImportSchemas.log)) {
            visit in
            try visit.json(try await ImportRuns.log(visit))
        },
        Endpoint(
            .get, "/api/imports/{id}/events", for: .may(.readRecords),
            "Live progress: `progress` events with the import, `done` with the last", gives: .events
        ) { try await RunStream.json($0) },
        Endpoint(
            .get, "/api/imports/{id}/errors.xlsx", for: .may(.importFiles),
            "The rows that failed, with the reason of each",
            gives: .file(FileAnswer.workbookType)
        ) { try await ImportRuns.errors($0) },
        Endpoint(
            .post, "/api/imports/{id}/undo", for: .may(.importFiles),
            "Takes an import back in the background (202, the import), or says what that would do (200, a report)",
            query: [QueryParameter("dryRun", .boolean, "true changes nothing")],
            gives: .json(ImportSchemas.log, status: .accepted, also: [.ok: ImportSchemas.undo])
        ) { visit in
            guard let isDry = [nil: false, "true": true, "false": false][visit.query("dryRun")] else {
                throw WebError.badParameter("dryRun")
            }
            if isDry { return visit.json(.object(try await ImportRuns.previewUndo(visit).document)) }
            return try visit.json(try await ImportRuns.undo(visit), status: .accepted)
        },
        Endpoint(
            .get, "/api/imports/{id}/undo", for: .may(.readRecords), "What taking an import back did, once it is done",
            gives: .json(ImportSchemas.undo)
        ) { visit in visit.json(.object(try await ImportRuns.undoReport(visit).document)) },
        Endpoint(
            .post, "/api/imports/{id}/resume", for: .may(.importFiles), "Goes on with an import that stopped",
            gives: .json(ImportSchemas.log, status: .accepted)
        ) { visit in try visit.json(try await ImportRuns.resume(visit), status: .accepted) },
        Endpoint(
            .post, "/api/imports/{id}/cancel", for: .may(.importFiles),
            "Stops an import; what it wrote stays and can be undone",
            gives: .json(ImportSchemas.log, status: .accepted)
        ) { visit in try visit.json(try await ImportRuns.cancel(visit), status: .accepted) },
    ]
}

/// A preview among all: the file's id and the preview's own token, with a point between.
struct PlanToken {
    let file: String
    let preview: String

    init(file: String, preview: String) {
        self.file = file
        self.preview = preview
    }

    /// Throws the sentence about a preview that is gone.
    init(_ text: String) throws {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw ImportRefusal(ImportError.previewGone) ?? WebError.notFound }
        self.init(file: parts[0], preview: parts[1])
    }

    var text: String { "\(file).\(preview)" }
}

/// Which rows of a preview are asked for.
struct RowChoice {
    var action: RowVerdict.Action?
    var warnings = false
    var from = 0
    var limit = 50

    init(_ visit: some Visiting) throws {
        if let name = visit.query("action"), !name.isEmpty {
            guard let action = RowVerdict.Action(rawValue: name) else { throw WebError.badParameter("action") }
            self.action = action
        }
        warnings = visit.query("warnings") == "true"
        from = try Self.number("from", visit, 0...SpreadsheetRows.max) ?? 0
        limit = try Self.number("limit", visit, 1...500) ?? 50
    }

    private static func number(_ name: String, _ visit: some Visiting, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = visit.query(name), !text.isEmpty else { return nil }
        guard let number = Int(text), range.contains(number) else { throw WebError.badParameter(name) }
        return number
    }
}

private enum SpreadsheetRows {
    /// More than any file has.
    static let max = RunIDs.maxRows
}
