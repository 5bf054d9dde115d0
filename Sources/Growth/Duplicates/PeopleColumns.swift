import Matching
import Store

/// All live people as the search for duplicates sees them, about a hundred bytes each.
struct PeopleColumns: Sendable {
    private(set) var ids: [ObjectID] = []
    private var companies: [ObjectID] = []
    private var texts: [UInt8] = []
    private var ends: [Int] = []
    /// Hash of a key, and who has it.
    private var keys: [(hash: UInt64, row: UInt32)] = []
    /// Positions in the order of their companies.
    private var order: [UInt32] = []

    private static let nobody = ObjectID(high: 0, low: 0)
    /// Names of people that a company is compared by.
    private static let namesOfCompany = 3
    /// More people at one number, or of one name in one company, tell none of them apart.
    private static let maxShared = 8

    var count: Int { ids.count }

    mutating func append(_ person: Person) {
        let row = UInt32(ids.count)
        let profile = PersonProfile(person)
        ids.append(person.id.raw)
        companies.append(profile.company ?? Self.nobody)
        for text in [profile.name, profile.email ?? "", profile.mobile ?? "", profile.phone ?? ""] {
            texts.append(contentsOf: text.utf8)
            ends.append(texts.count)
        }
        for key in profile.keys { keys.append((StableHash.of(key), row)) }
    }

    /// To be called once, when all are there.
    mutating func settle() {
        order = (0..<UInt32(ids.count)).map { $0 }
        order.sort { (companies[Int($0)], $0) < (companies[Int($1)], $1) }
        keys.sort { ($0.hash, $0.row) < ($1.hash, $1.row) }
    }

    /// Some of the names at a company.
    func names(at company: ObjectID) -> [String] {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if companies[Int(order[middle])] < company { low = middle + 1 } else { high = middle }
        }
        return order[low...].prefix(Self.namesOfCompany).prefix { companies[Int($0)] == company }
            .map { text(Int($0), 0) }
    }

    private func text(_ row: Int, _ column: Int) -> String {
        let at = row * 4 + column
        return String(decoding: texts[(at == 0 ? 0 : ends[at - 1])..<ends[at]], as: UTF8.self)
    }

    func profile(_ row: Int) -> PersonProfile {
        var person = Person()
        person.fullName = text(row, 0)
        if companies[row] != Self.nobody { person.companyId = EntityID(companies[row]) }
        func filled(_ column: Int) -> String? { text(row, column).isEmpty ? nil : text(row, column) }
        (person.email, person.mobile, person.phone) = (filled(1), filled(2), filled(3))
        return PersonProfile(person)
    }

    /// Those who share a key and are alike enough, the surest first; only what brings together who is not together yet.
    func pairs(from threshold: Double, progress: (Double) throws -> Void) rethrows -> [FoundPair] {
        var judged: Set<UInt64> = []
        var found: [(score: Double, a: Int, b: Int)] = []
        var at = 0
        while at < keys.count {
            var end = at + 1
            while end < keys.count, keys[end].hash == keys[at].hash { end += 1 }
            if (2...Self.maxShared).contains(end - at) {
                for i in at..<end {
                    for j in (i + 1)..<max(end, i + 1) {
                        let (a, b) = (keys[i].row, keys[j].row)
                        guard a != b, judged.insert(UInt64(a) << 32 | UInt64(b)).inserted else { continue }
                        let score = PersonLikeness.of(profile(Int(a)), profile(Int(b))).score
                        if score >= threshold { found.append((score, Int(a), Int(b))) }
                    }
                }
            }
            at = end
            if at % 4_096 < 2 { try progress(Double(at) / Double(keys.count)) }
        }
        return Self.joined(found, of: ids)
    }

    private static func joined(_ found: [(score: Double, a: Int, b: Int)], of ids: [ObjectID]) -> [FoundPair] {
        var groups = PairGroups()
        var pairs: [FoundPair] = []
        for pair in found.sorted(by: { ($1.score, $0.a, $0.b) < ($0.score, $1.a, $1.b) })
        where groups.join(pair.a, pair.b, score: pair.score) {
            pairs.append(FoundPair(first: ids[pair.a], second: ids[pair.b], root: ids[pair.a], score: pair.score))
        }
        var at = 0
        for pair in found.sorted(by: { ($1.score, $0.a, $0.b) < ($0.score, $1.a, $1.b) }) where at < pairs.count {
            guard pairs[at].first == ids[pair.a], pairs[at].second == ids[pair.b] else { continue }
            let group = groups.group(of: pair.a)
            (pairs[at].root, pairs[at].strength) = (ids[group.root], group.score)
            at += 1
        }
        return pairs
    }
}

/// Two records that the search holds to be the same.
struct FoundPair: Sendable {
    var first: ObjectID
    var second: ObjectID
    /// The first of the group, which names it.
    var root: ObjectID
    var score: Double
    /// The score of the surest pair of the group.
    var strength: Double = 0
}

/// Sets of numbers that pairs bring together.
struct PairGroups {
    private var parents: [Int: Int] = [:]
    private var scores: [Int: Double] = [:]

    private func root(_ item: Int) -> Int {
        var item = item
        while let parent = parents[item] { item = parent }
        return item
    }

    /// Returns whether the two were apart. The earlier one of a set is its root.
    mutating func join(_ a: Int, _ b: Int, score: Double) -> Bool {
        let (x, y) = (root(a), root(b))
        if x == y { return false }
        parents[max(x, y)] = min(x, y)
        scores[min(x, y)] = max(scores[x] ?? 0, scores[y] ?? 0, score)
        return true
    }

    func group(of item: Int) -> (root: Int, score: Double) {
        let root = root(item)
        return (root, scores[root] ?? 0)
    }
}
