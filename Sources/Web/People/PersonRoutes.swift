import Growth
import HTTPTypes
import Hummingbird
import Store

/// People in the browser.
enum PersonRoutes {
    static let all: [Endpoint] = PersonPages.list.routes + pages + PersonAPI.all

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/people/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: PersonList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await export($0) },
        Endpoint(
            .get, "/people/companies", for: .may(.editRecords), "Companies that a person may be linked to",
            query: [QueryParameter("q", .string, "Words of the name")]
        ) { try await PersonForms.companies($0) },
        Endpoint(.get, "/people/new", for: .may(.editRecords), "The form of a new person") {
            try await PersonForms.new($0)
        },
        Endpoint(.post, "/people", for: .may(.editRecords), "Adds a person", takes: .form) { visit in
            do {
                let person = try await visit.platform.people.create(
                    try RecordInput.edit(visit.input), by: visit.principal)
                return visit.redirect(to: "/people/\(person.id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await PersonForms.new(visit, error.problems)
            }
        },
        Endpoint(.get, "/people/{id}", for: .may(.readRecords), "One person") { try await PersonPages.show($0) },
        Endpoint(.get, "/people/{id}/edit", for: .may(.editRecords), "The form of a person") {
            try await PersonForms.edit($0)
        },
        Endpoint(.post, "/people/{id}", for: .may(.editRecords), "Changes a person", takes: .form) { visit in
            do {
                let id: EntityID<Person> = try visit.id()
                return try await visit.saved(
                    "/people/\(id)", try RecordInput.edit(visit.input),
                    beside: { try await PersonForms.version(beside: visit) }
                ) { _ = try await visit.platform.people.edit(id, $0, by: visit.principal) }
            } catch let error as InvalidFields {
                return try await PersonForms.edit(visit, error.problems)
            } catch StoreError.conflict {
                return try await PersonForms.edit(visit, isConflict: true)
            }
        },
        Endpoint(.post, "/people/{id}/archive", for: .may(.editRecords), "Archives a person", takes: .form) { visit in
            let person = try await visit.platform.people.archive(try visit.id(), by: visit.principal)
            return visit.redirect(to: "/people/\(person.id)", flash: "records.archived.done")
        },
        Endpoint(
            .post, "/people/{id}/restore", for: .may(.editRecords), "Takes a person back from the archive", takes: .form
        ) { visit in
            let person = try await visit.platform.people.restore(try visit.id(), by: visit.principal)
            return visit.redirect(to: "/people/\(person.id)", flash: "records.restored.done")
        },
        Endpoint(.post, "/people/{id}/notes", for: .may(.editRecords), "Adds a note", takes: .form) { visit in
            let id: EntityID<Person> = try visit.id()
            do {
                _ = try await visit.platform.people.addNote(visit.input.text("text"), to: id, by: visit.principal)
                return visit.redirect(to: "/people/\(id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await PersonPages.show(visit, problems: error.problems, note: visit.input.text("text") ?? "")
            }
        },
        Endpoint(.post, "/people/{id}/contact-points", for: .may(.editRecords), "Adds a contact point", takes: .form) {
            visit in
            let id: EntityID<Person> = try visit.id()
            do {
                _ = try await visit.platform.contactPoints.add(
                    to: .person(id), try RecordInput.edit(visit.input), by: visit.principal)
                return visit.redirect(to: "/people/\(id)", flash: "records.saved")
            } catch let error as InvalidFields {
                return try await PersonPages.show(visit, problems: error.problems)
            }
        },
        Endpoint(
            .get, "/people/{id}/timeline", for: .may(.readRecords), "More of a person's timeline",
            query: TimelineView.parameters
        ) { visit in
            let person = try await visit.platform.people.get(try visit.id())
            let data = try await TimelineView.data(
                visit, .person(person.id), path: "/people/\(person.id)/timeline", noun: PersonPages.noun)
            return try visit.page(
                "records/timeline-page", title: visit.phrase("records.timeline"), ["timeline": data],
                trail: [PersonPages.crumb(visit), Crumb("/people/\(person.id)", person.fullName)])
        },
    ]

    static func export(_ visit: MemberVisit) async throws -> Response {
        try await PersonPages.list.export(visit)
    }
}
