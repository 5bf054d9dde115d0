import Matching
import Store

extension Search {
    /// Of each kind and each way; the best of them are shown. A word that more records have tells none of them apart.
    private static let candidates = 200
    /// What a hit shows and is ranked by: a record of sixty fields is not read for its name.
    private static let companyFields: Set<String> = ["nameAr", "nameEn", "city"]
    private static let personFields: Set<String> = ["fullName", "jobTitle", "companyNameAr"]
    /// Letters.
    private static let shortWord = 2

    /// How far from the words as they stand.
    enum Reach {
        /// All words whole, or all but the last, which is begun.
        case near
        /// All words begun, or one of them misspelt.
        case far
    }

    func companyHits(_ wanted: SearchText, _ reach: Reach) async throws -> [Hit] {
        if let query = ContactQuery(wanted.typed) {
            if reach == .far { return [] }
            let filter = Companies.live && (try await companies.contactPoints.companies(query))
            return try await store.find(
                Query<Company>.unordered(filter, limit: Self.candidates, fields: Self.companyFields)
            ).map { Hit($0, rank: 2) }
        }
        func hit(_ company: Company, _ nearness: SearchText.Nearness) -> Hit {
            Hit(company, rank: wanted.rank([company.nameAr, company.nameEn ?? ""], words: nearness))
        }
        if wanted.words.isEmpty, reach == .near {
            // A legal form alone is no key: of the latest, those whose name begins with it.
            var latest = Query<Company>(Companies.live, sort: [.descending("_id")], limit: Self.candidates)
            latest.fields = Self.companyFields
            return try await store.find(latest).map { hit($0, .whole) }.filter {
                $0.rank < SearchText.Nearness.whole.rawValue
            }
        }
        return try await candidates(wanted, reach, Companies.live, reading: Self.companyFields, hit)
    }

    func personHits(_ wanted: SearchText, _ reach: Reach) async throws -> [Hit] {
        if let query = ContactQuery(wanted.typed) {
            if reach == .far { return [] }
            let filter = People.live && (try await companies.contactPoints.people(query))
            return try await store.find(
                Query<Person>.unordered(filter, limit: Self.candidates, fields: Self.personFields)
            ).map { Hit($0, rank: 2) }
        }
        return try await candidates(wanted, reach, People.live, reading: Self.personFields) { person, nearness in
            Hit(person, rank: wanted.rank([person.fullName], words: nearness))
        }
    }

    /// Records that may be meant, each with how. Near: those with the whole words, then with the last one begun, while these
    /// are not too many anyway. Far: those with all of them begun, and when these are few, with one word misspelt.
    private func candidates<E: Entity>(
        _ wanted: SearchText, _ reach: Reach, _ scope: Filter, reading fields: Set<String>,
        _ hit: (E, SearchText.Nearness) -> Hit
    ) async throws -> [Hit] {
        guard let last = wanted.words.last else { return [] }
        var seen: Set<EntityID<E>> = []
        var found: [Hit] = []
        func add(_ nearness: SearchText.Nearness, _ filter: Filter, limit: Int = Self.candidates) async throws {
            for record in try await store.find(
                Query<E>.unordered(scope && filter, limit: limit, fields: fields))
            where seen.insert(record.id).inserted {
                found.append(hit(record, nearness))
            }
        }
        let whole = wanted.words.map { Filter.hasAny("searchKeys", [.string($0)]) }
        let isShort = { (word: String) in word.unicodeScalars.count <= Self.shortWord }
        switch reach {
        case .near:
            try await add(.whole, .and(whole))
            if found.count == Self.candidates {
                // The whole name may be older than all that were found first.
                if E.self == Company.self, !wanted.nameKeys.isEmpty {
                    try await add(
                        .alikeInSound, .and(wanted.nameKeys.map { .hasAny("matchKeys", [$0]) }), limit: 50)
                }
                return found
            }
            // Every word that begins with two letters makes a long list: of two words, the other one leads to the records.
            let begun: Filter =
                !isShort(last) || whole.count == 1
                ? .search("searchKeys", [last]) : .startsWith("searchKeys", last)
            if last.unicodeScalars.count > 1 { try await add(.begun, .and(whole.dropLast() + [begun])) }
        case .far:
            if wanted.words.count > 1 {
                try await add(
                    .begun,
                    .and(zip(wanted.words, whole).map { isShort($0) ? $1 : .search("searchKeys", [$0]) }))
            }
            for (i, word) in wanted.spelled.enumerated() where found.count < Self.fewHits {
                let meant = OneTypo.neighbours(of: word).map(Value.string)
                if meant.isEmpty { continue }
                var others = whole
                others.remove(at: i)
                try await add(.misspelt, .and(others + [.hasAny("searchKeys", meant)]))
            }
        }
        return found
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
