import Foundation
import Matching
import Store

/// Who gets no mail, whatever list they stand on.
public struct Suppressions: Sendable {
    let store: any DocumentStore

    public init(store: any DocumentStore) { self.store = store }

    /// Of these normalised addresses, those that are suppressed, by themselves or with their whole domain.
    func reasons(_ emails: [String]) async throws -> [String: Suppression.Reason] {
        if emails.isEmpty { return [:] }
        let domains = Set(emails.compactMap(Self.domain))
        let wanted = Set(emails).union(domains)
        var query = Query<Suppression>(.isIn("address", wanted.map(Value.string)))
        query.fields = ["address", "reason"]
        let found = Dictionary(
            try await store.find(query).map { ($0.address, $0.reason) }, uniquingKeysWith: { first, _ in first })
        return Self.reasons(emails, among: found)
    }

    /// Every address and domain with its reason; `nil` when there are more than `limit`.
    func all(atMost limit: Int) async throws -> [String: Suppression.Reason]? {
        var query = Query<Suppression>(limit: limit + 1)
        query.fields = ["address", "reason"]
        let found = try await store.find(query)
        if found.count > limit { return nil }
        return Dictionary(found.map { ($0.address, $0.reason) }, uniquingKeysWith: { first, _ in first })
    }

    static func reasons(_ emails: [String], among known: [String: Suppression.Reason]) -> [String: Suppression.Reason] {
        if known.isEmpty { return [:] }
        return Dictionary(
            emails.compactMap { email in
                (known[email] ?? domain(email).flatMap { known[$0] }).map { (email, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }

    func reason(_ email: String) async throws -> Suppression.Reason? { try await reasons([email])[email] }

    private static func domain(_ email: String) -> String? {
        email.lastIndex(of: "@").map { String(email[email.index(after: $0)...]) }
    }

    /// The row for a commit together with what it tells of; an address that is suppressed already keeps its first reason.
    func row(
        _ email: String, _ reason: Suppression.Reason, campaign: EntityID<Campaign>? = nil, recipient: ObjectID? = nil,
        at date: Date
    ) -> Suppression {
        var row = Suppression()
        (row.address, row.reason, row.createdAt) = (email, reason, date)
        (row.sourceCampaignId, row.sourceRecipientId) = (campaign, recipient)
        return row
    }
}

extension Suppressions {
    public static let order: [Sort] = [.descending("createdAt")]

    /// Adds an address or a whole domain by hand. Throws `InvalidFields`.
    public func add(_ text: String, note: String?, by principal: Principal, audit: AuditTrail) async throws
        -> Suppression
    {
        var reader = FieldReader()
        let line = reader.line(text, "address", required: true, limit: 320)?.lowercased() ?? ""
        let address = line.contains("@") ? EmailAddress(line)?.normalized : WebDomain(line)?.host
        if address == nil, !line.isEmpty { reader.refuse("address", .notAnEmail) }
        let kept = reader.text(note, "note")
        try reader.throwIfAny()
        var row = row(address ?? "", .manual, at: audit.now())
        row.note = kept
        var writes = Writes()
        writes.insert([row])
        writes.insert([
            audit.entry(
                "suppression_added", by: principal, on: .init(row.id), metadata: ["address": .string(row.address)])
        ])
        do { try await store.commit(writes) } catch StoreError.duplicate(Suppression.collection, _) {
            throw InvalidFields(["address": .taken])
        }
        return row
    }

    public func remove(_ id: EntityID<Suppression>, by principal: Principal, audit: AuditTrail) async throws {
        guard let row = try await store.get(id) else { throw RecordError.notFound }
        var writes = Writes()
        writes.delete(Suppression.self, where: .id(id))
        writes.insert([
            audit.entry(
                "suppression_removed", by: principal, on: .init(id),
                metadata: ["address": .string(row.address), "reason": .string(row.reason.rawValue)])
        ])
        try await store.commit(writes)
    }
}

extension Platform {
    public var suppressions: Suppressions { Suppressions(store: store) }
}
