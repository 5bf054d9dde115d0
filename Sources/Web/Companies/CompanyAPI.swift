import Growth
import HTTPTypes
import Hummingbird
import Store

/// Companies for other programs.
enum CompanyAPI {
    private static let item = JSONSchema.entity(Company.self)
    private static let note: JSONSchema = .object(.must("text", .string))

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/api/companies", for: .may(.readRecords), "Lists companies",
            query: CompanyList.definition.parameters,
            gives: .json(.list(of: item))
        ) { visit in visit.json(try await CompanyList.page(visit).value()) },
        Endpoint(
            .post, "/api/companies/search", for: .may(.readRecords), "Lists companies by a tree of conditions",
            takes: .json(CompanyList.definition.searchBody), gives: .json(.list(of: item))
        ) { visit in
            let request = try ListRequest(visit.input, CompanyList.definition, context: FilterContext(visit))
            let scope = try await CompanyList.scope(request, visit)
            return visit.json(try await request.page(visit.platform.store, within: scope).value())
        },
        Endpoint(
            .get, "/api/companies/export", for: .may(.exportRecords), "The list as a spreadsheet",
            query: CompanyList.definition.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await CompanyRoutes.export($0) },
        Endpoint(
            .post, "/api/companies", for: .may(.editRecords), "Adds a company",
            takes: .json(RecordSchemas.company(required: ["nameAr"])), gives: .json(item, status: .created)
        ) { visit in
            let company = try await visit.platform.companies.create(
                try RecordInput.edit(visit.input), by: visit.principal)
            return try visit.json(company, status: .created)
        },
        Endpoint(.get, "/api/companies/{id}", for: .may(.readRecords), "One company", gives: .json(item)) { visit in
            try visit.json(try await visit.platform.companies.get(try visit.id()))
        },
        Endpoint(
            .patch, "/api/companies/{id}", for: .may(.editRecords),
            "Changes the named fields; with `updatedAt`, only if nobody has since",
            takes: .json(RecordSchemas.company()),
            gives: .json(item)
        ) { visit in
            try visit.json(
                try await visit.platform.companies.edit(
                    try visit.id(), try RecordInput.edit(visit.input), by: visit.principal))
        },
        Endpoint(
            .post, "/api/companies/{id}/archive", for: .may(.editRecords), "Archives a company", gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.companies.archive(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .delete, "/api/companies/{id}/archive", for: .may(.editRecords), "Takes a company back from the archive",
            gives: .json(item)
        ) { visit in
            try visit.json(try await visit.platform.companies.restore(try visit.id(), by: visit.principal))
        },
        Endpoint(
            .post, "/api/companies/{id}/notes", for: .may(.editRecords), "Adds a note", takes: .json(note),
            gives: .json(.entity(Activity.self), status: .created)
        ) { visit in
            try visit.input.allow("text")
            let note = try await visit.platform.companies.addNote(
                visit.input.text("text"), to: try visit.id(), by: visit.principal)
            return try visit.json(note, status: .created)
        },
        Endpoint(
            .get, "/api/companies/{id}/timeline", for: .may(.readRecords),
            "What happened to a company, the latest first",
            query: TimelineView.parameters, gives: .json(.list(of: .entity(Activity.self)))
        ) { visit in
            let company = try await visit.platform.companies.get(try visit.id())
            return try await TimelineView.json(
                visit, .company(company.id), path: "/api/companies/\(company.id)/timeline")
        },
        Endpoint(
            .get, "/api/companies/{id}/provenance", for: .may(.readRecords), "Where each value came from",
            gives: .json(RecordSchemas.provenance)
        ) { visit in
            let company = try await visit.platform.companies.get(try visit.id())
            return visit.json(RecordSchemas.provenance(try await visit.platform.companies.sources(of: company)))
        },
        Endpoint(
            .get, "/api/companies/{id}/people", for: .may(.readRecords), "The people of a company",
            gives: .json(RecordSchemas.items(.entity(Person.self)))
        ) { visit in
            let company = try await visit.platform.companies.get(try visit.id())
            return try RecordSchemas.items(visit, try await visit.platform.companies.people(of: company.id))
        },
        Endpoint(
            .get, "/api/companies/{id}/contact_points", for: .may(.readRecords), "The contact points of a company",
            gives: .json(RecordSchemas.items(.entity(ContactPoint.self)))
        ) { visit in
            let company = try await visit.platform.companies.get(try visit.id())
            return try RecordSchemas.items(visit, try await visit.platform.companies.contactPoints(of: company.id))
        },
        Endpoint(
            .get, "/api/companies/{id}/service_matches", for: .may(.readRecords),
            "The services that would suit a company",
            gives: .json(RecordSchemas.items(.entity(ServiceMatch.self)))
        ) { visit in
            let company = try await visit.platform.companies.get(try visit.id())
            return try RecordSchemas.items(visit, try await visit.platform.companies.services(of: company.id))
        },
    ]
}

/// Shapes that the records' API shares.
enum RecordSchemas {
    static let provenance: JSONSchema = .object(.must("fields", .any))

    static func provenance(_ sources: [String: ValueSource]) -> Value {
        let fields = sources.sorted { $0.key < $1.key }.map { Document.Pair($0.key, $0.value.value) }
        return ["fields": .object(Document(fields))]
    }

    static func items(_ item: JSONSchema) -> JSONSchema { .object(.must("items", .array(item))) }

    static func items(_ visit: MemberVisit, _ entities: [some Entity]) throws -> Response {
        visit.json(["items": .array(try entities.map { try EntityJSON.value($0) })])
    }

    static func company(required: Set<String> = []) -> JSONSchema {
        body(
            Company.writableFields, required,
            [
                "entityType": .words(of: Company.Kind.self), "priority": .words(of: Priority.self),
                "tags": .array(.string),
                "status": .word(["new", "active", "blacklisted"]), "dataConfidence": .words(of: Confidence.self),
                "leadScore": .number, "ownerId": .id,
            ])
    }

    static func person(required: Set<String> = []) -> JSONSchema {
        body(
            Person.writableFields, required,
            [
                "seniorityLevel": .words(of: Person.Seniority.self),
                "isDecisionMaker": .words(of: Person.DecisionMaker.self),
                "dataConfidence": .words(of: Confidence.self), "companyId": .id, "ownerId": .id,
            ])
    }

    static func contactPoint(required: Set<String> = [], extra: [JSONSchema.Property] = []) -> JSONSchema {
        let words: [String: JSONSchema] = [
            "contactType": .words(of: ContactPoint.Kind.self), "dataConfidence": .words(of: Confidence.self),
            "isPrimary": .boolean, "isVerified": .boolean, "consentStatus": .word(ContactPoint.consentStatuses),
            "consentBasis": .word(ContactPoint.consentBases),
        ]
        return body(
            ContactPoint.writableFields + ContactPoint.consentFields, required, words, custom: false, extra: extra)
    }

    private static func body(
        _ fields: [String], _ required: Set<String>, _ known: [String: JSONSchema], custom: Bool = true,
        extra: [JSONSchema.Property] = []
    ) -> JSONSchema {
        var properties = fields.map { name in
            let schema = known[name] ?? .string
            return JSONSchema.Property(
                name: name, schema: required.contains(name) ? schema : .nullable(schema),
                isRequired: required.contains(name))
        }
        if custom { properties.append(.may("customFields", .any)) }
        properties.append(.may("updatedAt", .formatted("date-time")))
        return .object(properties + extra, isOpen: false)
    }
}
