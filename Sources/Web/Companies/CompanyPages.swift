import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of companies show.
enum CompanyPages {
    static let noun = RecordNoun.companies

    // MARK: List

    static let list = RecordList<Company>(
        noun, CompanyList.definition,
        words: ListWords(
            title: "companies.title", search: "companies.search", hint: "companies.searchHint",
            none: "companies.none", noneHint: "companies.noneHint", new: "companies.new"),
        columns: [
            ListColumn("name", "companies.fields.nameAr", fields: ["nameAr", "nameEn"], isHead: true),
            ListColumn("city", "companies.fields.city", sort: "city", edit: "city"),
            ListColumn("sector", "companies.fields.sector", sort: "sector", edit: "sector"),
            ListColumn("kind", "companies.fields.entityType", sort: "entityType", edit: "entityType"),
            ListColumn("email", "companies.email"),
            ListColumn("phone", "companies.phone", fields: ["mobile", "phone"]),
            ListColumn("priority", "companies.fields.priority", sort: "priority", edit: "priority"),
            ListColumn("status", "companies.fields.status", edit: "status"),
            ListColumn("score", "companies.fields.leadScore", sort: "leadScore", isNumber: true, edit: "leadScore"),
            ListColumn("owner", "companies.fields.ownerId", fields: ["ownerId"], isExtra: true, edit: "ownerId"),
            ListColumn("tags", "companies.fields.tags", isExtra: true, edit: "tags"),
            ListColumn("region", "companies.fields.region", isExtra: true, edit: "region"),
            ListColumn("subSector", "companies.fields.subSector", isExtra: true, edit: "subSector"),
            ListColumn("activity", "companies.fields.activity", isExtra: true, edit: "activity"),
            ListColumn("website", "companies.fields.website", isExtra: true),
            ListColumn("dataConfidence", "companies.fields.dataConfidence", isExtra: true, edit: "dataConfidence"),
            ListColumn("createdAt", "companies.fields.createdAt", sort: "createdAt", isExtra: true),
            ListColumn("updatedAt", "companies.fields.updatedAt", isExtra: true),
        ],
        tokens: [
            "entityType": Company.Kind.known.map(\.rawValue), "priority": Priority.known.map(\.rawValue),
            "status": Company.Status.known.map(\.rawValue), "dataConfidence": Confidence.known.map(\.rawValue),
        ],
        suggests: ["city", "sector", "sourceFile", "region", "subSector", "activity", "tags"],
        controls: [
            .suggested("city"), .suggested("sector"), .choice("entityType", all: "companies.allTypes"),
            .choice("priority", all: "companies.allPriorities"), .choice("status", all: "companies.allStatuses"),
        ],
        moreControls: [
            .owner("ownerId"), .flag("hasEmail"), .flag("hasPhone"), .flag("unreachable"),
            .choice("dataConfidence", all: "companies.allConfidences"), .suggested("sourceFile"),
        ],
        flagLabel: { "companies.flags.\($0).\($1)" }, newPath: "/companies/new", scene: "scene-companies", isBulk: true,
        exporter: { try await $0.platform.exports.companies($1, sort: $2, format: $3, $4, by: $0.principal) },
        editor: editor,
        scope: { try await CompanyList.scope($0, $1) }, rows: rows)

    static let editor = ListEditor<Company>(
        fields: [
            "city", "sector", "subSector", "activity", "region", "country", "entityType", "priority", "status",
            "leadScore", "tags", "dataConfidence", "ownerId",
        ], custom: true, get: { try await $1.platform.companies.get($0) },
        stored: { company, field, _ in
            switch field {
            case "ownerId": company.ownerId?.description ?? ""
            case "tags": company.tags.joined(separator: "، ")
            default: CompanyField(rawValue: field).flatMap { company[$0] } ?? Custom.text(company.customFields, field)
            }
        }, save: { try await $2.platform.companies.edit($0, $1, by: $2.principal) })

    private static func rows(_ companies: [Company], _ visit: MemberVisit) async throws -> [ListRow] {
        let contacts = try await contacts(of: companies, visit)
        let owners = try await visit.platform.store.get(Array(Set(companies.compactMap(\.ownerId))))
        return companies.map { company in
            row(company, contacts[company.id] ?? [], company.ownerId.flatMap { owners[$0]?.name }, visit)
        }
    }

    private static func row(
        _ company: Company, _ contacts: [ContactPoint], _ owner: String?, _ visit: MemberVisit
    ) -> ListRow {
        func word(_ field: String, _ token: String?) -> String? {
            token.map { RecordWords.label(visit, noun, field, $0) }
        }
        let valid = contacts.filter { $0.invalidAt == nil }
        let email = valid.first { $0.contactType == .email }
        let phone = valid.first { [.mobile, .phone, .whatsapp].contains($0.contactType) }
        let nameEn = company.nameEn == company.displayName ? nil : company.nameEn
        let cells: [String: ListCell?] = [
            "name": .title(company.displayName, href: "/companies/\(company.id)", below: nameEn, isLatin: true),
            "city": .text(company.city), "sector": .text(company.sector),
            "kind": .plain(word("entityType", company.entityType?.rawValue)),
            "email": .latin(email.map { $0.normalizedValue ?? $0.contactValue }),
            "phone": .latin(phone.map { $0.normalizedValue ?? $0.contactValue }),
            "priority": .badge(
                word("priority", company.priority?.rawValue),
                sign: RecordWords.sign(ofPriority: company.priority?.rawValue ?? "")),
            "status": .badge(
                word("status", company.status.rawValue), sign: RecordWords.sign(ofStatus: company.status.rawValue)),
            "score": .plain(visit.formats.number(company.leadScore)), "owner": .text(owner),
            "tags": .tags(company.tags), "region": .text(company.region), "subSector": .text(company.subSector),
            "activity": .text(company.activity), "website": .latin(company.website),
            "dataConfidence": .plain(word("dataConfidence", company.dataConfidence?.rawValue)),
            "createdAt": .time(company.createdAt, visit), "updatedAt": .time(company.updatedAt, visit),
        ]
        return ListRow(company, cells.compactMapValues { $0 }, custom: company.customFields)
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

    // MARK: One company

    static func show(
        _ visit: MemberVisit, problems: [String: FieldProblem] = [:], note: String = ""
    ) async throws -> Response {
        let id: EntityID<Company> = try visit.id()
        let companies = visit.platform.companies
        let company = try await companies.get(id)
        if let elsewhere = try await MergedRecord.redirect(company, .companies, visit) { return elsewhere }
        let sources = try await companies.sources(of: company)
        let points = try await companies.contactPoints(of: id)
        let people = try await companies.people(of: id)
        let services = try await companies.services(of: id)
        let path = "/companies/\(id)"
        var data: PageData = header(company, visit)
        let owner = try await OwnerField.fact(company.ownerId, noun: noun, visit)
        data["facts"] = (CompanyFacts.facts(company, sources, visit) + [owner].compactMap { $0 }).map {
            list.editing($0, of: id, $0.data(visit), visit)
        }
        data["customFacts"] = CompanyFacts.custom(company.customFields, sources, visit).map {
            list.editing($0, of: id, $0.data(visit), visit)
        }
        data["hasCustom"] = !company.customFields.isEmpty
        data["points"] = try await ContactPointPages.cards(points, back: path, visit)
        data["hasPoints"] = !points.isEmpty
        data["people"] = people.map { PersonPages.line($0, visit) }
        data["hasPeople"] = !people.isEmpty
        data["services"] = services.map { service($0, visit) }
        data["hasServices"] = !services.isEmpty
        data["addPoint"] = ContactPointPages.addForm(visit, action: "\(path)/contact-points", problems)
        data["taskCard"] = try await TaskCard.data(visit, subject: .company(id))
        data["mailCard"] = MailCard.data(try await visit.platform.mails.latest(of: id), visit)
        data["timeline"] = try await TimelineView.data(visit, .company(id), path: "\(path)/timeline", noun: noun)
        data["noteForm"] = noteForm(visit, action: "\(path)/notes", note, problems)
        data["deals"] = try await DealsOfRecord.data(company: id, visit)
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
