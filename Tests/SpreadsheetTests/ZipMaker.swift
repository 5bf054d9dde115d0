/// Writes zip files, also such as no honest program writes.
struct ZipMaker {
    struct Entry {
        var name: String
        var data: [UInt8]
        var method = 0
        var flags = 0
        /// What the headers claim; by default the truth of a stored entry.
        var inflatedSize: Int?
        var checksum: UInt32?
        /// Place of another entry's header to point at instead of an own one.
        var headerOffset: Int?
    }

    var entries: [Entry] = []
    /// What the last record claims; by default the truth.
    var claimedCount: Int?

    mutating func add(_ name: String, _ text: String) { entries.append(Entry(name: name, data: Array(text.utf8))) }

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = entry.headerOffset ?? file.count
            let common =
                le16(entry.flags) + le16(entry.method) + le32(0)
                + le32(Int(entry.checksum ?? Self.checksum(entry.data)))
                + le32(entry.data.count) + le32(entry.inflatedSize ?? entry.data.count) + le16(entry.name.utf8.count)
                + le16(0)
            if entry.headerOffset == nil {
                file += le32(0x0403_4B50) + le16(20) + common + Array(entry.name.utf8) + entry.data
            }
            directory += le32(0x0201_4B50) + le16(20) + le16(20) + common + le16(0) + le16(0) + le16(0) + le32(0)
            directory += le32(offset) + Array(entry.name.utf8)
        }
        let start = file.count
        let count = claimedCount ?? entries.count
        return file + directory + le32(0x0605_4B50) + le16(0) + le16(0) + le16(count) + le16(count)
            + le32(directory.count) + le32(start) + le16(0)
    }

    /// The bytes of a local header and its data, to be hidden in another entry's data.
    static func local(_ entry: Entry) -> [UInt8] {
        var maker = ZipMaker()
        maker.entries = [entry]
        return Array(maker.bytes.prefix(30 + entry.name.utf8.count + entry.data.count))
    }

    /// A deflate stream of about `count` zeros at 1032 to 1, the most that deflate can do: one literal, then matches of
    /// 258 bytes in two bits each.
    static func zeros(_ count: Int) -> [UInt8] {
        var bits: [Int] = [1, 0, 1]
        func number(_ value: Int, _ width: Int) { for index in 0..<width { bits.append(value >> index & 1) } }
        number(29, 5)
        number(0, 5)
        number(14, 4)
        // Lengths of the code for lengths: 18 has one bit, 1 and 2 have two.
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1] {
            number(symbol == 18 ? 1 : symbol == 1 || symbol == 2 ? 2 : 0, 3)
        }
        // Literal 0: two bits; 255 unused; end: two bits; 28 unused; length 258: one bit; distance 1: one bit.
        bits += [1, 1]
        for run in [138, 117] {
            bits.append(0)
            number(run - 11, 7)
        }
        bits += [1, 1, 0]
        number(28 - 11, 7)
        bits += [1, 0, 1, 0]
        bits += [1, 0]
        while bits.count % 8 != 0 { bits.append(0) }
        var bytes = stride(from: 0, to: bits.count, by: 8).map { at in
            (0..<8).reduce(UInt8(0)) { $0 | UInt8(bits[at + $1]) << UInt8($1) }
        }
        bytes += [UInt8](repeating: 0, count: count / 1032)
        return bytes + [0b11]
    }

    static func checksum(_ data: [UInt8]) -> UInt32 {
        ~data.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    private func le16(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    private func le32(_ value: Int) -> [UInt8] { le16(value) + le16(value >> 16) }
}

/// The smallest workbooks.
enum TinyWorkbook {
    static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    static let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    /// A workbook of one sheet with this `sheetData` content.
    static func zip(
        rows: String = "", strings: String? = nil, styles: String? = nil, sheet: String? = nil, workbook: String? = nil,
        properties: String = ""
    ) -> ZipMaker {
        var zip = ZipMaker()
        zip.add(
            "xl/workbook.xml",
            workbook
                ?? """
                <workbook xmlns="\(main)" xmlns:r="\(relations)">\(properties)<sheets><sheet name="One" sheetId="1" \
                r:id="rId1"/></sheets></workbook>
                """)
        zip.add(
            "xl/_rels/workbook.xml.rels",
            """
            <Relationships><Relationship Id="rId1" Type="\(relations)/worksheet" Target="worksheets/sheet1.xml"/>\
            </Relationships>
            """)
        zip.add(
            "xl/worksheets/sheet1.xml",
            sheet ?? "<worksheet xmlns=\"\(main)\"><sheetData>\(rows)</sheetData></worksheet>")
        if let strings { zip.add("xl/sharedStrings.xml", strings) }
        if let styles { zip.add("xl/styles.xml", styles) }
        return zip
    }
}
