import Foundation
import Store

extension ImportBatch {
    /// A run changes nothing of a contact point that is there already, but for one thing: whoever the file says wants no
    /// mail gets none. What was refused stays refused, whatever a file says; then the row warns.
    mutating func takeConsent(
        of id: EntityID<ContactPoint>, _ draft: ContactDraft, _ item: Item, _ verdict: inout RowVerdict
    ) {
        guard var said = item.parsed.consent, draft.takesConsent, let point = points[id] else {
            counters.recordsSkipped += 1
            return
        }
        let isRefused = point.consent?.isRefusal ?? false
        guard said.isRefusal, !isRefused else {
            if isRefused, said.status == "given" { warnOfConsent(item, &verdict) }
            counters.recordsSkipped += 1
            return
        }
        said.at = said.at ?? context.stamp
        said.source = said.source ?? context.log.fileName
        var changed = point
        changed.consent = said
        changed.updatedAt = context.stamp
        points.change(changed)
        counters.recordsUpdated += 1
        if verdict.action == .skip { verdict.action = .update }
        note(changed, was: point, draft, item, &verdict)
    }

    /// In the journal as one value: a consent is set back as a whole or not at all.
    private mutating func note(
        _ point: ContactPoint, was before: ContactPoint, _ draft: ContactDraft, _ item: Item,
        _ verdict: inout RowVerdict
    ) {
        let column = item.sheet.column(for: .contact(.consentStatus))?.index ?? -1
        if keepsVerdicts {
            let change = FieldChange(
                field: ContactField.consentStatus.rawValue, before: before.consent?.status,
                after: point.consent?.status ?? "", column: column)
            // The addresses and numbers of a row say the same.
            if !verdict.changes.contains(change) { verdict.changes.append(change) }
        }
        let slot = RunIDs.Slot.contact(column: draft.contactColumn, value: draft.position)
        let change = FieldChange(
            field: "consent", before: before.consent?.journalled, after: point.consent?.journalled ?? "",
            column: column)
        note([change], ContactPoint.collection, point.id.raw, before.updatedAt, slot, item)
        // What a value of ours is made of always becomes a document.
        guard let fields = try? ContactPoints.changes(point, before) else { return }
        tell(
            .updated, "Record updated", ["fields": .object(fields)], of: point.entityType.rawValue, point.entityId,
            slot, item)
    }

    private func warnOfConsent(_ item: Item, _ verdict: inout RowVerdict) {
        guard !verdict.problems.contains(where: { $0.code == .storedConsentKept }) else { return }
        let column = item.sheet.column(for: .contact(.consentStatus))
        verdict.problems.append(
            ImportProblem(
                .storedConsentKept, row: item.parsed.row, sheet: item.sheet.name, column: column?.index,
                header: column?.header))
    }
}

extension ContactDraft {
    /// Nobody is written to at a web address or a profile.
    var takesConsent: Bool { ![.website, .linkedin].contains(type) }
}

extension ContactPoint.Consent {
    /// As the journal of a run keeps it.
    var journalled: String? { (try? Document(part: self)).map { Value.object($0).json(.extended) } }

    /// What `journalled` gave; `nil` for other text.
    public init?(journalled text: String) {
        // A journal that does not read as one leaves the record as it is.
        guard let document = try? Value(json: text, form: .extended).object, let consent: Self = try? document.part()
        else { return nil }
        self = consent
    }
}
