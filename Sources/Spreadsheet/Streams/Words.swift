/// Eight bytes at a time: what the fast paths compare and search with.
enum Words {
    typealias Bytes = UnsafePointer<UInt8>

    /// The eight bytes at `position`, the first in the lowest bits. Windows are padded, so this needs no bounds.
    @inline(__always)
    static func load(_ position: Bytes) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(position).loadUnaligned(as: UInt64.self))
    }

    /// Up to eight ASCII characters as `load` gives them.
    static func of(_ text: StaticString) -> UInt64 {
        var word: UInt64 = 0
        for index in (0..<min(8, text.utf8CodeUnitCount)).reversed() {
            word = word << 8 | UInt64(text.utf8Start[index])
        }
        return word
    }

    /// All bits of the first `count` bytes.
    @inline(__always)
    static func mask(_ count: Int) -> UInt64 {
        count >= 8 ? ~0 : (1 << UInt64(8 * count)) - 1
    }

    /// The highest bit of each byte of `word` that equals the byte repeated in `pattern`. The lowest bit set is exact;
    /// above it a byte may be marked that differs by one.
    @inline(__always)
    static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }

    /// Marks bytes that keep text from being taken as it stands: `&`, CR, and `_` unless something else than `x`
    /// follows it in the same word. May mark more, never less.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        let underscore = matches(word, 0x5F5F_5F5F_5F5F_5F5F)
        var marks = matches(word, 0x2626_2626_2626_2626) | matches(word, 0x0D0D_0D0D_0D0D_0D0D)
        if underscore != 0 {
            marks |= underscore & (matches(word, 0x7878_7878_7878_7878) >> 8 | 0x8000_0000_0000_0000)
        }
        return marks
    }

    /// Where the `<` after `start` stands, or `nil` when the text before it must be decoded. The window's end has a
    /// `<` behind it.
    @inline(__always)
    static func endOfPlainText(_ start: Bytes) -> Bytes? {
        var at = start
        while true {
            let word = load(at)
            let less = matches(word, 0x3C3C_3C3C_3C3C_3C3C)
            let marks = special(word)
            if less | marks == 0 {
                at += 8
                continue
            }
            // What is marked above the `<` belongs to what follows the text.
            let before = less == 0 ? ~0 : (less & (0 &- less)) &- 1
            if marks & before != 0 { return nil }
            if less == 0 {
                at += 8
                continue
            }
            return at + less.trailingZeroBitCount / 8
        }
    }
}
