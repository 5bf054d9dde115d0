/// Keys and likeness of the names of people, in either script.
public enum NameKey {
    /// The same for "محمد العتيبي", "العتيبي، محمد" and "Mohammed Al-Otaibi": the consonant skeletons of the words, sorted,
    /// without titles, articles and بن. Empty if the text holds no letter.
    ///
    /// Different names can share a key (it keeps no vowels), so it finds candidates and decides nothing by itself.
    public static func personKey(_ name: String) -> String {
        CodedName.read(name) { coded in
            var sounds = Sounds()
            let hasTelling = coded.indices.contains { isTelling(coded[$0]) }
            for i in coded.indices where !hasTelling || isTelling(coded[i]) { sounds.add(coded[i]) }
            return sounds.sorted(joinedBy: "-")
        }
    }

    /// 0…1: how alike two names of people are, whatever the order of their words and the script.
    public static func similarity(_ a: String, _ b: String) -> Double {
        let (x, y) = (words(a), words(b))
        if x.isEmpty || y.isEmpty { return 0 }
        let (short, long) = x.count <= y.count ? (x, y) : (y, x)
        var free = long
        var total = 0.0
        for word in short {
            var best = 0.0
            var at: Int?
            for (i, other) in free.enumerated() {
                let likeness = wordLikeness(word, other)
                if likeness > best { (best, at) = (likeness, i) }
            }
            if let at { free.remove(at: at) }
            total += best
        }
        // A middle name left out costs less than a name that differs.
        return total / (Double(short.count) + 0.35 * Double(long.count - short.count))
    }

    private static func words(_ name: String) -> [[UInt8]] {
        CodedName.read(name) { coded in
            let kept = coded.indices.filter { isTelling(coded[$0]) }
            return (kept.isEmpty ? Array(coded.indices) : kept).map { Array(coded[$0]) }
        }
    }

    /// No title and no particle.
    private static func isTelling(_ word: CodedName.Word) -> Bool {
        let hash = Hash.of(word)
        return !titles.contains(hash: hash) && Lexicon.entry(hash)?.role != .filler
    }

    private static func wordLikeness(_ a: [UInt8], _ b: [UInt8]) -> Double {
        if a == b { return 1 }
        return a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                if CodedName.isArabic(a) == CodedName.isArabic(b) { return Similarity.ratio(a, b) }
                return Transliteration.withSkeleton(of: a) { x in
                    Transliteration.withSkeleton(of: b) { y in x.elementsEqual(y) ? 0.95 : 0.9 * Similarity.ratio(x, y)
                    }
                }
            }
        }
    }

    private static let titles = WordSet(
        coded:
            """
            د م أ دكتور مهندس استاذ شيخ سيد سيده امير اميره معالي سعاده صاحب سمو لواء عميد مستشار محامي كابتن حاج انسه ا
            mr mrs ms miss dr eng engr prof sheikh shaikh shk sh hh he prince princess sir madam adv capt haj hajj
            """
            .split { $0 == " " || $0 == "\n" }.map(String.init))
}
