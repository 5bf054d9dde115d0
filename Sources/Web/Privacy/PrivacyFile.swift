import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// What is kept of somebody, to be handed over: whole as JSON, or as a workbook to read.
enum PrivacyFile {
    static func answer(_ visit: MemberVisit, _ subject: DataSubject) async throws -> Response {
        let privacy = visit.platform.privacy
        let format = visit.query("format") ?? "json"
        switch format {
        case "xlsx":
            let words = PrivacyWords(visit)
            let file = try await privacy.workbook(
                of: subject, sheet: visit.phrase("privacy.title"), isRightToLeft: visit.language == .arabic,
                header: ["section", "record", "field", "value"].map { visit.phrase("privacy.columns.\($0)") }
            ) { trace, entity in
                let facts = try words.facts(of: entity, trace)
                return facts.map { [words.section(trace), words.name(of: entity), $0.label, $0.value] }
            }
            try await privacy.recordExport(of: subject, format: format, by: visit.principal)
            return try ExportAnswer.response(file, name: "personal-data", format: format)
        case "json":
            let value = try await json(visit, subject)
            try await privacy.recordExport(of: subject, format: format, by: visit.principal)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/json; charset=utf-8",
                    .contentDisposition: "attachment; filename=\"personal-data.json\"", .cacheControl: "no-store",
                ],
                body: .init(byteBuffer: ByteBuffer(string: value.json)))
        default: throw WebError.badParameter("format")
        }
    }

    private static func json(_ visit: MemberVisit, _ subject: DataSubject) async throws -> Value {
        var collections = Document()
        for trace in Trace.table {
            var items: [Value] = []
            try await visit.platform.privacy.each(trace, subject) { documents in
                items += try documents.map { try EntityJSON.value($0) }
            }
            if !items.isEmpty { collections[trace.name] = .array(items) }
        }
        return [
            "exportedAt": .date(visit.platform.now()), "emails": Value(subject.emails),
            "numbers": Value(subject.numbers), "collections": .object(collections),
        ]
    }
}
