/// What a comparison asks of a row, side by side: the rows of a pair are seldom neighbours in memory.
struct RowFacts: Sendable {
    let city: UInt32
    let sector: UInt32
    let region: UInt32
    /// The most that a shared name could be worth.
    let mostNameBits: Float
    private let firstWord: UInt32
    private let firstKey: UInt32
    private let arabicCount: UInt8
    private let wordCount: UInt8
    private let keyCount: UInt8
    let isExisting: Bool

    init(_ columns: ProfileColumns, row: Int, mostNameBits: Float) {
        let (words, keys) = (columns.wordRange(row), columns.keyRange(row))
        city = columns.city[row]
        sector = columns.sector[row]
        region = columns.region[row]
        self.mostNameBits = mostNameBits
        firstWord = UInt32(truncatingIfNeeded: words.lowerBound)
        firstKey = UInt32(truncatingIfNeeded: keys.lowerBound)
        arabicCount = columns.arabicCounts[row]
        wordCount = UInt8(truncatingIfNeeded: words.count)
        keyCount = UInt8(truncatingIfNeeded: keys.count)
        isExisting = columns.isExisting[row]
    }

    var keys: Range<Int> { Int(firstKey)..<(Int(firstKey) + Int(keyCount)) }
    var arabic: Range<Int> { Int(firstWord)..<(Int(firstWord) + Int(arabicCount)) }
    var latin: Range<Int> { (Int(firstWord) + Int(arabicCount))..<(Int(firstWord) + Int(wordCount)) }
}

/// What a comparison asks of a word.
struct WordFacts: Sendable {
    /// Bits that the shared word is evidence for.
    let bits: Float
    /// Of the usual spelling.
    let usualRole: WordRole
    /// Rare enough to be a misspelling; two words that both occur often are two words.
    let isRare: Bool
}
