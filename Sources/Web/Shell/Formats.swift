import Foundation
import Growth

/// Numbers and dates as the interface shows them: Western digits, Gregorian dates, in the settings' time zone.
public struct Formats: Sendable {
    public let language: Language
    public let timeZone: TimeZone
    private let months: PhraseTree

    init(language: Language, timeZone: TimeZone, phrases: Phrases) {
        self.language = language
        self.timeZone = timeZone
        months = phrases.tree(language)["calendar.months"] ?? .branch([:])
    }

    /// With a comma between thousands.
    public static func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return value < 0 ? "-" + out : out
    }

    public func number(_ value: Int) -> String { Self.number(value) }

    /// At most `places` decimals, without zeros at the end.
    public func number(_ value: Double, places: Int = 2) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "–" }
        let scale = pow(10, Double(places))
        let rounded = (value * scale).rounded() / scale
        let whole = Self.number(Int(rounded.magnitude.rounded(.down)))
        var part = String(format: "%.\(places)f", rounded.magnitude.truncatingRemainder(dividingBy: 1)).dropFirst(2)
        while part.last == "0" { part.removeLast() }
        return (rounded < 0 ? "-" : "") + (part.isEmpty ? whole : "\(whole).\(part)")
    }

    /// `22 نوفمبر 2026`, `22 November 2026`.
    public func date(_ date: Date) -> String {
        let parts = components(date)
        let name = months.child(named: String(parts.month ?? 0)) as? String ?? ""
        return "\(parts.day ?? 0) \(name) \(parts.year ?? 0)"
    }

    /// The date and the time of day, 24 hours.
    public func dateTime(_ date: Date) -> String {
        let parts = components(date)
        return "\(self.date(date)) \(Self.twoDigits(parts.hour)):\(Self.twoDigits(parts.minute))"
    }

    /// For `<time datetime="…">`.
    public func machine(_ date: Date) -> String { date.ISO8601Format() }

    private func components(_ date: Date) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        return calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
    }

    private static func twoDigits(_ value: Int?) -> String {
        let digits = String(value ?? 0)
        return digits.count < 2 ? "0" + digits : digits
    }
}
