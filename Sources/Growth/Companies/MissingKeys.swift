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
            var writes = Writes()
            for stored in batch {
                var company = stored
                company.refreshKeys(contacts: try await companies.contactPoints(of: company.id))
                company.settleArchiving(at: stored.updatedAt ?? stored.id.raw.date)
                try add(company, stored, to: &writes)
            }
            try await store.commit(writes)
        }
        try await store.stream(Person.self, where: Self.keyless, batch: Self.batch) { batch in
            var writes = Writes()
            for stored in batch {
                var person = stored
                person.refreshKeys()
                try add(person, stored, to: &writes)
            }
            try await store.commit(writes)
        }
    }

    /// Keys are nobody's change: the stamp stays. A record that somebody changed meanwhile has its keys from them.
    private func add<E: Entity>(_ entity: E, _ stored: E, to writes: inout Writes) throws {
        let update = try Update.changes(from: stored, to: entity)
        if update.isEmpty { return }
        let isUnchanged = stored.updatedAt.map { Filter.equals("updatedAt", .date($0)) } ?? .exists("updatedAt", false)
        writes.update(
            E.self, where: .id(stored.id) && isUnchanged, update.set("updatedAt", stored.updatedAt.map(Value.date)))
    }
}
