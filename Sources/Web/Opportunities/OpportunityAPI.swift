import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Opportunities for other programs.
enum OpportunityAPI {
    private static let item = JSONSchema.entity(Opportunity.self)
    private static let stage = JSONSchema.words(of: Opportunity.Stage.self)
    private static let moved: JSONSchema = .object(.must("opportunity", item), .must("entry", .nullable(.id)))
    private static let owner: JSONSchema = .object(.must("assignedTo", .nullable(.id)))
    private static let move: JSONSchema = .object(
        .must("stage", stage), .may("from", stage), .may("lostReason", .nullable(.string)),
        .may("until", .nullable(.formatted("date"))))
    private static let column: JSONSchema = .object(
        .must("stage", stage), .must("count", .integer), .must("sum", .number), .must("items", .array(item)),
        .must("hasMore", .boolean))

    private static func body(required: Set<String> = [], _ extra: JSONSchema.Property...) -> JSONSchema {
        let known: [String: JSONSchema] = [
            "companyId": .id, "personId": .id, "valueEstimate": .number, "probability": .number,
            "expectedCloseDate": .formatted("date"),
        ]
        let fields = Opportunity.writableFields.map { name in
            let schema = known[name] ?? .string
            return JSONSchema.Property(
                name: name, schema: required.contains(name) ? schema : .nullable(schema),
                isRequired: required.contains(name))
        }
        return .object(fields + extra, isOpen: false)
    }

    static let all: [Endpoint] = reading + changing

    private static let reading: [Endpoint] = [
        Endpoint(
            .get, "/api/opportunities", for: .may(.readRecords), "Lists opportunities",
            query: OpportunityList.definition.parameters, gives: .json(.list(of: item))
        ) { visit in visit.json(try await OpportunityList.list.page(visit).value()) },
        Endpoint(
            .post, "/api/opportunities/search", for: .may(.readRecords), "Lists opportunities by a tree of conditions",
            takes: .json(OpportunityList.definition.searchBody), gives: .json(.list(of: item))
        ) { visit in
            let request = try ListRequest(visit.input, OpportunityList.definition, context: FilterContext(visit))
            let scope = try await OpportunityList.scope(request, visit)
            return visit.json(try await request.page(visit.platform.store, within: scope).value())
        },
        Endpoint(
            .get, "/api/opportunities/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: OpportunityList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await OpportunityRoutes.export($0) },
        Endpoint(
            .get, "/api/opportunities/board", for: .may(.readRecords),
            "The pipeline: of each stage the first cards, their count and sum", query: BoardQuery.parameters,
            gives: .json(.object(.must("columns", .array(column))))
        ) { try await board($0) },
        Endpoint(
            .get, "/api/opportunities/forecast", for: .may(.readRecords), "What is expected, month by month",
            query: ForecastPage.parameters, gives: .json(ForecastPage.schema)
        ) { visit in visit.json(ForecastPage.value(try await ForecastPage.forecast(visit))) },
        Endpoint(.get, "/api/opportunities/{id}", for: .may(.readRecords), "One opportunity", gives: .json(item)) {
            visit in
            try visit.json(try await visit.platform.opportunities.get(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .get, "/api/opportunities/{id}/timeline", for: .may(.readRecords),
            "What happened to an opportunity, the latest first", query: TimelineView.parameters,
            gives: .json(.list(of: .entity(Activity.self)))
        ) { visit in
            let one = try await visit.platform.opportunities.get(try visit.id(), by: visit.principal)
            return try await TimelineView.json(
                visit, .opportunity(one.id), path: "/api/opportunities/\(one.id)/timeline")
        },
    ]

    private static let changing: [Endpoint] = [
        Endpoint(
            .post, "/api/opportunities", for: .may(.editRecords), "Adds an opportunity",
            takes: .json(body(required: ["title"], .may("assignedTo", .nullable(.id)))),
            gives: .json(item, status: .created)
        ) { visit in
            let edit = try RecordInput.edit(visit.input, ignoring: ["assignedTo", "updatedAt"])
            let one = try await visit.platform.opportunities.create(
                edit, for: try OwnerInput.user(visit.input), by: visit.principal)
            return try visit.json(one, status: .created)
        },
        Endpoint(
            .patch, "/api/opportunities/{id}", for: .may(.editRecords),
            "Changes the named fields; with `updatedAt`, only if nobody has since",
            takes: .json(body(.may("updatedAt", .formatted("date-time")))), gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.opportunities.edit(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(
            .post, "/api/opportunities/{id}/stage", for: .may(.editRecords),
            "Moves to another stage; with `from`, only if it is there. `entry` takes it back", takes: .json(move),
            gives: .json(moved)
        ) { visit in
            try visit.input.allow("stage", "from", "lostReason", "until")
            let move = Opportunities.Move(
                to: Opportunity.Stage(rawValue: visit.input.text("stage") ?? ""),
                from: visit.input.text("from").map { Opportunity.Stage(rawValue: $0) },
                lostReason: visit.input.text("lostReason"), until: visit.input.text("until"))
            return try answer(
                visit, try await visit.platform.opportunities.move(try visit.id(), move, by: visit.principal))
        },
        Endpoint(
            .post, "/api/opportunities/undo-move", for: .may(.editRecords), "Takes a move back, by its entry",
            takes: .json(.object(.must("entry", .id))), gives: .json(item)
        ) { visit in
            try visit.input.allow("entry")
            guard let entry = EntityID<Activity>(visit.input.text("entry") ?? "") else {
                throw InvalidFields(["entry": .notInList])
            }
            return try visit.json(try await visit.platform.opportunities.undoMove(entry, by: visit.principal))
        },
        Endpoint(
            .post, "/api/opportunities/{id}/reopen", for: .may(.editRecords), "Opens a closed opportunity again",
            gives: .json(moved)
        ) { visit in
            try answer(visit, try await visit.platform.opportunities.reopen(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .post, "/api/opportunities/{id}/assign", for: .may(.editRecords), "Gives an opportunity to somebody",
            takes: .json(owner), gives: .json(item)
        ) { visit in
            try visit.input.allow("assignedTo")
            return try visit.json(
                try await visit.platform.opportunities.assign(
                    try visit.id(), to: try OwnerInput.user(visit.input), by: visit.principal))
        },
        Endpoint(
            .post, "/api/opportunities/{id}/notes", for: .may(.editRecords), "Adds a note",
            takes: .json(.object(.must("text", .string))), gives: .json(.entity(Activity.self), status: .created)
        ) { visit in
            try visit.input.allow("text")
            let note = try await visit.platform.opportunities.addNote(
                visit.input.text("text"), to: try visit.id(), by: visit.principal)
            return try visit.json(note, status: .created)
        },
    ]

    private static func answer(
        _ visit: MemberVisit, _ moved: (opportunity: Opportunity, entry: EntityID<Activity>?)
    ) throws -> Response {
        visit.json([
            "opportunity": try EntityJSON.value(moved.opportunity), "entry": moved.entry.map { Value($0) } ?? .null,
        ])
    }

    private static func board(_ visit: MemberVisit) async throws -> Response {
        let filter = try await BoardQuery(visit).filter(visit)
        let board = try await visit.platform.opportunities.board(filter, by: visit.principal)
        return visit.json([
            "columns": .array(
                try board.columns.map { column in
                    [
                        "stage": Value(column.stage), "count": .int(column.count), "sum": .double(column.sum),
                        "items": .array(try column.cards.map { try EntityJSON.value($0) }),
                        "hasMore": .bool(column.next != nil),
                    ]
                })
        ])
    }
}
