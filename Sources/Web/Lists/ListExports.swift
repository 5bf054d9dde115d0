import Growth
import Hummingbird
import Store

/// A list as a spreadsheet: what it shows, all of its columns or those shown, or only the ticked rows.
extension RecordList {
    func export(_ visit: MemberVisit) async throws -> Response {
        let request = try ExportAnswer.listed(visit, definition)
        let filter = request.wholeFilter(within: try await scope(request, visit))
        return try await file(visit, filter, request, ExportAnswer.format(visit))
    }

    /// Of the ticked rows, or of all that match.
    func exportPicked(_ visit: MemberVisit) async throws -> Response {
        let choice = try await BulkInput.choice(visit, self)
        var pairs = try QueryPair.all(visit.input.text("where") ?? "").filter {
            !["after", "before", "limit", "columns"].contains($0.name)
        }
        pairs.append(QueryPair(name: "columns", value: visit.input.text("columns") ?? ""))
        let request = try ListRequest(
            query: QueryPair.text(pairs), definition, context: FilterContext(visit), isPage: true)
        let within = try await scope(request, visit)
        let filter: Filter =
            switch choice {
            case .ids(let ids): within && .isIn("_id", ids.map(Value.id))
            case .all(let filter): filter
            }
        return try await file(visit, filter, request, visit.input.text("format") ?? "xlsx")
    }

    private func file(
        _ visit: MemberVisit, _ filter: Filter, _ request: ListRequest<E>, _ format: String
    ) async throws -> Response {
        guard let exporter else { throw WebError.notFound }
        let words = ExportAnswer.words(visit, noun: noun, only: exportedFields(request.askedColumns))
        let file = try await exporter(visit, filter, request.sort, format, words)
        return try ExportAnswer.response(file, name: E.collection.replacing("_", with: "-"), format: format)
    }

    /// The fields of the columns asked for, with those that name the record; `nil` for all.
    private func exportedFields(_ asked: [String]) -> Set<String>? {
        if asked.isEmpty { return nil }
        let shown = columns.filter { $0.isHead || asked.contains($0.name) }.flatMap(\.fields)
        return Set(shown + asked.filter { $0.hasPrefix(ListDefinition<E>.customPrefix) })
    }
}

/// Links to the export of a list.
enum ListExports {
    static let formats = ["xlsx", "csv"]

    static func isOpen(to visit: MemberVisit) -> Bool {
        visit.may(.exportRecords) && ExportLimit.rows(for: visit.user.role) != 0
    }

    /// - Parameter shown: the names of the columns that the list shows now, where it lets one choose them.
    static func links<E: Entity>(
        _ page: ListPage<E>, _ shown: [String], _ visit: MemberVisit
    ) -> [PageData] {
        formats.map { format in
            [
                "label": visit.phrase("records.formats.\(format)"), "href": link(page, format, nil), "isShown": false,
            ] as PageData
        }
            + (shown.isEmpty ? [] : formats).map { format in
                [
                    "label": visit.phrase("lists.exports.\(format)"),
                    "href": link(page, format, shown.joined(separator: ",")), "isShown": true,
                ] as PageData
            }
    }

    private static func link<E: Entity>(_ page: ListPage<E>, _ format: String, _ columns: String?) -> String {
        let link = page.link(["format": format, "view": nil, "columns": columns, "limit": nil])
        let query = link.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
        return page.request.definition.path + "/export?" + query
    }
}
