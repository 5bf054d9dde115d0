import Foundation
import Store

/// The pipeline as columns, one a stage: its first cards, how many there are and what they come to.
public struct Board: Sendable {
    public struct Column: Sendable {
        public let stage: Opportunity.Stage
        public let cards: [Opportunity]
        public let count: Int
        /// In SAR.
        public let sum: Double
        /// Where the next cards begin; `nil` when there are no more.
        public let next: Page?
    }

    public let columns: [Column]

    /// How many cards a column shows before somebody asks for more.
    public static let cards = 25
    public static let order: [Sort] = [.descending("updatedAt")]
    /// Won and lost ones stay on the board for this long; the list has them all.
    public static let closedFor: TimeInterval = 90 * 86_400

    /// What the cards of a stage are.
    static func filter(_ stage: Opportunity.Stage, now: Date) -> Filter {
        let own = Filter.equals("stage", Value(stage))
        let recent = Filter.Bound.including(.date(now.addingTimeInterval(-closedFor)))
        switch stage {
        case .won: return own && .range("wonAt", from: recent, to: nil)
        case .lost: return own && .range("lostAt", from: recent, to: nil)
        default: return own
        }
    }
}

extension Opportunities {
    /// One read a stage, bounded by its index, and three sums.
    public func board(_ filter: Filter, by principal: Principal) async throws -> Board {
        let scope = principal.ownRecords && filter, at = now()
        async let open = sums(scope && Self.open)
        async let won = sums(scope && Board.filter(.won, now: at))
        async let lost = sums(scope && Board.filter(.lost, now: at))
        let sums = try await open.merging(won) { $1 }.merging(lost) { $1 }
        var columns: [Board.Column] = []
        for stage in Opportunity.Stage.known {
            let group = sums[stage.rawValue]
            let cards = group == nil ? [] : try await cards(stage, scope, nil, at)
            columns.append(try column(stage, cards, group?.count ?? 0, group?.sum ?? 0))
        }
        return Board(columns: columns)
    }

    /// More cards of one column.
    public func column(
        _ stage: Opportunity.Stage, _ filter: Filter, after page: Page, by principal: Principal
    ) async throws -> Board.Column {
        try column(stage, try await cards(stage, principal.ownRecords && filter, page, now()), 0, 0)
    }

    private func sums(_ filter: Filter) async throws -> [String: Group] {
        let groups = try await store.group(
            Opportunity.self, by: "stage", sum: "valueEstimate", where: filter, limit: 20)
        return Dictionary(groups.map { ($0.value.string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func cards(
        _ stage: Opportunity.Stage, _ scope: Filter, _ page: Page?, _ at: Date
    ) async throws -> [Opportunity] {
        let filter = scope && Board.filter(stage, now: at)
        return try await store.find(Query(filter, sort: Board.order, limit: Board.cards + 1, page: page))
    }

    private func column(
        _ stage: Opportunity.Stage, _ found: [Opportunity], _ count: Int, _ sum: Double
    ) throws -> Board.Column {
        let cards = Array(found.prefix(Board.cards))
        let next = found.count > cards.count ? try cards.last.map { try Page(at: $0, sort: Board.order) } : nil
        return Board.Column(stage: stage, cards: cards, count: count, sum: sum, next: next)
    }
}
