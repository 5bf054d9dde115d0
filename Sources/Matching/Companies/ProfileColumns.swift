/// What an identifier is; stands in the low bits of its hash.
enum KeyKind: UInt64 {
    case email, domain, mobile, landline, sharedLine, linkedIn, person, badPhone

    static let mask: UInt64 = 7

    @inline(__always)
    static func of(_ key: UInt64) -> KeyKind { KeyKind(rawValue: key & mask) ?? .badPhone }
}

/// The profiles, column by column: about 120 bytes a row.
struct ProfileColumns: Sendable {
    static let noValue = UInt32.max

    var table = WordTable()
    /// Arabic words of the names first, then the others; each word once a row.
    var words: [UInt32] = []
    var wordEnds: [UInt32] = []
    var arabicCounts: [UInt8] = []
    var keys: [UInt64] = []
    var keyEnds: [UInt32] = []
    var cities = ValueTable()
    var city: [UInt32] = []
    var sectors = ValueTable()
    var sector: [UInt32] = []
    var regions = ValueTable()
    var region: [UInt32] = []
    var isExisting: [Bool] = []
    /// Some names are in one script only, and both scripts occur so.
    var needsSound: Bool { hasArabicOnly && hasLatinOnly }
    private(set) var hasArabicOnly = false
    private(set) var hasLatinOnly = false

    private var rowWords: [UInt32] = []
    private var latinWords: [UInt32] = []

    var count: Int { isExisting.count }

    func wordRange(_ row: Int) -> Range<Int> { (row == 0 ? 0 : Int(wordEnds[row - 1]))..<Int(wordEnds[row]) }
    func keyRange(_ row: Int) -> Range<Int> { (row == 0 ? 0 : Int(keyEnds[row - 1]))..<Int(keyEnds[row]) }

    mutating func append(_ p: CompanyProfile, isExisting existing: Bool) -> Int {
        rowWords.removeAll(keepingCapacity: true)
        latinWords.removeAll(keepingCapacity: true)
        readName(p.nameAr)
        readName(p.nameEn)
        arabicCounts.append(UInt8(truncatingIfNeeded: rowWords.count))
        if latinWords.isEmpty && !rowWords.isEmpty { hasArabicOnly = true }
        if rowWords.isEmpty && !latinWords.isEmpty { hasLatinOnly = true }
        rowWords.append(contentsOf: latinWords)
        for word in rowWords { table.countOnce(word) }
        words.append(contentsOf: rowWords)
        wordEnds.append(UInt32(truncatingIfNeeded: words.count))
        let start = keys.count
        ProfileKeys.read(p) { key in
            if keys.count - start < ProfileKeys.maxPerRow, !keys[start...].contains(key) { keys.append(key) }
        }
        keyEnds.append(UInt32(truncatingIfNeeded: keys.count))
        city.append(Self.placeHash(p.city).map { cities.add($0) } ?? Self.noValue)
        sector.append(Self.textHash(p.sector).map { sectors.add($0) } ?? Self.noValue)
        region.append(Self.placeHash(p.region).map { regions.add($0) } ?? Self.noValue)
        isExisting.append(existing)
        return count - 1
    }

    private mutating func readName(_ name: String) {
        if name.isEmpty { return }
        CodedName.read(name) { coded in
            let hasArabic = coded.indices.contains { CodedName.isArabic(coded[$0]) }
            for i in coded.indices {
                let word = coded[i]
                let id = table.intern(word)
                // A number belongs to the script of its cell.
                if CodedName.isArabic(word) || hasArabic && word.allSatisfy({ $0 < 0x3A }) {
                    if !rowWords.contains(id), rowWords.count < CodedName.maxWords { rowWords.append(id) }
                } else if !latinWords.contains(id), latinWords.count < CodedName.maxWords {
                    latinWords.append(id)
                }
            }
        }
    }

    /// One hash for a city in either script and with or without "مدينة".
    private static func placeHash(_ text: String) -> UInt64? {
        if text.isEmpty { return nil }
        return CodedName.read(text) { coded in
            var hash: UInt64 = 0
            for i in coded.indices {
                let word = Hash.of(coded[i])
                // A sum, so that the order does not matter; the second word of "المدينة المنورة" is left out.
                if hash == 0, let entry = Lexicon.entry(word), entry.role == .place {
                    return Hash.mix(UInt64(entry.concept))
                }
                hash = hash &+ word
            }
            return hash == 0 ? nil : hash
        }
    }

    private static func textHash(_ text: String) -> UInt64? {
        if text.isEmpty { return nil }
        return CodedName.read(text) { coded in coded.count == 0 ? nil : Hash.of(coded.letters) }
    }
}
