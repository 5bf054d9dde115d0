import Foundation
import Spreadsheet
import Testing

/// Files made to hurt their reader: each must end in its own error, soon, and leave nothing behind.
@Suite struct HostileTests {
    static let bigSize = 4_000_000_000
    static let main = TinyWorkbook.main

    /// Name, file, and the error it must end in.
    static let bombs: [(String, ZipMaker, SpreadsheetError)] = {
        let sheet = "xl/worksheets/sheet1.xml"
        let strings = "xl/sharedStrings.xml"
        func replaced(_ name: String, _ entry: ZipMaker.Entry) -> ZipMaker {
            var zip = TinyWorkbook.zip()
            zip.entries.removeAll { $0.name == name }
            zip.entries.append(entry)
            return zip
        }
        let zeros = ZipMaker.zeros(300_000_000)
        let laughs =
            "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol1 \"&lol;&lol;&lol;&lol;\">]>"
        let outside = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        let deep = String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300)
        let wide = "<sst " + (0..<1_100).map { "a\($0)=\"\"" }.joined(separator: " ") + "></sst>"
        var many = TinyWorkbook.zip()
        for index in 0..<998 { many.add("xl/media/\(index).png", "") }
        var lyingCount = many
        lyingCount.claimedCount = 3
        var twice = TinyWorkbook.zip()
        twice.add("XL/WorkSheets/Sheet1.xml", "<worksheet/>")
        var backslash = TinyWorkbook.zip()
        backslash.add("/xl\\workbook.xml", "<workbook/>")
        var heavy = TinyWorkbook.zip()
        for index in 0..<5 {
            heavy.entries.append(
                .init(
                    name: "xl/media/\(index)", data: [UInt8](repeating: 0, count: 3_000_000), method: 8,
                    inflatedSize: 500_000_000))
        }
        var crypt = TinyWorkbook.zip()
        crypt.entries[0].flags = 1
        var wrongSum = TinyWorkbook.zip(rows: "<row><c><v>1</v></c></row>")
        wrongSum.entries[2].checksum = 1
        var method = TinyWorkbook.zip()
        method.entries[2].method = 99
        return [
            (
                "a ratio of 1000",
                replaced(sheet, .init(name: sheet, data: zeros, method: 8, inflatedSize: 300_000_000)),
                .suspiciousCompression(part: sheet)
            ),
            (
                "four gigabytes of zeros",
                replaced(
                    sheet,
                    .init(
                        name: sheet, data: ZipMaker.zeros(Self.bigSize), method: 8, inflatedSize: Self.bigSize)),
                .suspiciousCompression(part: sheet)
            ),
            (
                "a size that lies low", replaced(sheet, .init(name: sheet, data: zeros, method: 8, inflatedSize: 1000)),
                .damaged(part: sheet)
            ),
            (
                "a size just within the ratio",
                replaced(
                    sheet,
                    .init(
                        name: sheet, data: zeros, method: 8, inflatedSize: 199 * zeros.count)),
                .tooLarge(limit: .rowBytes)
            ),
            ("more than two gigabytes in all", heavy, .tooLarge(limit: .inflatedBytes)),
            ("a thousand and one entries", many, .tooManyEntries),
            ("a count that lies", lyingCount, .tooManyEntries),
            ("a name in capitals again", twice, .duplicateEntry(part: "XL/WorkSheets/Sheet1.xml")),
            ("a name with other slashes again", backslash, .duplicateEntry(part: "/xl\\workbook.xml")),
            ("an encrypted entry", crypt, .encrypted),
            ("a wrong checksum", wrongSum, .damaged(part: sheet)),
            ("an unknown compression", method, .unsupportedCompression(part: sheet)),
            (
                "a billion laughs", TinyWorkbook.zip(strings: laughs + "<sst><si><t>&lol1;</t></si></sst>"),
                .forbiddenXML(part: strings)
            ),
            (
                "a document type in the sheet", TinyWorkbook.zip(sheet: laughs + "<worksheet/>"),
                .forbiddenXML(part: sheet)
            ),
            (
                "a document type in the workbook", TinyWorkbook.zip(workbook: outside + "<workbook/>"),
                .forbiddenXML(part: "xl/workbook.xml")
            ),
            (
                "an outside entity", TinyWorkbook.zip(strings: outside + "<sst><si><t>&x;</t></si></sst>"),
                .forbiddenXML(part: strings)
            ),
            (
                "an entity out of nowhere", TinyWorkbook.zip(rows: "<row><c t=\"str\"><v>&x;</v></c></row>"),
                .forbiddenXML(part: sheet)
            ),
            ("three hundred levels", TinyWorkbook.zip(rows: deep), .tooDeep(part: sheet)),
            ("eleven hundred attributes", TinyWorkbook.zip(strings: wide), .tooManyAttributes(part: strings)),
            (
                "a string that does not exist", TinyWorkbook.zip(rows: "<row r=\"7\"><c t=\"s\"><v>9</v></c></row>"),
                .damaged(part: sheet, row: 7)
            ),
            ("a row beyond the last", TinyWorkbook.zip(rows: "<row r=\"1048577\"/>"), .tooLarge(limit: .rows)),
            (
                "a column beyond the last", TinyWorkbook.zip(rows: "<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>"),
                .tooLarge(limit: .columns)
            ),
            (
                "a row without an end", TinyWorkbook.zip(sheet: "<worksheet><sheetData><row><c><v>1</v></c>"),
                .damaged(part: sheet, row: 1)
            ),
            (
                "text that is no UTF-8", replaced(sheet, .init(name: sheet, data: Array("<worksheet>".utf8) + [0xFF])),
                .damaged(part: sheet)
            ),
        ]
    }()

    @Test(arguments: 0..<bombs.count)
    func `a hostile workbook is refused with its own error and leaves no file`(index: Int) throws {
        let (name, zip, error) = Self.bombs[index]
        let folder = try TemporaryFolder()
        let path = try folder.file("bomb.xlsx", zip.bytes)
        #expect(readAll(path) == error, "\(name)")
        #expect(try folder.names == ["bomb.xlsx"])
    }

    @Test func `an entry hidden within another is refused`() throws {
        let hidden = ZipMaker.Entry(name: "xl/worksheets/sheet2.xml", data: Array("<worksheet/>".utf8))
        var zip = ZipMaker()
        zip.entries.append(.init(name: "a.bin", data: ZipMaker.local(hidden)))
        var pointing = hidden
        pointing.headerOffset = 30 + 5
        zip.entries.append(pointing)
        let folder = try TemporaryFolder()
        #expect(readAll(try folder.file("overlap.xlsx", zip.bytes)) == .overlappingEntries)
    }

    @Test func `entries that would leave the archive are not reached`() throws {
        var zip = TinyWorkbook.zip(rows: "<row><c t=\"str\"><v>inside</v></c></row>")
        zip.add("../outside.txt", "x")
        zip.add("xl/../../outside.xml", "x")
        let folder = try TemporaryFolder()
        let workbook = try Workbook(path: folder.file("dots.xlsx", zip.bytes))
        #expect(try workbook.texts() == [["inside"]])
        #expect(try folder.names == ["dots.xlsx"])
    }

    @Test func `what is no spreadsheet is told`() throws {
        let folder = try TemporaryFolder()
        let foreign: [[UInt8]] = [
            Array("%PDF-1.7 and more".utf8), [0x89, 0x50, 0x4E, 0x47, 0x0D], Array("<html><table>".utf8),
            [0x00, 0x01, 0x02, 0x03], Array("\u{FEFF}<?xml version=\"1.0\"?><Workbook/>".utf8), ZipMaker().bytes,
        ]
        for bytes in foreign { #expect(readAll(try folder.file("foreign", bytes)) == .notASpreadsheet) }
        #expect(readAll(folder.path) == .unreadable(errno: EINVAL))
        #expect(readAll(folder.path + "/missing") == .unreadable(errno: ENOENT))
    }

    @Test func `a file beyond the limit is refused unread`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("large.csv", "a,b\n1,2\n")
        #expect(throws: SpreadsheetError.tooLarge(limit: .fileBytes)) {
            try Workbook(path: path, options: .init(maxFileBytes: 7))
        }
    }
}
