import Foundation
import Growth
import Hummingbird
import Store

/// The form of a person, new or stored.
enum PersonForms {
    private static let fields: [FormField] = [
        FormField(name: "fullName", kind: .line, isRequired: true), FormField(name: "jobTitle", kind: .line),
        FormField(name: "department", kind: .line),
        FormField(name: "seniorityLevel", kind: .choice(Person.Seniority.known.map(\.rawValue))),
        FormField(name: "isDecisionMaker", kind: .choice(Person.DecisionMaker.known.map(\.rawValue))),
        FormField(name: "decisionMakerReason", kind: .line), FormField(name: "email", kind: .email),
        FormField(name: "mobile", kind: .phone), FormField(name: "phone", kind: .phone),
        FormField(name: "linkedinUrl", kind: .address),
        FormField(name: "dataConfidence", kind: .choice(Confidence.known.map(\.rawValue))),
        FormField(name: "notes", kind: .text, isWide: true),
    ]

    static func new(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        var person = Person()
        let asked = visit.input.text("companyId") ?? visit.query("companyId") ?? ""
        person.companyId = EntityID<Company>(asked)
        var data = try await form(visit, person, problems, isNew: true)
        data["action"] = "/people"
        data["back"] = person.companyId.map { "/companies/\($0)" } ?? "/people"
        data["formTitle"] = visit.phrase("people.new")
        return try visit.page(
            "people/form", title: visit.phrase("people.new"), data, trail: [PersonPages.crumb(visit)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let person = try await visit.platform.people.get(try visit.id())
        var data = try await form(visit, person, problems, isNew: false)
        let path = "/people/\(person.id)"
        data["action"] = path
        data["back"] = path
        data["formTitle"] = person.fullName
        if isConflict {
            data["differences"] = try await contested(visit, person)
            data.merge(PutAway.data(isArchived: person.archivedAt != nil, isMerged: person.mergedInto != nil)) { $1 }
        }
        data["isConflict"] = isConflict
        return try visit.page(
            "people/form", title: visit.phrase("records.editing", ["name": person.fullName]), data,
            trail: [PersonPages.crumb(visit), Crumb(path, person.fullName)],
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func contested(_ visit: MemberVisit, _ person: Person) async throws -> [PageData] {
        let noun = PersonPages.noun
        return fields.contested(visit, noun: noun) { stored($0, person) }
            + (try await ChosenRecord.contested(OwnerField.name, person.ownerId, noun: noun, visit) { $0.name })
            + (try await ChosenRecord.contested("companyId", person.companyId, noun: noun, visit) { $0.displayName })
            + CustomForm.contested(visit, person.customFields)
    }

    /// The version that may be saved beside; `nil` where two wrote into one field, or the person was put away.
    static func version(beside visit: MemberVisit) async throws -> Date? {
        let person = try await visit.platform.people.get(try visit.id())
        if person.archivedAt != nil || person.mergedInto != nil { return nil }
        return try await contested(visit, person).isEmpty ? person.updatedAt : nil
    }

    private static func form(
        _ visit: MemberVisit, _ person: Person, _ problems: [String: FieldProblem], isNew: Bool
    ) async throws -> PageData {
        let chosen = ChosenRecord.chosen("companyId", person.companyId, visit)
        let company = if let chosen { try await visit.platform.store.get(chosen) } else { Company?.none }
        let owner = try await OwnerField.data(
            visit, noun: PersonPages.noun, owner: person.ownerId, isNew: isNew, problems)
        let drawn = fields.map { field in
            field.data(
                visit, noun: PersonPages.noun, stored: stored(field.name, person), isNew: isNew, problems: problems)
        }
        return [
            "fields": Array(drawn.dropLast()) + [owner, drawn.last].compactMap { $0 },
            "custom": CustomForm.rows(visit, person.customFields, problems), "hasCustom": !person.customFields.isEmpty,
            "updatedAt": visit.version(person.updatedAt, problems), "isConflict": false,
            "hasProblems": !problems.isEmpty, "differences": [PageData](), "isLinked": company != nil,
            "companyId": company.map { $0.id.description } ?? "", "company": company?.displayName ?? "",
            "isEdited": !isNew, "companyMark": ChosenRecord.mark(person.companyId),
            "choices": choices(company, visit), "isNoneFound": false, "hasCompanyError": problems["companyId"] != nil,
            "companyError": problems["companyId"].map { visit.phrase("problems.\($0.code)", $0.values) } ?? "",
        ]
    }

    /// The company that a person has, and that there is none.
    private static func choices(_ company: Company?, _ visit: MemberVisit) -> [PageData] {
        let none: PageData = [
            "id": "", "name": visit.phrase("people.noCompany"), "isChosen": company == nil, "hasPlace": false,
        ]
        guard let company else { return [none] }
        return [choice(company, isChosen: true), none]
    }

    static func choice(_ company: Company, isChosen: Bool) -> PageData {
        let place = [company.city, company.sector].compactMap { $0 }.joined(separator: " · ")
        return [
            "id": company.id.description, "name": company.displayName, "isChosen": isChosen, "hasPlace": !place.isEmpty,
            "place": place,
        ]
    }

    /// The companies that words find, to choose one from.
    static func companies(_ visit: MemberVisit) async throws -> Response {
        let text = (visit.query("q") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        let found =
            text.isEmpty
            ? []
            : try await visit.platform.store.find(
                Query<Company>(Companies.live && (try await visit.platform.companies.matching(text)), limit: 8))
        return try visit.fragment(
            "people/company-choices",
            ["choices": found.map { choice($0, isChosen: false) }, "isNoneFound": found.isEmpty && !text.isEmpty])
    }

    private static func stored(_ field: String, _ person: Person) -> String {
        PersonField(rawValue: field).flatMap { person[$0] } ?? ""
    }
}
