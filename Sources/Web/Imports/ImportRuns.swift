import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// What can be done with a run: pages and API do the same, and each deed is in the audit log.
enum ImportRuns {
    static let list = ListDefinition<ImportLog>(
        path: "/imports", filters: ["status", "importType", "createdBy", "createdAt"], sorts: ["createdAt"],
        defaultSort: [.descending("createdAt")])

    static func log(_ visit: some Visiting) async throws -> ImportLog {
        guard let log = try await visit.platform.imports.log(try visit.id()) else { throw WebError.notFound }
        return log
    }

    static func start(_ request: ImportRequest, of file: Uploads.File, _ visit: MemberVisit) async throws -> ImportLog {
        let log = try await ImportRefusal.explained {
            try await visit.platform.imports.execute(request, of: file, by: visit.principal.userId)
        }
        try await record("import_started", log, visit)
        return log
    }

    static func cancel(_ visit: MemberVisit) async throws -> ImportLog {
        let log = try await log(visit)
        try await ImportRefusal.explained { try await visit.platform.imports.cancel(log.id) }
        try await record("import_cancelled", log, visit)
        return try await self.log(visit)
    }

    static func resume(_ visit: MemberVisit) async throws -> ImportLog {
        let log = try await log(visit)
        try await ImportRefusal.explained {
            try await visit.platform.imports.resume(log.id, by: visit.principal.userId)
        }
        try await record("import_resumed", log, visit)
        return try await self.log(visit)
    }

    static func previewUndo(_ visit: MemberVisit) async throws -> UndoReport {
        let log = try await log(visit)
        return try await ImportRefusal.explained { try await visit.platform.imports.previewUndo(log.id) }
    }

    /// Asks for it; the work goes on behind the request.
    static func undo(_ visit: MemberVisit) async throws -> ImportLog {
        let log = try await log(visit)
        try await ImportRefusal.explained {
            try await visit.platform.imports.requestUndo(log.id, by: visit.principal.userId)
        }
        try await record("import_undone", log, visit)
        return try await self.log(visit)
    }

    /// What undoing the run did.
    static func undoReport(_ visit: MemberVisit) async throws -> UndoReport {
        guard let report = try await visit.platform.imports.undoReport(try await log(visit).id) else {
            throw WebError.notFound
        }
        return report
    }

    static func errors(_ visit: MemberVisit) async throws -> Response {
        let log = try await log(visit)
        guard let path = try await visit.platform.imports.errorsWorkbook(of: log.id) else { throw WebError.notFound }
        return try await FileAnswer.workbook(path, name: "errors-\(log.id).xlsx")
    }

    private static func record(_ action: String, _ log: ImportLog, _ visit: MemberVisit) async throws {
        try await visit.platform.audit.record(
            action, by: visit.principal, on: .init(log), metadata: ["fileName": .string(log.fileName)])
    }
}
