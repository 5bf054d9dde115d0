import Foundation
import Spreadsheet
import Testing

@Suite struct DelimitedTextTests {
    private func open(_ bytes: [UInt8]) throws -> Workbook {
        let folder = try TemporaryFolder()
        return try Workbook(path: folder.file("a.csv", bytes))
    }

    private func texts(_ text: String) throws -> [[String]] { try open(Array(text.utf8)).texts() }

    @Test func `quotes, line ends and ragged rows are read as written`() throws {
        #expect(
            try texts("a,b\r\n\"x \"\"y\"\"\",\"1\r\n2\"\n,z,\rlast") == [
                ["a", "b"], ["x \"y\"", "1\r\n2"], ["", "z"], ["last"],
            ])
        #expect(
            try texts("a,b\n5\" pipe,\"b\"c\n\"never closed,1") == [
                ["a", "b"], ["5\" pipe", "bc"], ["never closed,1"],
            ])
        #expect(try texts("a,b\n\nc,d\n") == [["a", "b"], [], ["c", "d"]])
        #expect(try texts("") == [])
    }

    @Test(arguments: [
        ("a;b;c\n1,5;2,5;3,5\n", Format.Delimiter.semicolon), ("a\tb\n1,2\t3\n", .tab), ("a|b\nc|d", .pipe),
        ("a,b\n\"x;y;z\",1\n", .comma), ("sep=;\na;b\n", .semicolon), ("one\ntwo\n", .comma),
    ])
    func `the delimiter is found`(text: String, delimiter: Format.Delimiter) throws {
        #expect(try open(Array(text.utf8)).format == .csv(delimiter: delimiter, encoding: .utf8))
    }

    @Test func `a line that names the delimiter is no row`() throws {
        #expect(try texts("sep=;\na;b\n1;2\n") == [["a", "b"], ["1", "2"]])
    }

    @Test(
        arguments: [
            Format.TextEncoding.utf8, .utf16LittleEndian, .utf16BigEndian, .windows1256, .windows1252,
        ], [true, false])
    func `the encoding is found with and without a byte order mark`(encoding: Format.TextEncoding, hasMark: Bool) throws
    {
        let isWestern = encoding == .windows1252
        let name = isWestern ? "Café Zoë à Genève" : "شركة الأنوال للتجارة"
        let text = "name,city\n\(name),x1\n"
        let (foundation, mark): (String.Encoding, [UInt8]) =
            switch encoding {
            case .utf8: (.utf8, [0xEF, 0xBB, 0xBF])
            case .utf16LittleEndian: (.utf16LittleEndian, [0xFF, 0xFE])
            case .utf16BigEndian: (.utf16BigEndian, [0xFE, 0xFF])
            case .windows1256: (String.Encoding(rawValue: 0x8000_0506), [])
            case .windows1252: (.windowsCP1252, [])
            }
        let bytes =
            encoding == .windows1256 ? Self.windows1256(text) : text.data(using: foundation).map { Array($0) } ?? []
        let workbook = try open((hasMark ? mark : []) + bytes)
        #expect(workbook.format == .csv(delimiter: .comma, encoding: encoding))
        #expect(try workbook.texts() == [["name", "city"], [name, "x1"]])
    }

    /// The letters that the test needs, by the Windows-1256 table.
    private static func windows1256(_ text: String) -> [UInt8] {
        let letters: [Unicode.Scalar: UInt8] = [
            "ش": 0xD4, "ر": 0xD1, "ك": 0xDF, "ة": 0xC9, "ا": 0xC7, "ل": 0xE1, "أ": 0xC3, "ن": 0xE4, "و": 0xE6,
            "ت": 0xCA,
            "ج": 0xCC,
        ]
        return text.unicodeScalars.map { letters[$0] ?? UInt8(truncatingIfNeeded: $0.value) }
    }

    @Test func `fields that straddle the pieces of a large file lose nothing`() throws {
        let text = (0..<40_000).map { "\($0),\"قيمة, \"\"\($0)\"\"\",end\r\n" }.joined()
        let reader = try open(Array(text.utf8)).rows(of: 0)
        var count = 0
        while try reader.next() {
            guard reader.row.text(0) == String(count), reader.row.text(1) == "قيمة, \"\(count)\"",
                reader.row.text(2) == "end"
            else { break }
            count += 1
        }
        #expect(count == 40_000)
        #expect(reader.fractionProgress == 1)
    }

    @Test func `bytes that are no UTF-8 late in a file become replacement marks`() throws {
        let start = String(repeating: "شركة,مدينة\n", count: 60_000)
        let workbook = try open(Array(start.utf8) + [0x61, 0xFF, 0x62, 0x0A])
        let rows = try workbook.texts()
        #expect(rows.count == 60_001)
        #expect(rows.last == ["a\u{FFFD}b"])
    }
}
