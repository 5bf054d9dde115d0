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
        bits = Array(repeating: 0, count: columns.keys.count)
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
        for slot in bits.indices where KeyKind.of(columns.keys[slot]) == .person {
            bits[slot] = min(Self.mostPersonBits, peopleBits - 1)
        }
        groups.forEach { key, slots in
            if KeyKind.of(key) == .person {
                let worth = peopleBits - (Float(slots.count) + 1).log2
                for slot in slots { bits[Int(slot)] = max(0.3, min(Self.mostPersonBits, worth)) }
                return
            }
            let names = Self.distinctNames(slots.lazy.map { Int(owners[Int($0)]) }, evidence)
            if names > Self.mostNames {
                for slot in slots { bits[Int(slot)] = Self.noEvidence }
                return
            }
            for slot in slots { bits[Int(slot)] = Float(names).log2 }
            addPairs(slots, owners)
        }
    }

    /// How many differently named companies there are among the rows; counting stops above `mostNames`.
    private static func distinctNames(_ rows: some Sequence<Int>, _ evidence: Evidence) -> Int {
        var named: [Int] = []
        for row in rows {
            if named.contains(where: { evidence.areAlikeByName($0, row) }) { continue }
            named.append(row)
            if named.count > mostNames { break }
        }
        return max(1, named.count)
    }

    private mutating func addPairs(_ slots: ArraySlice<UInt32>, _ owners: [UInt32]) {
        let start = slots.startIndex
        for i in slots.indices.dropFirst() {
            let row = owners[Int(slots[i])]
            if slots.count <= Self.wholeGroup {
                for j in start..<i { pairs.append((owners[Int(slots[j])], row)) }
            } else {
                pairs.append((owners[Int(slots[start])], row))
                if i - 1 > start { pairs.append((owners[Int(slots[i - 1])], row)) }
            }
        }
    }
}

extension Evidence {
    /// Not differently named: as far as the names go, they could be one company. A row without a name is like any.
    func areAlikeByName(_ a: Int, _ b: Int) -> Bool {
        var verdict = Verdict()
        judgeNames(a, b, &verdict)
        return !verdict.hasName || verdict.nameBits >= 0
    }
}
