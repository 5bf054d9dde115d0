/// Keys stored with a company (`matchKeys`), by which an index finds the few among a million that may be the same.
///
/// They depend on the one profile only, so they never go stale when others come. What shares a key is a candidate; the
/// matcher decides.
public enum MatchKeys {
    public static let maxKeys = 12
    private static let maxNameKeys = 7
    private static let maxEmails = 2
    private static let maxPhones = 2
    private static let maxWords = 4

    /// "e:" email, "p:" phone, "d:" domain, "n:" pairs of the names' telling words by sound. At most `maxKeys`, in a fixed
    /// order; two spellings of a name of three or more telling words, one of them misspelt, still share a pair.
    public static func keys(for p: CompanyProfile) -> [String] {
        var keys: [String] = []
        keys.reserveCapacity(maxKeys)
        addAddresses(p, to: &keys)
        let most = keys.count + maxPhones
        for text in p.phones where keys.count < most {
            for phone in PhoneNumber.all(in: text) where phone.e164.utf8.count >= 7 && keys.count < most {
                addOnce("p:" + phone.e164, to: &keys)
            }
        }
        addNames(p, upTo: min(maxKeys, keys.count + maxNameKeys), to: &keys)
        return keys
    }

    private static func addAddresses(_ p: CompanyProfile, to keys: inout [String]) {
        var domain = p.domains.lazy.compactMap { telling(WebDomain($0)) }.first
        for text in p.emails {
            for email in EmailAddress.all(in: text).valid {
                if !email.isFreeMail, keys.count < maxEmails { addOnce("e:" + email.normalized, to: &keys) }
                if domain == nil { domain = telling(WebDomain(email.domain)) }
            }
        }
        if let domain { keys.append("d:" + domain) }
    }

    private static func telling(_ domain: WebDomain?) -> String? {
        domain.flatMap { $0.isShared ? nil : $0.registrable }
    }

    private static func addOnce(_ key: String, to keys: inout [String]) {
        if !keys.contains(key) { keys.append(key) }
    }

    private static func addNames(_ p: CompanyProfile, upTo most: Int, to keys: inout [String]) {
        let lists = [soundWords(p.nameAr), soundWords(p.nameEn)]
        var writer = Writer(most: most)
        for words in lists {
            if words.count == 1 { writer.add(words[0], 0x2B, [], to: &keys) }
            for i in 0..<words.count {
                for j in (i + 1)..<max(i + 1, words.count) where keys.count < most {
                    let (a, b) = words.precedes(j, i) ? (j, i) : (i, j)
                    writer.add(words[a], 0x2B, words[b], to: &keys)
                }
            }
        }
        guard keys.count < most, lists.contains(where: { $0.count == 2 }) else { return }
        // A name of two words has one pair only, which a misspelling breaks: each word also stands with the city.
        let city = Array(FoldedText.sheetKey(p.city).utf8)[...]
        if city.isEmpty { return }
        for words in lists where words.count == 2 {
            for i in 0..<2 { writer.add(words[i], 0x40, city, to: &keys) }
        }
    }

    /// Writes the keys of names, each once: both scripts often give the same.
    private struct Writer {
        let most: Int
        private var key: [UInt8] = []
        private var hashes: [UInt64] = []

        init(most: Int) {
            self.most = most
            key.reserveCapacity(64)
            hashes.reserveCapacity(maxNameKeys)
        }

        mutating func add(
            _ first: ArraySlice<UInt8>, _ sign: UInt8, _ second: ArraySlice<UInt8>, to keys: inout [String]
        ) {
            if keys.count >= most { return }
            key.removeAll(keepingCapacity: true)
            key.append(UInt8(ascii: "n"))
            key.append(UInt8(ascii: ":"))
            key.append(contentsOf: first)
            if !second.isEmpty {
                key.append(sign)
                key.append(contentsOf: second)
            }
            let hash = Hash.of(key)
            if hashes.contains(hash) { return }
            hashes.append(hash)
            keys.append(String(decoding: key, as: UTF8.self))
        }
    }

    /// Sounds of up to four telling words, the most telling kind first: the order must not depend on how a word is
    /// spelt, so known names keep the place of unknown words.
    private static func soundWords(_ name: String) -> Sounds {
        var sounds = Sounds()
        if name.isEmpty { return sounds }
        CodedName.read(name) { coded in
            for i in coded.indices where sounds.count < maxWords {
                let role = Lexicon.entry(Hash.of(coded[i]))?.role ?? .core
                if role == .core || role == .common { sounds.addOnce(coded[i]) }
            }
            for i in coded.indices where sounds.count < maxWords {
                guard let entry = Lexicon.entry(Hash.of(coded[i])), entry.role == .activity else { continue }
                sounds.addOnce(concept: entry.concept)
            }
        }
        return sounds
    }
}
