/// Keys stored with a company (`matchKeys`), by which an index finds the few among a million that may be the same.
///
/// They depend on the one profile only, so they never go stale when others come. What shares a key is a candidate; the
/// matcher decides.
public enum MatchKeys {
    public static let maxKeys = 12
    private static let maxNameKeys = 7

    /// "e:" email, "p:" phone, "d:" domain, "n:" pairs of the names' telling words by sound. At most `maxKeys`, in a fixed
    /// order; two spellings of a name of three or more telling words, one of them misspelt, still share a pair.
    public static func keys(for p: CompanyProfile) -> [String] {
        var keys: [String] = []
        func add(_ key: String, _ most: Int, _ prefix: String) {
            if !keys.contains(key), keys.count(where: { $0.hasPrefix(prefix) }) < most { keys.append(key) }
        }
        for email in p.emails.flatMap({ EmailAddress.all(in: $0).valid }) where !email.isFreeMail {
            add("e:" + email.normalized, 2, "e:")
        }
        for text in p.domains + p.emails.flatMap({ EmailAddress.all(in: $0).valid.map(\.domain) }) {
            if let domain = WebDomain(text), !domain.isShared { add("d:" + domain.registrable, 1, "d:") }
        }
        for phone in p.phones.flatMap({ PhoneNumber.all(in: $0) }) where phone.e164.utf8.count >= 7 {
            add("p:" + phone.e164, 2, "p:")
        }
        for key in nameKeys(p).prefix(min(maxNameKeys, maxKeys - keys.count)) { keys.append(key) }
        return keys
    }

    private static func nameKeys(_ p: CompanyProfile) -> [String] {
        var out: [String] = []
        let lists = [p.nameAr, p.nameEn].map(soundWords).filter { !$0.isEmpty }
        for words in lists {
            if words.count == 1, let only = words.first { out.append("n:" + only) }
            for i in words.indices {
                for j in words.indices where j > i { out.append("n:" + [words[i], words[j]].sorted().joined(separator: "+")) }
            }
        }
        // A name of two words has one pair only, which a misspelling breaks: the rarer kind of word also stands with the city.
        let city = FoldedText.sheetKey(p.city)
        if !city.isEmpty {
            for word in lists.filter({ $0.count == 2 }).flatMap({ $0 }) { out.append("n:\(word)@\(city)") }
        }
        var seen: Set<String> = []
        return out.filter { seen.insert($0).inserted }
    }

    /// Sounds of up to four telling words, the most telling kind first.
    private static func soundWords(_ name: String) -> [String] {
        var coded = CodedName()
        var scratch: [UInt8] = []
        coded.read(name, scratch: &scratch)
        var found: [(rank: UInt8, key: String)] = []
        for i in 0..<coded.count {
            let entry = Lexicon.entries[Hash.of(coded[i])]
            let role = entry?.role ?? .core
            if role == .legal || role == .filler || role == .place { continue }
            let sound = String(decoding: Transliteration.skeleton(coded[i]), as: UTF8.self)
            let key = role == .activity ? "c\(entry?.concept ?? 0)" : sound
            if !key.isEmpty, !found.contains(where: { $0.key == key }) { found.append((role.rawValue, key)) }
        }
        // The order must not depend on how a word is spelt: known names keep the place of unknown words.
        let telling = found.filter { $0.rank != WordRole.activity.rawValue }
        let activity = found.filter { $0.rank == WordRole.activity.rawValue }
        return (telling + activity).prefix(4).map(\.key)
    }
}
