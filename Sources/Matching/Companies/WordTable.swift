/// Every distinct word of the names, once.
struct WordTable: Sendable {
    private var index = KeyIndex()
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [UInt32] = []
    /// In how many names the word stands.
    private(set) var counts: [UInt32] = []
    private(set) var roles: [WordRole] = []
    private(set) var isArabic: [Bool] = []
    /// Number of the lexicon's concept, 0 for none.
    private(set) var concepts: [UInt32] = []

    var count: Int { counts.count }

    func hash(_ word: Int) -> UInt64 { index.hashes[word] }

    func range(_ word: Int) -> Range<Int> {
        (word == 0 ? 0 : Int(ends[word - 1]))..<Int(ends[word])
    }

    @inline(__always)
    func withLetters<Result>(_ word: Int, _ body: (CodedName.Word) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(CodedName.Word(rebasing: $0[range(word)])) }
    }

    func id(of hash: UInt64) -> Int? { index.id(of: hash) }

    mutating func intern(_ word: CodedName.Word) -> UInt32 {
        let hash = Hash.of(word)
        let (id, isNew) = index.insert(hash)
        if isNew {
            bytes.append(contentsOf: word)
            ends.append(UInt32(truncatingIfNeeded: bytes.count))
            counts.append(0)
            let entry = Lexicon.entry(hash)
            roles.append(entry?.role ?? .core)
            concepts.append(entry?.concept ?? 0)
            isArabic.append(CodedName.isArabic(word))
        }
        return UInt32(truncatingIfNeeded: id)
    }

    mutating func countOnce(_ word: UInt32) {
        counts[Int(word)] += 1
    }
}
