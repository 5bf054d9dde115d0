import Foundation

/// When a task comes again: the part of RFC 5545, section 3.3.10, that tasks need, with the leap days of RFC 7529.
///
/// FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, with INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, COUNT or UNTIL, WKST, SKIP; and
/// one part of our own, `X-WORKDAY=NEXT`, which moves what falls on a weekend or a holiday to the next working day.
public struct Recurrence: Hashable, Sendable {
    public enum Frequency: String, Sendable, CaseIterable {
        case daily = "DAILY", weekly = "WEEKLY", monthly = "MONTHLY", yearly = "YEARLY"
    }

    /// A weekday, and where `ordinal` is given only the so-manyth of its month, counted from the end when negative.
    public struct Day: Hashable, Sendable {
        public var ordinal: Int?
        /// 1 is Sunday.
        public var weekday: Int

        public init(_ weekday: Int, ordinal: Int? = nil) {
            self.weekday = weekday
            self.ordinal = ordinal
        }
    }

    /// What becomes of a day that its month does not have: RFC 7529, section 4.1.
    public enum Skip: String, Sendable { case omit = "OMIT", backward = "BACKWARD", forward = "FORWARD" }

    public enum Limit: Hashable, Sendable {
        /// How many occurrences there are, the present one included.
        case count(Int)
        /// The last day.
        case untilDay(year: Int, month: Int, day: Int)
        case until(Date)
    }

    public enum Problem: Error, Hashable { case malformed, unsupported }

    public var frequency: Frequency
    public var interval = 1
    public var days: [Day] = []
    /// 1–31, or counted from the end of the month when negative.
    public var monthDays: [Int] = []
    public var months: [Int] = []
    public var limit: Limit?
    /// 1 is Sunday; the standard's default is Monday.
    public var weekStart = 2
    public var skip = Skip.omit
    public var movesToWorkday = false

    public static let weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
    static let intervals = 1...1_000
    static let counts = 1...10_000

    public init(_ frequency: Frequency) { self.frequency = frequency }

    /// Throws `malformed` for what the standard does not allow and `unsupported` for what it allows and we do not do.
    public init(_ text: String) throws(Problem) {
        var rest = text.trimmingCharacters(in: .whitespacesAndNewlines).uppercased()
        if rest.hasPrefix("RRULE:") { rest.removeFirst(6) }
        guard rest.utf8.count <= 500 else { throw .malformed }
        var parts: [(name: String, value: String)] = []
        for part in rest.split(separator: ";", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, !sides[1].isEmpty, !parts.contains(where: { $0.name == sides[0] }) else {
                throw .malformed
            }
            parts.append((sides[0], sides[1]))
        }
        guard let word = parts.first(where: { $0.name == "FREQ" })?.value else { throw .malformed }
        guard let frequency = Frequency(rawValue: word) else {
            throw ["SECONDLY", "MINUTELY", "HOURLY"].contains(word) ? .unsupported : .malformed
        }
        self.frequency = frequency
        for part in parts { try take(part.name, part.value) }
        try check()
    }

    private mutating func take(_ name: String, _ value: String) throws(Problem) {
        switch name {
        case "FREQ": break
        case "INTERVAL": interval = try Self.number(value, Self.intervals)
        case "COUNT": try setLimit(.count(try Self.number(value, Self.counts)))
        case "UNTIL": try setLimit(try Self.until(value))
        case "BYDAY": days = try Self.list(value) { text throws(Problem) in try Self.day(text) }
        case "BYMONTHDAY":
            monthDays = try Self.list(value) { text throws(Problem) in try Self.signed(text, upTo: 31) }
        case "BYMONTH": months = try Self.list(value) { text throws(Problem) in try Self.number(text, 1...12) }
        case "WKST":
            guard let index = Self.weekdays.firstIndex(of: value) else { throw .malformed }
            weekStart = index + 1
        case "RSCALE": if value != "GREGORIAN" { throw .unsupported }
        case "SKIP":
            guard let skip = Skip(rawValue: value) else { throw .malformed }
            self.skip = skip
        case "X-WORKDAY":
            guard value == "NEXT" else { throw .unsupported }
            movesToWorkday = true
        case "BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "BYSETPOS": throw .unsupported
        default: throw name.hasPrefix("X-") ? .unsupported : .malformed
        }
    }

    private mutating func setLimit(_ new: Limit) throws(Problem) {
        // The standard forbids both.
        if limit != nil { throw .malformed }
        limit = new
    }

    private func check() throws(Problem) {
        let hasOrdinals = days.contains { $0.ordinal != nil }
        switch frequency {
        case .daily, .weekly:
            if hasOrdinals || frequency == .weekly && !monthDays.isEmpty { throw .malformed }
        case .monthly: break
        case .yearly:
            // Without months these count within the year.
            if !days.isEmpty && months.isEmpty { throw .unsupported }
        }
        if frequency == .monthly || frequency == .yearly,
            days.contains(where: { abs($0.ordinal ?? 0) > 5 })
        {
            throw .unsupported
        }
    }

    // MARK: Words

    /// The rule as it is stored.
    public var text: String {
        var parts = ["FREQ=\(frequency.rawValue)"]
        if skip != .omit { parts.insert("RSCALE=GREGORIAN", at: 0) }
        if interval != 1 { parts.append("INTERVAL=\(interval)") }
        if !months.isEmpty { parts.append("BYMONTH=" + months.map(String.init).joined(separator: ",")) }
        if !monthDays.isEmpty { parts.append("BYMONTHDAY=" + monthDays.map(String.init).joined(separator: ",")) }
        if !days.isEmpty { parts.append("BYDAY=" + days.map(Self.text).joined(separator: ",")) }
        if weekStart != 2 { parts.append("WKST=\(Self.weekdays[weekStart - 1])") }
        if skip != .omit { parts.append("SKIP=\(skip.rawValue)") }
        switch limit {
        case .count(let count)?: parts.append("COUNT=\(count)")
        case .untilDay(let year, let month, let day)?:
            parts.append("UNTIL=" + Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2))
        case .until(let date)?: parts.append("UNTIL=\(Self.moment(date))")
        case nil: break
        }
        if movesToWorkday { parts.append("X-WORKDAY=NEXT") }
        return parts.joined(separator: ";")
    }

    private static func text(_ day: Day) -> String { (day.ordinal.map(String.init) ?? "") + weekdays[day.weekday - 1] }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func moment(_ date: Date) -> String {
        date.ISO8601Format().filter { $0 != "-" && $0 != ":" }
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>) throws(Problem) -> Int {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), number > 0 else {
            throw .malformed
        }
        guard range.contains(number) else { throw range.upperBound <= 31 ? .malformed : .unsupported }
        return number
    }

    private static func signed(_ text: String, upTo most: Int) throws(Problem) -> Int {
        let isNegative = text.hasPrefix("-")
        let number = try number(text.hasPrefix("+") || isNegative ? String(text.dropFirst()) : text, 1...most)
        return isNegative ? -number : number
    }

    private static func day(_ text: String) throws(Problem) -> Day {
        guard let index = weekdays.firstIndex(of: String(text.suffix(2))) else { throw .malformed }
        let ordinal = text.dropLast(2)
        return Day(index + 1, ordinal: ordinal.isEmpty ? nil : try signed(String(ordinal), upTo: 53))
    }

    private static func list<T: Hashable>(
        _ text: String, _ read: (String) throws(Problem) -> T
    ) throws(Problem) -> [T] {
        var items: [T] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let item = try read(String(part))
            if !items.contains(item) { items.append(item) }
        }
        return items
    }

    /// `20261231`, or `20261231T205959Z`; a time without a zone is the team's and means its day.
    private static func until(_ text: String) throws(Problem) -> Limit {
        let digits = text.prefix(8)
        guard digits.count == 8, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let year = Int(digits.prefix(4)), let month = Int(digits.dropFirst(4).prefix(2)),
            let day = Int(digits.suffix(2)), (1...12).contains(month), (1...31).contains(day)
        else { throw .malformed }
        let time = text.dropFirst(8)
        if time.isEmpty { return .untilDay(year: year, month: month, day: day) }
        guard time.wholeMatch(of: /T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?/) != nil else { throw .malformed }
        guard time.last == "Z" else { return .untilDay(year: year, month: month, day: day) }
        let clock = Array(time.dropFirst().dropLast())
        let iso =
            "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(String(clock[0..<2])):\(String(clock[2..<4])):\(String(clock[4..<6]))Z"
        // What is no moment is no rule either.
        guard let date = try? Date(iso, strategy: .iso8601) else { throw .malformed }
        return .until(date)
    }
}
