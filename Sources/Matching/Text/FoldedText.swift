/// Text brought to the one form in which two spellings of the same thing are equal.
public enum FoldedText {
    /// The form for comparing and searching: compatibility-folded, lower-case, without hamza, diacritics, tatweel and
    /// direction marks, with ASCII digits; punctuation becomes a space (an apostrophe vanishes), runs of spaces one.
    public static func fold(_ s: String) -> String {
        if s.isEmpty { return s }
        var text = s
        let folded = text.withUTF8 { utf8 in
            withPlain(utf8) { out in
                // Most of what is folded a second time is returned as it is, without a copy.
                out.elementsEqual(utf8) ? nil : String(decoding: out, as: UTF8.self)
            }
        }
        guard let folded else { return String(decoding: decomposed(s), as: UTF8.self) }
        return folded ?? s
    }

    /// The words of `fold(s)`, in order.
    public static func words(_ s: String) -> [String] {
        var words: [String] = []
        withFolded(s) { utf8 in
            forEachWord(of: utf8) { words.append(String(decoding: $0, as: UTF8.self)) }
        }
        return words
    }

    /// The form in which names of sheets and columns are compared: folded, without any space, `_`, `-` or other sign.
    public static func sheetKey(_ s: String) -> String {
        withFolded(s) { utf8 in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count + 1) { out in
                var count = 0
                for byte in utf8 where byte != 0x20 {
                    out[count] = byte
                    count += 1
                }
                return String(decoding: out[..<count], as: UTF8.self)
            }
        }
    }
}

extension FoldedText {
    /// Lends the UTF-8 of the folded text, without a leading or trailing space.
    @inline(__always)
    static func withFolded<Result>(_ s: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var text = s
        let done = text.withUTF8 { utf8 in withPlain(utf8, body) }
        if let done { return done }
        return decomposed(s).withUnsafeBufferPointer(body)
    }

    @inline(__always)
    static func forEachWord(of utf8: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        while start < utf8.count {
            var end = start
            while end < utf8.count, utf8[end] != 0x20 { end += 1 }
            if end > start { body(UnsafeBufferPointer(rebasing: utf8[start..<end])) }
            start = end + 1
        }
    }

    /// `nil`, without having called `body`, if the text must be decomposed.
    @inline(__always)
    private static func withPlain<Result>(
        _ utf8: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count + 1) { out in
            guard let count = foldPlain(utf8, into: out) else { return nil }
            return body(UnsafeBufferPointer(rebasing: out[..<count]))
        }
    }

    /// Folds text below U+0800 and general punctuation; `nil` at anything else. The result is no longer than the text.
    private static func foldPlain(
        _ utf8: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        FoldTable.entries.withUnsafeBufferPointer { table in
            var count = 0
            var isPending = false
            let isPlain = scanPlain(utf8, table) { folded in
                if folded == FoldTable.space {
                    isPending = count > 0
                    return
                }
                if isPending {
                    out[count] = 0x20
                    count += 1
                    isPending = false
                }
                if folded < 0x80 {
                    out[count] = UInt8(truncatingIfNeeded: folded)
                    count += 1
                } else {
                    out[count] = UInt8(truncatingIfNeeded: 0xC0 | folded >> 6)
                    out[count + 1] = UInt8(truncatingIfNeeded: 0x80 | folded & 0x3F)
                    count += 2
                }
            }
            return isPlain ? count : nil
        }
    }

    /// False at the first scalar that the table does not know.
    @inline(__always)
    private static func scanPlain(
        _ utf8: UnsafeBufferPointer<UInt8>, _ table: UnsafeBufferPointer<UInt16>, _ emit: (UInt16) -> Void
    ) -> Bool {
        var i = 0
        let count = utf8.count
        while i < count {
            let byte = utf8[i]
            let folded: UInt16
            if byte < 0x80 {
                folded = table[Int(byte)]
                i += 1
            } else if byte < 0xE0, byte >= 0xC2, i + 1 < count {
                folded = table[Int(byte & 0x1F) << 6 | Int(utf8[i + 1] & 0x3F)]
                i += 2
            } else if byte == 0xE2, i + 2 < count, utf8[i + 1] == 0x80 {
                folded = FoldTable.punctuation(utf8[i + 2])
                i += 3
            } else {
                return false
            }
            if folded == FoldTable.dropped { continue }
            if folded == FoldTable.complex { return false }
            emit(folded)
        }
        return true
    }

    /// Hands every folded scalar to `emit`, spaces for whatever separates words. `restart` is called before the text is
    /// read anew, when it turns out that it must be decomposed.
    @inline(__always)
    static func scan(_ s: String, _ emit: (UInt32) -> Void, restart: () -> Void) {
        var text = s
        let isPlain = text.withUTF8 { utf8 in
            FoldTable.entries.withUnsafeBufferPointer { table in scanPlain(utf8, table) { emit(UInt32($0)) } }
        }
        if isPlain { return }
        restart()
        scanDecomposed(s, emit)
    }
}
