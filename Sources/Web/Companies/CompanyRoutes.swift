import Growth
import HTTPTypes
import Hummingbird
import Store

/// Companies in the browser.
enum CompanyRoutes {
    static let all: [Endpoint] = CompanyPages.list.routes + pages + CompanyAPI.all

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/companies/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: CompanyList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await export($0) },
        Endpoint(.get, "/companies/new", for: .may(.editRecords), "The form of a new company") {
            try await CompanyForms.new($0)
        },
        Endpoint(.post, "/companies", for: .may(.editRecords), "Adds a company", takes: .form) { visit in
            do {
                let edit = try RecordInput.edit(visit.input, ignoring: ["isAnother"])
                if visit.input.text("isAnother") == nil, let name = visit.input.text("nameAr") {
                    let namesakes = try await visit.platform.companies.namesakes(of: name)
                    if !namesakes.isEmpty { return try await CompanyForms.new(visit, namesakes: namesakes) }
                }
                let company = try await visit.platform.companies.create(edit, by: visit.principal)
                return visit.redirect(to: "/companies/\(company.id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await CompanyForms.new(visit, error.problems)
            }
        },
        Endpoint(.get, "/companies/{id}", for: .may(.readRecords), "One company") { try await CompanyPages.show($0) },
        Endpoint(.get, "/companies/{id}/edit", for: .may(.editRecords), "The form of a company") {
            try await CompanyForms.edit($0)
        },
        Endpoint(.post, "/companies/{id}", for: .may(.editRecords), "Changes a company", takes: .form) { visit in
            do {
                let id: EntityID<Company> = try visit.id()
                return try await visit.saved(
                    "/companies/\(id)", try RecordInput.edit(visit.input),
                    beside: { try await CompanyForms.version(beside: visit) }
                ) { _ = try await visit.platform.companies.edit(id, $0, by: visit.principal) }
            } catch let error as InvalidFields {
                return try await CompanyForms.edit(visit, error.problems)
            } catch StoreError.conflict {
                return try await CompanyForms.edit(visit, isConflict: true)
            }
        },
        Endpoint(.post, "/companies/{id}/archive", for: .may(.editRecords), "Archives a company", takes: .form) {
            visit in
            let company = try await visit.platform.companies.archive(try visit.id(), by: visit.principal)
            return visit.redirect(to: "/companies/\(company.id)", flash: "records.archived.done")
        },
        Endpoint(
            .post, "/companies/{id}/restore", for: .may(.editRecords), "Takes a company back from the archive",
            takes: .form
        ) { visit in
            let company = try await visit.platform.companies.restore(try visit.id(), by: visit.principal)
            return visit.redirect(to: "/companies/\(company.id)", flash: "records.restored.done")
        },
        Endpoint(.post, "/companies/{id}/notes", for: .may(.editRecords), "Adds a note", takes: .form) { visit in
            let id: EntityID<Company> = try visit.id()
            do {
                _ = try await visit.platform.companies.addNote(visit.input.text("text"), to: id, by: visit.principal)
                return visit.redirect(to: "/companies/\(id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await CompanyPages.show(
                    visit, problems: error.problems, note: visit.input.text("text") ?? "")
            }
        },
        Endpoint(.post, "/companies/{id}/contact-points", for: .may(.editRecords), "Adds a contact point", takes: .form)
        { visit in
            let id: EntityID<Company> = try visit.id()
            do {
                _ = try await visit.platform.contactPoints.add(
                    to: .company(id), try RecordInput.edit(visit.input), by: visit.principal)
                return visit.redirect(to: "/companies/\(id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await CompanyPages.show(visit, problems: error.problems)
            }
        },
        Endpoint(
            .get, "/companies/{id}/timeline", for: .may(.readRecords), "More of a company's timeline",
            query: TimelineView.parameters
        ) { visit in
            let company = try await visit.platform.companies.get(try visit.id())
            let data = try await TimelineView.data(
                visit, .company(company.id), path: "/companies/\(company.id)/timeline", noun: CompanyPages.noun)
            return try visit.page(
                "records/timeline-page", title: visit.phrase("records.timeline"), ["timeline": data],
                trail: [CompanyPages.crumb(visit), Crumb("/companies/\(company.id)", company.displayName)])
        },
    ]

    static func export(_ visit: MemberVisit) async throws -> Response {
        try await CompanyPages.list.export(visit)
    }
}
