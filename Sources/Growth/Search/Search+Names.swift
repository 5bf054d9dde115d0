import Matching
import Store

extension Search {
    /// Of each kind and each way; the best of them are shown. A word that more records have tells none of them apart.
    private static let candidates = 200
    /// Fewer hits than this, and the words may be misspelt.
    private static let fewHits = 3

    func companyHits(_ wanted: SearchText) async throws -> [Hit] {
        if let query = ContactQuery(wanted.typed) {
            let filter = Companies.live && (try await companies.contactPoints.companies(query))
            return try await store.find(Query<Company>.unordered(filter, limit: Self.candidates)).map {
                Hit($0, rank: 2)
            }
        }
        let found: [Company] = try await candidates(wanted, Companies.live)
        return found.compactMap { company in
            wanted.rank([company.nameAr, company.nameEn ?? "", company.website ?? ""]).map { Hit(company, rank: $0) }
        }
    }

    func personHits(_ wanted: SearchText) async throws -> [Hit] {
        if let query = ContactQuery(wanted.typed) {
            let filter = People.live && (try await companies.contactPoints.people(query))
            return try await store.find(Query<Person>.unordered(filter, limit: Self.candidates)).map {
                Hit($0, rank: 2)
            }
        }
        let found: [Person] = try await candidates(wanted, People.live)
        return found.compactMap { person in wanted.rank([person.fullName]).map { Hit(person, rank: $0) } }
    }

    /// Records that may be meant: with the words, with the same name by sound, and when these are few, with one word
    /// misspelt.
    private func candidates<E: Entity>(_ wanted: SearchText, _ scope: Filter) async throws -> [E] {
        if wanted.words.isEmpty { return [] }
        var found: [EntityID<E>: E] = [:]
        func add(_ filter: Filter, limit: Int = Self.candidates) async throws {
            for record in try await store.find(Query<E>.unordered(scope && filter, limit: limit)) {
                found[record.id] = record
            }
        }
        try await add(.search("searchKeys", wanted.words))
        // The whole name may be older than all that were found first.
        if found.count == Self.candidates {
            try await add(.and(wanted.words.map { .hasAny("searchKeys", [.string($0)]) }))
            if E.self == Company.self, !wanted.nameKeys.isEmpty {
                try await add(.and(wanted.nameKeys.map { .hasAny("matchKeys", [$0]) }), limit: 50)
            }
        }
        for (i, word) in wanted.spelled.enumerated() where found.count < Self.fewHits {
            let meant = OneTypo.neighbours(of: word).map(Value.string)
            if meant.isEmpty { continue }
            var others = wanted.words
            others.remove(at: i)
            try await add((others.isEmpty ? .all : .search("searchKeys", others)) && .hasAny("searchKeys", meant))
        }
        return Array(found.values)
    }
}

extension Search.Hit {
    init(_ company: Company, rank: Int) {
        let other = company.nameAr.isEmpty ? nil : company.nameEn
        self.init(
            kind: .company, id: company.id.raw, title: company.displayName,
            details: [other, company.city].compactMap { $0 }, rank: rank)
    }

    init(_ person: Person, rank: Int) {
        self.init(
            kind: .person, id: person.id.raw, title: person.fullName,
            details: [person.jobTitle, person.companyNameAr].compactMap { $0 }, rank: rank)
    }
}
