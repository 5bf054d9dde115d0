import Foundation
import Store

/// What is expected to be won, month by month, and what was won so far.
public struct Forecast: Hashable, Sendable {
    public struct Month: Hashable, Sendable {
        public let year: Int
        /// 1–12.
        public let month: Int
        /// Opportunities that are expected to close in it.
        public var count = 0
        /// In SAR, as everything here.
        public var expected = 0.0
        /// By the probability of each.
        public var weighted = 0.0
        public var wonCount = 0
        public var won = 0.0

        public var text: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }
    }

    /// In order, the current one first but for those that were won before it.
    public var months: [Month]
    /// Expected in a month that is over, and still open.
    public var overdue = Month(year: 0, month: 0)
    /// Open and without a day.
    public var undated = Month(year: 0, month: 0)

    /// Months before the current one, for what was won, and from it on.
    public static let past = 3
    public static let ahead = 12
    private let first: Int

    public init(now: Date, zone: TimeZone) {
        let current = Self.index(CalendarDay.today(now, in: zone))
        first = current - Self.past
        months = (first..<current + Self.ahead).map { Month(year: $0 / 12, month: $0 % 12 + 1) }
    }

    /// An expected close is a day, which is the same for everybody; a win is a moment, whose month is that of `zone`.
    public mutating func add(_ opportunity: Opportunity, zone: TimeZone) {
        if opportunity.stage == .won {
            guard let at = opportunity.wonAt else { return }
            let index = Self.index(CalendarDay.today(at, in: zone)) - first
            guard months.indices.contains(index) else { return }
            months[index].wonCount += 1
            months[index].won += opportunity.valueEstimate ?? 0
        } else if !opportunity.isClosed {
            guard let day = opportunity.expectedCloseDate else { return undated.expect(opportunity) }
            let index = Self.index(day) - first
            if index < Self.past { return overdue.expect(opportunity) }
            if months.indices.contains(index) { months[index].expect(opportunity) }
        }
    }

    /// Months since the year 0.
    private static func index(_ day: Date) -> Int {
        let parts = CalendarDay.calendar.dateComponents([.year, .month], from: day)
        return (parts.year ?? 0) * 12 + (parts.month ?? 1) - 1
    }
}

extension Forecast.Month {
    fileprivate mutating func expect(_ opportunity: Opportunity) {
        count += 1
        expected += opportunity.valueEstimate ?? 0
        weighted += opportunity.weightedValue
    }
}

extension Opportunities {
    private static let batch = 500

    /// - Parameter filter: for example whose.
    public func forecast(_ filter: Filter = .all, zone: TimeZone, by principal: Principal) async throws -> Forecast {
        var forecast = Forecast(now: now(), zone: zone)
        let since = now().addingTimeInterval(-Double(Forecast.past + 1) * 31 * 86_400)
        let won =
            Filter.equals("stage", Value(Opportunity.Stage.won))
            && .range("wonAt", from: .including(.date(since)), to: nil)
        for part in [Self.open, won] {
            let filter = principal.ownRecords && filter && part
            try await store.stream(Opportunity.self, where: filter, batch: Self.batch) { found in
                for one in found { forecast.add(one, zone: zone) }
            }
        }
        return forecast
    }
}
