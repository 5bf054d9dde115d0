import Foundation
import Matching
import Store

/// One search across companies and people: by words of names as one types them, addresses, numbers, domains.
public struct Search: Sendable {
    /// A record that was found.
    public struct Hit: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable { case company, person }

        public var kind: Kind
        public var id: ObjectID
        public var title: String
        /// What tells it from others of its name.
        public var details: [String]
        var rank = 0
    }

    private let store: any DocumentStore
    private let companies: Companies
    private let people: People

    /// Of each kind; the best of them are shown. A word that more records have tells none of them apart.
    private static let candidates = 200
    public static let limits = 1...50

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        companies = Companies(store: store, now: now)
        people = People(store: store, now: now)
    }

    /// The best hits first: the whole name, then a name that begins so, then one that has the words whole, then one
    /// that has words which begin so; of equals the shorter name, then the younger record. Archived ones are left out.
    public func find(_ text: String, limit: Int = 10) async throws -> [Hit] {
        let wanted = FoldedText.fold(text)
        guard !wanted.isEmpty else { return [] }
        async let companies = store.find(
            Query<Company>(
                Companies.live && (try await companies.matching(text)), sort: [.descending("_id")],
                limit: Self.candidates))
        async let people = store.find(
            Query<Person>(
                People.live && (try await people.matching(text)), sort: [.descending("_id")], limit: Self.candidates))
        var hits = try await companies.map { company in
            Hit(
                kind: .company, id: company.id.raw,
                title: company.nameAr.isEmpty ? company.nameEn ?? "" : company.nameAr,
                details: [company.nameAr.isEmpty ? nil : company.nameEn, company.city].compactMap { $0 },
                rank: Self.rank([company.nameAr, company.nameEn ?? ""], wanted))
        }
        hits += try await people.map { person in
            Hit(
                kind: .person, id: person.id.raw, title: person.fullName,
                details: [person.jobTitle, person.companyNameAr].compactMap { $0 },
                rank: Self.rank([person.fullName], wanted))
        }
        return Array(hits.sorted(by: Self.isBefore).prefix(limit))
    }

    private static func isBefore(_ a: Hit, _ b: Hit) -> Bool {
        (a.rank, a.title.utf8.count, b.id) < (b.rank, b.title.utf8.count, a.id)
    }

    /// The lower the better.
    private static func rank(_ names: [String], _ wanted: String) -> Int {
        let words = Set(wanted.split(separator: " "))
        return names.map(FoldedText.fold).map { name in
            if name == wanted { return 0 }
            if name.hasPrefix(wanted) { return 1 }
            return words.isSubset(of: name.split(separator: " ")) ? 2 : 3
        }.min() ?? 3
    }
}

extension Platform {
    public var search: Search { Search(store: store, now: now) }
}
