/// The consonants of a word in classes that Arabic and Latin spellings share.
///
/// Short vowels are not written in Arabic and long ones are guessed in Latin, so vowels are left out but for a mark at
/// the beginning; letters that transliterations confuse (ت ط ث, س ص ز ظ, د ض ذ, ج غ …) fall into one class.
enum Transliteration {
    /// Never longer than the word; empty only if the word has no letter or digit.
    static func skeleton(_ word: some Collection<UInt8>) -> [UInt8] {
        let letters = Array(word)
        let raw = CodedName.isArabic(letters) ? arabic(letters) : latin(letters)
        return withoutArticleOfAbd(raw)
    }

    private static func push(_ c: UInt8, _ out: inout [UInt8]) {
        if out.last != c { out.append(c) }
    }

    private static func ascii(_ c: Character) -> UInt8 { c.asciiValue ?? 0 }

    private static let vowel = ascii("A")

    private static func arabic(_ word: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for (i, byte) in word.enumerated() {
            let isFirst = i == 0
            let isLast = i == word.count - 1
            switch UInt32(byte) &- 0x80 &+ 0x620 {
            case 0x627, 0x639: if isFirst { push(vowel, &out) }
            case 0x628: push(ascii("B"), &out)
            case 0x62A, 0x62B, 0x637:
                // تش is how Arabic writes "ch".
                if i + 1 < word.count, word[i + 1] == 0xB4 { break }
                push(ascii("T"), &out)
            case 0x62C, 0x63A: push(ascii("G"), &out)
            case 0x62D, 0x62E: push(ascii("H"), &out)
            case 0x647: if !isLast { push(ascii("H"), &out) }
            case 0x62F, 0x630, 0x636: push(ascii("D"), &out)
            case 0x631: push(ascii("R"), &out)
            case 0x632, 0x633, 0x635, 0x638: push(ascii("S"), &out)
            case 0x634: push(ascii("X"), &out)
            case 0x641: push(ascii("F"), &out)
            case 0x642, 0x643: push(ascii("K"), &out)
            case 0x644: push(ascii("L"), &out)
            case 0x645: push(ascii("M"), &out)
            case 0x646: push(ascii("N"), &out)
            case 0x648: if isFirst { push(ascii("W"), &out) }
            case 0x64A: if isFirst { push(ascii("Y"), &out) }
            default: if byte < 0x80 { push(byte, &out) }
            }
        }
        return out
    }

    private static func latin(_ word: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var i = 0
        while i < word.count {
            let c = word[i]
            let next = i + 1 < word.count ? word[i + 1] : 0
            let isLast = i == word.count - 1
            var step = 1
            switch (Character(Unicode.Scalar(c)), Character(Unicode.Scalar(next))) {
            case ("s", "h"), ("c", "h"): push(ascii("X"), &out); step = 2
            case ("k", "h"): push(ascii("H"), &out); step = 2
            case ("g", "h"): push(ascii("G"), &out); step = 2
            case ("t", "h"): push(ascii("T"), &out); step = 2
            case ("d", "h"): push(ascii("D"), &out); step = 2
            case ("p", "h"): push(ascii("F"), &out); step = 2
            case ("c", "k"): push(ascii("K"), &out); step = 2
            case ("c", "e"), ("c", "i"), ("c", "y"): push(ascii("S"), &out)
            case ("a", _), ("e", _), ("i", _), ("o", _), ("u", _): if i == 0 { push(vowel, &out) }
            case ("y", _): if i == 0 { push(ascii("Y"), &out) }
            case ("w", _): if i == 0 { push(ascii("W"), &out) }
            case ("h", _): if !isLast { push(ascii("H"), &out) }
            case ("b", _), ("p", _): push(ascii("B"), &out)
            case ("t", _): push(ascii("T"), &out)
            case ("d", _): push(ascii("D"), &out)
            case ("j", _), ("g", _): push(ascii("G"), &out)
            case ("r", _): push(ascii("R"), &out)
            case ("s", _), ("z", _): push(ascii("S"), &out)
            case ("f", _), ("v", _): push(ascii("F"), &out)
            case ("k", _), ("q", _), ("c", _): push(ascii("K"), &out)
            case ("x", _): push(ascii("K"), &out); push(ascii("S"), &out)
            case ("l", _): push(ascii("L"), &out)
            case ("m", _): push(ascii("M"), &out)
            case ("n", _): push(ascii("N"), &out)
            default: push(c, &out)
            }
            i += step
        }
        return out
    }

    /// عبدالرحمن is heard with and without its L (Abdulrahman, Abdurrahman); عبدالله only with it.
    private static func withoutArticleOfAbd(_ skeleton: [UInt8]) -> [UInt8] {
        guard skeleton.count >= 6, skeleton.starts(with: "ABDL".utf8) else { return skeleton }
        var out = skeleton
        out.remove(at: 3)
        return out
    }
}
