import Foundation
import Matching
import Store

/// One search across all records: by words of names as one types them, one of them misspelt, addresses, numbers, domains.
public struct Search: Sendable {
    let store: any DocumentStore
    let companies: Companies
    let people: People

    public static let limits = 1...50

    public init(store: any DocumentStore, now: @escaping @Sendable () -> Date) {
        self.store = store
        companies = Companies(store: store, now: now)
        people = People(store: store, now: now)
    }

    /// Fewer hits than this, and the words may be misspelt.
    static let fewHits = 3

    private func namedHits(_ wanted: SearchText, _ reach: Reach) async throws -> [Hit] {
        async let companies = companyHits(wanted, reach)
        async let people = personHits(wanted, reach)
        return try await companies + people
    }

    /// The best hits first: the whole name, then a name that begins so, then one that has the words whole, then one
    /// that has words which begin so, then one that has them but for a typing error; of equals companies and people, then
    /// the shorter name, then the younger record. Archived records and those that `principal` may not see are left out.
    public func find(_ text: String, limit: Int = 10, by principal: Principal) async throws -> [Hit] {
        let wanted = SearchText(text)
        guard !wanted.folded.isEmpty else { return [] }
        async let work = workHits(wanted, principal)
        async let outreach = outreachHits(wanted, principal)
        var named = try await namedHits(wanted, .near)
        // Looked for in two ways that cost much, and only when neither kind of record has the words as they stand.
        if named.count < Self.fewHits { named += try await namedHits(wanted, .far) }
        let deals = try await dealHits(of: named.sorted(by: Hit.isBefore).prefix(limit), wanted, principal)
        // A deal may be found by its title and by each of those it is about.
        var seen: Set<ObjectID> = []
        let all = (named + deals + (try await work) + (try await outreach)).sorted(by: Hit.isBefore)
        return Array(all.filter { seen.insert($0.id).inserted }.prefix(limit))
    }
}

extension Platform {
    public var search: Search { Search(store: store, now: now) }
}

/// What somebody typed, read once for all kinds of records.
struct SearchText: Sendable {
    let typed: String
    let folded: String
    /// The folded words without articles' difference, each the beginning of a key.
    let words: [String]
    /// The same words with their articles, as a misspelt one is looked up.
    let spelled: [String]
    /// Pairs of the name's telling words by sound.
    let nameKeys: [Value]

    init(_ text: String) {
        typed = text
        folded = FoldedText.fold(text)
        words = Companies.bareWords(text)
        spelled = SearchKeys.query(text)
        nameKeys = MatchKeys.keys(for: CompanyProfile(nameAr: text)).filter { $0.hasPrefix("n:") }.map(Value.string)
    }

    /// How near a record with these names is, given that its words are `nearness`: its whole name, or its beginning, counts
    /// for more.
    func rank(_ names: [String], words nearness: Nearness) -> Int {
        let folded = names.map(FoldedText.fold)
        if folded.contains(self.folded) { return 0 }
        return folded.contains { $0.hasPrefix(self.folded) } ? 1 : nearness.rawValue
    }

    /// The same for a text whose words are not known yet; `nil` when it has not all of them.
    func rank(_ text: String) -> Int? {
        if words.isEmpty {
            // Only what names begin with by the thousand, as شركة: not every text has that.
            let rank = rank([text], words: .related)
            return rank < Nearness.whole.rawValue ? rank : nil
        }
        let have = SearchKeys.keys(for: [text])
        guard words.allSatisfy({ word in have.contains { $0.hasPrefix(word) } }) else { return nil }
        return rank([text], words: words.allSatisfy(have.contains) ? .whole : .begun)
    }

    /// How the words of a record answer those of a search.
    enum Nearness: Int {
        case whole = 2, begun, misspelt, alikeInSound, related
    }
}
