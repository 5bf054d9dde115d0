import Growth
import HTTPTypes
import Hummingbird
import Store

/// Saved views for other programs.
enum SavedViewAPI {
    private static let item: JSONSchema = .named(
        "SavedView",
        .object(
            .must("_id", .id), .must("name", .string), .must("entityType", .string), .must("userId", .id),
            .must("isShared", .boolean), .must("filters", .any), .must("sort", .nullable(.string)),
            .must("columns", .array(.string)), .must("isStart", .boolean), .must("isBroken", .boolean),
            .must("isMine", .boolean), .may("createdAt", .formatted("date-time")),
            .may("updatedAt", .formatted("date-time"))))

    private static let filters: JSONSchema = .any

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/saved_views", for: .may(.readRecords), "Your saved views and those that others share",
            query: [QueryParameter("entityType", .string, "The collection whose list they are of")],
            gives: .json(.object(.must("items", .array(item))))
        ) { visit in
            let views = try await visit.platform.savedViews.list(visit.query("entityType"), by: visit.principal)
            return visit.json(["items": .array(views.map { value($0, visit) })])
        },
        Endpoint(
            .post, "/api/saved_views", for: .may(.readRecords), "Saves a view",
            takes: .json(
                .object(
                    .must("name", .string), .must("entityType", .string), .may("isShared", .boolean),
                    .may("filters", filters), .may("sort", .nullable(.string)), .may("columns", .array(.string)))),
            gives: .json(item, status: .created)
        ) { visit in
            try visit.input.allow("name", "entityType", "isShared", "filters", "sort", "columns")
            let list = try SavedViewRoutes.list(visit.input.text("entityType") ?? "")
            let draft = try draft(visit, list)
            let view = try await visit.platform.savedViews.create(draft, for: list.collection, by: visit.principal)
            return visit.json(value(view, visit), status: .created)
        },
        Endpoint(.get, "/api/saved_views/{id}", for: .may(.readRecords), "A saved view", gives: .json(item)) { visit in
            visit.json(value(try await visit.platform.savedViews.get(try visit.id(), by: visit.principal), visit))
        },
        Endpoint(
            .patch, "/api/saved_views/{id}", for: .may(.readRecords), "Changes what is named of a saved view",
            takes: .json(
                .object(
                    .may("name", .string), .may("isShared", .boolean), .may("filters", filters),
                    .may("sort", .nullable(.string)), .may("columns", .array(.string)))),
            gives: .json(item)
        ) { visit in
            let views = visit.platform.savedViews
            let view = try await views.get(try visit.id(), by: visit.principal)
            try visit.input.allow("name", "isShared", "filters", "sort", "columns")
            let draft = try draft(visit, try SavedViewRoutes.list(view.entityType))
            return visit.json(value(try await views.edit(view.id, draft, by: visit.principal), visit))
        },
        Endpoint(.delete, "/api/saved_views/{id}", for: .may(.readRecords), "Deletes a saved view", gives: .nothing) {
            visit in
            _ = try await visit.platform.savedViews.remove(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/saved_views/{id}/start", for: .may(.readRecords), "Begins your list with a saved view",
            gives: .json(item)
        ) { visit in
            visit.json(
                value(try await visit.platform.savedViews.setStart(try visit.id(), true, by: visit.principal), visit))
        },
        Endpoint(
            .delete, "/api/saved_views/{id}/start", for: .may(.readRecords), "Begins your list with all again",
            gives: .json(item)
        ) { visit in
            visit.json(
                value(try await visit.platform.savedViews.setStart(try visit.id(), false, by: visit.principal), visit))
        },
    ]

    /// What was sent, held against what the list understands.
    private static func draft(_ visit: MemberVisit, _ list: ViewedList) throws -> SavedViews.Draft {
        let input = visit.input
        var draft = SavedViews.Draft(
            name: input.has("name") ? input.text("name") ?? "" : nil, isShared: input.flag("isShared"),
            filters: input["filters"])
        if input.has("sort") { draft.sort = .some(input.text("sort")) }
        if input.has("columns") { draft.columns = input.texts("columns") ?? [] }
        var view = SavedView()
        view.filters = draft.filters.flatMap { $0.isNull ? Value?.none : $0 }
        view.sort = draft.sort ?? nil
        guard let pairs = ViewQuery.pairs(view) else { throw InvalidFields(["filters": .notInList]) }
        try list.check(QueryPair.text(pairs), FilterContext(visit))
        return draft
    }

    private static func value(_ view: SavedView, _ visit: MemberVisit) -> Value {
        let list = SavedViewRoutes.lists.first { $0.collection == view.entityType }
        var document: Document = [
            "_id": Value(view.id), "name": .string(view.name), "entityType": .string(view.entityType),
            "userId": Value(view.userId), "isShared": .bool(view.isShared), "filters": view.filters ?? .null,
            "sort": view.sort.map(Value.string) ?? .null, "columns": Value(view.columns),
            "isStart": .bool(visit.principal.userId.map(view.startOf.contains) ?? false),
            "isBroken": .bool(list?.address(of: view, FilterContext(visit)) == nil),
            "isMine": .bool(view.userId == visit.principal.userId),
        ]
        document["createdAt"] = view.createdAt.map(Value.date)
        document["updatedAt"] = view.updatedAt.map(Value.date)
        return .object(document)
    }
}
