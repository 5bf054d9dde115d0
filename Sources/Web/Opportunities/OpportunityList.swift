import Foundation
import Growth
import Hummingbird
import Store

/// The list of opportunities: what it can be asked, in pages, in the API and for an export.
enum OpportunityList {
    static let definition = ListDefinition<Opportunity>(
        path: "/opportunities/list",
        filters: [
            "stage", "assignedTo", "companyId", "personId", "leadId", "sourceCampaignId", "sourceEmailReplyId",
            "valueEstimate", "probability", "expectedCloseDate", "lostReason", "wonAt", "lostAt", "title",
            "createdAt", "updatedAt",
        ],
        sorts: ["_id", "createdAt", "stage", "assignedTo", "expectedCloseDate"],
        defaultSort: [.descending("createdAt")],
        search: { _ in .all },
        flags: ["open": Opportunities.open])

    /// One's own, or everybody's, that the text finds.
    static func scope(_ request: ListRequest<Opportunity>, _ visit: MemberVisit) async throws -> Filter {
        visit.principal.ownRecords && (try await visit.platform.opportunities.matching(request.text))
    }

    static let list = RecordList<Opportunity>(
        .opportunities, definition,
        words: ListWords(
            title: "opportunities.title", search: "opportunities.search", hint: "opportunities.searchHint",
            none: "opportunities.none", noneHint: "opportunities.noneHint", new: "opportunities.new"),
        columns: [
            ListColumn("title", "opportunities.fields.title", isHead: true),
            ListColumn("stage", "opportunities.fields.stage", sort: "stage", edit: "stage"),
            ListColumn(
                "value", "opportunities.fields.valueEstimate", fields: ["valueEstimate"], isNumber: true,
                edit: "valueEstimate"),
            ListColumn("probability", "opportunities.fields.probability", isNumber: true, edit: "probability"),
            ListColumn(
                "close", "opportunities.fields.expectedCloseDate", sort: "expectedCloseDate", edit: "expectedCloseDate"),
            ListColumn("owner", "opportunities.fields.assignedTo", sort: "assignedTo", edit: "assignedTo"),
            ListColumn("lostReason", "opportunities.fields.lostReason", isExtra: true),
            ListColumn("wonAt", "opportunities.fields.wonAt", isExtra: true),
            ListColumn("createdAt", "opportunities.fields.createdAt", sort: "createdAt", isExtra: true),
        ],
        tokens: ["stage": Opportunity.Stage.known.map(\.rawValue), "lostReason": Opportunity.lostReasons],
        controls: [
            .choice("stage", all: "opportunities.allStages"), .owner("assignedTo"),
            .select(
                parameter: "filter[expectedCloseDate][within]", label: "opportunities.fields.expectedCloseDate",
                all: "opportunities.anyClose",
                options: [
                    ("this_month", "opportunities.closes.month"), ("next_90_days", "opportunities.closes.quarter"),
                ]),
            .flag("open"),
        ],
        flagLabel: { "opportunities.flags.\($0).\($1)" }, newPath: "/opportunities/new", scene: "scene-companies",
        isImported: false, views: { BoardPage.tabs("list", $0) }, isBulk: true,
        exporter: { try await $0.platform.exports.opportunities($1, sort: $2, format: $3, $4, by: $0.principal) },
        editor: editor, scope: { try await scope($0, $1) }, rows: rows)

    /// A loss asks why, and has a form of its own.
    static let editor = ListEditor<Opportunity>(
        fields: ["stage", "valueEstimate", "probability", "expectedCloseDate", "assignedTo"],
        get: { try await $1.platform.opportunities.get($0, by: $1.principal) },
        stored: { one, field, _ in
            switch field {
            case "stage": one.stage.rawValue
            case "assignedTo": one.assignedTo?.description ?? ""
            default: one.value(of: field)
            }
        },
        save: { id, edit, visit in
            let opportunities = visit.platform.opportunities
            if let stage = edit.fields["stage"] {
                return try await opportunities.move(
                    id, .init(to: Opportunity.Stage(rawValue: stage ?? "")), expected: edit.expected,
                    by: visit.principal
                ).opportunity
            }
            if let owner = edit.fields["assignedTo"] {
                return try await opportunities.assign(
                    id, to: try OwnerInput.user(owner), expected: edit.expected, by: visit.principal)
            }
            return try await opportunities.edit(id, edit, by: visit.principal)
        },
        words: { _, field in
            field == "stage" ? Opportunity.Stage.known.filter { $0 != .lost }.map(\.rawValue) : nil
        })

    private static func rows(_ all: [Opportunity], _ visit: MemberVisit) async throws -> [ListRow] {
        let look = try await BoardPage.Look(all, visit)
        return all.map { one in
            let stage = RecordWords.label(visit, .opportunities, "stage", one.stage.rawValue)
            let isLate = !one.isClosed && one.expectedCloseDate.map { $0 < look.today } ?? false
            let day = one.expectedCloseDate.map { DealWords.day($0, visit) }
            let cells: [String: ListCell?] = [
                "title": .title(
                    one.title, href: "/opportunities/\(one.id)",
                    below: look.subjects[one.id]?.name.flatMap { $0 == one.title ? nil : $0 }),
                "stage": .badge(stage, sign: OpportunityPages.sign(one.stage)),
                "value": .plain(one.valueEstimate.map { DealWords.money($0, visit) }),
                "probability": .latin(
                    visit.formats.number(one.probability ?? one.stage.standardProbability) + "%"),
                "close": isLate ? .badge(day, sign: "warn") : .plain(day),
                "owner": .text(one.assignedTo.flatMap { look.users[$0]?.name }),
                "lostReason": .text(
                    one.lostReason.map { RecordWords.label(visit, .opportunities, "lostReason", $0) }),
                "wonAt": .time(one.wonAt, visit), "createdAt": .time(one.createdAt, visit),
            ]
            return ListRow(one, cells.compactMapValues { $0 })
        }
    }
}

/// What the board is narrowed to.
struct BoardQuery {
    enum Close: String, CaseIterable { case overdue, month, quarter, none }

    static let parameters = [
        QueryParameter("q", .string, "Words to find"), QueryParameter("owner", .id), QueryParameter("company", .id),
        QueryParameter("close", .word(Close.allCases.map(\.rawValue)), "When it is expected to close"),
    ]

    let text: String
    let owner: EntityID<User>?
    let company: EntityID<Company>?
    let close: Close?

    init(_ visit: some Visiting) throws {
        text = visit.query("q") ?? ""
        guard text.utf8.count <= 400 else { throw WebError.badParameter("q") }
        owner = try Self.id("owner", visit)
        company = try Self.id("company", visit)
        let word = visit.query("close") ?? ""
        close = Close(rawValue: word)
        if !word.isEmpty && close == nil { throw WebError.badParameter("close") }
    }

    var isNarrowed: Bool { !text.isEmpty || owner != nil || company != nil || close != nil }

    /// For links that keep it.
    var pairs: [QueryPair] {
        [("q", text), ("owner", owner?.description), ("company", company?.description), ("close", close?.rawValue)]
            .compactMap { name, value in
                value.flatMap { $0.isEmpty ? nil : QueryPair(name: name, value: $0) }
            }
    }

    func filter(_ visit: some Visiting) async throws -> Filter {
        var filter = try await visit.platform.opportunities.matching(text)
        if let owner { filter = filter && .equals("assignedTo", Value(owner)) }
        if let company { filter = filter && .equals("companyId", Value(company)) }
        return filter && closing(DealWords.today(visit))
    }

    private func closing(_ today: Date) -> Filter {
        func range(_ from: Date?, _ to: Date?) -> Filter {
            .range(
                "expectedCloseDate", from: from.map { .including(.date($0)) }, to: to.map { .excluding(.date($0)) })
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let month = calendar.dateInterval(of: .month, for: today)
        switch close {
        case nil: return .all
        case .overdue?: return range(nil, today) && Opportunities.open
        case .month?: return range(month?.start, month?.end)
        case .quarter?: return range(today, calendar.date(byAdding: .day, value: 90, to: today))
        case Close.none?: return .equals("expectedCloseDate", .null)
        }
    }

    private static func id<E>(_ name: String, _ visit: some Visiting) throws -> EntityID<E>? {
        guard let text = visit.query(name), !text.isEmpty else { return nil }
        guard let id = EntityID<E>(text) else { throw WebError.badParameter(name) }
        return id
    }
}
