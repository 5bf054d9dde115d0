import Foundation
import Growth
import Hummingbird
import Store

/// The forms of a lead: new, stored, and its conversion.
enum LeadForms {
    private static let fields: [FormField] = [
        FormField(name: "serviceInterest", kind: .line),
        FormField(name: "source", kind: .choice(Lead.Origin.known.map(\.rawValue))),
        FormField(name: "priority", kind: .choice(Priority.known.map(\.rawValue))),
        FormField(name: "temperature", kind: .choice(["hot", "warm", "cold"])),
        FormField(name: "notes", kind: .text, isWide: true),
    ]

    /// - Parameter refusal: the record has an open lead already; whether another may be made all the same.
    static func new(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], refusal: LeadError? = nil
    ) async throws -> Response {
        var lead = Lead()
        lead.source = .manual
        lead.companyId = EntityID(visit.input.text("companyId") ?? visit.query("companyId") ?? "")
        lead.personId = EntityID(visit.input.text("personId") ?? visit.query("personId") ?? "")
        if lead.companyId == nil, let id = lead.personId {
            lead.companyId = try await visit.platform.store.get(id)?.companyId
        }
        var data = try await form(visit, lead, problems, isNew: true)
        data["action"] = "/leads"
        data["back"] = lead.companyId.map { "/companies/\($0)" } ?? "/leads"
        data["formTitle"] = visit.phrase("leads.new")
        data["hasOwners"] = visit.may(.manageSales) && visit.principal.ownRecordsOf == nil
        data["owners"] = DealWords.owners(
            try await visit.platform.leads.turns.owners(), chosen: visit.input.text("assignedTo") ?? "", visit)
        data["isTurn"] = visit.input.text("assignedTo") == "turn"
        data["ownerError"] = DealWords.error("assignedTo", problems, visit)
        data.merge(self.refusal(refusal, visit)) { $1 }
        return try visit.page(
            "leads/form", title: visit.phrase("leads.new"), data, trail: [LeadPages.crumb(visit)],
            status: refusal != nil ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func refusal(_ error: LeadError?, _ visit: MemberVisit) -> PageData {
        guard let error else { return ["isRefused": false] }
        var data: PageData = ["isRefused": true, "hasOpenLead": false]
        let failure = error.failure
        data["refusal"] = visit.phrase("errors.\(failure.code)", failure.values)
        if case .alreadyOpen(let id?, _) = error {
            data["hasOpenLead"] = true
            data["openLead"] = "/leads/\(id)"
        }
        return data
    }

    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let (lead, title) = try await own(visit)
        var data = try await form(visit, lead, problems, isNew: false)
        let path = "/leads/\(lead.id)"
        data["action"] = path
        data["back"] = path
        data["formTitle"] = title
        data["hasOwners"] = false
        data["isRefused"] = false
        if isConflict { data["differences"] = try await contested(visit, lead) }
        data["isConflict"] = isConflict
        return try visit.page(
            "leads/form", title: visit.phrase("records.editing", ["name": title]), data,
            trail: [LeadPages.crumb(visit), Crumb(path, title)],
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// What the opportunity is to be called and worth.
    static func conversion(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let (lead, title) = try await own(visit)
        let path = "/leads/\(lead.id)"
        if lead.status == .converted, let made = lead.opportunityId, problems.isEmpty {
            return visit.redirect(to: "/opportunities/\(made)")
        }
        let standard = [lead.serviceInterest, title].compactMap { $0 }.joined(separator: " · ")
        let fields = [
            FormField(name: "title", kind: .line, isRequired: true, isWide: true),
            FormField(name: "valueEstimate", kind: .number), FormField(name: "expectedCloseDate", kind: .day),
        ]
        let data: PageData = [
            "id": lead.id.description, "formTitle": visit.phrase("leads.convert"), "name": title, "back": path,
            "isConflict": false, "hasProblems": !problems.isEmpty,
            "fields": fields.map { field in
                field.data(
                    visit, noun: .opportunities, stored: field.name == "title" ? standard : "", isNew: true,
                    problems: problems)
            },
        ]
        return try visit.page(
            "leads/convert", title: visit.phrase("leads.convert"), data,
            trail: [LeadPages.crumb(visit), Crumb(path, title)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// A lead that the asker may change, and what it is called.
    private static func own(_ visit: MemberVisit) async throws -> (Lead, String) {
        let lead = try await visit.platform.leads.get(try visit.id(), by: visit.principal)
        if let own = visit.principal.ownRecordsOf, lead.assignedTo != own { throw RecordError.notFound }
        return (lead, LeadPages.name(try await visit.platform.leads.subject(of: lead), visit))
    }

    private static func contested(_ visit: MemberVisit, _ lead: Lead) async throws -> [PageData] {
        fields.contested(visit, noun: .leads) { lead.value(of: $0) }
            + (try await DealForms.contested(lead.companyId, lead.personId, noun: .leads, visit))
    }

    /// The version that may be saved beside; `nil` where two wrote into one field.
    static func version(beside visit: MemberVisit) async throws -> Date? {
        let lead = try await own(visit).0
        return try await contested(visit, lead).isEmpty ? lead.updatedAt : nil
    }

    private static func form(
        _ visit: MemberVisit, _ lead: Lead, _ problems: [String: FieldProblem], isNew: Bool
    ) async throws -> PageData {
        var data: PageData = [
            "fields": fields.map { field in
                field.data(
                    visit, noun: .leads, stored: lead.value(of: field.name), isNew: isNew, problems: problems)
            },
            "updatedAt": visit.version(lead.updatedAt, problems), "isConflict": false,
            "hasProblems": !problems.isEmpty, "differences": [PageData](),
        ]
        data.merge(try await DealForms.subject(lead.companyId, lead.personId, isNew: isNew, problems, visit)) { $1 }
        return data
    }
}
