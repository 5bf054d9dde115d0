import Foundation
import Matching
import Store

extension Opportunity {
    /// The fields that a person may write, by their names in the schema. Stage and owner have verbs of their own.
    public static let writableFields = [
        "title", "companyId", "personId", "valueEstimate", "probability", "expectedCloseDate",
    ]

    static let values = 0.0...1_000_000_000_000

    /// Takes over what `edit` says; throws `InvalidFields` for what it may not say. A field that stays what it was is
    /// not checked.
    mutating func apply(_ edit: RecordEdit) throws {
        var reader = FieldReader()
        for (name, text) in edit.fields {
            guard Self.writableFields.contains(name) else {
                reader.refuse(name, Schema(of: Opportunity.self).type(of: name) == nil ? .unknownField : .notWritable)
                continue
            }
            let typed = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            if typed != value(of: name) || name == "title" && title.isEmpty { set(name, text, &reader) }
        }
        for name in edit.custom.keys { reader.refuse("customFields." + name, .unknownField) }
        try reader.throwIfAny()
    }

    /// The text of a writable field as a form shows it.
    public func value(of field: String) -> String {
        switch field {
        case "title": title
        case "companyId": companyId?.description ?? ""
        case "personId": personId?.description ?? ""
        case "valueEstimate": valueEstimate.map(CellValues.shortest) ?? ""
        case "probability": probability.map(CellValues.shortest) ?? ""
        case "expectedCloseDate": expectedCloseDate.map(CalendarDay.text) ?? ""
        default: ""
        }
    }

    private mutating func set(_ field: String, _ text: String?, _ reader: inout FieldReader) {
        switch field {
        case "title": title = reader.line(text, field, required: true) ?? ""
        case "companyId": companyId = reader.id(text, field)
        case "personId": personId = reader.id(text, field)
        case "valueEstimate": valueEstimate = reader.money(text, field)
        case "probability": probability = reader.score(text, field) ?? stage.standardProbability
        default: expectedCloseDate = reader.day(text, field)
        }
    }
}

extension FieldReader {
    /// A sum of money: digits of any script, thousands parted or not.
    mutating func money(_ text: String?, _ field: String) -> Double? {
        let plain = FoldedText.latinDigits(text ?? "").replacing("٫", with: ".").replacing("٬", with: "")
            .replacing(",", with: "").replacing(" ", with: "")
        if plain.isEmpty { return nil }
        guard let number = Double(plain), number.isFinite else {
            refuse(field, .notANumber)
            return nil
        }
        if !Opportunity.values.contains(number) { refuse(field, .outOfRange("0", "1,000,000,000,000")) }
        return (number * 100).rounded() / 100
    }

    /// A day without a time: `2026-12-01`, or the day of a time in ISO 8601.
    mutating func day(_ text: String?, _ field: String) -> Date? {
        let plain = FoldedText.latinDigits(text ?? "").trimmingCharacters(in: .whitespaces)
        if plain.isEmpty { return nil }
        let day = CalendarDay.date(plain)
        if day == nil { refuse(field, FieldProblem("day_only")) }
        return day
    }
}

/// Days without a time of day, as the schema's dates keep them: midnight of Greenwich, which is the same day for whoever
/// reads it.
public enum CalendarDay {
    private static let years = 1900...2200

    /// `nil` for a day that no calendar has.
    public static func date(_ text: String) -> Date? {
        let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, text.count == 10 || text.dropFirst(10).first == "T",
            parts.map(\.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), years.contains(year)
        else { return nil }
        let components = DateComponents(year: year, month: month, day: day)
        return components.isValidDate(in: calendar) ? calendar.date(from: components) : nil
    }

    /// `2026-12-01`.
    public static func text(_ date: Date) -> String { String(date.iso8601.prefix(10)) }

    /// Today in a time zone, as a day.
    public static func today(_ now: Date, in zone: TimeZone) -> Date {
        var local = calendar
        local.timeZone = zone
        return calendar.date(from: local.dateComponents([.year, .month, .day], from: now)) ?? now
    }

    static let calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}
