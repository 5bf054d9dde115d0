/// How far two names speak for one company.
struct NameVerdict {
    /// Bits for (positive) or against the two being the same.
    var bits: Float = 0
    /// 0…1: weight of the shared words over the weight of all.
    var likeness: Float = 0
    /// Every word that matters is shared, in its usual spelling.
    var isSame = false
    /// Both names hold words that the other lacks and that are not legal form or place.
    var contradicts = false
}

extension Evidence {
    /// Names never speak more strongly against than this; companies do rename.
    static let lowestNameBits: Float = -9

    /// Holds two lists of words of one script against each other, whatever their order.
    func compareWords(_ a: Range<Int>, _ b: Range<Int>, _ explains: Bool) -> NameVerdict {
        if a.isEmpty || b.isEmpty { return NameVerdict() }
        var leftA: UInt32 = 0
        var leftB: UInt32 = b.count >= 32 ? .max : (1 << UInt32(b.count)) - 1
        var shared: Float = 0
        var last = -1
        var isInOrder = true
        usualWords.withUnsafeBufferPointer { usual in
            for i in 0..<min(a.count, 31) {
                let word = usual[a.lowerBound + i]
                var free = leftB
                var found = -1
                while free != 0 {
                    let j = free.trailingZeroBitCount
                    if (usual[b.lowerBound + j] ^ word) & ~Self.misspelt == 0 { found = j; break }
                    free &= free - 1
                }
                if found < 0 { leftA |= 1 << UInt32(i); continue }
                leftB &= ~(1 << UInt32(found))
                if found < last { isInOrder = false }
                last = found
                let typed = typedWord(a.lowerBound + i)
                let worth = words[typed].bits
                shared += typedWord(b.lowerBound + found) == typed ? worth : max(worth * 0.4, worth - Self.typoBits)
            }
        }
        var verdict = NameVerdict()
        if leftA != 0 && leftB != 0, hasRare(leftA, a) || hasRare(leftB, b) {
            shared += alignLeft(&leftA, a, &leftB, b)
        }
        let missing = leftovers(leftA, a, leftB, b, &verdict)
        verdict.isSame = missing.core == 0
        let order = isInOrder ? 0 : Self.orderBits
        verdict.bits = max(Self.lowestNameBits, (shared > 0 ? shared : -2) + missing.bits - order)
        if explains {
            let total = weight(a) + weight(b)
            verdict.likeness = total > 0 ? min(1, 2 * shared / total) : 0
        }
        return verdict
    }

    /// What a misspelling costs.
    static let typoBits: Float = 3
    /// What a word costs in whose place the other name has quite another one.
    static let replacedBits: Float = 9
    /// What another order of the words costs: خالد فهد is not فهد خالد.
    static let orderBits: Float = 2.5

    private func weight(_ range: Range<Int>) -> Float {
        var sum: Float = 0
        for i in range { sum += sense.bits[Int(columns.words[i])] }
        return sum
    }

    /// Pairs what is left: words a few edits apart, beginnings of words, words run together.
    private func alignLeft(_ leftA: inout UInt32, _ a: Range<Int>, _ leftB: inout UInt32, _ b: Range<Int>) -> Float {
        var gained: Float = 0
        for i in 0..<min(a.count, 31) where leftA & (1 << UInt32(i)) != 0 {
            let x = Int(columns.words[a.lowerBound + i])
            var best: (bits: Float, at: Int) = (0, -1)
            for j in 0..<min(b.count, 31) where leftB & (1 << UInt32(j)) != 0 {
                let bits = nearBits(x, Int(columns.words[b.lowerBound + j]))
                if bits > best.bits { best = (bits, j) }
            }
            guard best.at >= 0 else { continue }
            gained += best.bits
            leftA &= ~(1 << UInt32(i))
            leftB &= ~(1 << UInt32(best.at))
        }
        if leftA != 0 && leftB != 0 && leftA.nonzeroBitCount + leftB.nonzeroBitCount <= 5,
            hasRare(leftA, a) || hasRare(leftB, b)
        {
            gained += joinedBits(&leftA, a, &leftB, b)
        }
        return gained
    }

    /// The word as typed; seldom another than the usual one, so the column of words is seldom read.
    private func typedWord(_ at: Int) -> Int {
        let usual = usualWords[at]
        return Int(usual & Self.misspelt == 0 ? usual : columns.words[at])
    }

    private func hasRare(_ left: UInt32, _ range: Range<Int>) -> Bool {
        var left = left
        while left != 0 {
            if words[typedWord(range.lowerBound + left.trailingZeroBitCount)].isRare { return true }
            left &= left - 1
        }
        return false
    }

    private func nearBits(_ x: Int, _ y: Int) -> Float {
        if !words[x].isRare && !words[y].isRare { return 0 }
        let (a, b) = (columns.table.range(x), columns.table.range(y))
        let worth = min(sense.bits[x], sense.bits[y])
        let longest = max(a.count, b.count)
        let shortest = min(a.count, b.count)
        return columns.table.bytes.withUnsafeBufferPointer { all -> Float in
            let (p, q) = (UnsafeBufferPointer(rebasing: all[a]), UnsafeBufferPointer(rebasing: all[b]))
            let limit = longest >= 8 ? 2 : 1
            if shortest >= 3, let edits = Similarity.distance(p, q, limit: limit) {
                // A rare word that is one letter off may be another word; two known words are.
                let known = columns.table.roles[x] != .core && columns.table.roles[y] != .core
                return known ? 0 : max(0.2 * worth, worth - Self.typoBits * Float(edits + 1) / 1.5)
            }
            // "Intl", "Est": the beginning of the longer word.
            let isBeginning = shortest >= 3 && longest > shortest && (0..<shortest).allSatisfy { p[$0] == q[$0] }
            return isBeginning ? max(0.2 * worth, worth - 5) : 0
        }
    }

    /// "محمدالعتيبي" against "محمد العتيبي": the words that are left, without the blanks between them.
    private func joinedBits(_ leftA: inout UInt32, _ a: Range<Int>, _ leftB: inout UInt32, _ b: Range<Int>) -> Float {
        let (x, worthX) = joined(leftA, a)
        let (y, worthY) = joined(leftB, b)
        let longest = max(x.count, y.count)
        let limit = longest >= 12 ? 4 : 3
        let isNear = x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in Similarity.distance(x, y, limit: limit) }
        }
        guard longest >= 6, isNear != nil else { return 0 }
        leftA = 0
        leftB = 0
        return max(0, min(worthX, worthY) - Self.typoBits - 1)
    }

    private func joined(_ left: UInt32, _ range: Range<Int>) -> ([UInt8], Float) {
        var letters: [UInt8] = []
        var worth: Float = 0
        for i in 0..<min(range.count, 31) where left & (1 << UInt32(i)) != 0 {
            let word = Int(columns.words[range.lowerBound + i])
            columns.table.withLetters(word) { letters.append(contentsOf: $0) }
            worth += sense.bits[word]
        }
        return (letters, worth)
    }

    /// What the words without a partner cost, by their role.
    private func leftovers(
        _ leftA: UInt32, _ a: Range<Int>, _ leftB: UInt32, _ b: Range<Int>, _ verdict: inout NameVerdict
    ) -> (bits: Float, core: Int) {
        let (x, y) = (missing(leftA, a), missing(leftB, b))
        var bits = -0.4 * Float(x.place + y.place)
        // شركة against مؤسسة says something, a legal form left out almost nothing.
        bits -= x.legal > 0 && y.legal > 0 ? 2 : 0.3 * Float(x.legal + y.legal)
        let (few, many) = (min(x.core, y.core), max(x.core, y.core))
        let activities = min(x.activity, y.activity)
        bits -= Self.replacedBits * Float(few) + 4 * Float(many - few)
        bits -= Self.replacedBits * Float(activities) + 1.5 * Float(max(x.activity, y.activity) - activities)
        // A word against an activity: "… الدولية" beside "… للتجارة".
        if few == 0 && activities == 0 && many > 0 && x.activity + y.activity > 0 { bits -= 1 }
        verdict.contradicts = few > 0 || activities > 0
        return (bits, x.core + y.core + x.activity + y.activity)
    }

    private func missing(_ left: UInt32, _ range: Range<Int>) -> (core: Int, activity: Int, legal: Int, place: Int) {
        var counts = (core: 0, activity: 0, legal: 0, place: 0)
        var left = left
        while left != 0 {
            defer { left &= left - 1 }
            switch words[typedWord(range.lowerBound + left.trailingZeroBitCount)].usualRole {
            case .core, .common: counts.core += 1
            case .activity: counts.activity += 1
            case .legal: counts.legal += 1
            case .place: counts.place += 1
            case .filler: break
            }
        }
        return counts
    }
}

extension Evidence {
    /// Holds Arabic words against Latin ones by sound and by known meaning. What does not meet may be translated, so it
    /// speaks against only mildly.
    func compareSounds(_ a: Range<Int>, _ b: Range<Int>) -> NameVerdict {
        if a.isEmpty || b.isEmpty || sense.sound.isEmpty { return NameVerdict() }
        var used: UInt32 = 0
        var shared: Float = 0
        var lonely = 0
        var total: Float = 0
        for i in a {
            let x = Int(columns.words[i])
            let role = columns.table.roles[x]
            if role == .filler || role == .legal { continue }
            total += sense.bits[x]
            var best: (bits: Float, at: Int) = (0, -1)
            for j in 0..<min(b.count, 31) where used & (1 << UInt32(j)) == 0 {
                let bits = soundBits(x, Int(columns.words[b.lowerBound + j]))
                if bits > best.bits { best = (bits, j) }
            }
            if best.at < 0 { lonely += 1; continue }
            used |= 1 << UInt32(best.at)
            shared += best.bits
        }
        var others = 0
        for j in 0..<min(b.count, 31) where used & (1 << UInt32(j)) == 0 {
            let role = columns.table.roles[Int(columns.words[b.lowerBound + j])]
            if role != .filler && role != .legal { others += 1 }
        }
        var verdict = NameVerdict()
        let unmatched = min(lonely, others)
        verdict.bits = (shared > 0 ? shared : -1) - 2 * Float(unmatched) - 1.2 * Float(max(lonely, others) - unmatched)
        verdict.bits = max(-3, verdict.bits)
        verdict.likeness = total > 0 ? min(1, shared / total) : 0
        verdict.isSame = shared > 0 && lonely == 0 && others == 0
        return verdict
    }

    private func soundBits(_ x: Int, _ y: Int) -> Float {
        let (a, b) = (sense.sound[x], sense.sound[y])
        let worth = min(sense.bits[x], sense.bits[y])
        if a == b { return max(0.3 * worth, worth - 1.5) }
        let (p, q) = (sense.soundRange(a), sense.soundRange(b))
        guard min(p.count, q.count) >= 4 else { return 0 }
        return sense.soundBytes.withUnsafeBufferPointer { all in
            let near = Similarity.distance(
                UnsafeBufferPointer(rebasing: all[p]), UnsafeBufferPointer(rebasing: all[q]), limit: 1)
            return near == nil ? 0 : max(0.2 * worth, worth - 4.5)
        }
    }
}
