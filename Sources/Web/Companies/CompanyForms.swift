import Foundation
import Growth
import Hummingbird
import Store

/// The form of a company, new or stored.
enum CompanyForms {
    private static let fields: [FormField] = [
        FormField(name: "nameAr", kind: .line, isRequired: true), FormField(name: "nameEn", kind: .line),
        FormField(name: "entityType", kind: .choice(Company.Kind.known.map(\.rawValue))),
        FormField(name: "sector", kind: .line), FormField(name: "subSector", kind: .line),
        FormField(name: "activity", kind: .line), FormField(name: "city", kind: .line),
        FormField(name: "region", kind: .line),
        FormField(name: "country", kind: .line), FormField(name: "website", kind: .address),
        FormField(name: "linkedinUrl", kind: .address), FormField(name: "leadScore", kind: .number),
        FormField(name: "priority", kind: .choice(Priority.known.map(\.rawValue))),
        FormField(name: "dataConfidence", kind: .choice(Confidence.known.map(\.rawValue))),
        FormField(name: "tags", kind: .line, isWide: true), FormField(name: "address", kind: .text, isWide: true),
        FormField(name: "description", kind: .text, isWide: true),
        FormField(name: "semanticNotes", kind: .text, isWide: true),
    ]
    private static let status = FormField(name: "status", kind: .choice(["new", "active", "blacklisted"]))

    /// - Parameter namesakes: companies with the same name, shown before another one is made.
    static func new(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], namesakes: [Company] = []
    ) async throws -> Response {
        var data = try await form(visit, Company(), problems, isNew: true)
        data["hasNamesakes"] = !namesakes.isEmpty
        data["namesakes"] = namesakes.map { company in
            [
                "id": company.id.description, "name": company.displayName,
                "place": [company.sector, company.city].compactMap { $0 }.joined(separator: " · "),
            ] as PageData
        }
        data["action"] = "/companies"
        data["back"] = "/companies"
        data["formTitle"] = visit.phrase("companies.new")
        return try visit.page(
            "companies/form", title: visit.phrase("companies.new"), data, trail: [CompanyPages.crumb(visit)],
            status: !namesakes.isEmpty ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// - Parameter isConflict: somebody changed the company meanwhile; what was typed stands beside what is stored.
    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let company = try await visit.platform.companies.get(try visit.id())
        var data = try await form(visit, company, problems, isNew: false)
        let path = "/companies/\(company.id)"
        data["hasNamesakes"] = false
        data["action"] = path
        data["back"] = path
        data["formTitle"] = company.displayName
        if isConflict {
            data["differences"] = try await contested(visit, company)
            data.merge(PutAway.data(isArchived: company.isArchived, isMerged: company.mergedInto != nil)) { $1 }
        }
        data["isConflict"] = isConflict
        return try visit.page(
            "companies/form", title: visit.phrase("records.editing", ["name": company.displayName]), data,
            trail: [CompanyPages.crumb(visit), Crumb(path, company.displayName)],
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func contested(_ visit: MemberVisit, _ company: Company) async throws -> [PageData] {
        // The form of an archived company has no status.
        let shown = company.isArchived ? fields : fields + [status]
        let noun = CompanyPages.noun
        return shown.contested(visit, noun: noun) { stored($0, company) }
            + (try await ChosenRecord.contested(OwnerField.name, company.ownerId, noun: noun, visit) { $0.name })
            + CustomForm.contested(visit, company.customFields)
    }

    /// The version that may be saved beside; `nil` where two wrote into one field, or the company was put away.
    static func version(beside visit: MemberVisit) async throws -> Date? {
        let company = try await visit.platform.companies.get(try visit.id())
        if company.isArchived || company.mergedInto != nil { return nil }
        return try await contested(visit, company).isEmpty ? company.updatedAt : nil
    }

    private static func form(
        _ visit: MemberVisit, _ company: Company, _ problems: [String: FieldProblem], isNew: Bool
    ) async throws -> PageData {
        let shown = isNew || company.isArchived ? fields : Array(fields.prefix(13)) + [status] + fields.dropFirst(13)
        let owner = try await OwnerField.data(
            visit, noun: CompanyPages.noun, owner: company.ownerId, isNew: isNew, problems)
        let inputs = shown.map { field in
            field.data(
                visit, noun: CompanyPages.noun, stored: stored(field.name, company), isNew: isNew, problems: problems)
        }
        return [
            "fields": Array(inputs.prefix(14)) + [owner] + inputs.dropFirst(14),
            "custom": CustomForm.rows(visit, company.customFields, problems),
            "hasCustom": !company.customFields.isEmpty,
            "updatedAt": visit.version(company.updatedAt, problems), "isConflict": false,
            "hasProblems": !problems.isEmpty, "differences": [PageData](),
        ]
    }

    private static func stored(_ field: String, _ company: Company) -> String {
        guard let name = CompanyField(rawValue: field) else { return "" }
        return name == .tags ? company.tags.joined(separator: "، ") : company[name] ?? ""
    }
}

/// The columns kept from imports, as inputs.
enum CustomForm {
    static func rows(_ visit: MemberVisit, _ custom: Document, _ problems: [String: FieldProblem]) -> [PageData] {
        var sent: [String: String?] = [:]
        do { sent = try RecordInput.edit(visit.input).custom } catch {
            // Something else that was sent cannot be read; the handler tells of it.
        }
        return custom.pairs.enumerated().map { index, pair in
            let problem = problems["customFields." + pair.key]
            let stored = pair.value.string ?? pair.value.json
            return [
                "name": pair.key, "number": String(index), "mark": FormMark.of(stored, isText: true),
                "value": (sent[pair.key] ?? nil) ?? stored,
                "hasError": problem != nil,
                "error": problem.map { visit.phrase("problems.\($0.code)", $0.values) } ?? "",
            ]
        }
    }

    /// Those into which two people wrote.
    static func contested(_ visit: MemberVisit, _ custom: Document) -> [PageData] {
        RecordInput.custom(visit.input).compactMap { one in
            let stored = custom[one.name].map { $0.string ?? $0.json } ?? ""
            guard MemberVisit.isContested(one.value, stored, mark: one.mark) else { return nil }
            return visit.difference(one.name, stored: stored, typed: one.value)
        }
    }
}
