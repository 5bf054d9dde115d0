import Foundation
import Store

extension Company {
    /// The fields that a person may write, by their names in the schema. `status` is among them but for archiving,
    /// which has a verb of its own.
    public static let writableFields: [String] =
        CompanyField.allCases.filter { $0 != .sourceFile }.map(\.rawValue) + ["ownerId"]

    /// Takes over what `edit` says; throws `InvalidFields` for what it may not say. A field that stays what it was is
    /// not checked, so that a record with an odd value from elsewhere can still be edited.
    mutating func apply(_ edit: RecordEdit) throws {
        var reader = FieldReader()
        for (name, text) in edit.fields {
            if name == "ownerId" {
                if text ?? "" != ownerId?.description ?? "" { ownerId = reader.id(text, name) }
            } else if let field = CompanyField(rawValue: name), field != .sourceFile {
                if !isSame(field, text) { set(field, text, &reader) }
            } else {
                reader.refuse(name, Schema(of: Company.self).type(of: name) == nil ? .unknownField : .notWritable)
            }
        }
        customFields.apply(edit.custom, &reader)
        try reader.throwIfAny()
    }

    private func isSame(_ field: CompanyField, _ text: String?) -> Bool {
        let typed = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        switch field {
        case .tags: return CellValues.list(typed) == tags
        case .nameAr: return !nameAr.isEmpty && typed == nameAr
        case .leadScore: return typed == CellValues.shortest(leadScore)
        default: return typed == self[field] ?? ""
        }
    }

    private mutating func set(_ field: CompanyField, _ text: String?, _ reader: inout FieldReader) {
        let name = field.rawValue
        switch field {
        case .nameAr: nameAr = reader.line(text, name, required: true) ?? ""
        case .entityType: entityType = reader.choice(text, name)
        case .dataConfidence: dataConfidence = reader.choice(text, name)
        case .priority: priority = reader.choice(text, name)
        case .status: setStatus(text, &reader)
        case .website: website = reader.website(text, name)
        case .linkedinUrl: linkedinUrl = reader.linkedIn(text, name)
        case .leadScore: leadScore = reader.score(text, name) ?? 0
        case .tags: tags = reader.tags(text, name)
        case .address: self[field] = reader.text(text, name)
        case .description, .semanticNotes: self[field] = reader.text(text, name)
        default: self[field] = reader.line(text, name)
        }
    }

    private mutating func setStatus(_ text: String?, _ reader: inout FieldReader) {
        guard let wanted: Status = reader.choice(text, "status") else {
            return reader.refuse("status", .notInList)
        }
        // Archiving keeps when; it is asked for by name.
        if wanted == .archived || status == .archived { return reader.refuse("status", .notWritable) }
        status = wanted
    }

    mutating func archive(at date: Date) {
        status = .archived
        archivedAt = date
    }

    mutating func restore(to status: Status) {
        self.status = status
        archivedAt = nil
    }

    /// Makes `archivedAt` say what the status says.
    mutating func settleArchiving(at date: Date) {
        archivedAt = status == .archived ? archivedAt ?? date : nil
    }

    public var isArchived: Bool { archivedAt != nil || status == .archived }

    /// The name in the other language when the Arabic one is missing.
    public var displayName: String { nameAr.isEmpty ? nameEn ?? "" : nameAr }
}

extension Document {
    /// Custom fields as they were sent: a column that is not there yet, or a blank one, may come and go.
    mutating func apply(_ custom: [String: String?], _ reader: inout FieldReader) {
        if custom.count > Self.maxCustomFields { return reader.refuse("customFields", .tooLong(Self.maxCustomFields)) }
        for (header, text) in custom.sorted(by: { $0.key < $1.key }) {
            let name = "customFields." + header
            guard !header.isEmpty, header.unicodeScalars.count <= FieldReader.lineLimit, !header.hasPrefix("$") else {
                reader.refuse(name, .unknownField)
                continue
            }
            let stored = self[header].map { $0.string ?? $0.json }
            if stored ?? "" == (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines) { continue }
            self[header] = reader.text(text, name).map(Value.string)
        }
        if keys.count > Self.maxCustomFields { reader.refuse("customFields", .tooLong(Self.maxCustomFields)) }
    }

    private static var maxCustomFields: Int { 200 }
}
