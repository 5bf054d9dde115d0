import Foundation
import Store

/// Who asks and when: what "mine" and "the last seven days" mean.
public struct FilterContext: Sendable {
    public var days: FilterDays
    /// `nil` for the console, which owns nothing.
    public var me: EntityID<User>?

    /// Nobody in particular, in Greenwich.
    public init() { self.init(days: FilterDays(now: Date(), zone: .gmt)) }

    public init(days: FilterDays, me: EntityID<User>? = nil) {
        self.days = days
        self.me = me
    }
}

/// Days as the team counts them, in its time zone. Weeks begin on Sunday.
public struct FilterDays: Sendable {
    let now: Date
    private let calendar: Calendar

    /// Spans that a condition can name; `last_7_days` and `next_30_days` for any number up to 999 beside them.
    static let named = [
        "today", "yesterday", "tomorrow", "this_week", "last_week", "this_month", "last_month", "this_year",
    ]
    /// Those that the panel offers.
    public static let offered = [
        "today", "yesterday", "last_7_days", "last_30_days", "this_week", "this_month", "last_month", "this_year",
    ]

    public init(now: Date, zone: TimeZone) {
        self.now = now
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        calendar.firstWeekday = 1
        self.calendar = calendar
    }

    /// `2026-11-22`: from its first moment up to, and without, the first of the next day.
    public func day(_ text: String) -> Range<Date>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1...12).contains(month), (1...31).contains(day), year > 0,
            let start = calendar.date(from: DateComponents(year: year, month: month, day: day)),
            calendar.component(.day, from: start) == day
        else { return nil }
        return start..<shifted(start, .day, 1)
    }

    /// The days that a word means today. The last seven days end with today.
    public func span(_ word: String) -> Range<Date>? {
        let today = calendar.startOfDay(for: now)
        let tomorrow = shifted(today, .day, 1)
        switch word {
        case "today": return today..<tomorrow
        case "yesterday": return shifted(today, .day, -1)..<today
        case "tomorrow": return tomorrow..<shifted(today, .day, 2)
        case "this_week": return interval(.weekOfYear, 0)
        case "last_week": return interval(.weekOfYear, -1)
        case "this_month": return interval(.month, 0)
        case "last_month": return interval(.month, -1)
        case "this_year": return interval(.year, 0)
        default: break
        }
        guard let match = word.wholeMatch(of: #/(last|next)_([0-9]{1,3})_days/#), let count = Int(match.2), count > 0
        else { return nil }
        return match.1 == "last" ? shifted(tomorrow, .day, -count)..<tomorrow : today..<shifted(today, .day, count)
    }

    private func interval(_ unit: Calendar.Component, _ offset: Int) -> Range<Date>? {
        guard let interval = calendar.dateInterval(of: unit, for: shifted(now, unit, offset)) else { return nil }
        return interval.start..<interval.end
    }

    private func shifted(_ date: Date, _ unit: Calendar.Component, _ count: Int) -> Date {
        calendar.date(byAdding: unit, value: count, to: date) ?? date
    }
}
