import Growth
import HTTPTypes
import Hummingbird
import Store

/// Opportunities in the browser.
enum OpportunityRoutes {
    static let all: [Endpoint] = OpportunityList.list.routes + reading + changing + OpportunityAPI.all

    private static let reading: [Endpoint] = [
        Endpoint(
            .get, "/opportunities", for: .may(.readRecords), "The pipeline as a board", query: BoardQuery.parameters
        ) { try await BoardPage.page($0) },
        Endpoint(
            .get, "/opportunities/column", for: .may(.readRecords), "More cards of a column of the board",
            query: BoardQuery.parameters + [
                QueryParameter("stage", .words(of: Opportunity.Stage.self)), QueryParameter("after"),
            ]
        ) { try await BoardPage.more($0) },
        Endpoint(
            .get, "/opportunities/list/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: OpportunityList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await export($0) },
        Endpoint(
            .get, "/opportunities/forecast", for: .may(.readRecords), "What is expected, month by month",
            query: ForecastPage.parameters
        ) { try await ForecastPage.page($0) },
        Endpoint(
            .get, "/opportunities/forecast/export", for: .may(.exportRecords), "The forecast as a spreadsheet",
            query: ForecastPage.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await ForecastPage.export($0) },
        Endpoint(.get, "/opportunities/new", for: .may(.editRecords), "The form of a new opportunity") {
            try await OpportunityForms.new($0)
        },
        Endpoint(.get, "/opportunities/{id}", for: .may(.readRecords), "One opportunity") {
            try await OpportunityPages.show($0)
        },
        Endpoint(.get, "/opportunities/{id}/edit", for: .may(.editRecords), "The form of an opportunity") {
            try await OpportunityForms.edit($0)
        },
        Endpoint(
            .get, "/opportunities/{id}/timeline", for: .may(.readRecords), "More of an opportunity's timeline",
            query: TimelineView.parameters
        ) { visit in
            let one = try await visit.platform.opportunities.get(try visit.id(), by: visit.principal)
            let path = "/opportunities/\(one.id)"
            let data = try await TimelineView.data(
                visit, .opportunity(one.id), path: "\(path)/timeline", noun: .opportunities)
            return try visit.page(
                "records/timeline-page", title: visit.phrase("records.timeline"), ["timeline": data],
                trail: [OpportunityPages.crumb(visit), Crumb(path, one.title)])
        },
    ]

    private static let changing: [Endpoint] = [
        Endpoint(.post, "/opportunities", for: .may(.editRecords), "Adds an opportunity", takes: .form) { visit in
            do {
                let edit = try RecordInput.edit(visit.input, ignoring: ["assignedTo"])
                let owner = try OwnerInput.user(visit.input)
                let one = try await visit.platform.opportunities.create(edit, for: owner, by: visit.principal)
                return visit.redirect(to: "/opportunities/\(one.id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await OpportunityForms.new(visit, error.problems)
            }
        },
        Endpoint(.post, "/opportunities/undo-move", for: .may(.editRecords), "Takes a move back", takes: .form) {
            visit in
            guard let entry = EntityID<Activity>(visit.input.text("entry") ?? "") else { throw WebError.notFound }
            let one = try await visit.platform.opportunities.undoMove(entry, by: visit.principal)
            return visit.redirect(to: "/opportunities/\(one.id)", flash: "opportunities.undone.done")
        },
        Endpoint(.post, "/opportunities/{id}", for: .may(.editRecords), "Changes an opportunity", takes: .form) {
            visit in
            do {
                let id: EntityID<Opportunity> = try visit.id()
                return try await visit.saved(
                    "/opportunities/\(id)", try RecordInput.edit(visit.input),
                    beside: { try await OpportunityForms.version(beside: visit) }
                ) { _ = try await visit.platform.opportunities.edit(id, $0, by: visit.principal) }
            } catch let error as InvalidFields {
                return try await OpportunityForms.edit(visit, error.problems)
            } catch StoreError.conflict {
                return try await OpportunityForms.edit(visit, isConflict: true)
            }
        },
        Endpoint(
            .post, "/opportunities/{id}/stage", for: .may(.editRecords), "Moves an opportunity to another stage",
            takes: .form
        ) { try await move($0) },
        Endpoint(
            .post, "/opportunities/{id}/reopen", for: .may(.editRecords), "Opens a closed opportunity again",
            takes: .form
        ) { visit in
            let moved = try await visit.platform.opportunities.reopen(try visit.id(), by: visit.principal)
            return moving(visit, moved.opportunity.id, moved.entry)
        },
        Endpoint(
            .post, "/opportunities/{id}/assign", for: .may(.editRecords), "Gives an opportunity to somebody",
            takes: .form
        ) { visit in
            let id: EntityID<Opportunity> = try visit.id()
            let one = try await visit.platform.opportunities.assign(
                id, to: try OwnerInput.user(visit.input), by: visit.principal)
            let isStillSeen = visit.principal.ownRecordsOf.map { $0 == one.assignedTo } ?? true
            return visit.redirect(
                to: isStillSeen ? "/opportunities/\(id)" : "/opportunities", flash: "opportunities.assigned.done")
        },
        Endpoint(.post, "/opportunities/{id}/notes", for: .may(.editRecords), "Adds a note", takes: .form) { visit in
            let id: EntityID<Opportunity> = try visit.id()
            do {
                _ = try await visit.platform.opportunities.addNote(
                    visit.input.text("text"), to: id, by: visit.principal)
                return visit.redirect(to: "/opportunities/\(id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await OpportunityPages.show(
                    visit, problems: error.problems, note: visit.input.text("text") ?? "")
            }
        },
    ]

    private static func move(_ visit: MemberVisit) async throws -> Response {
        let id: EntityID<Opportunity> = try visit.id()
        let stage = Opportunity.Stage(rawValue: visit.input.text("stage") ?? "")
        let move = Opportunities.Move(
            to: stage, from: visit.input.text("from").map { Opportunity.Stage(rawValue: $0) },
            lostReason: OpportunityPages.reason(visit.input), until: visit.input.text("until"))
        do {
            let moved = try await visit.platform.opportunities.move(id, move, by: visit.principal)
            return moving(visit, id, moved.entry)
        } catch let error as InvalidFields {
            return try await OpportunityPages.show(visit, problems: error.problems)
        } catch OpportunityError.movedMeanwhile(let stage) {
            let name = RecordWords.label(visit, .opportunities, "stage", stage.rawValue)
            return try await OpportunityPages.show(
                visit, refusal: visit.phrase("opportunities.movedMeanwhile", ["stage": name]))
        }
    }

    private static func moving(_ visit: MemberVisit, _ id: EntityID<Opportunity>, _ entry: EntityID<Activity>?)
        -> Response
    {
        visit.redirect(
            to: "/opportunities/\(id)", flash: "opportunities.moved.done",
            undo: entry.map { Undo(action: "/opportunities/undo-move", id: $0.raw) })
    }

    static func export(_ visit: MemberVisit) async throws -> Response {
        try await OpportunityList.list.export(visit)
    }
}

/// Whose a record is to become, as a form or a program says it.
enum OwnerInput {
    /// `nil` for nobody. Throws `InvalidFields` for what is no id.
    static func user(_ input: Input) throws -> EntityID<User>? { try user(input.text("assignedTo")) }

    static func user(_ text: String?) throws -> EntityID<User>? {
        guard let text, !text.isEmpty else { return nil }
        guard let id = EntityID<User>(text) else { throw InvalidFields(["assignedTo": .notInList]) }
        return id
    }

    static func assignment(_ input: Input) throws -> LeadAssignment {
        if input.text("assignedTo") == "turn" { return .turn }
        return try user(input).map { .user($0) } ?? .nobody
    }
}
