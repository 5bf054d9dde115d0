/// Articles, and the words of names that belong to the next one, in the letters of `CodedName`.
enum Affixes {
    private typealias Word = CodedName.Word

    private static let alef: UInt8 = 0x80 + 0x07
    private static let baa: UInt8 = 0x80 + 0x08
    private static let dal: UInt8 = 0x80 + 0x0F
    private static let ain: UInt8 = 0x80 + 0x19
    private static let faa: UInt8 = 0x80 + 0x21
    private static let kaf: UInt8 = 0x80 + 0x23
    private static let lam: UInt8 = 0x80 + 0x24
    private static let meem: UInt8 = 0x80 + 0x25
    private static let waw: UInt8 = 0x80 + 0x28

    /// The end of "abdul", the one form of its many spellings.
    static let ul: (UInt8, UInt8) = (0x75, 0x6C)

    enum Joiner {
        /// عبد, ابو, ام, "abu": as typed.
        case asTyped
        /// "abd", "abdel" …: all of them "abdul".
        case abd
    }

    /// "ال", "و", "al", "el" standing alone.
    static func isParticle(_ word: CodedName.Word) -> Bool {
        if word.count == 1 { return word[0] == waw }
        guard word.count == 2 else { return false }
        return word[0] == alef && word[1] == lam || (word[0] == 0x61 || word[0] == 0x65) && word[1] == 0x6C
    }

    static func joiner(_ word: CodedName.Word) -> Joiner? {
        switch word.count {
        case 2: return word[0] == alef && word[1] == meem ? .asTyped : nil
        case 3:
            switch (word[0], word[1], word[2]) {
            case (ain, baa, dal), (alef, baa, waw), (0x61, 0x62, 0x75): return .asTyped
            case (0x61, 0x62, 0x64): return .abd
            default: return nil
            }
        case 5, 6:
            guard word[0] == 0x61, word[1] == 0x62, word[2] == 0x64, word[word.count - 1] == 0x6C else { return nil }
            // abdul, abdel, abdal; abdool
            if word.count == 6 { return word[3] == 0x6F && word[4] == 0x6F ? .abd : nil }
            return word[3] == 0x75 || word[3] == 0x65 || word[3] == 0x61 ? .abd : nil
        default: return nil
        }
    }

    /// Without ال, وال, بال, فال, كال, لل, ولل before at least two letters, and without "al" before four.
    static func withoutArticle(_ word: CodedName.Word) -> CodedName.Word {
        let count = word.count
        guard count >= 4 else { return word }
        let (a, b, c) = (word[0], word[1], word[2])
        var dropped = 0
        if a == alef && b == lam {
            dropped = 2
        } else if a == lam && b == lam && count >= 5 {
            dropped = 2
        } else if count >= 5, (a == waw || a == baa || a == kaf || a == faa) && b == alef && c == lam {
            dropped = 3
        } else if count >= 6, a == waw && b == lam && c == lam {
            dropped = 3
        } else if count >= 6, a == 0x61 && b == 0x6C {
            dropped = 2
        }
        return CodedName.Word(rebasing: word[dropped...])
    }
}
