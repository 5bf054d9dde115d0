import Growth
import HTTPTypes
import Hummingbird
import Store

/// People for other programs.
enum PersonAPI {
    private static let item = JSONSchema.entity(Person.self)
    private static let note: JSONSchema = .object(.must("text", .string))

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/people", for: .may(.readRecords), "Lists people", query: PersonList.definition.parameters,
            gives: .json(.list(of: item))
        ) { visit in visit.json(try await PersonList.page(visit).value()) },
        Endpoint(
            .post, "/api/people/search", for: .may(.readRecords), "Lists people by a tree of conditions",
            takes: .json(PersonList.definition.searchBody), gives: .json(.list(of: item))
        ) { visit in
            let request = try ListRequest(visit.input, PersonList.definition, context: FilterContext(visit))
            let scope = try await PersonList.scope(request, visit)
            return visit.json(try await request.page(visit.platform.store, within: scope).value())
        },
        Endpoint(
            .get, "/api/people/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: PersonList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await PersonRoutes.export($0) },
        Endpoint(
            .post, "/api/people", for: .may(.editRecords), "Adds a person",
            takes: .json(RecordSchemas.person(required: ["fullName"])), gives: .json(item, status: .created)
        ) { visit in
            let person = try await visit.platform.people.create(try RecordInput.edit(visit.input), by: visit.principal)
            return try visit.json(person, status: .created)
        },
        Endpoint(.get, "/api/people/{id}", for: .may(.readRecords), "One person", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.people.get(try visit.id()))
        },
        Endpoint(
            .patch, "/api/people/{id}", for: .may(.editRecords),
            "Changes the named fields; with `updatedAt`, only if nobody has since",
            takes: .json(RecordSchemas.person()),
            gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.people.edit(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(.post, "/api/people/{id}/archive", for: .may(.editRecords), "Archives a person", gives: .json(item)) {
            visit in
            try visit.json(try await visit.platform.people.archive(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/people/{id}/archive", for: .may(.editRecords), "Takes a person back from the archive",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.people.restore(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .post, "/api/people/{id}/notes", for: .may(.editRecords), "Adds a note", takes: .json(note),
            gives: .json(.entity(Activity.self), status: .created)
        ) { visit in
            try visit.input.allow("text")
            let note = try await visit.platform.people.addNote(
                visit.input.text("text"), to: try visit.id(), by: visit.principal)
            return try visit.json(note, status: .created)
        },
        Endpoint(
            .get, "/api/people/{id}/timeline", for: .may(.readRecords), "What happened to a person, the latest first",
            query: TimelineView.parameters, gives: .json(.list(of: .entity(Activity.self)))
        ) { visit in
            let person = try await visit.platform.people.get(try visit.id())
            return try await TimelineView.json(visit, .person(person.id), path: "/api/people/\(person.id)/timeline")
        },
        Endpoint(
            .get, "/api/people/{id}/provenance", for: .may(.readRecords), "Where each value came from",
            gives: .json(RecordSchemas.provenance)
        ) { visit in
            let person = try await visit.platform.people.get(try visit.id())
            return visit.json(RecordSchemas.provenance(try await visit.platform.people.sources(of: person)))
        },
        Endpoint(
            .get, "/api/people/{id}/contact_points", for: .may(.readRecords), "The contact points of a person",
            gives: .json(RecordSchemas.items(.entity(ContactPoint.self)))
        ) { visit in
            let person = try await visit.platform.people.get(try visit.id())
            return try RecordSchemas.items(visit, try await visit.platform.people.contactPoints(of: person.id))
        },
    ]
}
