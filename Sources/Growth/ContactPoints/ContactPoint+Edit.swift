import Foundation
import Matching
import Store

extension ContactPoint {
    public static let writableFields = [
        "contactType", "contactValue", "dataConfidence", "notes", "isPrimary", "isVerified",
    ]
    public static let consentFields = ["consentStatus", "consentBasis", "consentSource"]

    /// The answers that a page offers; others that are stored stay as they are.
    public static let consentStatuses = ["given", "refused", "withdrawn", "unknown"]
    public static let consentBases = ["consent", "contract", "legitimate_interest", "public_source", "other"]

    /// A value that has been checked: what was wrong with the old one no longer holds.
    mutating func setValue(_ normalized: String) {
        contactValue = normalized
        normalizedValue = normalized
        isVerified = nil
        invalidAt = nil
        invalidReason = nil
    }

    mutating func apply(_ edit: RecordEdit, now: Date) throws {
        var reader = FieldReader()
        let before = (contactType, contactValue)
        for (name, text) in edit.fields {
            switch name {
            case "contactType": contactType = reader.choice(text, name) ?? contactType
            case "contactValue", "consentStatus", "consentBasis", "consentSource": break
            case "dataConfidence": dataConfidence = reader.choice(text, name)
            case "notes": notes = reader.text(text, name)
            case "isPrimary": isPrimary = Self.flag(text)
            case "isVerified": isVerified = Self.flag(text)
            default:
                reader.refuse(name, Schema(of: ContactPoint.self).type(of: name) == nil ? .unknownField : .notWritable)
            }
        }
        if let text = edit.fields["contactValue"] ?? nil {
            if contactType != before.0 || text != before.1 { readValue(text, &reader) }
        } else if edit.fields.keys.contains("contactValue") {
            reader.refuse("contactValue", .required)
        } else if contactType != before.0 {
            readValue(contactValue, &reader)
        }
        applyConsent(edit, &reader, now)
        try reader.throwIfAny()
    }

    private mutating func readValue(_ text: String, _ reader: inout FieldReader) {
        let name = "contactValue"
        guard reader.line(text, name, required: true, limit: 2_000) != nil else { return }
        let normalized: String? =
            switch contactType {
            case .email: reader.email(text, name)
            case .mobile, .phone, .whatsapp: reader.phone(text, name)
            case .website: reader.website(text, name).flatMap { WebDomain($0)?.host }
            case .linkedin: reader.linkedIn(text, name)?.lowercased()
            default: FoldedText.fold(text)
            }
        guard let normalized else { return }
        setValue(normalized)
        contactValue =
            switch contactType {
            case .website: reader.website(text, name) ?? normalized
            case .linkedin: reader.linkedIn(text, name) ?? normalized
            default: FoldedText.clean(text)
            }
    }

    private mutating func applyConsent(_ edit: RecordEdit, _ reader: inout FieldReader, _ now: Date) {
        guard Self.consentFields.contains(where: { edit.fields.keys.contains($0) }) else { return }
        let before = consent ?? Consent()
        var after = before
        func word(_ name: String, _ stored: String?, _ known: [String]) -> String? {
            guard let text = edit.fields[name] else { return stored }
            let word = (text ?? "").trimmingCharacters(in: .whitespaces)
            if word.isEmpty { return nil }
            if word != stored, !known.contains(word) { reader.refuse(name, .notInList) }
            return word
        }
        after.status = word("consentStatus", before.status, Self.consentStatuses)
        after.basis = word("consentBasis", before.basis, Self.consentBases)
        if let source = edit.fields["consentSource"] { after.source = reader.line(source, "consentSource", limit: 400) }
        guard after != before else { return }
        let isBlank = after.status == nil && after.basis == nil && after.source == nil
        after.at = now
        consent = isBlank ? nil : after
    }

    mutating func markInvalid(_ reason: String?, at date: Date) {
        invalidAt = date
        invalidReason = reason
        isVerified = nil
    }

    mutating func markValid() {
        invalidAt = nil
        invalidReason = nil
    }

    /// Yes is stored, anything else removes the mark.
    private static func flag(_ text: String?) -> Bool? {
        ["true", "on", "1", "yes"].contains(text ?? "") ? true : nil
    }
}
