/// Everything known about the rows, frozen; judges any two of them.
struct Evidence: Sendable {
    let columns: ProfileColumns
    let sense: WordSense
    let options: MatchOptions
    let cityBits: [Float]
    let sectorBits: [Float]
    let regionBits: [Float]
    /// By slot of `columns.keys`: bits of coincidence, see `KeyCensus`.
    private(set) var keyBits: [Float]
    /// log2 of how many companies there are: the odds against any two being the same.
    let prior: Float
    let rows: [RowFacts]
    let words: [WordFacts]
    /// By position in `columns.words`: the usual spelling, with the bit `misspelt` where it is not the word's own.
    let usualWords: [UInt32]
    static let misspelt: UInt32 = 1 << 31

    init(columns: ProfileColumns, options: MatchOptions) {
        self.columns = columns
        self.options = options
        sense = WordSense(columns.table, names: columns.count, needsSound: columns.needsSound)
        cityBits = columns.cities.bits(most: 5)
        sectorBits = columns.sectors.bits(most: 4)
        regionBits = columns.regions.bits(most: 4)
        keyBits = Array(repeating: 0, count: columns.keys.count)
        // A list of ten rows is no reason to believe that likeness is no accident.
        prior = (Float(max(columns.count, options.population)) + 1000).log2
        let (sense, count) = (sense, columns.count)
        usualWords = columns.words.map { word in
            let usual = sense.usual[Int(word)]
            return usual == word ? usual : usual | Self.misspelt
        }
        words = (0..<columns.table.count).map { word in
            WordFacts(
                bits: sense.bits[word], usualRole: columns.table.roles[Int(sense.usual[word])],
                isRare: columns.table.counts[word] <= 3 + UInt32(truncatingIfNeeded: count >> 14))
        }
        rows = Rounds.map(count) { rows in
            rows.map { RowFacts(columns, row: $0, mostNameBits: Self.mostBits(columns, sense, row: $0)) }
        }
        .flatMap { $0 }
    }

    private static func mostBits(_ columns: ProfileColumns, _ sense: WordSense, row: Int) -> Float {
        let range = columns.wordRange(row)
        let cut = range.lowerBound + Int(columns.arabicCounts[row])
        var (arabic, latin): (Float, Float) = (0, 0)
        for i in range.lowerBound..<cut { arabic += sense.bits[Int(columns.words[i])] }
        for i in cut..<range.upperBound { latin += sense.bits[Int(columns.words[i])] }
        // The second script adds at most two bits.
        return max(arabic, latin) + 2
    }

    mutating func weigh(_ census: KeyCensus) {
        keyBits = census.bits
    }

    /// What one pair rests on.
    struct Verdict {
        var bits: Float = 0
        var name = NameVerdict()
        var nameBits: Float = 0
        var isSound = false
        var hasName = false
        var key: [(kind: KeyKind, bits: Float)] = []
        var differs: [(kind: Reason.Kind, bits: Float)] = []
        var city: Float = 0
        var sector: Float = 0
        var person: Float = 0
        var hasKey = false
        var isNameAlone = false
    }

    /// The probability that the two rows are the same company; 0 where it is below what is ever shown.
    func score(_ a: Int, _ b: Int) -> Float {
        var verdict = Verdict()
        let (x, y) = (rows[a], rows[b])
        judgeRest(x, y, &verdict, explains: false)
        // Many pairs of a block differ in so much that not even equal names could save them.
        if verdict.bits + min(x.mostNameBits, y.mostNameBits) < Self.hopelessBits { return 0 }
        addNames(x, y, &verdict, explains: false)
        return verdict.bits < Self.hopelessBits ? 0 : probability(verdict)
    }

    /// True if the two are clearly different companies: what guards a cluster against growing by chains.
    func contradicts(_ a: Int, _ b: Int) -> Bool {
        let verdict = judge(a, b, explains: false)
        return verdict.bits < -6 && verdict.hasName && (verdict.name.contradicts || verdict.nameBits < 0)
    }

    func probability(_ verdict: Verdict) -> Float {
        let bits = min(40, max(-40, verdict.bits))
        var odds: Float = 1
        let whole = Int(bits.rounded(.down))
        for _ in 0..<abs(whole) { odds *= whole < 0 ? 0.5 : 2 }
        odds *= 1 + (bits - Float(whole))
        let p = odds / (1 + odds)
        if !verdict.isNameAlone { return p }
        // Names alone never decide, whatever the threshold.
        return min(p, Self.mostForNameAlone, Float(options.threshold) * 0.95)
    }

    private static let mostForNameAlone: Float = 0.8

    /// Odds of two to five; what is below is not even shown.
    private static let hopelessBits: Float = -1.3

    func judge(_ a: Int, _ b: Int, explains: Bool) -> Verdict {
        var v = Verdict()
        judgeRest(rows[a], rows[b], &v, explains: explains)
        addNames(rows[a], rows[b], &v, explains: explains)
        return v
    }

    private func addNames(_ a: RowFacts, _ b: RowFacts, _ v: inout Verdict, explains: Bool) {
        judgeNames(a, b, &v, explains: explains)
        v.bits += v.nameBits
        v.isNameAlone = !v.hasKey && v.city <= 0 && v.sector <= 0 && v.person <= 0
    }

    /// Everything but the names.
    private func judgeRest(_ a: RowFacts, _ b: RowFacts, _ v: inout Verdict, explains: Bool) {
        v.city = agreement(a.city, b.city, cityBits, against: -3.5)
        if v.city == 0 { v.city = 0.6 * agreement(a.region, b.region, regionBits, against: -3) }
        v.sector = agreement(a.sector, b.sector, sectorBits, against: -2)
        v.bits += v.city + v.sector - prior
        judgeKeys(a.keys, b.keys, &v, explains)
    }

    private func agreement(_ x: UInt32, _ y: UInt32, _ bits: [Float], against: Float) -> Float {
        if x == ProfileColumns.noValue || y == ProfileColumns.noValue { return 0 }
        return x == y ? bits[Int(x)] : against
    }

    // MARK: identifiers

    private func judgeKeys(_ a: Range<Int>, _ b: Range<Int>, _ v: inout Verdict, _ explains: Bool) {
        var shared: UInt8 = 0
        var inA: UInt8 = 0
        var inB: UInt8 = 0
        var strongest: Float = 0
        var sum: Float = 0
        for j in b where keyBits[j] >= 0 { inB |= Self.bit(columns.keys[j]) }
        for i in a where keyBits[i] >= 0 {
            let key = columns.keys[i]
            let bit = Self.bit(key)
            inA |= bit
            if inB & bit == 0 { continue }
            for j in b where columns.keys[j] == key {
                let kind = KeyKind.of(key)
                if kind == .person {
                    v.person = max(v.person, keyBits[i])
                } else {
                    let bits = Self.bonus(kind) - keyBits[i]
                    if shared & bit == 0 {
                        sum += bits
                        if isDecisive(kind) { strongest = prior }
                        if explains { v.key.append((kind, bits)) }
                    }
                }
                shared |= bit
            }
        }
        v.hasKey = shared & ~Self.bit(KeyKind.person.rawValue) != 0
        // An email carries its domain: together they say little more than the email.
        if shared & 3 == 3 { sum -= Self.bonus(.domain) * 0.7 }
        if v.hasKey && strongest == 0 { sum += 4 }
        v.bits += sum + strongest + v.person
        judgeDifferences(shared, inA & inB, &v, explains)
    }

    @inline(__always)
    private static func bit(_ key: UInt64) -> UInt8 { 1 << UInt8(truncatingIfNeeded: key & KeyKind.mask) }

    private func isDecisive(_ kind: KeyKind) -> Bool {
        switch kind {
        case .email: options.fields.contains(.email)
        case .domain: options.fields.contains(.website)
        case .mobile, .landline, .sharedLine, .badPhone: options.fields.contains(.phone)
        case .linkedIn: true
        case .person: false
        }
    }

    /// Bits beyond outweighing the prior.
    static func bonus(_ kind: KeyKind) -> Float {
        switch kind {
        case .email: 8
        case .domain: 7
        case .linkedIn: 8
        case .mobile: 4.5
        case .landline, .sharedLine: 4
        case .badPhone: 3
        case .person: 0
        }
    }

    private func judgeDifferences(_ shared: UInt8, _ inBoth: UInt8, _ v: inout Verdict, _ explains: Bool) {
        let differing = inBoth & ~shared
        if differing == 0 { return }
        func differ(_ mask: UInt8, _ reason: Reason.Kind, _ bits: Float) {
            guard differing & mask != 0, shared & mask == 0 else { return }
            v.bits += bits
            if reason == .differentPerson { v.person = bits }
            if explains { v.differs.append((reason, bits)) }
        }
        let domain = Self.bit(KeyKind.domain.rawValue)
        differ(domain, .differentDomain, -5)
        if differing & domain == 0 { differ(Self.bit(KeyKind.email.rawValue), .differentEmail, -1) }
        differ(Self.bit(KeyKind.mobile.rawValue), .differentPhone, -2.5)
        differ(Self.bit(KeyKind.landline.rawValue) | Self.bit(KeyKind.sharedLine.rawValue), .differentPhone, -1.5)
        differ(Self.bit(KeyKind.person.rawValue), .differentPerson, -1.5)
    }

    // MARK: names

    func judgeNames(_ a: RowFacts, _ b: RowFacts, _ v: inout Verdict, explains: Bool) {
        let (arabicA, latinA, arabicB, latinB) = (a.arabic, a.latin, b.arabic, b.latin)
        if arabicA.isEmpty && latinA.isEmpty || arabicB.isEmpty && latinB.isEmpty { return }
        v.hasName = true
        let hasArabic = !arabicA.isEmpty && !arabicB.isEmpty
        let hasLatin = !latinA.isEmpty && !latinB.isEmpty
        if hasArabic && hasLatin {
            let p = compareWords(arabicA, arabicB, explains)
            let q = compareWords(latinA, latinB, explains)
            let (better, worse) = p.bits >= q.bits ? (p, q) : (q, p)
            v.name = better
            // The second script repeats the first: it confirms a little, or warns.
            v.nameBits = better.bits + max(-4, min(2, worse.bits * 0.3))
            return
        }
        if hasArabic {
            v.name = compareWords(arabicA, arabicB, explains)
        } else if hasLatin {
            v.name = compareWords(latinA, latinB, explains)
        } else {
            v.name = arabicA.isEmpty ? compareSounds(arabicB, latinA) : compareSounds(arabicA, latinB)
            v.isSound = true
        }
        v.nameBits = v.name.bits
    }
}
