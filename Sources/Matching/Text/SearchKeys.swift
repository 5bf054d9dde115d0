/// The tokens that `searchKeys` of a stored record holds, and those of a query against them.
public enum SearchKeys {
    /// No record keeps more tokens than this, so that one odd cell cannot swell an index.
    static let maxKeys = 48
    /// Longer tokens are cut: nobody types more, and an index entry stays small.
    static let maxKeyBytes = 40

    /// The distinct folded tokens of the texts, in order of appearance: every word, and beside a word with an article
    /// ("ال", "وال", "بال", "لل" …) the word without it. Legal words (شركة, Ltd …) are left out unless nothing else is there.
    public static func keys(for texts: [String]) -> [String] {
        let words = texts.flatMap(FoldedText.words)
        return tokens(of: words, withBare: true)
    }

    /// The folded tokens of a query; each is meant as a prefix of a key.
    public static func query(_ text: String) -> [String] {
        tokens(of: FoldedText.words(text), withBare: false)
    }

    private static func tokens(of words: [String], withBare: Bool) -> [String] {
        let content = words.filter { !Lexicon.isLegal($0) }
        var seen: Set<String> = []
        var out: [String] = []
        func add(_ token: String) {
            let cut = token.utf8.count > maxKeyBytes ? shortened(token) : token
            if out.count < maxKeys && !cut.isEmpty && seen.insert(cut).inserted { out.append(cut) }
        }
        for word in content.isEmpty ? words : content {
            add(word)
            if withBare, let bare = Article.removed(from: word) { add(bare) }
        }
        return out
    }

    private static func shortened(_ token: String) -> String {
        var out = ""
        var bytes = 0
        for scalar in token.unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > maxKeyBytes { break }
            out.unicodeScalars.append(scalar)
        }
        return out
    }
}

/// The Arabic article with the particles that are written onto it.
enum Article {
    private static let prefixes = ["وال", "بال", "فال", "كال", "ولل", "ال", "لل"]

    /// The word without its article, `nil` if it has none or fewer than two letters would be left.
    static func removed(from word: String) -> String? {
        for prefix in prefixes where word.hasPrefix(prefix) {
            let rest = word.dropFirst(prefix.count)
            return rest.unicodeScalars.count >= 2 ? String(rest) : nil
        }
        return nil
    }
}
