/// Finds the usual word behind a rare misspelling, from the list's own words.
enum Spelling {
    private static let shortest = 4
    private static let longest = 24

    /// For each word the word one edit away that is far more frequent, or for two rare ones the first of them; else itself.
    static func usual(_ table: WordTable) -> [UInt32] {
        var best = (0..<UInt32(truncatingIfNeeded: table.count)).map { $0 }
        var groups = KeyGroups()
        groups.reserve(table.count * 8)
        for word in 0..<table.count {
            table.withLetters(word) { letters in addVariants(of: word, letters, to: &groups) }
        }
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

    private static func addVariants(of word: Int, _ letters: CodedName.Word, to groups: inout KeyGroups) {
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
        let (a, b) = (table.range(word), table.range(other))
        guard table.isArabic[word] == table.isArabic[other], max(a.count, b.count) >= shortest else { return false }
        // A three-letter word is a misspelling only of something very frequent.
        let ratio: UInt32 = min(a.count, b.count) <= 3 ? 100 : 12
        if rare > 2 && rare > often / ratio { return false }
        if min(a.count, b.count) <= 3 && rare > often / ratio { return false }
        return table.withLetters(word) { a in
            table.withLetters(other) { b in Similarity.distance(a, b, limit: 1) != nil }
        }
    }

    /// "محمدالعتيبي": the split at which both sides are frequent words.
    static func halves(of word: Int, _ table: WordTable) -> (UInt32, UInt32)? {
        table.withLetters(word) { letters in
            guard (6...longest).contains(letters.count) else { return nil }
            for cut in 3..<(letters.count - 2) {
                let left = CodedName.Word(rebasing: letters[..<cut])
                let right = Affixes.withoutArticle(CodedName.Word(rebasing: letters[cut...]))
                if let first = frequent(left, table), let second = frequent(right, table) { return (first, second) }
            }
            return nil
        }
    }

    private static func frequent(_ letters: CodedName.Word, _ table: WordTable) -> UInt32? {
        guard let id = table.id(of: Hash.of(letters)), table.counts[id] >= 20 else { return nil }
        return UInt32(truncatingIfNeeded: id)
    }
}
