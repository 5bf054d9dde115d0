import Foundation
import Store

/// The team's days: its time zone, its working week and its holidays.
public struct WorkCalendar: Sendable {
    public let calendar: Calendar
    /// 1 is Sunday, as `Calendar` counts.
    let workdays: Set<Int>
    /// `2026-09-23`.
    private let holidays: Set<String>

    private static let names = ["su", "mo", "tu", "we", "th", "fr", "sa"]
    private static let usual: Set<Int> = [1, 2, 3, 4, 5]
    /// No holidays are longer than this.
    private static let longestBreak = 60

    public init(_ settings: SystemSettings) {
        self.init(
            timeZone: TimeZone(identifier: settings.timezone), workdays: Self.weekdays(settings.workingWeek),
            holidays: Self.days(settings.holidays))
    }

    /// Names of weekdays as `Calendar` counts them; what is no name is passed over.
    static func weekdays(_ names: [String]) -> Set<Int> { Set(names.compactMap(weekday)) }

    static func weekday(_ name: String) -> Int? {
        names.firstIndex(of: String(name.lowercased().prefix(2))).map { $0 + 1 }
    }

    /// - Parameter workdays: none means Sunday to Thursday.
    init(timeZone: TimeZone?, workdays: Set<Int> = [], holidays: Set<String> = []) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone ?? TimeZone(secondsFromGMT: 3 * 3_600) ?? .gmt
        calendar.locale = Locale(identifier: "en_US_POSIX")
        self.calendar = calendar
        self.workdays = workdays.isEmpty ? Self.usual : workdays
        self.holidays = holidays
    }

    public func startOfDay(_ date: Date) -> Date { calendar.startOfDay(for: date) }

    /// The day `count` days after that of `date`, at its beginning.
    public func day(_ count: Int, after date: Date) -> Date {
        let start = startOfDay(date)
        return calendar.date(byAdding: .day, value: count, to: start).map(startOfDay)
            ?? start.addingTimeInterval(Double(count) * 86_400)
    }

    /// Whole days between the two days.
    func days(from: Date, to: Date) -> Int {
        calendar.dateComponents([.day], from: startOfDay(from), to: startOfDay(to)).day ?? 0
    }

    public func isWorking(_ date: Date) -> Bool {
        workdays.contains(calendar.component(.weekday, from: date)) && !holidays.contains(name(of: date))
    }

    /// The next working day behind that of `date`, at its beginning.
    public func workday(after date: Date) -> Date {
        var day = day(1, after: date)
        for _ in 0..<Self.longestBreak where !isWorking(day) { day = self.day(1, after: day) }
        return day
    }

    /// The first working day of the week behind that of `date`.
    public func nextWeek(after date: Date) -> Date {
        let first = workdays.sorted().first { !workdays.contains($0 == 1 ? 7 : $0 - 1) } ?? 1
        var day = day(1, after: date)
        while calendar.component(.weekday, from: day) != first { day = self.day(1, after: day) }
        for _ in 0..<Self.longestBreak where !isWorking(day) { day = self.day(1, after: day) }
        return day
    }

    /// `day` at the time of day that `time` has.
    func date(on day: Date, at time: Date) -> Date {
        let clock = calendar.dateComponents([.hour, .minute, .second], from: time)
        var parts = calendar.dateComponents([.year, .month, .day], from: day)
        (parts.hour, parts.minute, parts.second) = (clock.hour, clock.minute, clock.second)
        return calendar.date(from: parts) ?? day
    }

    /// A date without a time of day stands at the beginning of its day.
    public func isWholeDay(_ date: Date) -> Bool { startOfDay(date) == date }

    private func name(of date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        return Self.name(parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }

    private static func name(_ year: Int, _ month: Int, _ day: Int) -> String {
        "\(year)-\(padded(month))-\(padded(day))"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Settings hold days as `2026-09-23` or as objects whose `date` says so.
    static func days(_ value: Value?) -> Set<String> {
        let texts = (value?.array ?? []).compactMap { $0.string ?? $0.object?["date"]?.string }
        return Set(texts.map { String($0.prefix(10)) })
    }
}

// MARK: Dates as people and programs send them

extension WorkCalendar {
    /// `2026-11-25`: that whole day; `2026-11-25T10:30`: the team's time; with `Z` or an offset: that moment.
    /// `nil` for anything else, and for a year that nobody means.
    public func read(_ text: String) -> Date? {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard text.utf8.count <= 40, let date = moment(text) ?? local(text) else { return nil }
        let year = calendar.component(.year, from: date)
        return (1990...2200).contains(year) ? date : nil
    }

    /// The team's time as `read` takes it: `2026-11-25` for a whole day, else `2026-11-25T10:30`.
    public func text(_ date: Date) -> String {
        let parts = calendar.dateComponents([.hour, .minute], from: date)
        if isWholeDay(date) { return name(of: date) }
        return "\(name(of: date))T\(Self.padded(parts.hour ?? 0)):\(Self.padded(parts.minute ?? 0))"
    }

    private func local(_ text: String) -> Date? {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?/) else {
            return nil
        }
        func number(_ text: Substring?) -> Int { text.flatMap { Int($0) } ?? 0 }
        var parts = DateComponents(year: number(match.1), month: number(match.2), day: number(match.3))
        (parts.hour, parts.minute, parts.second) = (number(match.4), number(match.5), number(match.6))
        return parts.isValidDate(in: calendar) ? calendar.date(from: parts) : nil
    }

    private func moment(_ text: String) -> Date? {
        let form = /\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})/
        guard text.wholeMatch(of: form) != nil else { return nil }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        // Not that form: the caller names the field.
        return try? Date(text, strategy: style)
    }
}
