/// Counts who shares which identifier, once all rows are in.
struct KeyCensus {
    /// By slot of `columns.keys`: for a person, bits that the name is worth; for an identifier, log2 of the number of
    /// different names that share it; negative where it is shared by more names than `mostNames` and is no evidence.
    private(set) var bits: [Float]
    /// Rows that share an identifier and are worth a look.
    private(set) var pairs: [(UInt32, UInt32)] = []

    /// "Any key shared by more than three differently named companies is no evidence."
    static let mostNames = 3
    static let noEvidence: Float = -1
    /// Groups up to this size are compared pair by pair; in larger ones each row with the first and with its neighbour.
    private static let wholeGroup = 6
    /// How many people may be asked for by one name before it says almost nothing.
    private static let mostPersonBits: Float = 9

    init(_ evidence: Evidence) {
        let columns = evidence.columns
        var owners = [UInt32](repeating: 0, count: columns.keys.count)
        var groups = KeyGroups()
        groups.reserve(columns.keys.count)
        var people = 0
        for row in 0..<columns.count {
            for slot in columns.keyRange(row) {
                owners[slot] = UInt32(truncatingIfNeeded: row)
                groups.add(columns.keys[slot], slot)
                if KeyKind.of(columns.keys[slot]) == .person { people += 1 }
            }
        }
        let peopleBits = (Float(people) + 50).log2
        let lonely = min(Self.mostPersonBits, peopleBits - 1)
        bits = columns.keys.map { KeyKind.of($0) == .person ? lonely : 0 }
        let buckets = KeyGroups.bucketed([groups])
        let all = owners
        let parts = Rounds.map(0..<buckets.count) { range in
            Part(buckets, range, owners: all, peopleBits: peopleBits, evidence)
        }
        for part in parts {
            for (slot, worth) in part.bits { bits[Int(slot)] = worth }
            pairs.append(contentsOf: part.pairs)
        }
    }
}

extension KeyCensus {
    /// What the identifiers of some buckets say.
    private struct Part: Sendable {
        /// By slot, where it is not what a key of one row has.
        var bits: [(UInt32, Float)] = []
        var pairs: [(UInt32, UInt32)] = []

        init(_ buckets: KeyBuckets, _ range: Range<Int>, owners: [UInt32], peopleBits: Float, _ evidence: Evidence) {
            buckets.forEach(in: range) { key, slots in
                if KeyKind.of(key) == .person {
                    let worth = max(0.3, min(mostPersonBits, peopleBits - (Float(slots.count) + 1).log2))
                    for slot in slots { bits.append((slot, worth)) }
                    return
                }
                let names = distinctNames(slots, owners, evidence)
                if names > mostNames {
                    for slot in slots { bits.append((slot, noEvidence)) }
                    return
                }
                if names > 1 {
                    for slot in slots { bits.append((slot, Float(names).log2)) }
                }
                addPairs(slots, owners)
            }
        }

        private mutating func addPairs(_ slots: ArraySlice<UInt32>, _ owners: [UInt32]) {
            let start = slots.startIndex
            for i in slots.indices.dropFirst() {
                let row = owners[Int(slots[i])]
                if slots.count <= wholeGroup {
                    for j in start..<i { pairs.append((owners[Int(slots[j])], row)) }
                } else {
                    pairs.append((owners[Int(slots[start])], row))
                    if i - 1 > start { pairs.append((owners[Int(slots[i - 1])], row)) }
                }
            }
        }
    }

    /// How many differently named companies there are among the rows; counting stops above `mostNames`.
    private static func distinctNames(_ slots: ArraySlice<UInt32>, _ owners: [UInt32], _ evidence: Evidence) -> Int {
        var named: [Int] = []
        for slot in slots {
            let row = Int(owners[Int(slot)])
            if named.contains(where: { evidence.areAlikeByName($0, row) }) { continue }
            named.append(row)
            if named.count > mostNames { break }
        }
        return max(1, named.count)
    }
}

extension Evidence {
    /// Not differently named: as far as the names go, they could be one company. A row without a name is like any.
    func areAlikeByName(_ a: Int, _ b: Int) -> Bool {
        var verdict = Verdict()
        judgeNames(rows[a], rows[b], &verdict, explains: false)
        return !verdict.hasName || verdict.nameBits >= 0
    }
}
