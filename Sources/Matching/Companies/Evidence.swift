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
    /// By row: the most that a shared name could be worth.
    private let mostNameBits: [Float]

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
        let bits = sense.bits
        mostNameBits = (0..<columns.count).map { row in
            let range = columns.wordRange(row)
            let cut = range.lowerBound + Int(columns.arabicCounts[row])
            let arabic = columns.words[range.lowerBound..<cut].reduce(0 as Float) { $0 + bits[Int($1)] }
            let latin = columns.words[cut..<range.upperBound].reduce(0 as Float) { $0 + bits[Int($1)] }
            // The second script adds at most two bits.
            return max(arabic, latin) + 2
        }
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

    /// The probability that the two rows are the same company.
    func score(_ a: Int, _ b: Int) -> Float {
        var verdict = Verdict()
        judgeRest(a, b, &verdict, explains: false)
        // Most pairs of a block differ in so much that not even equal names could save them.
        if verdict.bits + min(mostNameBits[a], mostNameBits[b]) < Self.hopelessBits { return 0 }
        addNames(a, b, &verdict)
        return probability(verdict)
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

    /// Odds of one to four; what is below is not even shown.
    private static let hopelessBits: Float = -2

    func judge(_ a: Int, _ b: Int, explains: Bool) -> Verdict {
        var v = Verdict()
        judgeRest(a, b, &v, explains: explains)
        addNames(a, b, &v)
        return v
    }

    private func addNames(_ a: Int, _ b: Int, _ v: inout Verdict) {
        judgeNames(a, b, &v)
        v.bits += v.nameBits
        v.isNameAlone = !v.hasKey && v.city <= 0 && v.sector <= 0 && v.person <= 0
    }

    /// Everything but the names.
    private func judgeRest(_ a: Int, _ b: Int, _ v: inout Verdict, explains: Bool) {
        v.city = agreement(columns.city, cityBits, a, b, against: -3.5)
        if v.city == 0 { v.city = 0.6 * agreement(columns.region, regionBits, a, b, against: -3) }
        v.sector = agreement(columns.sector, sectorBits, a, b, against: -2)
        v.bits += v.city + v.sector - prior
        judgeKeys(a, b, &v, explains)
    }

    private func agreement(_ column: [UInt32], _ bits: [Float], _ a: Int, _ b: Int, against: Float) -> Float {
        let (x, y) = (column[a], column[b])
        if x == ProfileColumns.noValue || y == ProfileColumns.noValue { return 0 }
        return x == y ? bits[Int(x)] : against
    }

    // MARK: identifiers

    private struct Seen {
        var a = false
        var b = false
        var both = false
    }

    private func judgeKeys(_ a: Int, _ b: Int, _ v: inout Verdict, _ explains: Bool) {
        var shared: UInt8 = 0
        var inA: UInt8 = 0
        var inB: UInt8 = 0
        var strongest: Float = 0
        var sum: Float = 0
        let rangeB = columns.keyRange(b)
        for j in rangeB where keyBits[j] >= 0 { inB |= Self.bit(columns.keys[j]) }
        for i in columns.keyRange(a) where keyBits[i] >= 0 {
            let key = columns.keys[i]
            let bit = Self.bit(key)
            inA |= bit
            if inB & bit == 0 { continue }
            for j in rangeB where columns.keys[j] == key {
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
        func differ(_ kinds: [KeyKind], _ reason: Reason.Kind, _ bits: Float) {
            let mask = kinds.reduce(0 as UInt8) { $0 | Self.bit($1.rawValue) }
            guard differing & mask != 0, shared & mask == 0 else { return }
            v.bits += bits
            if reason == .differentPerson { v.person = bits }
            if explains { v.differs.append((reason, bits)) }
        }
        differ([.domain], .differentDomain, -5)
        if differing & Self.bit(KeyKind.domain.rawValue) == 0 { differ([.email], .differentEmail, -1) }
        differ([.mobile], .differentPhone, -2.5)
        differ([.landline, .sharedLine], .differentPhone, -1.5)
        differ([.person], .differentPerson, -1.5)
    }

    // MARK: names

    func judgeNames(_ a: Int, _ b: Int, _ v: inout Verdict) {
        let (x, y) = (columns.wordRange(a), columns.wordRange(b))
        if x.isEmpty || y.isEmpty { return }
        v.hasName = true
        let (cutX, cutY) = (x.lowerBound + Int(columns.arabicCounts[a]), y.lowerBound + Int(columns.arabicCounts[b]))
        let (arabicX, latinX) = (x.lowerBound..<cutX, cutX..<x.upperBound)
        let (arabicY, latinY) = (y.lowerBound..<cutY, cutY..<y.upperBound)
        let arabic = arabicX.isEmpty || arabicY.isEmpty ? nil : compareWords(arabicX, arabicY)
        let latin = latinX.isEmpty || latinY.isEmpty ? nil : compareWords(latinX, latinY)
        switch (arabic, latin) {
        case (let p?, let q?):
            let (better, worse) = p.bits >= q.bits ? (p, q) : (q, p)
            v.name = better
            // The second script repeats the first: it confirms a little, or warns.
            v.nameBits = better.bits + max(-4, min(2, worse.bits * 0.3))
        case (let only?, nil), (nil, let only?):
            v.name = only
            v.nameBits = only.bits
        case (nil, nil):
            v.name = arabicX.isEmpty ? compareSounds(arabicY, latinX) : compareSounds(arabicX, latinY)
            v.nameBits = v.name.bits
            v.isSound = true
        }
    }
}
