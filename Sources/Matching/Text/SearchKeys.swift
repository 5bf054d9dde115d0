/// The tokens that `searchKeys` of a stored record holds, and those of a query against them.
public enum SearchKeys {
    /// No record keeps more tokens than this, so that one odd cell cannot swell an index.
    static let maxKeys = 48
    /// Longer tokens are cut: nobody types more, and an index entry stays small.
    static let maxKeyBytes = 40

    /// The distinct folded tokens of the texts, in order of appearance: every word, and beside a word with an article
    /// ("ال", "وال", "بال", "لل" …) the word without it. Legal words (شركة, Ltd …) are left out unless nothing else is there.
    public static func keys(for texts: [String]) -> [String] {
        tokens(of: texts, isQuery: false)
    }

    /// The folded tokens of a query; each is meant as a prefix of a key.
    public static func query(_ text: String) -> [String] {
        tokens(of: [text], isQuery: true)
    }

    /// A query of legal words alone asks for nothing in particular; a record of legal words alone has nothing else.
    private static func tokens(of texts: [String], isQuery: Bool) -> [String] {
        let content = Tokens(of: texts, isQuery: isQuery, withLegal: false)
        return content.keys.isEmpty && !isQuery ? Tokens(of: texts, isQuery: false, withLegal: true).keys : content.keys
    }

    private struct Tokens {
        var keys: [String] = []
        private var hashes: [UInt64] = []

        /// عبد, ابو or ام, which waits for the word that it belongs to: both spellings of "عبد الرحمن" meet in one token.
        private var joiner: [UInt8] = []

        init(of texts: [String], isQuery: Bool, withLegal: Bool) {
            keys.reserveCapacity(16)
            hashes.reserveCapacity(16)
            for text in texts {
                FoldedText.withFolded(text) { utf8 in
                    FoldedText.forEachWord(of: utf8) { word in
                        let hash = Hash.of(word)
                        if !withLegal && Lexicon.isLegal(hash) { return }
                        if !joiner.isEmpty {
                            let joined = joiner + word
                            joiner = []
                            joined.withUnsafeBufferPointer { add($0, Hash.of($0)) }
                            if isQuery { return }
                        }
                        if Self.isJoiner(word) {
                            joiner = Array(word)
                            if isQuery { return }
                        }
                        add(word, hash)
                        if !isQuery, let bare = Article.removed(from: word) { add(bare, Hash.of(bare)) }
                    }
                }
                if isQuery { joiner.withUnsafeBufferPointer { add($0, Hash.of($0)) } }
                joiner = []
            }
        }

        private static let joiners = ["عبد", "ابو", "ام"].map { Array($0.utf8) }
        private static func isJoiner(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
            word.count <= 6 && joiners.contains { $0.elementsEqual(word) }
        }

        private mutating func add(_ word: UnsafeBufferPointer<UInt8>, _ hash: UInt64) {
            if keys.count >= maxKeys { return }
            let token = word.count > maxKeyBytes ? SearchKeys.shortened(word) : word
            let hash = token.count == word.count ? hash : Hash.of(token)
            if token.isEmpty || hashes.contains(hash) { return }
            hashes.append(hash)
            keys.append(String(decoding: token, as: UTF8.self))
        }
    }

    /// The longest beginning of whole scalars that fits.
    private static func shortened(_ token: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var end = min(maxKeyBytes, token.count)
        while end > 0, end < token.count, token[end] & 0xC0 == 0x80 { end -= 1 }
        return UnsafeBufferPointer(rebasing: token[..<end])
    }
}

/// The Arabic article with the particles that are written onto it.
enum Article {
    private static let alef: UInt16 = 0xD8A7
    private static let lam: UInt16 = 0xD984

    /// The folded word without its article, `nil` if it has none or fewer than two letters would be left.
    static func removed(from word: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        let length = length(of: word)
        if length == 0 { return nil }
        let rest = UnsafeBufferPointer(rebasing: word[length...])
        let letters = rest.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        return letters >= 2 ? rest : nil
    }

    /// Bytes of وال, بال, فال, كال, ولل, ال or لل at the beginning; 0 if there is none of them.
    private static func length(of word: UnsafeBufferPointer<UInt8>) -> Int {
        guard word.count >= 4, word[0] >= 0xD8 else { return 0 }
        func letter(_ at: Int) -> UInt16 { UInt16(word[at]) << 8 | UInt16(word[at + 1]) }
        let (first, second) = (letter(0), letter(2))
        if word.count >= 6, letter(4) == lam {
            switch (first, second) {
            case (0xD988, alef), (0xD8A8, alef), (0xD981, alef), (0xD983, alef), (0xD988, lam): return 6
            default: break
            }
        }
        return second == lam && (first == alef || first == lam) ? 4 : 0
    }
}
