/// Keys under which rows meet that share no identifier.
///
/// A row enters under all words of its name, and under all but each one in turn, so that one word may be misspelt, left
/// out or added. Words too common to keep a block small are joined by city, sector or person until it is.
struct NameBlocks: Sendable {
    private let evidence: Evidence
    /// Bits that keep a block small by themselves.
    private let needed: Float
    /// A block is expected to hold at most about this many rows by accident; names repeat more than chance says.
    private static let wantedSize: Float = 0.7
    private static let mostWords = 6

    private enum Family: UInt64 {
        case arabic = 0x51, latin = 0x52, sound = 0x53
    }

    init(_ evidence: Evidence) {
        self.evidence = evidence
        needed = (Float(max(1, evidence.columns.count)) / Self.wantedSize).log2
    }

    func buckets() -> KeyBuckets {
        KeyGroups.bucketed(Rounds.map(0..<evidence.columns.count) { groups(of: $0) })
    }

    private func groups(of range: Range<Int>) -> KeyGroups {
        let columns = evidence.columns
        var groups = KeyGroups()
        groups.reserve(range.count * 12)
        var chosen: [Chosen] = []
        for row in range {
            let (arabic, latin) = (evidence.rows[row].arabic, evidence.rows[row].latin)
            if !arabic.isEmpty {
                choose(arabic, .arabic, into: &chosen)
                addKeys(chosen, row, .arabic, to: &groups)
            }
            // Rows with both scripts meet by the Arabic one, unless some rows have only the other.
            if !latin.isEmpty, arabic.isEmpty || columns.hasLatinOnly {
                choose(latin, .latin, into: &chosen)
                addKeys(chosen, row, .latin, to: &groups)
            }
            if columns.needsSound, arabic.isEmpty != latin.isEmpty {
                choose(arabic.isEmpty ? latin : arabic, .sound, into: &chosen)
                addKeys(chosen, row, .sound, to: &groups)
            }
        }
        return groups
    }

    private struct Chosen {
        let hash: UInt64
        let bits: Float
    }

    /// The telling words in their usual spelling, at most `mostWords`, in an order that both rows of a pair share.
    private func choose(_ range: Range<Int>, _ family: Family, into chosen: inout [Chosen]) {
        chosen.removeAll(keepingCapacity: true)
        let table = evidence.columns.table
        func take(_ word: UInt32) {
            let usual = Int(evidence.sense.usual[Int(word)])
            let role = table.roles[usual]
            if role == .legal || role == .filler || role == .place { return }
            let hash = family == .sound ? Hash.mix(UInt64(evidence.sense.sound[usual])) : table.hash(usual)
            if chosen.contains(where: { $0.hash == hash }) { return }
            chosen.append(Chosen(hash: hash, bits: evidence.sense.bits[usual]))
        }
        let hasHalves = !evidence.sense.halves.isEmpty
        for i in range {
            let word = evidence.columns.words[i]
            if hasHalves, let (left, right) = evidence.sense.halves[word] {
                take(left)
                take(right)
            } else {
                take(word)
            }
        }
        if chosen.count > Self.mostWords {
            chosen.sort { ($0.bits, $0.hash) > ($1.bits, $1.hash) }
            chosen.removeLast(chosen.count - Self.mostWords)
        }
    }

    private func addKeys(_ chosen: [Chosen], _ row: Int, _ family: Family, to groups: inout KeyGroups) {
        if chosen.isEmpty { return }
        var sum: UInt64 = Hash.mix(family.rawValue)
        var bits: Float = 0
        for word in chosen {
            sum = sum &+ word.hash
            bits += word.bits
        }
        add(sum, bits, row, isWhole: true, to: &groups)
        if chosen.count < 2 { return }
        for word in chosen { add(sum &- word.hash, bits - word.bits, row, isWhole: false, to: &groups) }
        if chosen.count < 5 { return }
        for i in chosen.indices {
            for j in chosen.indices where j > i {
                add(
                    sum &- chosen[i].hash &- chosen[j].hash, bits - chosen[i].bits - chosen[j].bits, row,
                    isWhole: false,
                    to: &groups)
            }
        }
    }

    /// Adds the key, narrowed until the block is small; what cannot be narrowed enough is left out, but for whole names.
    private func add(_ key: UInt64, _ bits: Float, _ row: Int, isWhole: Bool, to groups: inout KeyGroups) {
        let columns = evidence.columns
        if bits >= needed {
            groups.add(Hash.mix(key), row)
            return
        }
        let city = columns.city[row]
        let sector = columns.sector[row]
        let cityBits = city == ProfileColumns.noValue ? 0 : evidence.cityBits[Int(city)]
        let sectorBits = sector == ProfileColumns.noValue ? 0 : evidence.sectorBits[Int(sector)]
        if cityBits > 0 && (bits + cityBits >= needed || isWhole && sectorBits == 0) {
            groups.add(Hash.combine(key, UInt64(city)), row)
        } else if cityBits > 0 && sectorBits > 0 && (bits + cityBits + sectorBits >= needed || isWhole) {
            groups.add(Hash.combine(Hash.combine(key, UInt64(city)), UInt64(sector)), row)
        } else if isWhole {
            groups.add(Hash.mix(key), row)
        }
        for slot in columns.keyRange(row) where KeyKind.of(columns.keys[slot]) == .person {
            if bits + evidence.keyBits[slot] >= needed { groups.add(Hash.combine(key, columns.keys[slot]), row) }
        }
    }
}
