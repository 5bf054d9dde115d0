import Foundation

/// The date of a header: `Tue, 25 Nov 2026 04:20:00 +0300` (RFC 5322 section 3.3).
enum MailDate {
    private static let days: [StaticString] = ["Thu, ", "Fri, ", "Sat, ", "Sun, ", "Mon, ", "Tue, ", "Wed, "]
    private static let months: [StaticString] = [
        " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
    ]
    /// 9999-12-31: the last year that has four digits. And zones go from -12 to +14 hours.
    private static let maxSeconds = 253_402_300_799.0, maxOffsetMinutes = 14 * 60

    static func write(_ date: Date, offsetMinutes: Int, to sink: inout ByteSink) {
        let offset = min(max(offsetMinutes, -maxOffsetMinutes), maxOffsetMinutes)
        let seconds = min(max(date.timeIntervalSince1970.rounded(.down), 0), maxSeconds - Double(maxOffsetMinutes * 60))
        let local = max(0, Int(seconds) + offset * 60)
        let (day, rest) = local.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, dayOfMonth) = civil(day)
        sink.append(days[day % 7])
        if dayOfMonth < 10 { digit(dayOfMonth, &sink) } else { two(dayOfMonth, &sink) }
        sink.append(months[month - 1])
        two(year / 100, &sink)
        two(year % 100, &sink)
        sink.append(" ")
        two(rest / 3_600, &sink)
        sink.append(":")
        two(rest / 60 % 60, &sink)
        sink.append(":")
        two(rest % 60, &sink)
        sink.append(offset < 0 ? " -" : " +")
        two(abs(offset) / 60, &sink)
        two(abs(offset) % 60, &sink)
    }

    private static func two(_ number: Int, _ sink: inout ByteSink) {
        digit(number / 10, &sink)
        digit(number % 10, &sink)
    }

    private static func digit(_ number: Int, _ sink: inout ByteSink) { sink.append(UInt8(0x30 + number % 10)) }

    /// The day of the Gregorian calendar so many days after 1970-01-01, counted in eras of 400 years from a first of March.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097, dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
