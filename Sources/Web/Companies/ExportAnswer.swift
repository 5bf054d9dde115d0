import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// Sends an export and deletes it.
enum ExportAnswer {
    private static let chunkBytes = 65_536
    static let parameters = [
        QueryParameter("format", .word(["xlsx", "csv"]), "By default xlsx"),
        QueryParameter("columns", .string, "Names of columns of the list, with commas between them; by default all"),
    ]

    static func format(_ visit: some Visiting) -> String { visit.query("format") ?? "xlsx" }

    static func words(_ visit: some Visiting, noun: RecordNoun, only: Set<String>? = nil) -> Exports.Words {
        let visit = visit.visit
        return Exports.Words(
            sheet: visit.phrase(noun.title), isRightToLeft: visit.language == .arabic,
            header: { field in
                // The words under which an import knows the column, so that an edited export can be imported.
                let names = [
                    "imports.targets.\(noun.singular).\(field)", noun.field(field),
                    "contactPoints.values.contactType.\(field)",
                ]
                return visit.phrase(names.first(where: visit.resources.phrases.has) ?? names[1])
            },
            label: { field, token in RecordWords.label(visit, noun, field, token) }, only: only)
    }

    static func response(_ file: Exports.File, name: String, format: String) throws -> Response {
        let handle = try FileHandle(forReadingFrom: file.path)
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        // Open files outlive their names: whatever becomes of the download, nothing stays behind.
        try FileManager.default.removeItem(at: file.path)
        let body = ResponseBody(contentLength: Int(clamping: size)) { writer in
            while let data = try await chunk(of: handle), !data.isEmpty {
                try await writer.write(ByteBuffer(bytes: data))
            }
            try handle.close()
            try await writer.finish(nil)
        }
        let type =
            format == "csv"
            ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Response(
            status: .ok,
            headers: [
                .contentType: type, .contentDisposition: "attachment; filename=\"\(name).\(format)\"",
                .cacheControl: "no-store",
            ],
            body: body)
    }

    /// Read on a thread that may wait.
    private static func chunk(of handle: FileHandle) async throws -> Data? {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try handle.read(upToCount: chunkBytes) })
            }
        }
    }

    /// The list's request without the parameters that are only about the file.
    static func listed<E: Entity>(_ visit: some Visiting, _ definition: ListDefinition<E>) throws -> ListRequest<E> {
        let pairs = try QueryPair.all(visit.request.uri.query ?? "").filter {
            !["format", "after", "before", "limit"].contains($0.name)
        }
        return try ListRequest(
            query: QueryPair.text(pairs), definition, context: FilterContext(visit), isPage: true)
    }
}
