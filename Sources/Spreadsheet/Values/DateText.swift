/// What a number format makes of a number.
package enum NumberKind: UInt8, Sendable {
    case plain
    case date
    case time
    /// Elapsed time: `[h]:mm:ss`.
    case duration
}

/// ISO 8601 text of the day numbers that spreadsheets store.
package enum DateText {
    private static let millisecondsPerDay = 86_400_000
    /// 9999-12-31, the last day that Excel shows.
    private static let lastDay = 2_958_465.0
    /// From 1970-01-01 back to 1899-12-30, and to 1904-01-01.
    private static let epoch1900 = -25_569
    private static let epoch1904 = -24_107

    /// `nil` when the number lies outside of what its format can show: it then stays a number.
    package static func text(_ value: Double, kind: NumberKind, is1904: Bool) -> String? {
        guard value.isFinite, abs(value) <= lastDay + 1 else { return nil }
        let total = Int((value * Double(millisecondsPerDay)).rounded())
        switch kind {
        case .plain: return nil
        case .duration: return (total < 0 ? "-" : "") + clock(abs(total))
        case .time where (0..<millisecondsPerDay).contains(total): return clock(total)
        case .date, .time: return dateText(total, is1904: is1904)
        }
    }

    private static func dateText(_ total: Int, is1904: Bool) -> String? {
        guard total >= 0 else { return nil }
        var day = total / millisecondsPerDay
        let rest = total % millisecondsPerDay
        // Day 0 of the 1900 system is no date: what is left is a time of day.
        if day == 0, !is1904 { return clock(rest) }
        // The 1900 system counts a 29 February 1900 that never was (day 60); the days before it are one off.
        if !is1904, day < 60 { day += 1 }
        let (year, month, date) = civil(day + (is1904 ? epoch1904 : epoch1900))
        guard year <= 9999 else { return nil }
        let text = pad(year, 4) + "-" + pad(month, 2) + "-" + pad(date, 2)
        return rest == 0 ? text : text + "T" + clock(rest)
    }

    private static func clock(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        let text = pad(seconds / 3600, 2) + ":" + pad(seconds / 60 % 60, 2) + ":" + pad(seconds % 60, 2)
        let rest = milliseconds % 1000
        return rest == 0 ? text : text + "." + pad(rest, 3)
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let march = (5 * ofYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * march + 2) / 5 + 1)
    }

    /// A date cell of ISO text (`t="d"`) in the form of all dates here: midnight and the zone mark `Z` left out.
    static func normalized(_ iso: String) -> String {
        var text = iso.hasSuffix("Z") ? String(iso.dropLast()) : iso
        if let point = text.lastIndex(of: "."), text[point...].dropFirst().allSatisfy({ $0 == "0" }) {
            text = String(text[..<point])
        }
        return text.hasSuffix("T00:00:00") ? String(text.dropLast(9)) : text
    }
}
