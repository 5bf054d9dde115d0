import Glibc

/// The shared strings of a workbook: one block of text and where each string ends in it.
///
/// Both blocks are reserved as large as they can become and get pages as they fill, so nothing is copied while they
/// grow. `@unchecked Sendable`: filled by `SharedStrings` under its lock, unchanged from then on.
final class StringTable: @unchecked Sendable {
    private let text: UnsafeMutablePointer<UInt8>
    private let textBytes: Int
    private let ends: UnsafeMutablePointer<UInt32>
    private let endsBytes: Int
    private(set) var count = 0
    private var used = 0

    /// - Parameter partBytes: size of the part that the strings come from; no text is longer than its XML.
    init(partBytes: Int) throws(SpreadsheetError) {
        textBytes = partBytes + 64
        // The shortest item is `<si/>`.
        endsBytes = (partBytes / 5 + 2) * MemoryLayout<UInt32>.stride
        guard let text = Self.reserve(textBytes) else { throw .tooLarge(limit: .partBytes) }
        guard let ends = Self.reserve(endsBytes) else {
            munmap(text, textBytes)
            throw .tooLarge(limit: .partBytes)
        }
        self.text = text.assumingMemoryBound(to: UInt8.self)
        self.ends = ends.assumingMemoryBound(to: UInt32.self)
    }

    deinit {
        munmap(text, textBytes)
        munmap(ends, endsBytes)
    }

    private static func reserve(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            return nil
        }
        return memory
    }

    /// The finished table without its owner, who must outlive it.
    struct View {
        let text: UnsafePointer<UInt8>
        let ends: UnsafePointer<UInt32>
        let count: Int

        /// The caller checks that `index` is below `count`.
        @inline(__always)
        subscript(index: Int) -> (text: UnsafePointer<UInt8>, count: Int) {
            let start = Int(ends[index])
            return (text + start, Int(ends[index + 1]) - start)
        }
    }

    var view: View { View(text: text, ends: ends, count: count) }

    /// False when the text cannot come from a part of the size given.
    func append(_ bytes: [UInt8]) -> Bool {
        guard used + bytes.count <= textBytes, (count + 2) * MemoryLayout<UInt32>.stride <= endsBytes else {
            return false
        }
        bytes.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { (text + used).update(from: base, count: buffer.count) }
        }
        used += bytes.count
        count += 1
        ends[count] = UInt32(truncatingIfNeeded: used)
        return true
    }

    /// Takes plain items (`<si><t>text</t></si>`) from `start` on and copies as it searches for their ends. Gives back
    /// where the first item stands that is anything else, or reaches beyond the window.
    func appendPlainItems(from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        let open = Words.of("<si><t>")
        let close = Words.of("</t></si")
        let preserve = (Words.of("<si><t x"), Words.of("ml:space"), Words.of("=\"preser"), Words.of("ve\">"))
        var at = start
        var used = used
        var count = count
        // Whole words are stored, so the last one may write a few bytes more than its text has.
        let lastCount = endsBytes / MemoryLayout<UInt32>.stride - 2
        guard used + (end - start) + 8 <= textBytes else { return start }
        while count < lastCount {
            var source = at
            let isPreserved: Bool
            let head = Words.load(at)
            if head & 0x00FF_FFFF_FFFF_FFFF == open {
                source += 7
                isPreserved = false
            } else if head == preserve.0, Words.load(at + 8) == preserve.1, Words.load(at + 16) == preserve.2,
                Words.load(at + 24) & 0xFFFF_FFFF == preserve.3
            {
                source += 28
                isPreserved = true
            } else {
                break
            }
            guard let length = Self.copyPlainText(from: source, to: text + used) else { break }
            let after = source + length
            guard Words.load(after) == close, after[8] == UInt8(ascii: ">"), after + 9 <= end else { break }
            if !isPreserved, length > 0, source[0] <= 0x20 || after[-1] <= 0x20 { break }
            used += length
            count += 1
            ends[count] = UInt32(truncatingIfNeeded: used)
            at = after + 9
        }
        self.used = used
        self.count = count
        return at
    }

    /// Copies up to the next `<`; `nil` when something before it must be decoded.
    @inline(__always)
    private static func copyPlainText(
        from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        var offset = 0
        while true {
            let word = Words.load(source + offset)
            UnsafeMutableRawPointer(target + offset).storeBytes(of: word.littleEndian, as: UInt64.self)
            let less = Words.matches(word, 0x3C3C_3C3C_3C3C_3C3C)
            let marks = Words.special(word)
            if less == 0 {
                if marks != 0 { return nil }
                offset += 8
                continue
            }
            if marks & ((less & (0 &- less)) &- 1) != 0 { return nil }
            return offset + less.trailingZeroBitCount / 8
        }
    }
}
