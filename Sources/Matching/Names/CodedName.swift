/// A name as words of one byte a letter.
///
/// ASCII stays, Arabic letters U+0620–U+065F take 0x80–0xBF, any other scalar three bytes from 0xC0. Most words fit 64 bits
/// then, and distances are taken over bytes.
struct CodedName {
    /// Letters of all words, one after the other.
    private(set) var bytes: [UInt8] = []
    /// Where each word ends.
    private(set) var ends: [Int] = []

    /// Longer names are cut: no company name needs more.
    static let maxWords = 16
    static let maxBytes = 512

    var count: Int { ends.count }

    subscript(word: Int) -> ArraySlice<UInt8> {
        bytes[(word == 0 ? 0 : ends[word - 1])..<ends[word]]
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        lettersOnly = false
    }

    /// The words of a name: articles taken off, عبد and ابو joined to what follows, single letters joined ("ذ.م.م").
    mutating func read(_ text: String, scratch: inout [UInt8]) {
        removeAll()
        scratch.removeAll(keepingCapacity: true)
        FoldedText.scan(text) { u in
            if scratch.count < Self.maxBytes { Self.append(u, to: &scratch) }
        }
        var start = 0
        var joins = false
        while start < scratch.count, ends.count < Self.maxWords {
            var end = start
            while end < scratch.count, scratch[end] != 0x20 { end += 1 }
            if end > start { addWord(scratch[start..<end], joins: &joins) }
            start = end + 1
        }
    }

    static func code(_ word: String) -> [UInt8] {
        var out: [UInt8] = []
        FoldedText.scan(word) { append($0, to: &out) }
        return out.filter { $0 != 0x20 }
    }

    static func isArabic(_ word: some Sequence<UInt8>) -> Bool {
        for byte in word where byte >= 0x80 { return byte < 0xC0 }
        return false
    }

    @inline(__always)
    private static func append(_ u: UInt32, to out: inout [UInt8]) {
        if u < 0x80 {
            out.append(UInt8(truncatingIfNeeded: u))
        } else if u >= 0x620 && u < 0x660 {
            out.append(UInt8(truncatingIfNeeded: 0x80 + (u - 0x620)))
        } else {
            out.append(UInt8(truncatingIfNeeded: 0xC0 | (u >> 12) & 0x3F))
            out.append(UInt8(truncatingIfNeeded: 0xC0 | (u >> 6) & 0x3F))
            out.append(UInt8(truncatingIfNeeded: 0xC0 | u & 0x3F))
        }
    }

    private mutating func addWord(_ word: ArraySlice<UInt8>, joins: inout Bool) {
        if Self.isParticle(word) { return }
        if joins, !ends.isEmpty {
            // "عبد الرحمن": the article stays, as in the joined spelling.
            bytes.append(contentsOf: word)
            ends[ends.count - 1] = bytes.count
            joins = false
            return
        }
        if word.count == 1, lettersOnly, !ends.isEmpty {
            bytes.append(contentsOf: word)
            ends[ends.count - 1] = bytes.count
            return
        }
        if Self.isJoiner(word) {
            joins = true
            bytes.append(contentsOf: Self.joinerForm(word))
        } else {
            bytes.append(contentsOf: Self.withoutArticle(word))
        }
        ends.append(bytes.count)
        lettersOnly = word.count == 1
    }

    /// The last word is a run of single letters, which the next single letter continues.
    private var lettersOnly = false
}

extension CodedName {
    private static let alef: UInt8 = 0x80 + 0x07
    private static let lam: UInt8 = 0x80 + 0x24
    private static let waw: UInt8 = 0x80 + 0x28
    private static let baa: UInt8 = 0x80 + 0x08
    private static let kaf: UInt8 = 0x80 + 0x23
    private static let faa: UInt8 = 0x80 + 0x21

    /// "ال", "و", "al", "el" standing alone.
    private static func isParticle(_ word: ArraySlice<UInt8>) -> Bool {
        let first = word[word.startIndex]
        if word.count == 1 { return first == waw }
        guard word.count == 2 else { return false }
        let second = word[word.startIndex + 1]
        return first == alef && second == lam || (first == 0x61 || first == 0x65) && second == 0x6C
    }

    private static let joiners: [[UInt8]] = [code("عبد"), code("ابو"), code("ام"), Array("abu".utf8)] + latinAbd
    private static let latinAbd: [[UInt8]] = ["abd", "abdul", "abdel", "abdal", "abdool"].map { Array($0.utf8) }

    private static func isJoiner(_ word: ArraySlice<UInt8>) -> Bool {
        word.count <= 6 && word.count >= 2 && joiners.contains { word.elementsEqual($0) }
    }

    private static func joinerForm(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        latinAbd.contains { word.elementsEqual($0) } ? latinAbd[1][...] : word
    }

    /// Without ال, وال, بال, فال, كال, لل, ولل before at least two letters, and without "al" before four.
    static func withoutArticle(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard word.count >= 4 else { return word }
        let start = word.startIndex
        let (a, b, c) = (word[start], word[start + 1], word[start + 2])
        if a == alef && b == lam { return word.dropFirst(2) }
        if a == lam && b == lam && word.count >= 5 { return word.dropFirst(2) }
        if word.count >= 5, (a == waw || a == baa || a == kaf || a == faa) && b == alef && c == lam {
            return word.dropFirst(3)
        }
        if word.count >= 6, a == waw && b == lam && c == lam { return word.dropFirst(3) }
        if word.count >= 6, a == 0x61 && b == 0x6C { return word.dropFirst(2) }
        return word
    }
}
