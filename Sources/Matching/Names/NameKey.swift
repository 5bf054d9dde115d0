/// Keys and likeness of the names of people, in either script.
public enum NameKey {
    /// The same for "محمد العتيبي", "العتيبي، محمد" and "Mohammed Al-Otaibi": the consonant skeletons of the words, sorted,
    /// without titles, articles and بن. Empty if the text holds no letter.
    ///
    /// Different names can share a key (it keeps no vowels), so it finds candidates and decides nothing by itself.
    public static func personKey(_ name: String) -> String {
        skeletons(name).map { String(decoding: $0, as: UTF8.self) }.sorted().joined(separator: "-")
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

    static func skeletons(_ name: String) -> [[UInt8]] {
        words(name).map(Transliteration.skeleton).filter { !$0.isEmpty }
    }

    private static func words(_ name: String) -> [[UInt8]] {
        var coded = CodedName()
        var scratch: [UInt8] = []
        coded.read(name, scratch: &scratch)
        let all = (0..<coded.count).map { Array(coded[$0]) }
        let kept = all.filter { !titles.contains($0) && Lexicon.entries[Hash.of($0)]?.role != .filler }
        return kept.isEmpty ? all : kept
    }

    private static func wordLikeness(_ a: [UInt8], _ b: [UInt8]) -> Double {
        if a == b { return 1 }
        if CodedName.isArabic(a) == CodedName.isArabic(b) { return Similarity.ratio(a, b) }
        let (x, y) = (Transliteration.skeleton(a), Transliteration.skeleton(b))
        return x == y ? 0.95 : 0.9 * Similarity.ratio(x, y)
    }

    private static let titles: Set<[UInt8]> = Set(
        """
        د م أ دكتور مهندس استاذ شيخ سيد سيده امير اميره معالي سعاده صاحب سمو لواء عميد مستشار محامي كابتن حاج انسه ا
        mr mrs ms miss dr eng engr prof sheikh shaikh shk sh hh he prince princess sir madam adv capt haj hajj
        """
        .split { $0 == " " || $0 == "\n" }.map { CodedName.code(String($0)) })
}
