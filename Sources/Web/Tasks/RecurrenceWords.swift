import Foundation
import Growth

/// A rule as a sentence: `كل أسبوعين: الأحد، الثلاثاء · حتى 31 ديسمبر 2026`.
enum RecurrenceWords {
    static func sentence(_ rule: Recurrence, _ visit: some Visiting) -> String {
        var text = visit.plural("tasks.repeat.\(rule.frequency.rawValue.lowercased())", rule.interval)
        let details = days(rule, visit)
        if !details.isEmpty {
            text += ": " + details.joined(separator: visit.phrase("shell.listSeparator"))
        }
        var more: [String] = []
        if rule.movesToWorkday { more.append(visit.phrase("tasks.repeat.toWorkday")) }
        switch rule.limit {
        case .count(let count)?: more.append(visit.plural("tasks.repeat.times", count))
        case .untilDay(let year, let month, let day)?:
            let name = visit.phrase("calendar.months.\(month)")
            more.append(visit.phrase("tasks.repeat.until", ["date": "\(day) \(name) \(year)"]))
        case .until(let date)?:
            more.append(visit.phrase("tasks.repeat.until", ["date": visit.formats.date(date)]))
        case nil: break
        }
        return ([text] + more).joined(separator: " · ")
    }

    private static func days(_ rule: Recurrence, _ visit: some Visiting) -> [String] {
        let months = rule.months.sorted().map { visit.phrase("calendar.months.\($0)") }
        let dates = rule.monthDays.map { number in
            number > 0
                ? visit.phrase("tasks.repeat.monthDay", ["day": String(number)])
                : number == -1
                    ? visit.phrase("tasks.repeat.lastDay")
                    : visit.phrase("tasks.repeat.fromEnd", ["day": String(-number)])
        }
        let weekdays = rule.days.map { day in
            let name = visit.phrase("tasks.weekdays.\(Recurrence.weekdays[day.weekday - 1].lowercased())")
            guard let ordinal = day.ordinal else { return name }
            return visit.phrase(
                ordinal > 0 ? "tasks.repeat.ordinal" : "tasks.repeat.ordinalFromEnd",
                ["day": name, "number": String(abs(ordinal))])
        }
        return dates + weekdays + months
    }
}
