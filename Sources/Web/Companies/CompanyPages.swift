import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of companies show.
enum CompanyPages {
    static let noun = RecordNoun.companies

    // MARK: List

    static func list(_ visit: MemberVisit) async throws -> Response {
        let page = try await CompanyList.page(visit)
        let contacts = try await contacts(of: page.items, visit)
        var data: PageData = [
            "rows": page.items.map { row($0, contacts[$0.id] ?? [], visit) }, "pager": try page.pager(visit),
            "q": page.request.text, "count": page.countText, "isEmpty": page.items.isEmpty,
            "heads": Dictionary(uniqueKeysWithValues: CompanyList.definition.sorts.map { ($0, page.head($0) as Any) }),
            "chips": try await chips(page, visit), "clear": CompanyList.definition.path,
            "sort": visit.query("sort") ?? "",
            "isSorted": visit.query("sort") != nil, "exports": exports(page, visit), "mayExport": mayExport(visit),
        ]
        let isNarrowed = !page.request.text.isEmpty || page.chips({ _, _, _ in "" }).isEmpty == false || hasFlags(page)
        data["isNarrowed"] = isNarrowed
        data["hasNone"] = page.items.isEmpty && !isNarrowed
        data["hasChips"] = isNarrowed
        data["table"] = "companies"
        data["columns"] = ListColumns.data(
            visit,
            [
                ("city", "companies.fields.city"),
                ("sector", "companies.fields.sector"),
                ("kind", "companies.fields.entityType"),
                ("email", "companies.email"),
                ("phone", "companies.phone"),
                ("priority", "companies.fields.priority"),
                ("status", "companies.fields.status"),
                ("score", "companies.fields.leadScore"),
            ])
        for (key, value) in filters(page, visit) { data[key] = value }
        data["isPart"] = visit.wantsFragment
        if visit.wantsFragment { return try visit.fragment("companies/rows", data) }
        return try visit.page("companies/index", title: visit.phrase("companies.title"), data)
    }

    static func mayExport(_ visit: MemberVisit) -> Bool {
        visit.may(.exportRecords) && ExportLimit.rows(for: visit.user.role) != 0
    }

    static func exports<E: Entity>(_ page: ListPage<E>, _ visit: MemberVisit) -> [PageData] {
        ["xlsx", "csv"].map { ["label": visit.phrase("records.formats.\($0)"), "href": exportLink(page, $0)] }
    }

    static func exportLink<E: Entity>(_ page: ListPage<E>, _ format: String) -> String {
        let link = page.link(["format": format])
        let query = link.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
        return page.request.definition.path + "/export?" + query
    }

    private static func filters(_ page: ListPage<Company>, _ visit: MemberVisit) -> PageData {
        func options(_ field: String, _ tokens: [String]) -> [PageData] {
            RecordWords.options(visit, noun, field, tokens, chosen: page.chosen("filter[\(field)]"))
        }
        let hasEmail = page.chosen("hasEmail") == "true", hasPhone = page.chosen("hasPhone") == "true"
        return [
            "city": page.chosen("filter[city]"), "sector": page.chosen("filter[sector]"),
            "entityTypes": options("entityType", Company.Kind.known.map(\.rawValue)),
            "priorities": options("priority", Priority.known.map(\.rawValue)),
            "statuses": options("status", Company.Status.known.map(\.rawValue)),
            "confidences": options("dataConfidence", Confidence.known.map(\.rawValue)),
            "sourceFile": page.chosen("filter[sourceFile]"), "hasEmail": hasEmail, "hasPhone": hasPhone,
            "unreachable": page.chosen("unreachable") == "true",
            "importLogId": page.chosen("filter[importLogId]"), "isOfRun": !page.chosen("filter[importLogId]").isEmpty,
        ]
    }

    private static func hasFlags(_ page: ListPage<Company>) -> Bool {
        CompanyList.definition.flags.keys.contains { !page.chosen($0).isEmpty }
    }

    private static func chips(_ page: ListPage<Company>, _ visit: MemberVisit) async throws -> [PageData] {
        let flags: [PageData] = CompanyList.definition.flags.keys.sorted().compactMap { name in
            let value = page.chosen(name)
            if value.isEmpty { return nil }
            return ["label": visit.phrase("companies.flags.\(name).\(value)"), "without": page.link([name: nil])]
        }
        let runs = try await RecordChips.runs(page, visit)
        return page.chips { RecordChips.label(visit, noun, $0, $1, runs[$2] ?? $2) } + flags
    }

    private static func row(_ company: Company, _ contacts: [ContactPoint], _ visit: MemberVisit) -> PageData {
        var row: PageData = [
            "id": company.id.description, "name": company.displayName, "hasLatin": false, "city": company.city ?? "",
            "sector": company.sector ?? "", "hasKind": false, "hasPriority": false, "hasEmail": false,
            "hasPhone": false,
            "status": RecordWords.label(visit, noun, "status", company.status.rawValue),
            "statusSign": RecordWords.sign(ofStatus: company.status.rawValue),
            "score": visit.formats.number(company.leadScore), "isArchived": company.isArchived,
        ]
        if let nameEn = company.nameEn, nameEn != company.displayName {
            row["hasLatin"] = true
            row["latin"] = nameEn
        }
        if let kind = company.entityType {
            row["hasKind"] = true
            row["kind"] = RecordWords.label(visit, noun, "entityType", kind.rawValue)
        }
        if let priority = company.priority {
            row["hasPriority"] = true
            row["priority"] = RecordWords.label(visit, noun, "priority", priority.rawValue)
            row["prioritySign"] = RecordWords.sign(ofPriority: priority.rawValue)
        }
        let valid = contacts.filter { $0.invalidAt == nil }
        if let email = valid.first(where: { $0.contactType == .email }) {
            row["hasEmail"] = true
            row["email"] = email.normalizedValue ?? email.contactValue
        }
        if let phone = valid.first(where: { [.mobile, .phone, .whatsapp].contains($0.contactType) }) {
            row["hasPhone"] = true
            row["phone"] = phone.normalizedValue ?? phone.contactValue
        }
        return row
    }

    private static func contacts(
        of companies: [Company], _ visit: MemberVisit
    ) async throws -> [EntityID<Company>: [ContactPoint]] {
        if companies.isEmpty { return [:] }
        let own =
            Filter.equals("entityType", Value(ContactPoint.Owner.company))
            && .isIn("entityId", companies.map { .id($0.id.raw) })
        let points = try await visit.platform.store.find(Query<ContactPoint>(own, limit: 1_000))
        return Dictionary(grouping: points) { EntityID<Company>($0.entityId) }.mapValues(\.inOrder)
    }

    /// The most frequent values of a field, for a list to choose from while one types.
    static func values(_ visit: MemberVisit) async throws -> Response {
        guard let field = visit.query("field"), ["city", "sector", "sourceFile"].contains(field) else {
            throw WebError.badParameter("field")
        }
        let groups = try await visit.platform.store.group(
            Company.self, by: field, sum: nil, where: .exists(field, true), limit: 200)
        let values = groups.compactMap { group in
            group.value.string.map { ["value": $0, "count": visit.formats.number(group.count)] as PageData }
        }
        return try visit.fragment("records/values", ["values": values])
    }

    // MARK: One company

    static func show(
        _ visit: MemberVisit, problems: [String: FieldProblem] = [:], note: String = ""
    ) async throws -> Response {
        let id: EntityID<Company> = try visit.id()
        let companies = visit.platform.companies
        let company = try await companies.get(id)
        let sources = try await companies.sources(of: company)
        let points = try await companies.contactPoints(of: id)
        let people = try await companies.people(of: id)
        let services = try await companies.services(of: id)
        let path = "/companies/\(id)"
        var data: PageData = header(company, visit)
        data["facts"] = CompanyFacts.facts(company, sources, visit).map { $0.data(visit) }
        data["customFacts"] = CompanyFacts.custom(company.customFields, sources, visit).map { $0.data(visit) }
        data["hasCustom"] = !company.customFields.isEmpty
        data["points"] = try await ContactPointPages.cards(points, back: path, visit)
        data["hasPoints"] = !points.isEmpty
        data["people"] = people.map { PersonPages.line($0, visit) }
        data["hasPeople"] = !people.isEmpty
        data["services"] = services.map { service($0, visit) }
        data["hasServices"] = !services.isEmpty
        data["addPoint"] = ContactPointPages.addForm(visit, action: "\(path)/contact-points", problems)
        data["timeline"] = try await TimelineView.data(visit, .company(id), path: "\(path)/timeline", noun: noun)
        data["noteForm"] = noteForm(visit, action: "\(path)/notes", note, problems)
        return try visit.page(
            "companies/show", title: company.displayName, data, trail: [crumb(visit)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func noteForm(
        _ visit: MemberVisit, action: String, _ note: String, _ problems: [String: FieldProblem]
    ) -> PageData {
        var data: PageData = ["noteAction": action, "note": note, "hasNoteError": false]
        if let problem = problems["text"] {
            data["hasNoteError"] = true
            data["noteError"] = visit.phrase("problems.\(problem.code)", problem.values)
        }
        return data
    }

    private static func header(_ company: Company, _ visit: MemberVisit) -> PageData {
        var data: PageData = [
            "id": company.id.description, "name": company.displayName, "hasLatin": false,
            "status": RecordWords.label(visit, noun, "status", company.status.rawValue),
            "statusSign": RecordWords.sign(ofStatus: company.status.rawValue), "isArchived": company.isArchived,
            "tags": company.tags, "hasKind": false, "hasPlace": false, "mayEdit": visit.may(.editRecords),
        ]
        if let nameEn = company.nameEn, nameEn != company.displayName {
            data["hasLatin"] = true
            data["latin"] = nameEn
        }
        if let kind = company.entityType {
            data["hasKind"] = true
            data["kind"] = RecordWords.label(visit, noun, "entityType", kind.rawValue)
        }
        let place = [company.sector, company.city].compactMap { $0 }
        if !place.isEmpty {
            data["hasPlace"] = true
            data["place"] = place
        }
        return data
    }

    private static func service(_ match: ServiceMatch, _ visit: MemberVisit) -> PageData {
        var data: PageData = [
            "service": match.recommendedService, "hasScore": false, "hasReason": match.fitReason != nil,
            "reason": match.fitReason ?? "", "hasPriority": false,
        ]
        if let score = match.fitScore, score.isFinite {
            data["hasScore"] = true
            data["score"] = visit.formats.number(score)
            data["width"] = String(Int(min(100, max(0, score)).rounded()))
        }
        if let priority = match.priority {
            data["hasPriority"] = true
            data["priority"] = RecordWords.label(visit, noun, "priority", priority.rawValue)
            data["prioritySign"] = RecordWords.sign(ofPriority: priority.rawValue)
        }
        return data
    }

    static func crumb(_ visit: some Visiting) -> Crumb { Crumb("/companies", visit.phrase("companies.title")) }
}

enum RecordChips {
    /// The files of the imports that a list is narrowed to, by their ids.
    static func runs<E: Entity>(_ page: ListPage<E>, _ visit: MemberVisit) async throws -> [String: String] {
        let text = page.chosen("filter[importLogId]")
        guard let id = EntityID<ImportLog>(text), let run = try await visit.platform.imports.log(id) else { return [:] }
        return [text: run.fileName]
    }

    /// `المدينة: الرياض`; dates and ids are shown short.
    static func label(_ visit: some Visiting, _ noun: RecordNoun, _ field: String, _ operation: String, _ value: String)
        -> String
    {
        let name = visit.phrase(noun.field(field))
        switch operation {
        case "exists": return visit.phrase("records.operators.exists.\(value)", ["field": name])
        case "eq", "in", "has":
            let words = value.split(separator: ",").map { RecordWords.label(visit, noun, field, String($0)) }
            return visit.phrase(
                "records.operators.eq",
                ["field": name, "value": words.joined(separator: visit.phrase("shell.listSeparator"))])
        default:
            return visit.phrase(
                "records.operators.\(operation)",
                ["field": name, "value": RecordWords.label(visit, noun, field, value)])
        }
    }
}
