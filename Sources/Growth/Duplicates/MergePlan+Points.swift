import Foundation
import Matching
import Store

/// How the contact points of two records become those of one.
extension MergePlanner {
    /// Writes into the journal what happens to them and returns the survivor's as they will be.
    func unitePoints(
        _ survivor: R, _ other: R, _ merged: R, _ fields: [MergeField], _ journal: inout MergeJournal
    ) async throws -> [ContactPoint] {
        let own = try await points(of: survivor), coming = try await points(of: other)
        var union = PointUnion(own)
        for point in coming {
            if let kept = union.take(point, as: moved(point, to: merged)) {
                journal.removed.append(try .init(point))
                for reference in RecordReference.of(.contactPoint) {
                    try await move(reference, from: point.id.raw, to: kept.raw, &journal)
                }
            }
        }
        for (kind, value) in Self.leftAddresses(fields) { union.keep(keepsake(kind, value, of: merged)) }
        if let person = merged as? Person { union.follow(person) }
        for (before, after) in union.changes {
            if let edit = try MergeJournal.Edit.between(before, after) { journal.edits.append(edit) }
        }
        journal.added += try union.added.map { try .init($0) }
        try await moveOthersPoints(survivor, other, except: Set(coming.map(\.id.raw)), &journal)
        return union.all
    }

    private func points(of record: R) async throws -> [ContactPoint] {
        var found: [ContactPoint] = []
        try await store.stream(ContactPoint.self, where: Self.points(of: record.id), batch: 500) { found += $0 }
        return found.inOrder
    }

    static func points(of id: EntityID<R>) -> Filter {
        .equals("entityType", .string(R.kind.rawValue)) && .equals("entityId", .id(id.raw))
    }

    private func moved(_ point: ContactPoint, to record: R) -> ContactPoint {
        var moved = point
        moved.entityId = record.id.raw
        if let person = record as? Person {
            moved.personId = person.id
            moved.companyId = person.companyId
        } else {
            moved.companyId = EntityID(record.id.raw)
        }
        return moved
    }

    /// The points of a company's people, which name the company beside the person.
    private func moveOthersPoints(
        _ survivor: R, _ other: R, except own: Set<ObjectID>, _ journal: inout MergeJournal
    ) async throws {
        for reference in RecordReference.of(R.target)
        where reference.collection == ContactPoint.collection && reference.field != "entityId" {
            try await move(reference, from: other.id.raw, to: survivor.id.raw, except: own, &journal)
        }
    }

    /// Addresses and numbers of fields that gave way; they stay as contact points.
    private static func leftAddresses(_ fields: [MergeField]) -> [(ContactPoint.Kind, String)] {
        let kinds: [String: ContactPoint.Kind] = [
            "website": .website, "linkedinUrl": .linkedin, "email": .email, "mobile": .mobile, "phone": .phone,
        ]
        return fields.compactMap { field in
            guard let kind = kinds[field.name], let value = field.left?.string else { return nil }
            return (kind, value)
        }
    }

    private func keepsake(_ kind: ContactPoint.Kind, _ value: String, of record: R) -> ContactPoint {
        var point = ContactPoint()
        point.entityType = record.owner
        point = moved(point, to: record)
        point.createdAt = now
        // So that taking the merge back knows whether somebody changed it since.
        point.updatedAt = now
        point.contactType = kind
        point.contactValue = value
        point.normalizedValue =
            switch kind {
            case .website: WebDomain(value)?.host ?? value
            case .linkedin: value.lowercased()
            case .email: EmailAddress(value)?.normalized ?? value
            case .mobile, .phone: PhoneNumber(value)?.e164 ?? value
            default: value
            }
        return point
    }
}

/// Contact points of one owner, each address once and one primary of a kind.
private struct PointUnion {
    private var before: [EntityID<ContactPoint>: ContactPoint] = [:]
    private(set) var all: [ContactPoint]
    private(set) var added: [ContactPoint] = []

    init(_ own: [ContactPoint]) {
        all = own
        for point in own { before[point.id] = point }
    }

    var changes: [(ContactPoint, ContactPoint)] {
        all.compactMap { point in before[point.id].flatMap { $0 == point ? nil : ($0, point) } }
    }

    /// Takes the point in; or returns the one that stays in its place, which learns what the other knew.
    mutating func take(_ point: ContactPoint, as moved: ContactPoint) -> EntityID<ContactPoint>? {
        if let at = index(of: point) {
            all[at].learn(from: point)
            return all[at].id
        }
        var moved = moved
        if moved.isPrimary == true, all.contains(where: { $0.contactType == moved.contactType && $0.isPrimary == true })
        {
            moved.isPrimary = nil
        }
        before[point.id] = point
        all.append(moved)
        return nil
    }

    mutating func keep(_ point: ContactPoint) {
        guard index(of: point) == nil else { return }
        all.append(point)
        added.append(point)
    }

    /// A person's fields hold the primary of each kind; and every point names the person's company.
    mutating func follow(_ person: Person) {
        for at in all.indices { all[at].companyId = person.companyId }
        for at in added.indices { added[at].companyId = person.companyId }
        for (kind, value) in [
            (ContactPoint.Kind.email, person.email), (.mobile, person.mobile), (.phone, person.phone),
        ] {
            guard let wanted = all.firstIndex(where: { $0.contactType == kind && $0.normalizedValue == value }),
                all[wanted].isPrimary != true,
                all.contains(where: { $0.contactType == kind && $0.isPrimary == true })
            else { continue }
            for at in all.indices where all[at].contactType == kind { all[at].isPrimary = at == wanted ? true : nil }
        }
    }

    private func index(of point: ContactPoint) -> Int? {
        all.firstIndex { $0.contactType == point.contactType && $0.address == point.address }
    }
}

extension ContactPoint {
    fileprivate var address: String { normalizedValue ?? contactValue }

    /// What was known of the same address elsewhere: that it fails, and what its owner agreed to. A refusal wins.
    fileprivate mutating func learn(from other: ContactPoint) {
        if invalidAt == nil, let at = other.invalidAt {
            (invalidAt, invalidReason) = (at, other.invalidReason)
            isVerified = nil
        } else if invalidAt == nil, other.isVerified == true {
            isVerified = true
        }
        if let consent = other.consent, self.consent == nil || consent.isRefusal && self.consent?.isRefusal == false {
            self.consent = consent
        }
        if notes == nil { notes = other.notes }
    }
}
