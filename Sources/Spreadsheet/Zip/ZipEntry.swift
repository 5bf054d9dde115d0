/// One file of an archive whose place in it has been checked.
struct ZipEntry: Sendable {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    let compressedSize: Int
    let inflatedSize: Int
    let dataOffset: Int
    /// The bytes of the archive that the entry takes, header included.
    let range: Range<Int>

    /// - Parameter end: where the directory begins; no entry reaches beyond it.
    init(record: ZipDirectory.Record, file: RandomAccessFile, end: Int) throws(SpreadsheetError) {
        let damaged = SpreadsheetError.damaged(part: record.name)
        guard record.flags & 1 == 0 else { throw .encrypted }
        guard record.method == 0 || record.method == 8 else { throw .unsupportedCompression(part: record.name) }
        guard record.headerOffset >= 0, record.headerOffset < end else { throw damaged }
        let header = LittleEndian(try file.bytes(at: record.headerOffset, count: 30))
        guard header.u32(0) == 0x0403_4B50, header.u16(8) == record.method, let nameLength = header.u16(26),
            let extraLength = header.u16(28)
        else { throw damaged }
        let name = try file.bytes(at: record.headerOffset + 30, count: nameLength)
        guard String(decoding: name, as: UTF8.self) == record.name else { throw damaged }
        let start = record.headerOffset + 30 + nameLength + extraLength
        guard record.compressedSize >= 0, record.inflatedSize >= 0, start <= end, record.compressedSize <= end - start
        else { throw damaged }
        guard record.method == 8 || record.compressedSize == record.inflatedSize else { throw damaged }
        guard !Self.isSuspicious(inflated: record.inflatedSize, compressed: record.compressedSize) else {
            throw .suspiciousCompression(part: record.name)
        }
        self.name = record.name
        isDeflated = record.method == 8
        checksum = record.checksum
        compressedSize = record.compressedSize
        inflatedSize = record.inflatedSize
        dataOffset = start
        range = record.headerOffset..<start + record.compressedSize
    }

    static func isSuspicious(inflated: Int, compressed: Int) -> Bool {
        inflated > SpreadsheetLimits.ratioFreeBytes && inflated / SpreadsheetLimits.maxInflationRatio > compressed
    }
}
