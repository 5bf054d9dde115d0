import Foundation
import Growth
import Hummingbird
import Store

/// What the pages of contact points show, and the cards of them on their owners' pages.
enum ContactPointPages {
    static let noun = RecordNoun.contactPoints

    static let list = RecordList<ContactPoint>(
        noun, ContactPointList.definition,
        words: ListWords(
            title: "contactPoints.title", search: "contactPoints.search", hint: "contactPoints.searchHint",
            none: "contactPoints.none", noneHint: "contactPoints.noneHint"),
        columns: [
            ListColumn(
                "value", "contactPoints.fields.contactValue", sort: "normalizedValue", fields: ["contactValue"],
                isHead: true),
            ListColumn("type", "contactPoints.fields.contactType", sort: "contactType"),
            ListColumn("owner", "contactPoints.fields.owner", fields: ["owner", "entityType"]),
            ListColumn("state", "contactPoints.state", fields: ["isPrimary", "isVerified"]),
            ListColumn("dataConfidence", "contactPoints.fields.dataConfidence", isExtra: true),
            ListColumn("createdAt", "contactPoints.fields.createdAt", sort: "createdAt", isExtra: true),
            ListColumn("actions", "contactPoints.actions", fields: [], isMenu: true),
        ],
        tokens: [
            "contactType": ContactPoint.Kind.known.map(\.rawValue),
            "entityType": ContactPoint.Owner.known.map(\.rawValue),
            "dataConfidence": Confidence.known.map(\.rawValue), "invalidReason": ContactPoints.invalidReasons,
            "consent.status": ContactPoint.consentStatuses, "consent.basis": ContactPoint.consentBases,
        ],
        suggests: ["sourceFile"],
        controls: [
            .choice("contactType", all: "contactPoints.allTypes"),
            .choice("entityType", all: "contactPoints.allOwners"),
            .select(
                parameter: "isValid", label: "contactPoints.validityLabel", all: "contactPoints.allValidities",
                options: [("true", "contactPoints.validity.true"), ("false", "contactPoints.validity.false")]),
            .choice("consent.status", all: "contactPoints.allConsents"),
            .box(parameter: "filter[isVerified]", value: "true", label: "contactPoints.fields.isVerified"),
        ],
        flagLabel: { _, value in "contactPoints.validity.\(value)" }, isBulk: true,
        exporter: { try await $0.platform.exports.contactPoints($1, sort: $2, format: $3, $4, by: $0.principal) },
        rows: rows)

    private static func rows(_ points: [ContactPoint], _ visit: MemberVisit) async throws -> [ListRow] {
        let names = try await visit.platform.exports.names(of: points)
        return points.map { point in
            let data = row(point, names[point.entityId], back: "/contact-points", visit)
            let cells: [String: ListCell?] = [
                "value": .part("contact_points/value", data), "type": .plain(data["type"] as? String),
                "owner": .part("contact_points/owner", data),
                "state": data["hasState"] as? Bool == true ? .part("contact_points/state", data) : nil,
                "dataConfidence": .plain(
                    point.dataConfidence.map { RecordWords.label(visit, noun, "dataConfidence", $0.rawValue) }),
                "createdAt": .time(point.createdAt, visit),
                "actions": visit.may(.editRecords) ? .part("contact_points/menu", data) : nil,
            ]
            return ListRow(point, cells.compactMapValues { $0 })
        }
    }

    /// The contact points of one owner.
    static func cards(_ points: [ContactPoint], back: String, _ visit: MemberVisit) async throws -> [PageData] {
        var cards: [PageData] = []
        for point in points {
            var card = row(point, nil, back: back, visit)
            let source = try await visit.platform.contactPoints.source(of: point)
            card["hasSource"] = source != nil
            if let source { card["source"] = Fact.data(source, visit) }
            cards.append(card)
        }
        return cards
    }

    static func row(_ point: ContactPoint, _ owner: String?, back: String, _ visit: MemberVisit) -> PageData {
        let value = point.contactValue
        var row: PageData = [
            "id": point.id.description, "icon": icons[point.contactType.rawValue] ?? "contact", "shown": value,
            "back": back,
            "type": RecordWords.label(visit, noun, "contactType", point.contactType.rawValue),
            "isPrimary": point.isPrimary == true, "isVerified": point.isVerified == true,
            "isInvalid": point.invalidAt != nil,
            "hasState": point.isPrimary == true || point.isVerified == true || point.invalidAt != nil
                || point.consent?.status != nil,
            "reason": point.invalidReason.map { RecordWords.label(visit, noun, "invalidReason", $0) } ?? "",
            "hasReason": point.invalidReason != nil, "hasConsent": false, "isLink": false, "isOutside": false,
            "mayEdit": visit.may(.editRecords), "owner": owner ?? visit.phrase("contactPoints.noOwner"),
            "ownerHref": (point.entityType == .person ? "/people/" : "/companies/") + point.entityId.description,
            "ownerType": RecordWords.label(visit, noun, "entityType", point.entityType.rawValue),
            "hasOwner": owner != nil,
            "hasNotes": point.notes != nil, "notes": point.notes ?? "",
            "updatedAt": point.updatedAt.map { String($0.milliseconds) } ?? "",
        ]
        if let link = link(point) {
            row["isLink"] = true
            row["href"] = link
            row["isOutside"] = link.hasPrefix("http")
        }
        if let status = point.consent?.status {
            row["hasConsent"] = true
            row["consent"] = RecordWords.label(visit, noun, "consentStatus", status)
            row["consentSign"] = status == "given" ? "ok" : ["refused", "withdrawn"].contains(status) ? "error" : ""
        }
        let note = consentNote(point.consent, visit)
        row["hasConsentNote"] = !note.isEmpty
        row["consentNote"] = note
        return row
    }

    /// On what ground, from where and since when: what somebody asks who wants to know why we write.
    private static func consentNote(_ consent: ContactPoint.Consent?, _ visit: MemberVisit) -> String {
        guard let consent else { return "" }
        return [
            consent.basis.map { RecordWords.label(visit, noun, "consentBasis", $0) }, consent.source,
            consent.at.map(visit.formats.date),
        ].compactMap { $0 }.map(TimelineView.isolated).joined(separator: " · ")
    }

    private static func link(_ point: ContactPoint) -> String? {
        let value = point.normalizedValue ?? point.contactValue
        switch point.contactType {
        case .email: return Fact.mail(value)
        case .mobile, .phone: return Fact.call(value)
        case .whatsapp: return Fact.call(value).map { "https://wa.me/" + $0.filter(\.isNumber) }
        case .website, .linkedin: return SafeLink.isWeb(point.contactValue) ? point.contactValue : nil
        default: return nil
        }
    }

    private static let icons = [
        "email": "mail", "mobile": "phone", "phone": "phone", "website": "globe", "linkedin": "link",
        "whatsapp": "phone",
    ]

    /// The row by which a contact point is added to its owner.
    static func addForm(_ visit: MemberVisit, action: String, _ problems: [String: FieldProblem]) -> PageData {
        let problem = problems["contactValue"] ?? problems["contactType"]
        return [
            "addAction": action, "newValue": visit.input.text("contactValue") ?? "", "hasPointError": problem != nil,
            "pointError": problem.map { visit.phrase("problems.\($0.code)", $0.values) } ?? "",
            "newTypes": RecordWords.options(
                visit, noun, "contactType", ContactPoint.Kind.known.map(\.rawValue),
                chosen: visit.input.text("contactType") ?? "email"),
        ]
    }

    // MARK: Form

    private static let fields: [FormField] = [
        FormField(name: "contactType", kind: .choice(ContactPoint.Kind.known.map(\.rawValue)), isRequired: true),
        FormField(name: "contactValue", kind: .latin, isRequired: true),
        FormField(name: "dataConfidence", kind: .choice(Confidence.known.map(\.rawValue))),
        FormField(name: "notes", kind: .text, isWide: true),
        FormField(name: "consentStatus", kind: .choice(ContactPoint.consentStatuses)),
        FormField(name: "consentBasis", kind: .choice(ContactPoint.consentBases)),
        FormField(name: "consentSource", kind: .line, isWide: true),
    ]

    private static func contested(_ visit: MemberVisit, _ point: ContactPoint) -> [PageData] {
        fields.contested(visit, noun: noun) { stored($0, point) }
    }

    /// The version that may be saved beside; `nil` where two wrote into one field.
    static func version(beside visit: MemberVisit) async throws -> Date? {
        let point = try await visit.platform.contactPoints.get(try visit.id())
        return contested(visit, point).isEmpty ? point.updatedAt : nil
    }

    static func edit(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], isConflict: Bool = false
    ) async throws -> Response {
        let point = try await visit.platform.contactPoints.get(try visit.id())
        let names = try await visit.platform.exports.names(of: [point])
        var data = row(point, names[point.entityId], back: back(visit), visit)
        data["fields"] = fields.map { field in
            field.data(visit, noun: noun, stored: stored(field.name, point), isNew: false, problems: problems)
        }
        data["isConflict"] = isConflict
        data["differences"] = contested(visit, point)
        data["hasProblems"] = !problems.isEmpty
        data["updatedAt"] = visit.version(point.updatedAt, problems)
        return try visit.page(
            "contact_points/form", title: visit.phrase("contactPoints.edit"), data,
            trail: [Crumb("/contact-points", visit.phrase("contactPoints.title"))],
            status: isConflict ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// Where the person came from; one of our own lists or records.
    static func back(_ visit: some Visiting) -> String {
        OwnPath.checked(visit.input.text("back") ?? visit.query("back") ?? "") ?? "/contact-points"
    }

    private static func stored(_ field: String, _ point: ContactPoint) -> String {
        switch field {
        case "contactType": point.contactType.rawValue
        case "contactValue": point.contactValue
        case "dataConfidence": point.dataConfidence?.rawValue ?? ""
        case "notes": point.notes ?? ""
        case "consentStatus": point.consent?.status ?? ""
        case "consentBasis": point.consent?.basis ?? ""
        case "consentSource": point.consent?.source ?? ""
        default: ""
        }
    }
}
