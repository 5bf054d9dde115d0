import Foundation

extension Recurrence {
    /// The rules that people choose from a list; each follows the day of the task that it is chosen for.
    public enum Preset: String, CaseIterable, Sendable {
        case daily, workdays, weekly, biweekly, monthly, monthEnd, yearly
    }

    /// The rule of a preset for a task on `day`. A month that lacks the day has it on its last one.
    public init(_ preset: Preset, on day: Date, _ work: WorkCalendar, movesToWorkday: Bool = false, until: Date? = nil)
    {
        let parts = work.calendar.dateComponents([.month, .day, .weekday], from: day)
        let number = parts.day ?? 1
        switch preset {
        case .daily: self.init(.daily)
        case .workdays:
            self.init(.weekly)
            days = work.workdays.sorted().map { Day($0) }
        case .weekly, .biweekly:
            self.init(.weekly)
            days = [Day(parts.weekday ?? 1)]
            if preset == .biweekly { (interval, weekStart) = (2, 1) }
        case .monthly:
            self.init(.monthly)
            monthDays = [number]
            if number > 28 { skip = .backward }
        case .monthEnd:
            self.init(.monthly)
            monthDays = [-1]
        case .yearly:
            self.init(.yearly)
            (months, monthDays) = ([parts.month ?? 1], [number])
            if parts.month == 2 && number == 29 { skip = .backward }
        }
        self.movesToWorkday = movesToWorkday
        if let until {
            let last = work.calendar.dateComponents([.year, .month, .day], from: until)
            limit = .untilDay(year: last.year ?? 0, month: last.month ?? 1, day: last.day ?? 1)
        }
    }

    /// The preset that gives this rule, but for its end and its moving; `nil` for one of somebody's own.
    public func preset(on day: Date, _ work: WorkCalendar) -> Preset? {
        var plain = self
        plain.limit = nil
        plain.movesToWorkday = false
        return Preset.allCases.first { Recurrence($0, on: day, work) == plain }
    }
}
