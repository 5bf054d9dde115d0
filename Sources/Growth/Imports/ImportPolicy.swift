import Store

/// What a row may do to a record that is there already.
public enum ImportPolicy: String, CaseIterable, Sendable {
    /// Fills what is empty and leaves the rest.
    case fillBlanks
    case overwrite
    /// Overwrites where the row's `dataConfidence` is higher; a tie keeps what is stored.
    case higherConfidence
    /// Leaves the record alone.
    case skip
}

/// One field of a record that a row changes, or would have.
public struct FieldChange: Hashable, Sendable {
    public var field: String
    public var before: String?
    public var after: String
    public var column: Int
}

extension ImportPolicy {
    /// Brings a row's company into a stored one. Returns what changed and what was kept although the row differs.
    func merge(_ draft: Draft<CompanyField>, into company: inout Company) -> (
        changed: [FieldChange], kept: [FieldChange]
    ) {
        let isSurer =
            Confidence.rank(draft[.dataConfidence].map(Confidence.init(rawValue:)))
            > Confidence.rank(company.dataConfidence)
        var (changed, kept): ([FieldChange], [FieldChange]) = ([], [])
        for entry in draft.entries where entry.field != .sourceFile {
            let before = company[entry.field]
            let after = entry.field == .tags ? Self.union(before, entry.text) : entry.text
            // A score of 0 is what a company has that nobody scored.
            guard before != after, !(entry.field == .leadScore && before == nil && after == "0") else { continue }
            let change = FieldChange(field: entry.field.rawValue, before: before, after: after, column: entry.column)
            if entry.field == .tags && self != .skip || takes(isBlank: before == nil, isSurer: isSurer) {
                company[entry.field] = after
                changed.append(change)
            } else if entry.field != .status {
                kept.append(change)
            }
        }
        merge(draft.custom, into: &company.customFields, isSurer: isSurer, changed: &changed, kept: &kept)
        return (changed, kept)
    }

    func merge(_ draft: Draft<PersonField>, into person: inout Person) -> (changed: [FieldChange], kept: [FieldChange])
    {
        let isSurer =
            Confidence.rank(draft[.dataConfidence].map(Confidence.init(rawValue:)))
            > Confidence.rank(person.dataConfidence)
        var (changed, kept): ([FieldChange], [FieldChange]) = ([], [])
        for entry in draft.entries where entry.field != .sourceFile {
            let before = person[entry.field]
            guard before != entry.text else { continue }
            let change = FieldChange(
                field: entry.field.rawValue, before: before, after: entry.text, column: entry.column)
            if takes(isBlank: before == nil, isSurer: isSurer) {
                person[entry.field] = entry.text
                changed.append(change)
            } else {
                kept.append(change)
            }
        }
        merge(draft.custom, into: &person.customFields, isSurer: isSurer, changed: &changed, kept: &kept)
        return (changed, kept)
    }

    private func merge(
        _ custom: Document, into stored: inout Document, isSurer: Bool, changed: inout [FieldChange],
        kept: inout [FieldChange]
    ) {
        for pair in custom.pairs {
            guard let after = pair.value.string, stored[pair.key] != pair.value else { continue }
            let before = stored[pair.key].map { $0.string ?? $0.json }
            let change = FieldChange(field: "customFields." + pair.key, before: before, after: after, column: -1)
            if takes(isBlank: before == nil, isSurer: isSurer) {
                stored[pair.key] = pair.value
                changed.append(change)
            } else {
                kept.append(change)
            }
        }
    }

    private func takes(isBlank: Bool, isSurer: Bool) -> Bool {
        switch self {
        case .fillBlanks: isBlank
        case .overwrite: true
        case .higherConfidence: isBlank || isSurer
        case .skip: false
        }
    }

    private static func union(_ before: String?, _ added: String) -> String {
        var tags = before.map { $0.split(separator: "\n").map(String.init) } ?? []
        for tag in added.split(separator: "\n").map(String.init) where !tags.contains(tag) { tags.append(tag) }
        return tags.joined(separator: "\n")
    }
}
