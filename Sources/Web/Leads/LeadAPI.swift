import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Leads for other programs.
enum LeadAPI {
    private static let item = JSONSchema.entity(Lead.self)
    private static let assignment: JSONSchema = .object(.must("assignedTo", .nullable(.string)))
    private static let weights: JSONSchema = .object(
        ScoreWeights.Factor.allCases.map { .may($0.rawValue, .number) } + [
            .may("preferredSectors", .array(.string)), .may("preferredCities", .array(.string)),
            .may("hotFrom", .number), .may("warmFrom", .number),
        ], isOpen: false)
    private static let turns: JSONSchema = .object(.must("takesPart", .array(.id)))
    private static let progress: JSONSchema = .object(
        .must("records", .word(LeadsFromImport.Records.allCases.map(\.rawValue))), .must("total", .integer),
        .must("done", .integer), .must("made", .integer), .must("skipped", .integer), .must("isAtWork", .boolean),
        .must("hasFailed", .boolean))

    private static func body(_ extra: JSONSchema.Property...) -> JSONSchema {
        let known: [String: JSONSchema] = [
            "companyId": .id, "personId": .id, "source": .words(of: Lead.Origin.self),
            "temperature": .words(of: Temperature.self), "priority": .words(of: Priority.self),
        ]
        let fields = Lead.writableFields.map { JSONSchema.Property.may($0, .nullable(known[$0] ?? .string)) }
        return .object(fields + extra, isOpen: false)
    }

    static let all: [Endpoint] = reading + changing + deciding + giving

    private static let reading: [Endpoint] = [
        Endpoint(
            .get, "/api/leads", for: .may(.readRecords), "Lists leads", query: LeadList.definition.parameters,
            gives: .json(.list(of: item))
        ) { visit in visit.json(try await LeadList.list.page(visit).value()) },
        Endpoint(
            .post, "/api/leads/search", for: .may(.readRecords), "Lists leads by a tree of conditions",
            takes: .json(LeadList.definition.searchBody), gives: .json(.list(of: item))
        ) { visit in
            let request = try ListRequest(visit.input, LeadList.definition, context: FilterContext(visit))
            let scope = try await LeadList.scope(request, visit)
            return visit.json(try await request.page(visit.platform.store, within: scope).value())
        },
        Endpoint(
            .get, "/api/leads/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: LeadList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await LeadRoutes.export($0) },
        Endpoint(.get, "/api/leads/{id}", for: .may(.readRecords), "One lead", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.leads.get(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .get, "/api/leads/{id}/timeline", for: .may(.readRecords), "What happened to a lead, the latest first",
            query: TimelineView.parameters, gives: .json(.list(of: .entity(Activity.self)))
        ) { visit in
            let lead = try await visit.platform.leads.get(try visit.id(), by: visit.principal)
            return try await TimelineView.json(visit, .lead(lead.id), path: "/api/leads/\(lead.id)/timeline")
        },
    ]

    private static let changing: [Endpoint] = [
        Endpoint(
            .post, "/api/leads", for: .may(.editRecords),
            "Makes a lead of a company or a person; `assignedTo` is an id, `turn` or null",
            takes: .json(body(.may("assignedTo", .nullable(.string)), .may("isAnother", .boolean))),
            gives: .json(item, status: .created)
        ) { visit in
            let edit = try RecordInput.edit(visit.input, ignoring: ["assignedTo", "isAnother"])
            let lead = try await visit.platform.leads.create(
                edit, assign: try OwnerInput.assignment(visit.input),
                isAnother: visit.input.flag("isAnother") ?? false, by: visit.principal)
            return try visit.json(lead, status: .created)
        },
        Endpoint(
            .patch, "/api/leads/{id}", for: .may(.editRecords),
            "Changes the named fields; with `updatedAt`, only if nobody has since",
            takes: .json(body(.may("updatedAt", .formatted("date-time")))), gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.leads.edit(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(
            .post, "/api/leads/{id}/notes", for: .may(.editRecords), "Adds a note",
            takes: .json(.object(.must("text", .string))), gives: .json(.entity(Activity.self), status: .created)
        ) { visit in
            try visit.input.allow("text")
            let note = try await visit.platform.leads.addNote(
                visit.input.text("text"), to: try visit.id(), by: visit.principal)
            return try visit.json(note, status: .created)
        },
    ]

    private static let deciding: [Endpoint] = [
        Endpoint(
            .post, "/api/leads/{id}/status", for: .may(.editRecords), "Gives a lead another status",
            takes: .json(.object(.must("status", .words(of: Lead.Status.self)), .may("reason", .nullable(.string)))),
            gives: .json(item)
        ) { visit in
            try visit.input.allow("status", "reason")
            let status = Lead.Status(rawValue: visit.input.text("status") ?? "")
            return try visit.json(
                try await visit.platform.leads.move(
                    try visit.id(), to: status, reason: visit.input.text("reason"), by: visit.principal))
        },
        Endpoint(
            .post, "/api/leads/{id}/reopen", for: .may(.editRecords), "Opens a closed lead again", gives: .json(item)
        ) { visit in try visit.json(try await visit.platform.leads.reopen(try visit.id(), by: visit.principal)) },
        Endpoint(
            .post, "/api/leads/{id}/convert", for: .may(.editRecords), "Makes the lead's opportunity, once",
            takes: .json(
                .object(
                    .may("title", .string), .may("valueEstimate", .nullable(.number)),
                    .may("probability", .nullable(.number)),
                    .may("expectedCloseDate", .nullable(.formatted("date"))))),
            gives: .json(.entity(Opportunity.self))
        ) { visit in
            try visit.input.allow("title", "valueEstimate", "probability", "expectedCloseDate")
            return try visit.json(
                try await visit.platform.leads.convert(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/leads/{id}/convert", for: .may(.editRecords),
            "Takes a conversion back while nobody has touched the opportunity", gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.leads.takeBackConversion(try visit.id(), by: visit.principal))
        },
    ]

    private static let giving: [Endpoint] = [
        Endpoint(
            .post, "/api/leads/{id}/assign", for: .may(.editRecords),
            "Gives a lead to somebody: an id, `turn` or null", takes: .json(assignment), gives: .json(item)
        ) { visit in
            try visit.input.allow("assignedTo")
            return try visit.json(
                try await visit.platform.leads.assign(
                    try visit.id(), to: try OwnerInput.assignment(visit.input), by: visit.principal))
        },
        Endpoint(
            .post, "/api/leads/{id}/take", for: .may(.editRecords), "Takes a lead that is nobody's", gives: .json(item)
        ) { visit in try visit.json(try await visit.platform.leads.take(try visit.id(), by: visit.principal)) },
        Endpoint(
            .get, "/api/leads/scoring", for: .may(.readRecords), "What leads are judged by", gives: .json(weights)
        ) { visit in visit.json(.object(try await visit.platform.leads.scoring.weights().document)) },
        Endpoint(
            .patch, "/api/leads/scoring", for: .may(.manageSales), "Changes what leads are judged by",
            takes: .json(weights), gives: .json(weights)
        ) { visit in
            let fields = try RecordInput.edit(visit.input).fields
            let changed = try await visit.platform.changeScoreWeights(by: visit.principal) { try $0.apply(fields) }
            return visit.json(.object(changed.document))
        },
        Endpoint(
            .get, "/api/leads/turns", for: .may(.readRecords), "Who takes leads in turn", gives: .json(turns)
        ) { try await turns($0) },
        Endpoint(
            .put, "/api/leads/turns", for: .may(.manageSales), "Says who takes leads in turn", takes: .json(turns),
            gives: .json(turns)
        ) { visit in
            try visit.input.allow("takesPart")
            guard let texts = visit.input.texts("takesPart") else { throw InvalidFields(["takesPart": .required]) }
            try await visit.platform.leads.turns.choose(try ids(texts), by: visit.principal)
            return try await turns(visit)
        },
        Endpoint(
            .post, "/api/imports/{id}/leads", for: .may(.manageSales), "Makes leads of what an import brought in",
            takes: .json(
                .object(
                    .may("records", .word(LeadsFromImport.Records.allCases.map(\.rawValue))),
                    .may("assignedTo", .nullable(.string)))),
            gives: .json(progress, status: .accepted)
        ) { visit in
            try visit.input.allow("records", "assignedTo")
            try await visit.platform.leadsFromImport.request(
                try visit.id(), try LeadsFromImportPage.records(visit.input),
                assign: try OwnerInput.assignment(visit.input), by: visit.principal)
            return try await progress(visit, .accepted)
        },
        Endpoint(
            .get, "/api/imports/{id}/leads", for: .may(.manageSales), "How far the making of leads is",
            gives: .json(progress)
        ) { try await progress($0, .ok) },
    ]

    static func ids(_ texts: [String]) throws -> [EntityID<User>] {
        try texts.map { text in
            guard let id = EntityID<User>(text) else { throw InvalidFields(["takesPart": .notInList]) }
            return id
        }
    }

    private static func turns(_ visit: MemberVisit) async throws -> Response {
        let taking = try await visit.platform.leads.turns.taking()
        return visit.json(["takesPart": .array(taking.sorted().map { Value($0) })])
    }

    private static func progress(_ visit: MemberVisit, _ status: HTTPResponse.Status) async throws -> Response {
        guard let progress = try await visit.platform.leadsFromImport.progress(try visit.id()) else {
            throw RecordError.notFound
        }
        return visit.json(
            [
                "records": .string(progress.records.rawValue), "total": .int(progress.total),
                "done": .int(progress.done), "made": .int(progress.made), "skipped": .int(progress.skipped),
                "isAtWork": .bool(progress.isAtWork), "hasFailed": .bool(progress.hasFailed),
            ], status: status)
    }
}
