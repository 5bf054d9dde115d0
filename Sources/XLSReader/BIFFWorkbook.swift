import Spreadsheet

/// The globals of a BIFF5 or BIFF8 workbook: its sheets, shared strings and number formats.
struct BIFFWorkbook {
    struct Listed {
        var name: String
        var isHidden: Bool
        var offset: Int
    }

    let stream: [UInt8]
    private(set) var sheets: [Listed] = []
    private(set) var strings: [String] = []
    private(set) var text: BIFFText
    private(set) var is1904 = false
    private var formatCodes: [Int: NumberKind] = [:]
    private var formatOfCell: [Int] = []

    init(_ stream: [UInt8]) throws(BIFFError) {
        self.stream = stream
        var records = BIFFRecords(stream)
        guard let begin = records.next(), begin.type == RecordType.begin, let version = begin.data.u16(0) else {
            throw .notASpreadsheet
        }
        guard version == 0x500 || version == 0x600 else { throw .notASpreadsheet }
        text = BIFFText(isBIFF8: version == 0x600)
        for record in records {
            if record.type == RecordType.end { break }
            try take(record)
        }
        guard !sheets.isEmpty else { throw .damaged }
    }

    /// What the number format of a cell format shows.
    func kind(cellFormat index: Int) -> NumberKind {
        guard formatOfCell.indices.contains(index) else { return .plain }
        let format = formatOfCell[index]
        return formatCodes[format] ?? NumberFormat.kind(builtIn: format)
    }

    private mutating func take(_ record: BIFFRecord) throws(BIFFError) {
        switch record.type {
        case RecordType.password: throw .encrypted
        case RecordType.codePage: text.codePage = record.data.u16(0) ?? text.codePage
        case RecordType.dateMode: is1904 = record.data.u16(0) == 1
        case RecordType.cellFormat: formatOfCell.append(record.data.u16(2) ?? 0)
        case RecordType.format:
            var reader = SegmentReader(record.segments, skipping: 2)
            let code = text.string(&reader, lengthBytes: text.isBIFF8 ? 2 : 1)
            if let id = record.data.u16(0), let code { formatCodes[id] = NumberFormat.kind(code: code) }
        case RecordType.boundSheet:
            guard let offset = record.data.u32(0), let visibility = record.data.u8(4), let kind = record.data.u8(5)
            else {
                throw .damaged
            }
            var reader = SegmentReader(record.segments, skipping: 6)
            let name = text.string(&reader, lengthBytes: 1) ?? ""
            // Charts, macros and modules have no rows.
            if kind == 0 { sheets.append(Listed(name: name, isHidden: visibility & 3 != 0, offset: offset)) }
        case RecordType.sharedStrings: readStrings(record)
        default: break
        }
    }

    /// Takes strings as long as there are any: the counts before them are often wrong.
    private mutating func readStrings(_ record: BIFFRecord) {
        var reader = SegmentReader(record.segments, skipping: 8)
        while let count = reader.u16(), let flags = reader.u8() {
            var runs = 0
            var extra = 0
            if flags & 8 != 0 { runs = reader.u16() ?? 0 }
            if flags & 4 != 0 { extra = reader.u32() ?? 0 }
            guard let string = reader.characters(count, isWide: flags & 1 != 0) else { break }
            strings.append(string)
            // Formatting and phonetic text follow.
            if !reader.skip(4 * runs + extra) { break }
        }
    }
}
