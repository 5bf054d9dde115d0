import Spreadsheet

/// The cells of one sheet. All are collected before the first is told: the format does not promise their order.
struct BIFFSheet {
    private enum Value {
        case shared(Int)
        case text(String)
        case number(Double, format: Int)
        case bool(Bool)
        case error(UInt8)
    }

    private struct Entry {
        var row: Int
        var column: Int
        var value: Value
    }

    private let workbook: BIFFWorkbook
    private var entries: [Entry] = []
    private var hiddenRows: Set<Int> = []
    private var merged: [MergedRange] = []
    /// The cell of a formula whose text follows in a record of its own.
    private var awaiting: (row: Int, column: Int)?

    /// As many as the format can address: 65,536 rows of 256 columns.
    private static let maxEntries = 65_536 * maxColumns
    private static let maxColumns = 256

    init(_ workbook: BIFFWorkbook, at offset: Int) throws(BIFFError) {
        self.workbook = workbook
        var records = BIFFRecords(workbook.stream, from: offset)
        guard let begin = records.next(), begin.type == RecordType.begin else { throw .damaged }
        // A chart within the sheet is a stream within the stream.
        var depth = 1
        for record in records {
            if record.type == RecordType.begin {
                depth += 1
            } else if record.type == RecordType.end {
                depth -= 1
                if depth == 0 { break }
            } else if depth == 1 {
                take(record)
                guard entries.count <= Self.maxEntries else { throw .tooLarge }
            }
        }
    }

    private mutating func take(_ record: BIFFRecord) {
        let data = record.data
        switch record.type {
        case RecordType.row:
            if let row = data.u16(0), let options = data.u16(12), options & 0x20 != 0 { hiddenRows.insert(row) }
        case RecordType.mergedCells: takeMerged(data)
        case RecordType.string:
            var reader = SegmentReader(record.segments)
            if let cell = awaiting, let string = workbook.text.string(&reader, lengthBytes: 2) {
                entries.append(Entry(row: cell.row, column: cell.column, value: .text(string)))
            }
            awaiting = nil
        default:
            guard let row = data.u16(0), let column = data.u16(2), let format = data.u16(4) else { return }
            takeCell(record, row, column, format)
        }
    }

    private mutating func takeCell(_ record: BIFFRecord, _ row: Int, _ column: Int, _ format: Int) {
        let data = record.data
        var value: Value?
        switch record.type {
        case RecordType.sharedLabel: value = data.u32(6).map { .shared($0) }
        case RecordType.label, RecordType.richString:
            var reader = SegmentReader(record.segments, skipping: 6)
            value = workbook.text.string(&reader, lengthBytes: 2).map { .text($0) }
        case RecordType.number: value = data.u64(6).map { .number(Double(bitPattern: $0), format: format) }
        case RecordType.rk: value = data.u32(6).map { .number(Self.number(rk: $0), format: format) }
        case RecordType.boolOrError:
            guard let content = data.u8(6), let isError = data.u8(7) else { return }
            value = isError == 0 ? .bool(content != 0) : .error(content)
        case RecordType.formula: value = result(of: data, row, column, format)
        case RecordType.multipleRK:
            var at = 4
            var column = column
            // The last two bytes repeat the last column.
            while at + 8 <= data.count, let format = data.u16(at), let rk = data.u32(at + 2) {
                entries.append(Entry(row: row, column: column, value: .number(Self.number(rk: rk), format: format)))
                column += 1
                at += 6
            }
        default: return
        }
        if let value { entries.append(Entry(row: row, column: column, value: value)) }
    }

    /// The cached value of a formula.
    private mutating func result(of data: LittleEndian, _ row: Int, _ column: Int, _ format: Int) -> Value? {
        awaiting = nil
        guard let bits = data.u64(6) else { return nil }
        guard bits >> 48 == 0xFFFF else { return .number(Double(bitPattern: bits), format: format) }
        let content = UInt8(truncatingIfNeeded: bits >> 16)
        switch bits & 0xFF {
        case 0:
            awaiting = (row, column)
            return nil
        case 1: return .bool(content != 0)
        case 2: return .error(content)
        default: return nil
        }
    }

    /// [MS-XLS] 2.5.217: 30 bits of an integer or of a double's top, and whether it is in hundredths.
    private static func number(rk: Int) -> Double {
        let bits = UInt32(truncatingIfNeeded: rk)
        let value =
            bits & 2 != 0
            ? Double(Int32(bitPattern: bits) >> 2) : Double(bitPattern: UInt64(bits & 0xFFFF_FFFC) << 32)
        return bits & 1 != 0 ? value / 100 : value
    }

    private mutating func takeMerged(_ data: LittleEndian) {
        for index in 0..<(data.u16(0) ?? 0) {
            let at = 2 + 8 * index
            guard let first = data.u16(at), let last = data.u16(at + 2), let left = data.u16(at + 4),
                let right = data.u16(at + 6), first <= last, left <= right
            else { return }
            merged.append(MergedRange(rows: first + 1...last + 1, columns: left...right))
        }
    }

    /// Tells the merged ranges, then the rows in order.
    func write(to output: inout Output) throws(BIFFError) {
        for range in merged { output.frames.merged(range) }
        let order = entries.indices.sorted { (entries[$0].row, $0) < (entries[$1].row, $1) }
        var start = 0
        while start < order.count {
            let row = entries[order[start]].row
            var stop = start
            var cells: [(column: Int, kind: CellKind, text: String)] = []
            while stop < order.count, entries[order[stop]].row == row {
                let entry = entries[order[stop]]
                guard entry.column < Self.maxColumns else { throw .damaged }
                if let (kind, text) = try shown(entry.value), !text.isEmpty { cells.append((entry.column, kind, text)) }
                stop += 1
            }
            output.frames.row(number: row + 1, isHidden: hiddenRows.contains(row), cells: cells)
            output.flushIfLarge()
            start = stop
        }
    }

    private func shown(_ value: Value) throws(BIFFError) -> (CellKind, String)? {
        switch value {
        case .shared(let index):
            guard workbook.strings.indices.contains(index) else { throw .damaged }
            return (.text, workbook.strings[index])
        case .text(let text): return (.text, text)
        case .bool(let value): return (.bool, value ? "TRUE" : "FALSE")
        case .error(let code): return (.error, Self.errors[code] ?? "#UNKNOWN!")
        case .number(let number, let format):
            let kind = workbook.kind(cellFormat: format)
            if let date = DateText.text(number, kind: kind, is1904: workbook.is1904) { return (.date, date) }
            return NumberText.shortest(number).map { (.number, $0) }
        }
    }

    private static let errors: [UInt8: String] = [
        0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
        0x2B: "#GETTING_DATA",
    ]
}
