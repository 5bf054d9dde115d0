import Foundation

/// The date of a header: `Tue, 25 Nov 2026 04:20:00 +0300` (RFC 5322 section 3.3).
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// 9999-12-31: the last year that has four digits. And zones go from -12 to +14 hours.
    private static let maxSeconds = 253_402_300_799.0, maxOffsetMinutes = 14 * 60

    static func text(_ date: Date, offsetMinutes: Int) -> String {
        let offset = min(max(offsetMinutes, -maxOffsetMinutes), maxOffsetMinutes)
        let seconds = min(max(date.timeIntervalSince1970.rounded(.down), 0), maxSeconds - Double(maxOffsetMinutes * 60))
        let local = max(0, Int(seconds) + offset * 60)
        let (day, rest) = local.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, dayOfMonth) = civil(day)
        var text = days[day % 7]
        text.reserveCapacity(32)
        text += ", "
        text += String(dayOfMonth)
        text += " "
        text += months[month - 1]
        text += " "
        text += String(year)
        for (mark, number) in [(" ", rest / 3_600), (":", rest / 60 % 60), (":", rest % 60)] {
            text += mark
            text += two(number)
        }
        text += offset < 0 ? " -" : " +"
        text += two(abs(offset) / 60)
        text += two(abs(offset) % 60)
        return text
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0" + String(number) : String(number) }

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
