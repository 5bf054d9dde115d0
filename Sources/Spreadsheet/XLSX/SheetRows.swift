/// The rows of one worksheet part, straight from its XML.
final class SheetRows: RowSource {
    let storage = RowStorage()
    private(set) var mergedRanges: [MergedRange] = []
    private let entry: ZipEntry
    private let stream: XMLStream
    private let strings: SharedStrings
    private let cells: CellScanner
    private var state = State.before
    private var lastNumber = 0
    private var delivered = 0

    private enum State {
        case before
        case inside
        case behind
    }

    init(entry: ZipEntry, window: ByteWindow, strings: SharedStrings, styles: Styles, is1904: Bool) {
        self.entry = entry
        self.strings = strings
        stream = XMLStream(window: window, part: entry.name)
        cells = CellScanner(storage: storage, styles: styles, is1904: is1904)
    }

    /// Strings and sheet weigh by their compressed bytes; the strings are read before the first row.
    var fractionProgress: Double {
        let before = Double(strings.compressedSize)
        let total = before + Double(entry.compressedSize)
        return total == 0 ? 0 : ((cells.strings == nil ? 0 : before) + Double(stream.window.consumed)) / total
    }

    func advance() throws(SpreadsheetError) -> Bool {
        if state == .before {
            cells.strings = try strings.load()
            state = try stream.find("sheetData") ? .inside : .behind
        }
        if state == .inside {
            let isRow = try stream.unit(row: { [cells] in cells.rowNumber }) { scanner throws(XMLFault) in
                try scanRow(&scanner)
            }
            if isRow {
                lastNumber = storage.number
                delivered += 1
                guard delivered <= SpreadsheetLimits.maxRows, lastNumber <= SpreadsheetLimits.maxRows else {
                    throw .tooLarge(limit: .rows)
                }
                storage.finish()
                return true
            }
            state = .behind
        }
        mergedRanges = try MergedCells.rest(of: stream)
        return false
    }

    /// Fills the storage with the next row; false at the end of the rows.
    private func scanRow(_ scanner: inout XMLScanner) throws(XMLFault) -> Bool {
        while true {
            switch try scanner.next() {
            case .start where scanner.isNamed("row"): break
            case .start:
                try scanner.skipElement()
                continue
            case .end: return false
            case .finished: throw .malformed
            case .text, .cdata: continue
            }
            break
        }
        try openRow(scanner)
        if !scanner.isEmptyElement { try cells.scan(&scanner) }
        return true
    }

    private func openRow(_ scanner: XMLScanner) throws(XMLFault) {
        var number = lastNumber + 1
        var isHidden = false
        try scanner.forEachAttribute { name, value in
            if name.count == 1, name[0] == UInt8(ascii: "r") {
                number = DecimalDigits.value(value) ?? SpreadsheetLimits.maxRows + 1
            } else if name.count == 6, name.elementsEqual("hidden".utf8) {
                isHidden = value.elementsEqual("1".utf8) || value.elementsEqual("true".utf8)
            }
        }
        storage.reset(number: number)
        storage.isHidden = isHidden
        cells.open(row: number)
    }
}

/// Whole numbers in attributes.
enum DecimalDigits {
    /// `nil` for anything but one to nine digits.
    @inline(__always)
    static func value(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count > 0, text.count <= 9 else { return nil }
        var value = 0
        for byte in text {
            guard byte &- 0x30 < 10 else { return nil }
            value = value * 10 + Int(byte &- 0x30)
        }
        return value
    }
}
