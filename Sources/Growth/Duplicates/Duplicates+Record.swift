import Matching
import Store

/// Comparing records that somebody looks at.
extension Duplicates {
    /// A record that may be the same as another.
    public struct Candidate<R: MergeableRecord>: Sendable {
        public var record: R
        public var likeness: Likeness
        /// What was decided about the two before.
        public var review: DuplicateReview?
    }

    /// Records that share a key with one; more could not be looked at while somebody waits.
    private static let maxCandidates = 500
    /// A likeness below this is not worth a look.
    private static let leastShown = 0.3
    private static let namesOfCompany = 3

    /// How alike two companies are, and why: judged anew from what is stored.
    public func likeness(of a: Company, _ b: Company) async throws -> Likeness {
        let resolution = try await compared([a, b])
        return Likeness(resolution.likeness(of: 1, and: 0))
    }

    public func likeness(of a: Person, _ b: Person) -> Likeness {
        PersonLikeness.of(PersonProfile(a), PersonProfile(b))
    }

    /// Live companies that may be the same as this one, the likeliest first.
    public func candidates(for company: Company) async throws -> [Candidate<Company>] {
        let keys = company.matchKeys.filter { key in ["e:", "p:", "d:", "n:"].contains { key.hasPrefix($0) } }
        guard !keys.isEmpty else { return [] }
        let sharing = Companies.live && .hasAny("matchKeys", keys.map(Value.string))
        let found = try await store.find(Query<Company>(sharing, limit: Self.maxCandidates)).filter {
            $0.id != company.id
        }
        let resolution = try await compared([company] + found)
        return try await withReviews(
            found.enumerated().map { index, record in
                Candidate(record: record, likeness: Likeness(resolution.likeness(of: index + 1, and: 0)))
            }, of: company)
    }

    public func candidates(for person: Person) async throws -> [Candidate<Person>] {
        let profile = PersonProfile(person)
        let keys = person.matchKeys.filter { key in ["e:", "m:", "n:"].contains { key.hasPrefix($0) } }
        // A name without a company would gather everybody of that name.
        var alike: [Filter] = [.hasAny("matchKeys", keys.filter { !$0.hasPrefix("n::") }.map(Value.string))]
        for number in [profile.mobile, profile.phone].compactMap({ $0 }) {
            alike.append(.equals("mobile", .string(number)))
        }
        let found = try await store.find(Query<Person>(People.live && .or(alike), limit: Self.maxCandidates))
        return try await withReviews(
            found.filter { $0.id != person.id }.map { other in
                Candidate(record: other, likeness: PersonLikeness.of(profile, PersonProfile(other)))
            }, of: person)
    }

    private func compared(_ companies: [Company]) async throws -> Resolution {
        var options = MatchOptions(threshold: 1, fuzzy: false, maxPossible: 0)
        options.population = try await store.count(Company.self, where: Companies.live)
        var matcher = CompanyMatcher(options: options)
        for company in companies {
            var profile = ImportMatchKeys.profile(company)
            let people = Companies.live && .equals("companyId", Value(company.id))
            profile.people = try await store.find(Query<Person>(people, limit: Self.namesOfCompany)).map(\.fullName)
            _ = matcher.add(profile)
        }
        return matcher.resolve()
    }

    private func withReviews<R: MergeableRecord>(
        _ candidates: [Candidate<R>], of record: R
    ) async throws -> [Candidate<R>] {
        let own = Filter.or([
            .equals("entityId1", .id(record.id.raw)), .equals("entityId2", .id(record.id.raw)),
        ])
        let reviews = try await store.find(Query<DuplicateReview>(own, limit: Self.maxCandidates))
        let byOther = Dictionary(
            reviews.compactMap { review in review.other(than: record.id.raw).map { ($0, review) } },
            uniquingKeysWith: { first, _ in first })
        return candidates.filter { $0.likeness.score >= Self.leastShown }.map { candidate in
            Candidate(
                record: candidate.record, likeness: candidate.likeness, review: byOther[candidate.record.id.raw])
        }.sorted { ($1.likeness.score, $0.record.id) < ($0.likeness.score, $1.record.id) }
    }
}
