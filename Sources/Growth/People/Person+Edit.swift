import Foundation
import Store

extension Person {
    public static let writableFields: [String] =
        PersonField.allCases.filter { $0 != .sourceFile && $0 != .companyNameAr }.map(\.rawValue) + [
            "companyId", "ownerId",
        ]

    /// Takes over what `edit` says; throws `InvalidFields` for what it may not say. A field that stays what it was is
    /// not checked.
    mutating func apply(_ edit: RecordEdit) throws {
        var reader = FieldReader()
        for (name, text) in edit.fields {
            let typed = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            if name == "ownerId" {
                if typed != ownerId?.description ?? "" { ownerId = reader.id(text, name) }
            } else if name == "companyId" {
                if typed != companyId?.description ?? "" { companyId = reader.id(text, name) }
            } else if Self.writableFields.contains(name), let field = PersonField(rawValue: name) {
                if typed != self[field] ?? "" || field == .fullName && fullName.isEmpty { set(field, text, &reader) }
            } else {
                reader.refuse(name, Schema(of: Person.self).type(of: name) == nil ? .unknownField : .notWritable)
            }
        }
        customFields.apply(edit.custom, &reader)
        try reader.throwIfAny()
    }

    private mutating func set(_ field: PersonField, _ text: String?, _ reader: inout FieldReader) {
        let name = field.rawValue
        switch field {
        case .fullName: fullName = reader.line(text, name, required: true) ?? ""
        case .seniorityLevel: seniorityLevel = reader.choice(text, name)
        case .isDecisionMaker: isDecisionMaker = reader.choice(text, name)
        case .dataConfidence: dataConfidence = reader.choice(text, name)
        case .email: email = reader.email(text, name)
        case .mobile: mobile = reader.phone(text, name)
        case .phone: phone = reader.phone(text, name)
        case .linkedinUrl: linkedinUrl = reader.linkedIn(text, name)
        case .notes, .decisionMakerReason: self[field] = reader.text(text, name)
        default: self[field] = reader.line(text, name)
        }
    }
}
