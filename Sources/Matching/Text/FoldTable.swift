/// What each scalar below U+0800 is folded to, looked up by its number.
///
/// Folding looks at no neighbours, so a table computed once gives what decomposing the text would.
enum FoldTable {
    static let dropped: UInt16 = 0
    static let space: UInt16 = 0x20
    /// Folded to several scalars, or to one beyond the table: the text is decomposed as a whole.
    static let complex: UInt16 = 0xFFFF

    static let entries: [UInt16] = (0..<0x800).map(entry)

    private static func entry(_ u: UInt32) -> UInt16 {
        if (0x600...0x6FF).contains(u) { return UInt16(truncatingIfNeeded: ArabicLetters.fold(u)) }
        guard let scalar = Unicode.Scalar(u) else { return complex }
        var folded: [UInt32] = []
        FoldedText.scanDecomposed(String(Character(scalar))) { folded.append($0) }
        if folded.isEmpty { return dropped }
        guard folded.count == 1, folded[0] < 0x800 else { return complex }
        return UInt16(truncatingIfNeeded: folded[0])
    }

    /// General punctuation, U+2000–U+203F, by the last byte of its UTF-8 (E2 80 xx).
    @inline(__always)
    static func punctuation(_ last: UInt8) -> UInt16 {
        let u = 0x2000 | UInt32(last & 0x3F)
        return ArabicLetters.isInvisible(u) || ArabicLetters.isApostrophe(u) ? dropped : space
    }
}
