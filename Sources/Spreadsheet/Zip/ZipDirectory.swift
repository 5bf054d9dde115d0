/// The central directory of a zip file, with the zip64 records where the plain ones are full.
struct ZipDirectory {
    struct Record {
        var name: String
        var flags: Int
        var method: Int
        var checksum: UInt32
        var compressedSize: Int
        var inflatedSize: Int
        var headerOffset: Int
    }

    private(set) var records: [Record] = []
    /// The bytes of the directory and of the records that close the file.
    let range: Range<Int>

    private static let part = "zip directory"
    /// 1,000 names of the longest kind; a larger directory holds something else.
    private static let maxBytes = 16 << 20

    init(file: RandomAccessFile) throws(SpreadsheetError) {
        let end = try EndRecord(file: file)
        guard end.entries <= SpreadsheetLimits.maxEntries else { throw .tooManyEntries }
        guard end.size <= Self.maxBytes, end.offset >= 0, end.offset <= end.position,
            end.size <= end.position - end.offset
        else { throw .damaged(part: Self.part) }
        range = end.offset..<file.count
        let data = LittleEndian(try file.bytes(at: end.offset, count: end.size))
        var offset = 0
        while data.u32(offset) == 0x0201_4B50 {
            guard records.count < SpreadsheetLimits.maxEntries else { throw .tooManyEntries }
            guard let (record, length) = Self.record(data, at: offset) else { throw .damaged(part: Self.part) }
            records.append(record)
            offset += length
        }
        guard records.count == end.entries else { throw .damaged(part: Self.part) }
    }

    private static func record(_ data: LittleEndian, at offset: Int) -> (Record, length: Int)? {
        guard let flags = data.u16(offset + 8), let method = data.u16(offset + 10),
            let checksum = data.u32(offset + 16),
            let compressed = data.u32(offset + 20), let inflated = data.u32(offset + 24),
            let nameLength = data.u16(offset + 28), let extraLength = data.u16(offset + 30),
            let commentLength = data.u16(offset + 32), let header = data.u32(offset + 42),
            let name = data.slice(offset + 46, nameLength),
            let extra = data.slice(offset + 46 + nameLength, extraLength)
        else { return nil }
        var record = Record(
            name: String(decoding: name, as: UTF8.self), flags: flags, method: method,
            checksum: UInt32(truncatingIfNeeded: checksum), compressedSize: compressed, inflatedSize: inflated,
            headerOffset: header)
        guard widen(&record, extra: LittleEndian(extra)) else { return nil }
        return (record, 46 + nameLength + extraLength + commentLength)
    }

    /// Takes 64-bit sizes from the zip64 extra field (APPNOTE 4.5.3), which holds only those that do not fit.
    private static func widen(_ record: inout Record, extra: LittleEndian) -> Bool {
        let full = 0xFFFF_FFFF
        guard record.compressedSize == full || record.inflatedSize == full || record.headerOffset == full else {
            return true
        }
        var offset = 0
        while let tag = extra.u16(offset), let length = extra.u16(offset + 2) {
            if tag == 1 {
                var at = offset + 4
                for field in [\Record.inflatedSize, \Record.compressedSize, \Record.headerOffset]
                where record[keyPath: field] == full {
                    guard let value = extra.u64(at).flatMap(Int.init(exactly:)) else { return false }
                    record[keyPath: field] = value
                    at += 8
                }
                return true
            }
            offset += 4 + length
        }
        return false
    }
}

/// The record at the end of the file that says where the directory is.
private struct EndRecord {
    var entries: Int
    var size: Int
    var offset: Int
    /// Where the record itself begins.
    var position: Int

    init(file: RandomAccessFile) throws(SpreadsheetError) {
        let damaged = SpreadsheetError.damaged(part: "zip directory")
        let tailBytes = min(file.count, 22 + 65_535)
        let start = file.count - tailBytes
        let tail = LittleEndian(try file.bytes(at: start, count: tailBytes))
        var at = tail.count - 22
        while at >= 0, !(tail.u32(at) == 0x0605_4B50 && at + 22 + (tail.u16(at + 20) ?? .max) == tail.count) { at -= 1 }
        guard at >= 0, let entries = tail.u16(at + 10), let size = tail.u32(at + 12), let offset = tail.u32(at + 16)
        else { throw damaged }
        self.entries = entries
        self.size = size
        self.offset = offset
        position = start + at
        guard entries == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF else { return }
        guard let locator = try Self.zip64(file: file, before: position) else {
            // 65,535 entries without a wider record is a full plain one.
            if size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF { throw damaged }
            return
        }
        self.entries = locator.entries
        self.size = locator.size
        self.offset = locator.offset
        position = locator.position
    }

    private static func zip64(
        file: RandomAccessFile, before end: Int
    ) throws(SpreadsheetError) -> (entries: Int, size: Int, offset: Int, position: Int)? {
        guard end >= 20 else { return nil }
        let locator = LittleEndian(try file.bytes(at: end - 20, count: 20))
        guard locator.u32(0) == 0x0706_4B50 else { return nil }
        guard let position = locator.u64(8).flatMap(Int.init(exactly:)), position <= end - 20 else {
            throw .damaged(part: "zip directory")
        }
        let record = LittleEndian(try file.bytes(at: position, count: 56))
        guard record.u32(0) == 0x0606_4B50, let entries = record.u64(32).flatMap(Int.init(exactly:)),
            let size = record.u64(40).flatMap(Int.init(exactly:)),
            let offset = record.u64(48).flatMap(Int.init(exactly:))
        else { throw .damaged(part: "zip directory") }
        return (entries, size, offset, position)
    }
}
