import Spreadsheet

/// One record of a BIFF stream with the CONTINUE records that belong to it.
struct BIFFRecord {
    var type: Int
    /// The record's own data, then that of each CONTINUE.
    var segments: [ArraySlice<UInt8>]

    var data: LittleEndian { LittleEndian(segments.first ?? []) }
}

/// Walks over a BIFF stream ([MS-XLS] 2.1.4). The end of the data, also within a record, is the end of the stream.
struct BIFFRecords: Sequence, IteratorProtocol {
    private let bytes: LittleEndian
    private var offset: Int

    static let continuation = 0x3C

    init(_ bytes: [UInt8], from offset: Int = 0) {
        self.bytes = LittleEndian(bytes)
        self.offset = offset
    }

    mutating func next() -> BIFFRecord? {
        guard let (type, data) = record() else { return nil }
        var segments = [data]
        while bytes.u16(offset) == Self.continuation, let (_, more) = record() { segments.append(more) }
        return BIFFRecord(type: type, segments: segments)
    }

    private mutating func record() -> (Int, ArraySlice<UInt8>)? {
        guard let type = bytes.u16(offset), let count = bytes.u16(offset + 2), let data = bytes.slice(offset + 4, count)
        else { return nil }
        offset += 4 + count
        return (type, data)
    }
}

enum RecordType {
    static let formula = 0x06
    static let end = 0x0A
    static let dateMode = 0x22
    static let password = 0x2F
    static let codePage = 0x42
    static let boundSheet = 0x85
    static let multipleRK = 0xBD
    static let richString = 0xD6
    static let cellFormat = 0xE0
    static let mergedCells = 0xE5
    static let sharedStrings = 0xFC
    static let sharedLabel = 0xFD
    static let number = 0x203
    static let label = 0x204
    static let boolOrError = 0x205
    static let string = 0x207
    static let row = 0x208
    static let rk = 0x27E
    static let format = 0x41E
    static let begin = 0x809
}
