/// Words that a search word may have been meant as: those that one slip of the finger makes of it.
public enum OneTypo {
    /// Shorter words are as often another word as a misspelt one.
    public static let minLetters = 4
    /// Longer ones would have too many neighbours to look up.
    static let maxLetters = 20

    /// Every word at a Damerau–Levenshtein distance of 1 (a letter missing, doubled, another one, or two in each other's
    /// place) over the letters of the word's own script, itself not among them. Empty for words that are too short or long.
    ///
    /// - Parameter word: folded, as `SearchKeys` makes them.
    public static func neighbours(of word: String) -> [String] {
        let letters = Array(word.unicodeScalars)
        guard (minLetters...maxLetters).contains(letters.count) else { return [] }
        let alphabet = alphabet(of: letters)
        var found: Set<String> = []
        func add(_ scalars: some Sequence<Unicode.Scalar>) {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            found.insert(String(text))
        }
        for i in letters.indices {
            let (before, after) = (letters[..<i], letters[(i + 1)...])
            add(Array(before) + after)
            if i > 0 { add(Array(letters[..<(i - 1)]) + [letters[i], letters[i - 1]] + after) }
            for letter in alphabet {
                add(Array(before) + [letter] + after)
                add(Array(before) + [letter] + letters[i...])
            }
        }
        for letter in alphabet { add(letters + [letter]) }
        found.remove(word)
        return found.sorted()
    }

    /// Whether the two are the same but for one such slip.
    public static func separates(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
        guard abs(a.count - b.count) <= 1, a != b else { return false }
        let start = zip(a, b).prefix { $0 == $1 }.count
        let end = zip(a[start...].reversed(), b[start...].reversed()).prefix { $0 == $1 }.count
        let (restA, restB) = (a[start..<(a.count - end)], b[start..<(b.count - end)])
        if restA.count <= 1 && restB.count <= 1 { return true }
        return restA.count == 2 && restB.count == 2 && restA.elementsEqual(restB.reversed())
    }

    private static func alphabet(of letters: [Unicode.Scalar]) -> [Unicode.Scalar] {
        if letters.contains(where: { (0x0600...0x06FF).contains($0.value) }) { return arabic }
        return letters.contains { ("0"..."9").contains($0) } ? latin + digits : latin
    }

    /// The letters that folding leaves.
    private static let arabic = Array("ابتثجحخدذرزسشصضطظعغفقكلمنهوي".unicodeScalars)
    private static let latin = Array("abcdefghijklmnopqrstuvwxyz".unicodeScalars)
    private static let digits = Array("0123456789".unicodeScalars)
}
