import Foundation
import Store

extension Lead {
    /// The fields that a person may write, by their names in the schema. Status, owner and conversion have verbs of
    /// their own.
    public static let writableFields = [
        "companyId", "personId", "source", "temperature", "priority", "serviceInterest", "notes",
    ]

    /// Takes over what `edit` says; throws `InvalidFields` for what it may not say. A field that stays what it was is
    /// not checked. An empty temperature is derived from the score again.
    mutating func apply(_ edit: RecordEdit) throws {
        var reader = FieldReader()
        for (name, text) in edit.fields {
            guard Self.writableFields.contains(name) else {
                reader.refuse(name, Schema(of: Lead.self).type(of: name) == nil ? .unknownField : .notWritable)
                continue
            }
            let typed = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            if typed != value(of: name) { set(name, text, &reader) }
        }
        for name in edit.custom.keys { reader.refuse("customFields." + name, .unknownField) }
        try reader.throwIfAny()
    }

    /// The text of a writable field as a form shows it.
    public func value(of field: String) -> String {
        switch field {
        case "companyId": companyId?.description ?? ""
        case "personId": personId?.description ?? ""
        case "source": source?.rawValue ?? ""
        case "temperature": isTemperatureByHand ? temperature?.rawValue ?? "" : ""
        case "priority": priority?.rawValue ?? ""
        case "serviceInterest": serviceInterest ?? ""
        case "notes": notes ?? ""
        default: ""
        }
    }

    private mutating func set(_ field: String, _ text: String?, _ reader: inout FieldReader) {
        switch field {
        case "companyId": companyId = reader.id(text, field)
        case "personId": personId = reader.id(text, field)
        case "source": source = reader.choice(text, field)
        case "temperature": setTemperature(reader.choice(text, field))
        case "priority": priority = reader.choice(text, field)
        case "serviceInterest": serviceInterest = reader.line(text, field)
        default: notes = reader.text(text, field)
        }
    }
}

// MARK: Temperature

extension Lead {
    static let temperatureFactor = "temperature"
    /// The reason of the factor whose temperature came from the score and so cannot count towards it.
    static let derived = "derived"

    /// Whether a person, or a classification, said it; otherwise it follows the score.
    public var isTemperatureByHand: Bool {
        guard let temperature, temperature != .unknown else { return false }
        return !scoreBreakdown.contains { $0.factor == Self.temperatureFactor && $0.reason == Self.derived }
    }

    private mutating func setTemperature(_ temperature: Temperature?) {
        self.temperature = temperature == .unknown ? nil : temperature
        scoreBreakdown.removeAll { $0.factor == Self.temperatureFactor }
    }
}
