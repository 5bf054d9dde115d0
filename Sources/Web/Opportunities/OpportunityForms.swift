import Foundation
import Growth
import Hummingbird
import Store

/// The form of an opportunity, new or stored.
enum OpportunityForms {
    private static let fields: [FormField] = [
        FormField(name: "title", kind: .line, isRequired: true, isWide: true),
        FormField(name: "valueEstimate", kind: .number), FormField(name: "probability", kind: .number),
        FormField(name: "expectedCloseDate", kind: .day),
    ]

    static func new(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        var one = Opportunity()
        one.companyId = EntityID(visit.input.text("companyId") ?? visit.query("companyId") ?? "")
        one.personId = EntityID(visit.input.text("personId") ?? visit.query("personId") ?? "")
        if one.companyId == nil, let id = one.personId {
            one.companyId = try await visit.platform.store.get(id)?.companyId
        }
        var data = try await form(visit, one, problems, isNew: true)
        data["action"] = "/opportunities"
        data["back"] = one.companyId.map { "/companies/\($0)" } ?? "/opportunities"
        data["formTitle"] = visit.phrase("opportunities.new")
        data["hasOwners"] = visit.principal.ownRecordsOf == nil
        data["owners"] = DealWords.owners(
            try await visit.platform.leads.turns.owners(),
            chosen: visit.input.text("assignedTo") ?? visit.user.id.description, visit)
        data["ownerError"] = DealWords.error("assignedTo", problems, visit)
        return try visit.page(
            "opportunities/form", title: visit.phrase("opportunities.new"), data,
            trail: [OpportunityPages.crumb(visit)], status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let one = try await visit.platform.opportunities.get(try visit.id(), by: visit.principal)
        var data = try await form(visit, one, problems, isNew: false)
        let path = "/opportunities/\(one.id)"
        data["action"] = path
        data["back"] = path
        data["formTitle"] = one.title
        data["hasOwners"] = false
        if isConflict {
            data["differences"] = try await contested(visit, one)
        }
        data["isConflict"] = isConflict
        return try visit.page(
            "opportunities/form", title: visit.phrase("records.editing", ["name": one.title]), data,
            trail: [OpportunityPages.crumb(visit), Crumb(path, one.title)],
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func contested(_ visit: MemberVisit, _ one: Opportunity) async throws -> [PageData] {
        fields.contested(visit, noun: OpportunityPages.noun) { one.value(of: $0) }
            + (try await DealForms.contested(one.companyId, one.personId, noun: OpportunityPages.noun, visit))
    }

    /// The version that may be saved beside; `nil` where two wrote into one field.
    static func version(beside visit: MemberVisit) async throws -> Date? {
        let one = try await visit.platform.opportunities.get(try visit.id(), by: visit.principal)
        return try await contested(visit, one).isEmpty ? one.updatedAt : nil
    }

    private static func form(
        _ visit: MemberVisit, _ one: Opportunity, _ problems: [String: FieldProblem], isNew: Bool
    ) async throws -> PageData {
        var data: PageData = [
            "fields": fields.map { field in
                field.data(
                    visit, noun: OpportunityPages.noun, stored: one.value(of: field.name), isNew: isNew,
                    problems: problems)
            },
            "updatedAt": visit.version(one.updatedAt, problems), "isConflict": false,
            "hasProblems": !problems.isEmpty, "differences": [PageData](),
        ]
        data.merge(try await DealForms.subject(one.companyId, one.personId, isNew: isNew, problems, visit)) { $1 }
        return data
    }
}

/// The part of a form that says whom a lead or an opportunity is about.
enum DealForms {
    /// Its company, and of that company's people one.
    static func subject(
        _ companyId: EntityID<Company>?, _ personId: EntityID<Person>?, isNew: Bool,
        _ problems: [String: FieldProblem], _ visit: MemberVisit
    ) async throws -> PageData {
        let marks: PageData = [
            "isEdited": !isNew, "companyMark": ChosenRecord.mark(companyId), "personMark": ChosenRecord.mark(personId),
        ]
        let companyId = ChosenRecord.chosen("companyId", companyId, visit)
        let personId = ChosenRecord.chosen("personId", personId, visit)
        let company = if let companyId { try await visit.platform.store.get(companyId) } else { Company?.none }
        let person = if let personId { try await visit.platform.store.get(personId) } else { Person?.none }
        var people = if let companyId { try await visit.platform.companies.people(of: companyId) } else { [Person]() }
        if let person, !people.contains(where: { $0.id == person.id }) { people.append(person) }
        var choices: [PageData] = []
        if let company { choices.append(PersonForms.choice(company, isChosen: true)) }
        return marks.merging([
            "choices": choices, "isNoneFound": false, "hasPeople": !people.isEmpty,
            "people": people.map { one -> PageData in
                ["code": one.id.description, "label": one.fullName, "isChosen": one.id == person?.id]
            },
            "companyError": DealWords.error("companyId", problems, visit),
            "personError": DealWords.error("personId", problems, visit),
        ]) { $1 }
    }

    static func contested(
        _ companyId: EntityID<Company>?, _ personId: EntityID<Person>?, noun: RecordNoun, _ visit: MemberVisit
    ) async throws -> [PageData] {
        try await ChosenRecord.contested("companyId", companyId, noun: noun, visit) { $0.displayName }
            + (try await ChosenRecord.contested("personId", personId, noun: noun, visit) { $0.fullName })
    }
}
