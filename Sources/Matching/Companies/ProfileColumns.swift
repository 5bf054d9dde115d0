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

    private var coded = CodedName()
    private var scratch: [UInt8] = []
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
        city.append(placeHash(p.city).map { cities.add($0) } ?? Self.noValue)
        sector.append(textHash(p.sector).map { sectors.add($0) } ?? Self.noValue)
        region.append(placeHash(p.region).map { regions.add($0) } ?? Self.noValue)
        isExisting.append(existing)
        return count - 1
    }

    private mutating func readName(_ name: String) {
        if name.isEmpty { return }
        coded.read(name, scratch: &scratch)
        var hasArabic = false
        for i in 0..<coded.count where CodedName.isArabic(coded[i]) { hasArabic = true }
        for i in 0..<coded.count {
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

    /// One hash for a city in either script and with or without "مدينة".
    private mutating func placeHash(_ text: String) -> UInt64? {
        if text.isEmpty { return nil }
        coded.read(text, scratch: &scratch)
        var hash: UInt64 = 0
        for i in 0..<coded.count {
            let word = Hash.of(coded[i])
            // A sum, so that the order does not matter; the second word of "المدينة المنورة" is left out.
            let entry = Lexicon.entries[word]
            if entry?.role == .place, hash == 0 {
                return Hash.mix(UInt64(entry?.concept ?? 0))
            }
            hash = hash &+ word
        }
        return hash == 0 ? nil : hash
    }

    private mutating func textHash(_ text: String) -> UInt64? {
        if text.isEmpty { return nil }
        coded.read(text, scratch: &scratch)
        if coded.count == 0 { return nil }
        return Hash.of(coded.bytes)
    }
}

/// The identifiers of a profile as hashes.
enum ProfileKeys {
    /// More identifiers than this say nothing new.
    static let maxPerRow = 16

    static func read(_ p: CompanyProfile, _ emit: (UInt64) -> Void) {
        for text in p.emails {
            for email in EmailAddress.all(in: text).valid where !email.isFreeMail {
                emit(key(email.normalized, .email))
                if let own = PublicSuffixes.registrable(of: Array(email.domain.utf8)[...]),
                    !SharedHosts.contains(host: email.domain, registrable: own)
                {
                    emit(key(own, .domain))
                }
            }
        }
        for text in p.domains {
            if let domain = WebDomain(text), !domain.isShared { emit(key(domain.registrable, .domain)) }
        }
        for text in p.phones {
            for phone in PhoneNumber.all(in: text) where isTelling(phone) { emit(key(phone.e164, kind(phone))) }
        }
        if let page = LinkedInAddress(p.linkedIn) { emit(key(page.url, page.isCompany ? .linkedIn : .person)) }
        for person in p.people {
            let name = NameKey.personKey(person)
            // One word is a first name: too little to know a person by.
            if name.contains("-") { emit(key(name, .person)) }
        }
    }

    static func key(_ text: String, _ kind: KeyKind) -> UInt64 {
        Hash.of(text) & ~KeyKind.mask | kind.rawValue
    }

    private static func kind(_ phone: PhoneNumber) -> KeyKind {
        switch phone.kind {
        case .mobile, .international: .mobile
        case .landline: .landline
        case .unified, .tollFree: .sharedLine
        case .unknown: .badPhone
        }
    }

    /// Short or uniform digits ("0000000", "123") are placeholders.
    private static func isTelling(_ phone: PhoneNumber) -> Bool {
        let digits = phone.e164.utf8.suffix(7)
        guard digits.count == 7, let first = digits.first else { return false }
        return digits.contains { $0 != first }
    }
}
