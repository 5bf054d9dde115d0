/// The consonants of a word in classes that Arabic and Latin spellings share.
///
/// Short vowels are not written in Arabic and long ones are guessed in Latin, so vowels are left out but for a mark at
/// the beginning; letters that transliterations confuse (ت ط ث, س ص ز ظ, د ض ذ, ج غ …) fall into one class.
enum Transliteration {
    typealias Word = CodedName.Word

    /// Lends the skeleton of a coded word: at most twice as long as the word, empty only if it has no letter or digit.
    @inline(__always)
    static func withSkeleton<Result>(of word: Word, _ body: (Word) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * word.count + 1) { out in
            var writer = Writer(out: out)
            if CodedName.isArabic(word) { writer.readArabic(word) } else { writer.readLatin(word) }
            writer.removeArticleOfAbd()
            return body(Word(rebasing: out[..<writer.count]))
        }
    }

    private static let vowel = UInt8(ascii: "A")

    private struct Writer {
        let out: UnsafeMutableBufferPointer<UInt8>
        private(set) var count = 0
        private var last: UInt8 = 0

        init(out: UnsafeMutableBufferPointer<UInt8>) { self.out = out }

        @inline(__always)
        private mutating func push(_ c: UInt8) {
            if c == last && count > 0 { return }
            out[count] = c
            count += 1
            last = c
        }

        mutating func readArabic(_ word: Word) {
            for i in 0..<word.count {
                let byte = word[i]
                if byte < 0x80 {
                    push(byte)
                    continue
                }
                if byte >= 0xC0 { continue }
                let sound = Transliteration.arabic[Int(byte - 0x80)]
                switch sound {
                case 0: break
                case Transliteration.onlyFirst: if i == 0 { push(Transliteration.first(byte)) }
                case Transliteration.notLast: if i < word.count - 1 { push(UInt8(ascii: "H")) }
                // تش is how Arabic writes "ch".
                case UInt8(ascii: "T"): if i + 1 >= word.count || word[i + 1] != Transliteration.sheen { push(sound) }
                default: push(sound)
                }
            }
        }

        mutating func readLatin(_ word: Word) {
            var i = 0
            while i < word.count {
                let c = word[i]
                let next = i + 1 < word.count ? word[i + 1] : 0
                if next == UInt8(ascii: "h"), let sound = Transliteration.beforeH(c) {
                    push(sound)
                    i += 2
                    continue
                }
                switch c {
                case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"):
                    if i == 0 { push(Transliteration.vowel) }
                case UInt8(ascii: "y"): if i == 0 { push(UInt8(ascii: "Y")) }
                case UInt8(ascii: "w"): if i == 0 { push(UInt8(ascii: "W")) }
                case UInt8(ascii: "h"): if i < word.count - 1 { push(UInt8(ascii: "H")) }
                case UInt8(ascii: "c"):
                    push(Transliteration.isSoft(next) ? UInt8(ascii: "S") : UInt8(ascii: "K"))
                    if next == UInt8(ascii: "k") { i += 1 }
                case UInt8(ascii: "x"):
                    push(UInt8(ascii: "K"))
                    push(UInt8(ascii: "S"))
                case UInt8(ascii: "a")...UInt8(ascii: "z"): push(Transliteration.latin[Int(c - 0x61)])
                default: push(c)
                }
                i += 1
            }
        }

        /// عبدالرحمن is heard with and without its L (Abdulrahman, Abdurrahman); عبدالله only with it.
        mutating func removeArticleOfAbd() {
            guard count >= 6, out[0] == 0x41, out[1] == 0x42, out[2] == 0x44, out[3] == 0x4C else { return }
            for i in 4..<count { out[i - 1] = out[i] }
            count -= 1
        }
    }

    private static let onlyFirst: UInt8 = 1
    private static let notLast: UInt8 = 2
    private static let sheen: UInt8 = 0xB4

    /// By letter from U+0620; 0 for what is not heard.
    private static let arabic: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 64)
        let classes: [(String, String)] = [
            ("ب", "B"), ("تثط", "T"), ("جغ", "G"), ("حخ", "H"), ("دذض", "D"), ("ر", "R"), ("زسصظ", "S"), ("ش", "X"),
            ("ف", "F"), ("قك", "K"), ("ل", "L"), ("م", "M"), ("ن", "N"),
        ]
        for (letters, sound) in classes {
            for letter in letters.unicodeScalars { table[Int(letter.value - 0x620)] = sound.utf8.first ?? 0 }
        }
        for letter in "اعوي".unicodeScalars { table[Int(letter.value - 0x620)] = onlyFirst }
        table[0x647 - 0x620] = notLast
        return table
    }()

    /// ا and ع at the beginning are a vowel, و and ي consonants.
    private static func first(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x80 + 0x28: UInt8(ascii: "W")
        case 0x80 + 0x2A: UInt8(ascii: "Y")
        default: vowel
        }
    }

    /// "sh", "kh" … are one sound.
    private static func beforeH(_ c: UInt8) -> UInt8? {
        switch c {
        case UInt8(ascii: "s"), UInt8(ascii: "c"): UInt8(ascii: "X")
        case UInt8(ascii: "k"): UInt8(ascii: "H")
        case UInt8(ascii: "g"): UInt8(ascii: "G")
        case UInt8(ascii: "t"): UInt8(ascii: "T")
        case UInt8(ascii: "d"): UInt8(ascii: "D")
        case UInt8(ascii: "p"): UInt8(ascii: "F")
        default: nil
        }
    }

    private static func isSoft(_ next: UInt8) -> Bool {
        next == UInt8(ascii: "e") || next == UInt8(ascii: "i") || next == UInt8(ascii: "y")
    }

    /// a to z; vowels and letters with rules of their own stand for themselves.
    private static let latin = Array("aBKDeFGhiGKLMNoBKRSTuFwxyS".utf8)
}
