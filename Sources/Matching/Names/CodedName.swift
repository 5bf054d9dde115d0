/// The words of a name in one byte a letter, lent while `read` runs.
///
/// ASCII stays, Arabic letters U+0620–U+065F take 0x80–0xBF, any other scalar three bytes from 0xC0. Most words fit 64 bits
/// then, and distances are taken over bytes.
struct CodedName {
    typealias Word = UnsafeBufferPointer<UInt8>

    private let bytes: Word
    private let ends: UnsafeBufferPointer<UInt16>
    let count: Int

    /// Longer names are cut: no company name needs more.
    static let maxWords = 16
    static let maxBytes = 512

    var indices: Range<Int> { 0..<count }

    subscript(word: Int) -> Word {
        Word(rebasing: bytes[(word == 0 ? 0 : Int(ends[word - 1]))..<Int(ends[word])])
    }

    /// All words, one after the other.
    var letters: Word { Word(rebasing: bytes[..<(count == 0 ? 0 : Int(ends[count - 1]))]) }

    /// The words of a name: articles taken off, عبد and ابو joined to what follows, single letters joined ("ذ.م.م").
    static func read<Result>(_ text: String, _ body: (CodedName) -> Result) -> Result {
        // A scalar takes up to three bytes, and a joiner's one form may be two letters longer than what was typed.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maxBytes + 3) { typed in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maxBytes + 3 + 2 * maxWords) { bytes in
                withUnsafeTemporaryAllocation(of: UInt16.self, capacity: maxWords) { ends in
                    let count = code(text, into: typed)
                    var writer = Writer(bytes: bytes, ends: ends)
                    writer.split(Word(rebasing: typed[..<count]))
                    return body(CodedName(bytes: Word(bytes), ends: UnsafeBufferPointer(ends), count: writer.count))
                }
            }
        }
    }

    /// One word of the lexicon.
    static func code(_ word: String) -> [UInt8] {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maxBytes + 3) { typed in
            typed[..<code(word, into: typed)].filter { $0 != 0x20 }
        }
    }

    static func isArabic(_ word: Word) -> Bool {
        for byte in word where byte >= 0x80 { return byte < 0xC0 }
        return false
    }

    /// Codes at most `maxBytes` (the last scalar may go two beyond) and returns how many were written.
    private static func code(_ text: String, into out: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var count = 0
        FoldedText.scan(text) { u in
            if count >= maxBytes { return }
            if u < 0x80 {
                out[count] = UInt8(truncatingIfNeeded: u)
                count += 1
            } else if u >= 0x620 && u < 0x660 {
                out[count] = UInt8(truncatingIfNeeded: 0x80 + (u - 0x620))
                count += 1
            } else {
                out[count] = UInt8(truncatingIfNeeded: 0xC0 | (u >> 12) & 0x3F)
                out[count + 1] = UInt8(truncatingIfNeeded: 0xC0 | (u >> 6) & 0x3F)
                out[count + 2] = UInt8(truncatingIfNeeded: 0xC0 | u & 0x3F)
                count += 3
            }
        } restart: {
            count = 0
        }
        return count
    }
}

extension CodedName {
    /// Splits coded text into words.
    private struct Writer {
        let bytes: UnsafeMutableBufferPointer<UInt8>
        let ends: UnsafeMutableBufferPointer<UInt16>
        private(set) var count = 0
        private var used = 0
        /// The last word is a run of single letters, which the next single letter continues.
        private var isLetters = false
        /// The last word is a joiner, which the next word continues.
        private var joins = false

        init(bytes: UnsafeMutableBufferPointer<UInt8>, ends: UnsafeMutableBufferPointer<UInt16>) {
            self.bytes = bytes
            self.ends = ends
        }

        mutating func split(_ typed: Word) {
            var start = 0
            while start < typed.count, count < maxWords {
                var end = start
                while end < typed.count, typed[end] != 0x20 { end += 1 }
                if end > start { add(Word(rebasing: typed[start..<end])) }
                start = end + 1
            }
        }

        private mutating func add(_ word: Word) {
            if Affixes.isParticle(word) { return }
            if joins, count > 0 {
                // "عبد الرحمن": the article stays, as in the joined spelling.
                extend(word)
                joins = false
                return
            }
            if word.count == 1, isLetters, count > 0 {
                extend(word)
                return
            }
            count += 1
            if let form = Affixes.joiner(word) {
                joins = true
                extend(word)
                if form == .abd { extend(suffix: Affixes.ul, after: 3) }
            } else {
                extend(Affixes.withoutArticle(word))
            }
            isLetters = word.count == 1
        }

        private mutating func extend(_ word: Word) {
            for byte in word {
                bytes[used] = byte
                used += 1
            }
            ends[count - 1] = UInt16(truncatingIfNeeded: used)
        }

        /// Keeps the first letters of the last word and ends it otherwise.
        private mutating func extend(suffix: (UInt8, UInt8), after kept: Int) {
            used = (count > 1 ? Int(ends[count - 2]) : 0) + kept
            bytes[used] = suffix.0
            bytes[used + 1] = suffix.1
            used += 2
            ends[count - 1] = UInt16(truncatingIfNeeded: used)
        }
    }
}
