import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of people show.
enum PersonPages {
    static let noun = RecordNoun.people

    static func list(_ visit: MemberVisit) async throws -> Response {
        let page = try await PersonList.page(visit)
        let companies = try await visit.platform.store.get(Array(Set(page.items.compactMap(\.companyId))))
        var data: PageData = [
            "rows": page.items.map { row($0, $0.companyId.flatMap { companies[$0] }, visit) },
            "pager": try page.pager(visit),
            "q": page.request.text, "count": page.countText, "isEmpty": page.items.isEmpty,
            "heads": Dictionary(uniqueKeysWithValues: PersonList.definition.sorts.map { ($0, page.head($0) as Any) }),
            "clear": PersonList.definition.path, "sort": visit.query("sort") ?? "",
            "isSorted": visit.query("sort") != nil,
            "exports": CompanyPages.exports(page, visit),
            "mayExport": CompanyPages.mayExport(visit),
            "seniorities": options(page, "seniorityLevel", Person.Seniority.known.map(\.rawValue), visit),
            "deciders": options(page, "isDecisionMaker", Person.DecisionMaker.known.map(\.rawValue), visit),
            "confidences": options(page, "dataConfidence", Confidence.known.map(\.rawValue), visit),
            "hasEmail": page.chosen("hasEmail") == "true", "hasPhone": page.chosen("hasPhone") == "true",
            "sourceFile": page.chosen("filter[sourceFile]"),
        ]
        let flags: [PageData] = PersonList.definition.flags.keys.sorted().compactMap { name in
            let value = page.chosen(name)
            if value.isEmpty { return nil }
            return ["label": visit.phrase("companies.flags.\(name).\(value)"), "without": page.link([name: nil])]
        }
        let runs = try await RecordChips.runs(page, visit)
        let chips = page.chips { RecordChips.label(visit, noun, $0, $1, runs[$2] ?? $2) } + flags
        let isNarrowed = !page.request.text.isEmpty || !chips.isEmpty
        data["chips"] = chips
        data["hasChips"] = isNarrowed
        data["table"] = "people"
        data["columns"] = ListColumns.data(
            visit,
            [
                ("company", "people.company"),
                ("seniority", "people.fields.seniorityLevel"),
                ("decider", "people.fields.isDecisionMaker"),
                ("email", "people.fields.email"),
                ("mobile", "people.fields.mobile"),
            ])
        data["hasNone"] = page.items.isEmpty && !isNarrowed
        data["isArchivedShown"] = page.chosen("filter[archivedAt][exists]") == "true"
        data["isPart"] = visit.wantsFragment
        if visit.wantsFragment { return try visit.fragment("people/rows", data) }
        return try visit.page("people/index", title: visit.phrase("people.title"), data)
    }

    private static func options(
        _ page: ListPage<Person>, _ field: String, _ tokens: [String], _ visit: MemberVisit
    ) -> [PageData] {
        RecordWords.options(visit, noun, field, tokens, chosen: page.chosen("filter[\(field)]"))
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
        let sources = try await people.sources(of: person)
        let points = try await people.contactPoints(of: id)
        let company =
            if let companyId = person.companyId { try await visit.platform.store.get(companyId) } else { Company?.none }
        let path = "/people/\(id)"
        var data: PageData = row(person, company, visit)
        data["mayEdit"] = visit.may(.editRecords)
        data["facts"] = facts(person, sources, visit).map { $0.data(visit) }
        data["customFacts"] = CompanyFacts.custom(person.customFields, sources, visit).map { $0.data(visit) }
        data["hasCustom"] = !person.customFields.isEmpty
        data["points"] = try await ContactPointPages.cards(points, back: path, visit)
        data["hasPoints"] = !points.isEmpty
        data["addPoint"] = ContactPointPages.addForm(visit, action: "\(path)/contact-points", problems)
        data["timeline"] = try await TimelineView.data(visit, .person(id), path: "\(path)/timeline", noun: noun)
        data["noteForm"] = CompanyPages.noteForm(visit, action: "\(path)/notes", note, problems)
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
