import Foundation

extension Recurrence {
    /// After so many periods without a day that fits, there is none: 29 February comes within eight years. A rule that
    /// was left alone since the first day that dates may have is still caught up with.
    private var longestSearch: Int {
        switch frequency {
        case .daily: 20_000
        case .weekly: 5_000
        case .monthly: 1_500
        case .yearly: 150
        }
    }

    /// The first occurrence behind `date` whose day is not before that of `earliest`, and the rule that is left then.
    /// `nil` when there is none any more.
    ///
    /// `date` is the present occurrence: its day and time of day are what the rule does not name. Occurrences that are
    /// passed over count.
    public func next(after date: Date, notBefore earliest: Date, in work: WorkCalendar) -> (
        date: Date, rule: Recurrence
    )? {
        var left: Int?
        if case .count(let count)? = limit { left = count }
        let start = work.startOfDay(date), floor = work.startOfDay(earliest)
        for period in 0..<longestSearch {
            for day in occurrences(inPeriod: period, of: start, work) where day > start {
                if isBeyondLimit(work.date(on: day, at: date), work) { return nil }
                if let count = left {
                    if count <= 1 { return nil }
                    left = count - 1
                }
                let moved = movesToWorkday && !work.isWorking(day) ? work.workday(after: day) : day
                if moved < floor || moved <= start { continue }
                var rule = self
                if let left { rule.limit = .count(left) }
                return (work.date(on: moved, at: date), rule)
            }
        }
        return nil
    }

    private func isBeyondLimit(_ date: Date, _ work: WorkCalendar) -> Bool {
        switch limit {
        case .until(let last)?: return date > last
        case .untilDay(let year, let month, let day)?:
            let parts = work.calendar.dateComponents([.year, .month, .day], from: date)
            return (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0) > (year, month, day)
        case .count?, nil: return false
        }
    }

    /// The days of the `period`-th period from the one in which `start` lies, in order.
    private func occurrences(inPeriod period: Int, of start: Date, _ work: WorkCalendar) -> [Date] {
        switch frequency {
        case .daily:
            let day = work.day(period * interval, after: start)
            return fits(day, work) ? [day] : []
        case .weekly:
            let weekday = work.calendar.component(.weekday, from: start)
            let first = work.day(period * interval * 7 - (weekday - weekStart + 7) % 7, after: start)
            let wanted = days.isEmpty ? [weekday] : days.map(\.weekday)
            return wanted.map { ($0 - weekStart + 7) % 7 }.sorted().map { work.day($0, after: first) }
                .filter { isInMonths($0, work) }
        case .monthly:
            let parts = work.calendar.dateComponents([.year, .month, .day], from: start)
            let month = (parts.month ?? 1) - 1 + period * interval
            let year = (parts.year ?? 1970) + month / 12
            guard months.isEmpty || months.contains(month % 12 + 1) else { return [] }
            return days(ofMonth: month % 12 + 1, year, parts.day ?? 1, work)
        case .yearly:
            let parts = work.calendar.dateComponents([.year, .month, .day], from: start)
            let year = (parts.year ?? 1970) + period * interval
            let own = monthDays.isEmpty ? [parts.month ?? 1] : Array(1...12)
            return (months.isEmpty ? own : months.sorted()).flatMap {
                days(ofMonth: $0, year, parts.day ?? 1, work)
            }.sorted()
        }
    }

    private func isInMonths(_ day: Date, _ work: WorkCalendar) -> Bool {
        months.isEmpty || months.contains(work.calendar.component(.month, from: day))
    }

    /// Whether a day of a daily rule is one of those that it names.
    private func fits(_ day: Date, _ work: WorkCalendar) -> Bool {
        let parts = work.calendar.dateComponents([.year, .month, .day, .weekday], from: day)
        guard isInMonths(day, work), days.isEmpty || days.contains(where: { $0.weekday == parts.weekday }) else {
            return false
        }
        if monthDays.isEmpty { return true }
        let length = Self.length(ofMonth: parts.month ?? 1, parts.year ?? 1970, work)
        let number = parts.day ?? 1
        return monthDays.contains(number) || monthDays.contains(number - length - 1)
    }

    private func days(ofMonth month: Int, _ year: Int, _ own: Int, _ work: WorkCalendar) -> [Date] {
        let length = Self.length(ofMonth: month, year, work)
        guard let first = work.calendar.date(from: DateComponents(year: year, month: month, day: 1)) else { return [] }
        var numbers: Set<Int> = []
        if days.isEmpty || !monthDays.isEmpty {
            for number in monthDays.isEmpty ? [own] : monthDays {
                if let found = place(number, length) { numbers.insert(found) }
            }
        }
        if !days.isEmpty {
            let named = Set((1...length).filter { isNamed($0, length, first, work) })
            numbers = monthDays.isEmpty ? named : numbers.intersection(named)
        }
        return numbers.sorted().map { work.day($0 - 1, after: first) }
    }

    /// The day of a month of this length that `number` means; one more than its length is the first of the next.
    private func place(_ number: Int, _ length: Int) -> Int? {
        if number < 0 { return number >= -length ? length + 1 + number : nil }
        if number <= length { return number }
        switch skip {
        case .omit: return nil
        case .backward: return length
        case .forward: return length + 1
        }
    }

    private func isNamed(_ number: Int, _ length: Int, _ first: Date, _ work: WorkCalendar) -> Bool {
        let weekday = (work.calendar.component(.weekday, from: first) - 1 + number - 1) % 7 + 1
        return days.contains { day in
            guard day.weekday == weekday else { return false }
            guard let ordinal = day.ordinal else { return true }
            return ordinal > 0 ? (number - 1) / 7 + 1 == ordinal : (length - number) / 7 + 1 == -ordinal
        }
    }

    private static func length(ofMonth month: Int, _ year: Int, _ work: WorkCalendar) -> Int {
        guard let first = work.calendar.date(from: DateComponents(year: year, month: month, day: 1)) else { return 30 }
        return work.calendar.range(of: .day, in: .month, for: first)?.count ?? 30
    }
}
