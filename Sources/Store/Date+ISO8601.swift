import Foundation

extension Date {
    /// `2026-11-22T08:30:00.000Z`. A year before 0 or after 9999 is shown with its sign and as many digits as it has.
    public var iso8601: String {
        let (days, ms) = milliseconds.quotientAndRemainder(floorDividingBy: 86_400_000)
        let (year, month, day) = Self.civil(days: days)
        let digits = Self.padded(abs(year), 4)
        let shownYear = year < 0 ? "-" + digits : year > 9999 ? "+" + digits : digits
        let time = [ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60].map { Self.padded($0, 2) }.joined(separator: ":")
        return "\(shownYear)-\(Self.padded(month, 2))-\(Self.padded(day, 2))T\(time).\(Self.padded(ms % 1000, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(floorDividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    /// With a remainder that is never negative; the divisor must be above 0.
    func quotientAndRemainder(floorDividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
