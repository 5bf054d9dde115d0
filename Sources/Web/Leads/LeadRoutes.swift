import Growth
import HTTPTypes
import Hummingbird
import Store

/// Leads in the browser.
enum LeadRoutes {
    static let all: [Endpoint] =
        LeadList.list.routes + reading + changing + LeadsFromImportPage.all + LeadSettingsPage.all + LeadAPI.all

    private static let reading: [Endpoint] = [
        Endpoint(
            .get, "/leads/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: LeadList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await export($0) },
        Endpoint(.get, "/leads/new", for: .may(.editRecords), "The form of a new lead") { try await LeadForms.new($0) },
        Endpoint(.get, "/leads/{id}", for: .may(.readRecords), "One lead") { try await LeadPages.show($0) },
        Endpoint(.get, "/leads/{id}/edit", for: .may(.editRecords), "The form of a lead") {
            try await LeadForms.edit($0)
        },
        Endpoint(.get, "/leads/{id}/convert", for: .may(.editRecords), "The form of a lead's conversion") {
            try await LeadForms.conversion($0)
        },
        Endpoint(
            .get, "/leads/{id}/timeline", for: .may(.readRecords), "More of a lead's timeline",
            query: TimelineView.parameters
        ) { visit in
            let lead = try await visit.platform.leads.get(try visit.id(), by: visit.principal)
            let path = "/leads/\(lead.id)", subject = try await visit.platform.leads.subject(of: lead)
            let data = try await TimelineView.data(visit, .lead(lead.id), path: "\(path)/timeline", noun: .leads)
            return try visit.page(
                "records/timeline-page", title: visit.phrase("records.timeline"), ["timeline": data],
                trail: [LeadPages.crumb(visit), Crumb(path, LeadPages.name(subject, visit))])
        },
    ]

    private static let changing: [Endpoint] = [
        Endpoint(.post, "/leads", for: .may(.editRecords), "Makes a lead", takes: .form) { visit in
            do {
                let edit = try RecordInput.edit(visit.input, ignoring: ["assignedTo", "isAnother"])
                let lead = try await visit.platform.leads.create(
                    edit, assign: try OwnerInput.assignment(visit.input),
                    isAnother: visit.input.flag("isAnother") ?? false, by: visit.principal)
                return visit.redirect(to: "/leads/\(lead.id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await LeadForms.new(visit, error.problems)
            } catch let error as LeadError {
                return try await LeadForms.new(visit, refusal: error)
            }
        },
        Endpoint(.post, "/leads/{id}", for: .may(.editRecords), "Changes a lead", takes: .form) { visit in
            do {
                let id: EntityID<Lead> = try visit.id()
                return try await visit.saved(
                    "/leads/\(id)", try RecordInput.edit(visit.input),
                    beside: { try await LeadForms.version(beside: visit) }
                ) { _ = try await visit.platform.leads.edit(id, $0, by: visit.principal) }
            } catch let error as InvalidFields {
                return try await LeadForms.edit(visit, error.problems)
            } catch StoreError.conflict {
                return try await LeadForms.edit(visit, isConflict: true)
            }
        },
        Endpoint(.post, "/leads/{id}/status", for: .may(.editRecords), "Gives a lead another status", takes: .form) {
            visit in
            try await act(visit, "leads.moved.done") { id in
                try await visit.platform.leads.move(
                    id, to: Lead.Status(rawValue: visit.input.text("status") ?? ""),
                    reason: visit.input.text("reason"), by: visit.principal)
            }
        },
        Endpoint(.post, "/leads/{id}/reopen", for: .may(.editRecords), "Opens a closed lead again", takes: .form) {
            visit in
            try await act(visit, "leads.moved.done") {
                try await visit.platform.leads.reopen($0, by: visit.principal)
            }
        },
        Endpoint(.post, "/leads/{id}/assign", for: .may(.editRecords), "Gives a lead to somebody", takes: .form) {
            visit in
            try await act(visit, "leads.assigned.done") {
                try await visit.platform.leads.assign(
                    $0, to: try OwnerInput.assignment(visit.input), by: visit.principal)
            }
        },
        Endpoint(.post, "/leads/{id}/take", for: .may(.editRecords), "Takes a lead that is nobody's", takes: .form) {
            visit in
            try await act(visit, "leads.taken.done") { try await visit.platform.leads.take($0, by: visit.principal) }
        },
        Endpoint(
            .post, "/leads/{id}/convert", for: .may(.editRecords), "Makes an opportunity of a lead", takes: .form
        ) { visit in
            let id: EntityID<Lead> = try visit.id()
            do {
                let made = try await visit.platform.leads.convert(
                    id, try RecordInput.edit(visit.input), by: visit.principal)
                return visit.redirect(
                    to: "/opportunities/\(made.id)", flash: "leads.converted.done",
                    undo: Undo(action: "/leads/undo-conversion", id: id.raw))
            } catch let error as InvalidFields {
                return try await LeadForms.conversion(visit, error.problems)
            }
        },
        Endpoint(.post, "/leads/undo-conversion", for: .may(.editRecords), "Takes a conversion back", takes: .form) {
            visit in
            guard let id = EntityID<Lead>(visit.input.text("entry") ?? "") else { throw WebError.notFound }
            _ = try await visit.platform.leads.takeBackConversion(id, by: visit.principal)
            return visit.redirect(to: "/leads/\(id)", flash: "leads.unconverted.done")
        },
        Endpoint(.post, "/leads/{id}/notes", for: .may(.editRecords), "Adds a note", takes: .form) { visit in
            let id: EntityID<Lead> = try visit.id()
            do {
                _ = try await visit.platform.leads.addNote(visit.input.text("text"), to: id, by: visit.principal)
                return visit.redirect(to: "/leads/\(id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await LeadPages.show(
                    visit, problems: error.problems, note: visit.input.text("text") ?? "")
            }
        },
    ]

    /// Does it and shows the lead, or the list when it is not the asker's any more; a refusal stands on the page.
    private static func act(
        _ visit: MemberVisit, _ flash: String, _ body: (EntityID<Lead>) async throws -> Lead
    ) async throws -> Response {
        let id: EntityID<Lead> = try visit.id()
        do {
            let lead = try await body(id)
            let isSeen = visit.principal.ownRecordsOf.map { $0 == lead.assignedTo } ?? true
            return visit.redirect(to: isSeen ? "/leads/\(id)" : "/leads", flash: flash)
        } catch let error as InvalidFields {
            return try await LeadPages.show(visit, problems: error.problems)
        } catch let error as LeadError {
            let failure = error.failure
            return try await LeadPages.show(visit, refusal: visit.phrase("errors.\(failure.code)", failure.values))
        }
    }

    static func export(_ visit: MemberVisit) async throws -> Response {
        try await LeadList.list.export(visit)
    }
}
