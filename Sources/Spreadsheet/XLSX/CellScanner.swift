/// The cells of a row: a fast path for cells as Excel and its followers write them, and a general one that takes any
/// prefix, attribute order, white space, comment or CDATA.
final class CellScanner {
    typealias Bytes = UnsafePointer<UInt8>

    let storage: RowStorage
    /// Set before the first row.
    var strings: StringTable?
    /// By cell format; a cell without one has the first.
    let kinds: UnsafeMutableBufferPointer<NumberKind>
    let is1904: Bool
    private(set) var rowNumber: Int?
    /// The digits of the row's number and the quote behind them, as every cell's address ends.
    private var addressEnd: UInt64 = 0
    private var addressMask: UInt64 = 0
    private var addressCount = 0
    var column = -1
    var content: [UInt8] = []
    private let patterns = Patterns()

    init(storage: RowStorage, styles: Styles, is1904: Bool) {
        self.storage = storage
        self.is1904 = is1904
        kinds = .allocate(capacity: max(1, styles.kinds.count))
        kinds.initialize(repeating: .plain)
        for (index, kind) in styles.kinds.enumerated() { kinds[index] = kind }
    }

    deinit {
        kinds.deallocate()
    }

    func open(row: Int) {
        rowNumber = row
        column = -1
        var word = UInt64(UInt8(ascii: "\""))
        var count = 1
        var rest = max(0, row)
        repeat {
            word = word << 8 | UInt64(0x30 + rest % 10)
            rest /= 10
            count += 1
        } while rest > 0 && count < 8
        addressEnd = word
        addressMask = Words.mask(count)
        addressCount = count
    }

    /// Scans to the end of the row, whose start was just returned.
    func scan(_ scanner: inout XMLScanner) throws(XMLFault) {
        while true {
            scanner.position = scanPlain(from: scanner.position)
            switch try scanner.next() {
            case .start where scanner.isNamed("c"): try scanGeneral(&scanner)
            case .start: try scanner.skipElement()
            case .end: return
            case .finished: throw .malformed
            case .text, .cdata: continue
            }
        }
    }

    /// Takes cells as long as they have the usual form; gives back where the first one stands that has not.
    private func scanPlain(from start: Bytes) -> Bytes {
        // Local copies: the loop below touches no object.
        let patterns = patterns
        var writer = storage.writer
        defer { storage.take(writer) }
        var lastColumn = column
        defer { column = lastColumn }
        let table = strings?.view
        let stringCount = table?.count ?? 0
        let kinds = UnsafeBufferPointer(kinds)
        let addressEnd = addressEnd
        let addressMask = addressMask
        let addressCount = addressCount
        var cell = start
        while true {
            guard Words.load(cell) & 0xFFFF_FFFF_FFFF == patterns.cell else { return cell }
            var at = cell + 6
            var column = Int(at[0]) - 0x40
            guard column >= 1, column <= 26 else { return cell }
            at += 1
            while at[0] >= 0x41, column <= SpreadsheetLimits.maxColumns {
                guard at[0] <= 0x5A else { return cell }
                column = column * 26 + Int(at[0]) - 0x40
                at += 1
            }
            guard column <= SpreadsheetLimits.maxColumns, Words.load(at) & addressMask == addressEnd else {
                return cell
            }
            at += addressCount
            column -= 1
            var style = 0
            if Words.load(at) & 0xFFFF_FFFF == patterns.style {
                at += 4
                let digits = at
                while at[0] &- 0x30 < 10, at - digits < 6 {
                    style = style * 10 + Int(at[0] &- 0x30)
                    at += 1
                }
                guard at[0] == UInt8(ascii: "\""), at > digits else { return cell }
                at += 1
            }
            let head = Words.load(at)
            if head & 0xFF_FFFF_FFFF_FFFF == patterns.shared, let table {
                guard Words.load(at + 7) & 0xFF_FFFF == patterns.value else { return cell }
                at += 10
                let digits = at
                var index = 0
                while at[0] &- 0x30 < 10, at - digits < 10 {
                    index = index * 10 + Int(at[0] &- 0x30)
                    at += 1
                }
                guard at > digits, index < stringCount, Words.load(at) == patterns.valueEnd else { return cell }
                at += 8
                let string = table[index]
                guard writer.append(column: column, kind: .text, text: string.text, count: string.count) else {
                    return cell
                }
            } else if head & 0xFFFF_FFFF == patterns.number {
                at += 4
                guard style >= kinds.count || kinds[style] == .plain,
                    let next = Self.plainNumber(at, patterns, column: column, to: &writer)
                else { return cell }
                at = next
            } else if head == patterns.inline.0, Words.load(at + 8) & 0xFF_FFFF_FFFF_FFFF == patterns.inline.1 {
                guard let next = Self.plainInline(at + 15, patterns, column: column, to: &writer) else { return cell }
                at = next
            } else if head & 0xFFFF == patterns.empty {
                at += 2
            } else {
                return cell
            }
            lastColumn = column
            cell = at
        }
    }

    /// A number in the form that it is given in, taken as it stands.
    @inline(__always)
    private static func plainNumber(
        _ start: Bytes, _ patterns: Patterns, column: Int, to writer: inout RowStorage.Writer
    ) -> Bytes? {
        var at = start
        while at[0] &- 0x30 < 10 { at += 1 }
        let isWhole = at[0] == UInt8(ascii: "<")
        if !isWhole { while at[0] > 0x20, at[0] != UInt8(ascii: "<"), at - start < 20 { at += 1 } }
        let count = at - start
        guard Words.load(at) == patterns.valueEnd,
            isWhole
                ? count > 0 && count <= 15 && (count == 1 || start[0] != 0x30)
                : NumberText.isShortest(start, count: count),
            writer.append(column: column, kind: .number, text: start, count: count)
        else { return nil }
        return at + 8
    }

    /// The text of `<is><t>` or `<is><t xml:space="preserve">` without anything to decode.
    @inline(__always)
    private static func plainInline(
        _ start: Bytes, _ patterns: Patterns, column: Int, to writer: inout RowStorage.Writer
    ) -> Bytes? {
        var first = start
        var isPreserved = false
        if Words.load(start) & 0xFF_FFFF_FFFF_FFFF == patterns.text {
            first += 7
        } else if Words.load(start) == patterns.preserved.0, Words.load(start + 8) == patterns.preserved.1,
            Words.load(start + 16) == patterns.preserved.2, Words.load(start + 24) & 0xFFFF_FFFF == patterns.preserved.3
        {
            first += 28
            isPreserved = true
        } else {
            return nil
        }
        guard let stop = Words.endOfPlainText(first), Words.load(stop) == patterns.inlineEnd.0,
            Words.load(stop + 8) & 0xFF_FFFF_FFFF == patterns.inlineEnd.1,
            isPreserved || stop == first || (first[0] > 0x20 && stop[-1] > 0x20),
            writer.append(column: column, kind: .text, text: first, count: stop - first)
        else { return nil }
        return stop + 13
    }

    /// The usual forms as words; the masks of their lengths stand where they are compared. A value, not statics: those
    /// would be looked up anew for every cell.
    private struct Patterns {
        let cell = Words.of("<c r=\"")
        let style = Words.of(" s=\"")
        let shared = Words.of(" t=\"s\">")
        let number = Words.of("><v>")
        let value = Words.of("<v>")
        let valueEnd = Words.of("</v></c>")
        let empty = Words.of("/>")
        let inline = (Words.of(" t=\"inli"), Words.of("neStr\">"))
        let text = Words.of("<is><t>")
        let preserved = (Words.of("<is><t x"), Words.of("ml:space"), Words.of("=\"preser"), Words.of("ve\">"))
        let inlineEnd = (Words.of("</t></is"), Words.of("></c>"))
    }
}
