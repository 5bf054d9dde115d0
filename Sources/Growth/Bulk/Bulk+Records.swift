import Foundation
import Store

extension Companies {
    /// What names a company, or holds for one alone, is set one by one.
    private static let single: Set<String> = [
        "nameAr", "nameEn", "website", "linkedinUrl", "tags", "ownerId", "address",
    ]

    func bulk(_ leads: Leads) -> BulkKind<Company> {
        BulkKind(
            verbs: [.set, .addTags, .removeTags, .assign, .makeLeads, .archive, .restore],
            settable: Company.writableFields.filter { !Self.single.contains($0) }, sees: { _ in .all },
            name: { $0.displayName },
            change: { original, order, _, now in
                var company = original
                switch order.verb {
                case .assign: company.ownerId = order.value.flatMap { EntityID($0) }
                case .addTags: company.tags = try Self.adding(order.value, to: company.tags)
                case .removeTags: company.tags = Self.removing(order.value, from: company.tags)
                case .archive where company.archivedAt == nil || !company.isArchived:
                    company.archive(at: Date(milliseconds: now.milliseconds))
                case .restore where company.isArchived:
                    company.restore(to: try await self.statusBeforeArchiving(company.id) ?? .active)
                case .archive, .restore: break
                default: try company.apply(order.edit)
                }
                return company
            },
            perform: { original, changed, _, principal in _ = try await self.save(changed, original, by: principal) },
            revert: { current, restored, _, principal in _ = try await self.save(restored, current, by: principal) },
            making: leads.making("companyId", isLive: { !$0.isArchived && $0.mergedInto == nil }) { company in
                var lead = Lead()
                lead.companyId = company.id
                return lead
            })
    }

    private static func adding(_ text: String?, to tags: [String]) throws -> [String] {
        var reader = FieldReader()
        let wanted = reader.tags(text, "value")
        if wanted.isEmpty { reader.refuse("value", .required) }
        let all = tags + wanted.filter { !tags.contains($0) }
        if all.count > FieldReader.maxTags { reader.refuse("tags", .tooLong(FieldReader.maxTags)) }
        try reader.throwIfAny()
        return all
    }

    private static func removing(_ text: String?, from tags: [String]) -> [String] {
        let unwanted = CellValues.list(text ?? "")
        return tags.filter { !unwanted.contains($0) }
    }
}

extension People {
    private static let single: Set<String> = [
        "fullName", "email", "mobile", "phone", "linkedinUrl", "companyId", "ownerId",
    ]

    func bulk(_ leads: Leads) -> BulkKind<Person> {
        BulkKind(
            verbs: [.set, .assign, .makeLeads, .archive, .restore],
            settable: Person.writableFields.filter { !Self.single.contains($0) }, sees: { _ in .all },
            name: { $0.fullName },
            change: { original, order, _, now in
                var person = original
                switch order.verb {
                case .assign: person.ownerId = order.value.flatMap { EntityID($0) }
                case .archive: person.archivedAt = person.archivedAt ?? Date(milliseconds: now.milliseconds)
                case .restore: person.archivedAt = nil
                default: try person.apply(order.edit)
                }
                return person
            },
            perform: { original, changed, _, principal in
                _ = try await self.save(changed, original, by: principal, note: Self.note(original, changed))
            },
            revert: { current, restored, _, principal in
                _ = try await self.save(restored, current, by: principal, note: Self.note(current, restored))
            },
            making: leads.making("personId", isLive: { $0.archivedAt == nil && $0.mergedInto == nil }) { person in
                var lead = Lead()
                (lead.companyId, lead.personId) = (person.companyId, person.id)
                return lead
            })
    }

    /// How the timeline tells of archiving.
    private static func note(_ before: Person, _ after: Person) -> Document {
        switch (before.archivedAt, after.archivedAt) {
        case (nil, _?): ["archived": ["after": true]]
        case (_?, nil): ["archived": ["before": true]]
        default: Document()
        }
    }
}

extension ContactPoints {
    var bulk: BulkKind<ContactPoint> {
        BulkKind(
            verbs: [.set],
            settable: ["dataConfidence", "notes", "isVerified"] + ContactPoint.consentFields, sees: { _ in .all },
            name: { $0.contactValue },
            change: { original, order, _, now in
                var point = original
                try point.apply(order.edit, now: Date(milliseconds: now.milliseconds))
                return point
            },
            perform: { original, changed, _, principal in _ = try await self.save(changed, original, by: principal) },
            revert: { current, restored, _, principal in _ = try await self.save(restored, current, by: principal) })
    }
}
