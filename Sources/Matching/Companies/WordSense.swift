/// What the words of all names are worth, known once all rows are in.
struct WordSense: Sendable {
    /// The usual spelling behind a rare one: the word itself where there is none.
    private(set) var usual: [UInt32] = []
    /// Bits that the shared word is evidence for, of the usual spelling.
    private(set) var bits: [Float] = []
    /// Equal for words of both scripts that sound or mean the same.
    private(set) var sound: [UInt32] = []
    private(set) var soundBytes: [UInt8] = []
    private(set) var soundEnds: [UInt32] = []
    /// The two words that a rare word was run together from.
    private(set) var halves: [UInt32: (UInt32, UInt32)] = [:]

    /// Names seen elsewhere before this list: keeps a word of a short list from looking rarer or commoner than it is.
    private static let imaginedNames: Float = 1000

    init(_ table: WordTable, names: Int, needsSound: Bool) {
        usual = Spelling.usual(table)
        var counts = [UInt32](repeating: 0, count: table.count)
        for word in 0..<table.count { counts[Int(usual[word])] += table.counts[word] }
        bits = (0..<table.count).map { word in
            let c = Int(usual[word])
            return Self.bits(count: counts[c], names: names, role: table.roles[c])
        }
        for word in 0..<table.count where table.counts[word] <= 2 && usual[word] == UInt32(word) {
            if let split = Spelling.halves(of: word, table) { halves[UInt32(word)] = split }
        }
        if needsSound { readSounds(table) }
    }

    private static func bits(count: UInt32, names: Int, role: WordRole) -> Float {
        let imagined: Float
        switch role {
        case .core: imagined = imaginedNames / 2000
        case .common: imagined = imaginedNames / 60
        case .activity: imagined = imaginedNames / 80
        case .legal, .filler: imagined = imaginedNames / 5
        case .place: imagined = imaginedNames / 30
        }
        let others = max(0, Float(count) - 1)
        let worth = -((others + imagined) / (Float(names) + imaginedNames)).log2
        switch role {
        case .filler: return 0
        case .legal: return min(3, worth * 0.7)
        case .place: return min(4, worth * 0.6)
        default: return worth
        }
    }

    private mutating func readSounds(_ table: WordTable) {
        var index = KeyIndex()
        sound = (0..<table.count).map { word in
            let skeleton = Transliteration.skeleton(table.letters(word))
            let concept = table.concepts[word]
            let hash = concept > 0 ? Hash.mix(UInt64(concept)) : Hash.of(skeleton)
            let (id, isNew) = index.insert(hash)
            if isNew {
                // Words with a meaning of their own are equal or not; only sounds are compared letter by letter.
                if concept == 0 { soundBytes.append(contentsOf: skeleton) }
                soundEnds.append(UInt32(truncatingIfNeeded: soundBytes.count))
            }
            return UInt32(truncatingIfNeeded: id)
        }
    }

    func soundRange(_ id: UInt32) -> Range<Int> {
        (id == 0 ? 0 : Int(soundEnds[Int(id) - 1]))..<Int(soundEnds[Int(id)])
    }
}

/// Finds the usual word behind a rare misspelling, from the list's own words.
enum Spelling {
    private static let shortest = 4
    private static let longest = 24

    /// For each word the word one edit away that is far more frequent, or for two rare ones the first of them; else itself.
    static func usual(_ table: WordTable) -> [UInt32] {
        var best = (0..<UInt32(truncatingIfNeeded: table.count)).map { $0 }
        var groups = KeyGroups()
        groups.reserve(table.count * 8)
        for word in 0..<table.count { addVariants(of: word, table, to: &groups) }
        groups.forEach { _, words in
            // The most frequent word of the group is what the others may have been meant to be.
            var top = Int(words[words.startIndex])
            for word in words where precedes(Int(word), top, table) { top = Int(word) }
            for word in words where Int(word) != top {
                let w = Int(word)
                guard isMisspelling(w, of: top, table) else { continue }
                if best[w] == word || precedes(top, Int(best[w]), table) { best[w] = UInt32(truncatingIfNeeded: top) }
            }
        }
        for word in best.indices {
            var target = Int(best[word])
            for _ in 0..<3 where best[target] != UInt32(target) { target = Int(best[target]) }
            best[word] = UInt32(truncatingIfNeeded: target)
        }
        return best
    }

    private static func precedes(_ a: Int, _ b: Int, _ table: WordTable) -> Bool {
        table.counts[a] != table.counts[b] ? table.counts[a] > table.counts[b] : table.hash(a) < table.hash(b)
    }

    private static func addVariants(of word: Int, _ table: WordTable, to groups: inout KeyGroups) {
        let letters = table.letters(word)
        guard (shortest - 1...longest).contains(letters.count), !letters.contains(where: { $0 < 0x3A }) else { return }
        groups.add(Hash.of(letters), word)
        var previous: UInt8 = 0
        for i in letters.indices {
            // Deleting either of two equal neighbours gives the same word.
            if letters[i] == previous { continue }
            previous = letters[i]
            var hash = Hash.seed
            var packed: UInt64 = 0
            var filled: UInt64 = 0
            for j in letters.indices where j != i {
                packed = packed << 8 | UInt64(letters[j])
                filled += 1
                if filled & 7 == 0 {
                    hash = Hash.mix(hash ^ packed)
                    packed = 0
                }
            }
            groups.add(Hash.mix(hash ^ packed ^ filled << 56), word)
        }
    }

    private static func isMisspelling(_ word: Int, of other: Int, _ table: WordTable) -> Bool {
        let (rare, often) = (table.counts[word], table.counts[other])
        let (a, b) = (table.letters(word), table.letters(other))
        guard table.isArabic[word] == table.isArabic[other], max(a.count, b.count) >= shortest else { return false }
        // A three-letter word is a misspelling only of something very frequent.
        let ratio: UInt32 = min(a.count, b.count) <= 3 ? 100 : 12
        if rare > 2 && rare > often / ratio { return false }
        if min(a.count, b.count) <= 3 && rare > often / ratio { return false }
        return Similarity.distance(a, b, limit: 1) != nil
    }

    /// "محمدالعتيبي": the split at which both sides are frequent words.
    static func halves(of word: Int, _ table: WordTable) -> (UInt32, UInt32)? {
        let letters = table.letters(word)
        guard (6...longest).contains(letters.count) else { return nil }
        for cut in (letters.startIndex + 3)..<(letters.endIndex - 2) {
            guard let left = table.id(of: Hash.of(letters[..<cut])), table.counts[left] >= 20,
                let right = table.id(of: Hash.of(CodedName.withoutArticle(letters[cut...]))), table.counts[right] >= 20
            else { continue }
            return (UInt32(truncatingIfNeeded: left), UInt32(truncatingIfNeeded: right))
        }
        return nil
    }
}
