import Glibc

/// The `mergeCells` of a sheet, which follow its rows.
enum MergedCells {
    /// A sheet with more is not of the kind whose header needs them.
    static let maxCount = 100_000

    static func find(in window: ByteWindow, part: String) throws(SpreadsheetError) -> [MergedRange] {
        let stream = XMLStream(window: window, part: part)
        guard try stream.find("sheetData") else { return [] }
        return try rest(of: stream)
    }

    /// Reads from behind a token within the sheet to the end of the part.
    static func rest(of stream: XMLStream) throws(SpreadsheetError) -> [MergedRange] {
        var ranges: [MergedRange] = []
        while true {
            let isEnd = try stream.unit { scanner throws(XMLFault) -> Bool in
                let token = try scanner.next()
                if case .finished = token { return true }
                if case .start = token, scanner.isNamed("mergeCell"), let raw = try scanner.rawAttribute("ref"),
                    let range = MergedRange(reference: raw), ranges.count < maxCount
                {
                    ranges.append(range)
                }
                return false
            }
            if isEnd { return ranges }
        }
    }
}

extension MergedRange {
    /// From `A1:C2`.
    init?(reference: UnsafeBufferPointer<UInt8>) {
        let corners = reference.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard corners.count == 2, let first = CellReference(corners[0]), let last = CellReference(corners[1]),
            let firstRow = first.row, let lastRow = last.row, firstRow <= lastRow, first.column <= last.column
        else { return nil }
        self.init(rows: firstRow...lastRow, columns: first.column...last.column)
    }
}

/// A cell's address such as `AB12`; the row may be missing.
struct CellReference {
    /// 0-based.
    var column: Int
    /// 1-based.
    var row: Int?

    init?(_ text: some Collection<UInt8>) {
        var column = 0
        var row = 0
        var hasDigits = false
        for byte in text where byte != UInt8(ascii: "$") {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A:
                guard !hasDigits, column <= SpreadsheetLimits.maxColumns else { return nil }
                column = column * 26 + Int(byte & 0x1F)
            case 0x30...0x39:
                guard row <= SpreadsheetLimits.maxRows else { return nil }
                hasDigits = true
                row = row * 10 + Int(byte - 0x30)
            default: return nil
            }
        }
        guard column > 0 else { return nil }
        self.column = column - 1
        self.row = hasDigits ? row : nil
    }
}
