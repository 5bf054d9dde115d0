import Foundation
import Growth
import Hummingbird
import Store

/// The pipeline as a board.
enum BoardPage {
    static func page(_ visit: MemberVisit) async throws -> Response {
        let query = try BoardQuery(visit)
        let board = try await visit.platform.opportunities.board(try await query.filter(visit), by: visit.principal)
        let look = try await Look(board.columns.flatMap(\.cards), visit)
        let total = board.columns.filter { !$0.stage.isClosed }
        var data: PageData = [
            "columns": try board.columns.map { try column($0, query, look, visit) }, "isEmpty": total.isEmpty,
            "hasNone": !query.isNarrowed && board.columns.allSatisfy { $0.count == 0 },
            "isNarrowed": query.isNarrowed, "q": query.text, "mayEdit": visit.may(.editRecords),
            "count": Formats.number(total.reduce(0) { $0 + $1.count }),
            "sum": DealWords.money(total.reduce(0) { $0 + $1.sum }, visit),
            "clear": "/opportunities", "tabs": tabs("board", visit), "stages": stages(visit),
            "reasons": OpportunityPages.reasons(visit), "hasCompany": false,
        ]
        data["closes"] = BoardQuery.Close.allCases.map { close in
            [
                "code": close.rawValue, "label": visit.phrase("opportunities.closes.\(close.rawValue)"),
                "isChosen": close == query.close,
            ] as PageData
        }
        data["hasOwners"] = visit.principal.ownRecordsOf == nil
        data["owners"] = DealWords.owners(look.owners, chosen: query.owner?.description ?? "", visit)
        if let id = query.company, let company = try await visit.platform.store.get(id) {
            data["hasCompany"] = true
            data["companyId"] = id.description
            data["company"] = company.displayName
            data["withoutCompany"] = link(query.pairs.filter { $0.name != "company" })
        }
        if visit.wantsFragment { return try visit.fragment("opportunities/board", data) }
        return try visit.page("opportunities/index", title: visit.phrase("opportunities.title"), data)
    }

    /// More cards of one column.
    static func more(_ visit: MemberVisit) async throws -> Response {
        let query = try BoardQuery(visit)
        guard let stage = Opportunity.Stage(known: visit.query("stage") ?? "") else {
            throw WebError.badParameter("stage")
        }
        guard let page = PageKey.read(visit.query("after") ?? "", sort: Board.order, isBackward: false) else {
            throw WebError.badParameter("after")
        }
        let column = try await visit.platform.opportunities.column(
            stage, try await query.filter(visit), after: page, by: visit.principal)
        let look = try await Look(column.cards, visit)
        return try visit.fragment("opportunities/cards", try self.column(column, query, look, visit))
    }

    static func tabs(_ current: String, _ visit: some Visiting) -> [PageData] {
        [("board", "/opportunities"), ("list", "/opportunities/list"), ("forecast", "/opportunities/forecast")].map {
            ["path": $0.1, "label": visit.phrase("opportunities.views.\($0.0)"), "isCurrent": $0.0 == current]
        }
    }

    static func stages(_ visit: some Visiting, chosen: String = "") -> [PageData] {
        RecordWords.options(
            visit, .opportunities, "stage", Opportunity.Stage.known.map(\.rawValue), chosen: chosen)
    }

    private static func link(_ pairs: [QueryPair], _ path: String = "/opportunities") -> String {
        pairs.isEmpty ? path : "\(path)?\(QueryPair.text(pairs))"
    }

    private static func column(
        _ column: Board.Column, _ query: BoardQuery, _ look: Look, _ visit: MemberVisit
    ) throws -> PageData {
        let stage = column.stage.rawValue
        var data: PageData = [
            "stage": stage, "label": RecordWords.label(visit, .opportunities, "stage", stage),
            "count": Formats.number(column.count), "sum": DealWords.money(column.sum, visit),
            "exact": CellText.plain(column.sum), "cards": column.cards.map { look.card($0, visit) },
            "hasMore": column.next != nil, "isClosed": column.stage.isClosed, "mayEdit": visit.may(.editRecords),
        ]
        if column.next != nil, let last = column.cards.last {
            let key = try PageKey.text(at: last, sort: Board.order)
            let place = [QueryPair(name: "stage", value: stage), QueryPair(name: "after", value: key)]
            data["more"] = link(query.pairs + place, "/opportunities/column")
        }
        return data
    }

    /// What cards show beside the opportunity itself, read once for all of them.
    struct Look {
        let subjects: [EntityID<Opportunity>: DealSubject]
        let users: [EntityID<User>: User]
        let owners: [User]
        let today: Date

        init(_ all: [Opportunity], _ visit: MemberVisit) async throws {
            subjects = try await visit.platform.opportunities.subjects(of: all)
            owners = try await visit.platform.leads.turns.owners()
            var users = Dictionary(owners.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let others = Set(all.compactMap(\.assignedTo)).subtracting(users.keys)
            users.merge(try await visit.platform.store.get(Array(others))) { $1 }
            self.users = users
            today = DealWords.today(visit)
        }

        func card(_ one: Opportunity, _ visit: MemberVisit) -> PageData {
            var data: PageData = [
                "id": one.id.description, "title": one.title, "stage": one.stage.rawValue, "hasValue": false,
                "value": CellText.plain(one.valueEstimate ?? 0), "hasClose": false, "isLate": false, "hasOwner": false,
                "hasSubject": false, "mayEdit": visit.may(.editRecords),
                "probability": CellText.plain(one.probability ?? one.stage.standardProbability),
                "isOpen": !one.isClosed,
            ]
            if let value = one.valueEstimate {
                data["hasValue"] = true
                data["amount"] = DealWords.money(value, visit)
            }
            if let name = subjects[one.id]?.name, name != one.title {
                data["hasSubject"] = true
                data["subject"] = name
            }
            if let close = one.expectedCloseDate, !one.isClosed {
                data["hasClose"] = true
                data["close"] = DealWords.day(close, visit)
                data["machineClose"] = CalendarDay.text(close)
                data["isLate"] = close < today
            }
            if visit.principal.ownRecordsOf == nil, let owner = one.assignedTo.flatMap({ users[$0] }) {
                data["hasOwner"] = true
                data["owner"] = owner.name
            }
            return data
        }
    }
}

/// Numbers for attributes and for programs, without thousands' signs.
enum CellText {
    static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}
