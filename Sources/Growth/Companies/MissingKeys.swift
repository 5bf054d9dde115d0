import Foundation
import Store

/// Fills the keys of records that an earlier program wrote, so that the search and the import find them; and says of
/// those it called archived since when, so that lists leave them out.
///
/// Does a batch at a time and only what is missing, so that it can be stopped and begun again at any point.
public struct MissingKeys: Sendable {
    let store: any DocumentStore

    public init(store: any DocumentStore) { self.store = store }

    static let job = "fill_keys"
    private static let batch = 500
    private static let keyless = Filter.exists("searchKeys", false)
    private static let undated = Filter.equals("status", Value(Company.Status.archived)) && .exists("archivedAt", false)

    /// How many records the search does not find yet.
    public func count() async throws -> (companies: Int, people: Int) {
        (
            try await store.count(Company.self, where: .or([Self.keyless, Self.undated])),
            try await store.count(Person.self, where: Self.keyless)
        )
    }

    public func fill() async throws {
        let companies = Companies(store: store, now: { .distantPast })
        try await store.stream(Company.self, where: .or([Self.keyless, Self.undated]), batch: Self.batch) { batch in
            var changes: [(where: Filter, update: Update)] = []
            for stored in batch {
                var company = stored
                company.refreshKeys(contacts: try await companies.contactPoints(of: company.id))
                company.settleArchiving(at: stored.updatedAt ?? stored.id.raw.date)
                if let change = try Update.ofKeys(from: stored, to: company) { changes.append(change) }
            }
            try await write(Company.self, changes)
        }
        try await store.stream(Person.self, where: Self.keyless, batch: Self.batch) { batch in
            try await write(
                Person.self,
                try batch.compactMap { stored in
                    var person = stored
                    person.refreshKeys()
                    return try Update.ofKeys(from: stored, to: person)
                })
        }
    }

    private func write<E: Entity>(_ type: E.Type, _ changes: [(where: Filter, update: Update)]) async throws {
        var writes = Writes()
        writes.update(type, each: changes)
        try await store.commit(writes)
    }
}

extension Update {
    /// Brings the keys of a record up to what it is now; `nil` where they are. Keys are nobody's change: the stamp
    /// stays. A record that somebody changed meanwhile has its keys from them.
    static func ofKeys<E: Entity>(from stored: E, to entity: E) throws -> (where: Filter, update: Update)? {
        let update = try Update.changes(from: stored, to: entity)
        if update.isEmpty { return nil }
        let isUnchanged = stored.updatedAt.map { Filter.equals("updatedAt", .date($0)) } ?? .exists("updatedAt", false)
        return (.id(stored.id) && isUnchanged, update.set("updatedAt", stored.updatedAt.map(Value.date)))
    }
}
