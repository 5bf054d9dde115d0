import Foundation
import Matching
import Store

/// The addresses and numbers of a row.
extension ImportBatch {
    mutating func writeContacts(_ item: Item, _ verdict: inout RowVerdict) {
        for (draft, contact) in zip(item.parsed.contacts, item.identity.contacts) {
            guard let contact else {
                counters.recordsSkipped += 1
                continue
            }
            if contact.earlier == nil { counters.contactPointsExtracted += 1 }
            let hash = StableHash.of(contact.owner, draft.type.rawValue, draft.normalized)
            if let known = (contact.ownerIsStored ? storedPoints[hash] : nil) ?? contact.earlier {
                takeConsent(of: known, draft, item, &verdict)
                continue
            }
            if contact.ownerIsStored && context.policy == .skip {
                counters.recordsSkipped += 1
                continue
            }
            points.create(contactPoint(draft, contact, item))
            counters.recordsCreated += 1
            if verdict.action == .skip { verdict.action = item.sheet.role == .contactPoints ? .create : .update }
            if keepsVerdicts, contact.ownerIsStored {
                let columns = item.sheet.contactColumns
                let column = columns.indices.contains(draft.contactColumn) ? columns[draft.contactColumn].index : -1
                let value = draft.normalized.isEmpty ? draft.value : draft.normalized
                verdict.changes.append(FieldChange(field: "contactPoint", before: nil, after: value, column: column))
            }
            addKeys(of: draft, to: contact, item)
        }
    }

    private func contactPoint(_ draft: ContactDraft, _ contact: ImportIdentities.Contact, _ item: Item) -> ContactPoint
    {
        var point = ContactPoint()
        point.id = EntityID(
            context.ids.id(row: item.row, .contact(column: draft.contactColumn, value: draft.position)))
        point.entityType = contact.person == nil ? .company : .person
        point.entityId = contact.owner
        point.companyId = contact.company
        point.personId = contact.person
        point.contactType = draft.type
        point.contactValue = draft.value
        point.normalizedValue = draft.normalized
        if let extra = item.parsed.contact {
            point.isPrimary = extra[.isPrimary].flatMap(CellValues.answer)
            point.isVerified = extra[.isVerified].flatMap(CellValues.answer)
            point.notes = extra[.notes]
        } else {
            point.isPrimary = draft.position == 0 && draft.contactColumn == 0 ? true : nil
        }
        let confidence = item.parsed.contact?[.dataConfidence].flatMap { EnumWords.grades.token($0) }
        let ownConfidence = item.parsed.company?[.dataConfidence] ?? item.parsed.person?[.dataConfidence]
        point.dataConfidence = (confidence ?? ownConfidence).map(Confidence.init(rawValue:))
        point.sourceFile =
            item.parsed.contact?[.sourceFile] ?? item.parsed.company?[.sourceFile]
            ?? item.parsed.person?[.sourceFile] ?? context.log.fileName
        if let consent = item.parsed.consent, draft.takesConsent {
            point.consent = consent
            point.consent?.at = consent.at ?? context.stamp
            point.consent?.source = consent.source ?? point.sourceFile
        }
        if !draft.isValid {
            point.invalidAt = context.stamp
            point.invalidReason = "format"
        }
        point.importLogId = context.log.id
        stamp(&point)
        return point
    }

    /// An address or number from a sheet of its own becomes a key of its company too.
    private mutating func addKeys(of draft: ContactDraft, to contact: ImportIdentities.Contact, _ item: Item) {
        guard item.parsed.company == nil, contact.person == nil, let company = contact.company, draft.isValid,
            let key = ImportMatchKeys.contactKey(draft.type, draft.normalized)
        else { return }
        if var held = companies[company] {
            ImportMatchKeys.add(ImportMatchKeys.marks([draft.type]) + [key], to: &held.matchKeys)
            companies.change(held)
        }
    }
}
