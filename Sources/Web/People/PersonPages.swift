import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of people show.
enum PersonPages {
    static let noun = RecordNoun.people

    static let list = RecordList<Person>(
        noun, PersonList.definition,
        words: ListWords(
            title: "people.title", search: "people.search", hint: "people.searchHint", none: "people.none",
            noneHint: "people.noneHint", new: "people.new"),
        columns: [
            ListColumn("name", "people.fields.fullName", fields: ["fullName", "jobTitle"], isHead: true),
            ListColumn("company", "people.company", fields: ["companyNameAr"]),
            ListColumn("seniority", "people.fields.seniorityLevel", sort: "seniorityLevel", edit: "seniorityLevel"),
            ListColumn("decider", "people.fields.isDecisionMaker", sort: "isDecisionMaker", edit: "isDecisionMaker"),
            ListColumn("email", "people.fields.email"),
            ListColumn("mobile", "people.fields.mobile", fields: ["mobile", "phone"]),
            ListColumn("department", "people.fields.department", isExtra: true, edit: "department"),
            ListColumn("owner", "people.fields.ownerId", fields: ["ownerId"], isExtra: true, edit: "ownerId"),
            ListColumn("dataConfidence", "people.fields.dataConfidence", isExtra: true, edit: "dataConfidence"),
            ListColumn("createdAt", "people.fields.createdAt", sort: "createdAt", isExtra: true),
        ],
        tokens: [
            "seniorityLevel": Person.Seniority.known.map(\.rawValue),
            "isDecisionMaker": Person.DecisionMaker.known.map(\.rawValue),
            "dataConfidence": Confidence.known.map(\.rawValue),
        ],
        suggests: ["jobTitle", "department", "sourceFile"],
        controls: [
            .choice("seniorityLevel", all: "people.allSeniorities"),
            .choice("isDecisionMaker", all: "people.allDeciders"),
            .choice("dataConfidence", all: "people.allConfidences"), .flag("hasEmail"), .flag("hasPhone"),
        ],
        moreControls: [
            .owner("ownerId"),
            .box(parameter: "filter[archivedAt][exists]", value: "true", label: "people.archivedOnly"),
        ],
        flagLabel: { "companies.flags.\($0).\($1)" }, newPath: "/people/new", isBulk: true,
        exporter: { try await $0.platform.exports.people($1, sort: $2, format: $3, $4, by: $0.principal) },
        editor: editor,
        scope: { try await PersonList.scope($0, $1) }, rows: rows)

    static let editor = ListEditor<Person>(
        fields: ["jobTitle", "department", "seniorityLevel", "isDecisionMaker", "dataConfidence", "ownerId"],
        custom: true, get: { try await $1.platform.people.get($0) },
        stored: { person, field, _ in
            if field == "ownerId" { return person.ownerId?.description ?? "" }
            return PersonField(rawValue: field).flatMap { person[$0] } ?? Custom.text(person.customFields, field)
        }, save: { try await $2.platform.people.edit($0, $1, by: $2.principal) })

    private static func rows(_ people: [Person], _ visit: MemberVisit) async throws -> [ListRow] {
        let companies = try await visit.platform.store.get(Array(Set(people.compactMap(\.companyId))))
        let owners = try await visit.platform.store.get(Array(Set(people.compactMap(\.ownerId))))
        return people.map { person in
            listRow(
                person, person.companyId.flatMap { companies[$0] }, person.ownerId.flatMap { owners[$0]?.name }, visit)
        }
    }

    private static func listRow(_ person: Person, _ company: Company?, _ owner: String?, _ visit: MemberVisit)
        -> ListRow
    {
        func word(_ field: String, _ token: String?) -> String? {
            token.map { RecordWords.label(visit, noun, field, $0) }
        }
        let line = line(person, visit)
        let cells: [String: ListCell?] = [
            "name": .title(person.fullName, href: "/people/\(person.id)", below: person.jobTitle),
            "company": company.map { .link($0.displayName, href: "/companies/\($0.id)") }
                ?? .text(person.companyNameAr),
            "seniority": .plain(word("seniorityLevel", person.seniorityLevel?.rawValue)),
            "decider": .badge(line["decider"] as? String, sign: line["deciderSign"] as? String ?? ""),
            "email": .latin(person.email), "mobile": .latin(person.mobile ?? person.phone),
            "department": .text(person.department), "owner": .text(owner),
            "dataConfidence": .plain(word("dataConfidence", person.dataConfidence?.rawValue)),
            "createdAt": .time(person.createdAt, visit),
        ]
        return ListRow(person, cells.compactMapValues { $0 }, custom: person.customFields)
    }

    private static func row(_ person: Person, _ company: Company?, _ visit: MemberVisit) -> PageData {
        var row = line(person, visit)
        let name = company?.displayName ?? person.companyNameAr
        row["hasCompany"] = name != nil
        row["company"] = name ?? ""
        row["isLinked"] = company != nil
        row["companyId"] = company.map { $0.id.description } ?? ""
        return row
    }

    /// A person in a list.
    static func line(_ person: Person, _ visit: MemberVisit) -> PageData {
        var row: PageData = [
            "id": person.id.description, "name": person.fullName, "job": person.jobTitle ?? "",
            "hasJob": person.jobTitle != nil, "hasSeniority": false, "hasDecider": false,
            "hasEmail": person.email != nil, "email": person.email ?? "", "isArchived": person.archivedAt != nil,
        ]
        let phone = person.mobile ?? person.phone
        row["hasPhone"] = phone != nil
        row["phone"] = phone ?? ""
        if let seniority = person.seniorityLevel {
            row["hasSeniority"] = true
            row["seniority"] = RecordWords.label(visit, noun, "seniorityLevel", seniority.rawValue)
        }
        if let decides = person.isDecisionMaker, decides != "unknown" {
            row["hasDecider"] = true
            row["decider"] =
                visit.visit.resources.phrases.has("people.decider.\(decides.rawValue)")
                ? visit.phrase("people.decider.\(decides.rawValue)") : decides.rawValue
            row["deciderSign"] = decides == "yes" ? "brand" : ""
        }
        return row
    }

    static func show(
        _ visit: MemberVisit, problems: [String: FieldProblem] = [:], note: String = ""
    ) async throws -> Response {
        let id: EntityID<Person> = try visit.id()
        let people = visit.platform.people
        let person = try await people.get(id)
        if let elsewhere = try await MergedRecord.redirect(person, .people, visit) { return elsewhere }
        let sources = try await people.sources(of: person)
        let points = try await people.contactPoints(of: id)
        let company =
            if let companyId = person.companyId { try await visit.platform.store.get(companyId) } else { Company?.none }
        let path = "/people/\(id)"
        var data: PageData = row(person, company, visit)
        data["mayEdit"] = visit.may(.editRecords)
        let owner = try await OwnerField.fact(person.ownerId, noun: noun, visit)
        data["facts"] = (facts(person, sources, visit) + [owner].compactMap { $0 }).map {
            list.editing($0, of: id, $0.data(visit), visit)
        }
        data["customFacts"] = CompanyFacts.custom(person.customFields, sources, visit).map {
            list.editing($0, of: id, $0.data(visit), visit)
        }
        data["hasCustom"] = !person.customFields.isEmpty
        data["points"] = try await ContactPointPages.cards(points, back: path, visit)
        data["hasPoints"] = !points.isEmpty
        data["addPoint"] = ContactPointPages.addForm(visit, action: "\(path)/contact-points", problems)
        data["taskCard"] = try await TaskCard.data(visit, subject: .person(id))
        data["mailCard"] = MailCard.data(try await visit.platform.mails.latest(of: id), visit)
        data["timeline"] = try await TimelineView.data(visit, .person(id), path: "\(path)/timeline", noun: noun)
        data["noteForm"] = CompanyPages.noteForm(visit, action: "\(path)/notes", note, problems)
        data["deals"] = try await DealsOfRecord.data(person: id, visit)
        return try visit.page(
            "people/show", title: person.fullName, data, trail: [crumb(visit)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func facts(_ person: Person, _ sources: [String: ValueSource], _ visit: MemberVisit) -> [Fact] {
        func fact(_ field: PersonField, _ kind: Fact.Kind = .text) -> Fact? {
            guard let value = person[field] else { return nil }
            return Fact(
                field: field.rawValue, label: visit.phrase(noun.field(field.rawValue)), kind: kind,
                value: kind == .word ? RecordWords.label(visit, noun, field.rawValue, value) : value,
                source: sources[field.rawValue])
        }
        return [
            fact(.fullName), fact(.jobTitle), fact(.department), fact(.seniorityLevel, .word),
            fact(.isDecisionMaker, .word),
            fact(.decisionMakerReason, .long), fact(.email, .email), fact(.mobile, .phone), fact(.phone, .phone),
            fact(.linkedinUrl, .web), fact(.companyNameAr), fact(.dataConfidence, .word), fact(.notes, .long),
            fact(.sourceFile, .latin),
        ].compactMap { $0 }
    }

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/people", visit.phrase("people.title")) }
}
