import Foundation
import Store

/// When mails may go out: a window of the week in a time zone, without holidays, with the hours of Ramadan.
///
/// Everything is asked anew for each moment, so that clocks that are put forward or back, and calendars that are edited, count at once.
public struct SendCalendar: Sendable {
    private let work: WorkCalendar
    /// Minutes of the day; `to` is exclusive. A window may go over midnight.
    private let from: Int
    private let to: Int
    private let ramadan: (from: Int, to: Int)
    private let isOpenAlways: Bool
    private let hijri: Calendar

    /// Longer than any row of holidays.
    private static let longestBreak = 400

    private var calendar: Calendar { work.calendar }

    /// - Parameter window: `nil`: mails go out at any time.
    public init(_ window: SendWindow?, _ settings: SystemSettings, timezone: String? = nil) {
        let zone =
            TimeZone(identifier: window?.timezone ?? timezone ?? settings.timezone)
            ?? TimeZone(secondsFromGMT: 3 * 3_600) ?? .gmt
        var hijri = Calendar(identifier: .islamicUmmAlQura)
        hijri.timeZone = zone
        self.hijri = hijri
        let words = window?.days.isEmpty ?? true ? settings.workingWeek : window?.days ?? []
        work = WorkCalendar(
            timeZone: zone, workdays: WorkCalendar.weekdays(words),
            holidays: Set(window?.holidays ?? []).union(WorkCalendar.days(settings.holidays)))
        from = Self.minutes(window?.from) ?? 0
        to = Self.minutes(window?.to) ?? 24 * 60
        let hours = settings.ramadanHours
        ramadan = (Self.minutes(hours?.from) ?? 10 * 60, Self.minutes(hours?.to) ?? 15 * 60)
        isOpenAlways = window == nil
    }

    /// Whether both are times of day, and days are named.
    public static func isValid(_ window: SendWindow) -> Bool {
        for text in [window.from, window.to] where text != nil && minutes(text) == nil { return false }
        if let zone = window.timezone, TimeZone(identifier: zone) == nil { return false }
        let isKnown = window.days.allSatisfy { WorkCalendar.weekday($0) != nil }
        return isKnown && minutes(window.from) ?? 0 != minutes(window.to) ?? 24 * 60
            && window.holidays.allSatisfy { $0.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil }
    }

    /// `HH:mm`, from the beginning of the day.
    static func minutes(_ text: String?) -> Int? {
        guard let match = text?.wholeMatch(of: /([01]?\d|2[0-4]):([0-5]\d)/), let hours = Int(match.1),
            let minutes = Int(match.2), hours * 60 + minutes <= 24 * 60
        else { return nil }
        return hours * 60 + minutes
    }

    public func isOpen(at date: Date) -> Bool { opening(at: date) == date }

    /// `date` itself when mails may go out then, else the next moment from which they may; `nil`: never.
    public func opening(at date: Date) -> Date? {
        if isOpenAlways { return date }
        var day = calendar.date(byAdding: .day, value: -1, to: calendar.startOfDay(for: date)) ?? date
        for _ in 0..<Self.longestBreak {
            if let (begin, end) = span(on: day), end > date { return max(begin, date) }
            day =
                calendar.date(byAdding: .day, value: 1, to: calendar.startOfDay(for: day))
                ?? day.addingTimeInterval(86_400)
        }
        return nil
    }

    /// The window that begins on this day.
    private func span(on day: Date) -> (Date, Date)? {
        guard work.isWorking(day) else { return nil }
        let isRamadan = hijri.component(.month, from: day.addingTimeInterval(43_200)) == 9
        let (from, to) = isRamadan ? ramadan : (from, to)
        guard let begin = moment(day, from), let end = moment(day, to > from ? to : to + 24 * 60), begin < end else {
            return nil
        }
        return (begin, end)
    }

    /// A time that the clock skips is the next that it shows.
    private func moment(_ day: Date, _ minutes: Int) -> Date? {
        let start = calendar.startOfDay(for: day)
        guard let base = calendar.date(byAdding: .day, value: minutes / (24 * 60), to: start) else { return nil }
        if minutes % (24 * 60) == 0 { return calendar.startOfDay(for: base) }
        return calendar.date(
            bySettingHour: minutes / 60 % 24, minute: minutes % 60, second: 0, of: base, matchingPolicy: .nextTime)
    }
}

/// Windows to choose from.
public enum SendWindowPreset: String, CaseIterable, Sendable {
    /// Sunday to Thursday, 8 to 17.
    case saudiBusiness = "saudi_business"
    /// Sunday to Thursday, 9 to 12: when mails are read.
    case saudiMornings = "saudi_mornings"
    case anyTime = "any_time"

    public var window: SendWindow? {
        var window = SendWindow()
        window.days = ["sunday", "monday", "tuesday", "wednesday", "thursday"]
        window.timezone = "Asia/Riyadh"
        switch self {
        case .saudiBusiness: (window.from, window.to) = ("08:00", "17:00")
        case .saudiMornings: (window.from, window.to) = ("09:00", "12:00")
        case .anyTime: return nil
        }
        return window
    }
}
