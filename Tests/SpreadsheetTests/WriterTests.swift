import Spreadsheet
import Testing

@Suite struct WriterTests {
    /// What spreadsheet programs take for formulas, commands or numbers.
    static let payloads = [
        "=1+1", "+966501234567", "-2", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(\"http://x\")", "'=1", "''quoted",
        "'plain",
        "=cmd|' /C calc'!A0", "http://example.com", "mailto:a@b.sa", "0501234567", "1,2", "say \"x\"", "two\nlines",
        "شركة",
        "a_x000D_b", "<b>&amp;</b>",
    ]

    @Test func `text survives a delimited file and its guard`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.csv"
        let writer = try CSVWriter(path: path)
        for payload in Self.payloads { try writer.append(row: ["x", payload]) }
        try writer.close()
        let rows = try Workbook(path: path).texts()
        #expect(rows.map { CSVWriter.unguarded($0[1]) } == Self.payloads)
        #expect(rows.allSatisfy { !"=+-@\t\r\0".utf8.contains($0[1].utf8.first ?? 0x20) })
    }

    @Test(arguments: ["=", "+", "-", "@", "\t", "\r", "\0"])
    func `every dangerous start is guarded`(start: String) {
        #expect(CSVWriter.guarded(start + "x") == "'" + start + "x")
        #expect(CSVWriter.unguarded("'" + start + "x") == start + "x")
        #expect(CSVWriter.unguarded("'s-Hertogenbosch") == "'s-Hertogenbosch")
    }

    @Test func `text stays text in a workbook`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.xlsx"
        let writer = try XLSXWriter(path: path)
        try writer.addSheet(name: "شركات", rightToLeft: true)
        for payload in Self.payloads { try writer.append(row: [.text(payload), .number(0.5), .empty, .bool(true)]) }
        try writer.addSheet(name: "a/b:c*d?e[f]g\\h and much longer than Excel allows")
        try writer.append(row: [.text(String(repeating: "س", count: 40_000)), .text("a\0b"), .number(.nan)])
        try writer.close()
        let workbook = try Workbook(path: path)
        #expect(workbook.sheets.map(\.name) == ["شركات", "a b c d e f g h and much longer"])
        let cells = try workbook.cells(of: 0)
        // A workbook's lines end in LF.
        let expected = Self.payloads.map { String($0.map { $0 == "\r" ? "\n" : $0 }) }
        #expect(cells.filter { $0.column == 0 }.map(\.text) == expected)
        #expect(cells.filter { $0.column == 0 }.allSatisfy { $0.kind == .text })
        #expect(cells.filter { $0.column == 1 }.allSatisfy { $0.kind == .number && $0.text == "0.5" })
        #expect(cells.filter { $0.column == 3 }.allSatisfy { $0.kind == .bool && $0.text == "TRUE" })
        let second = try workbook.cells(of: 1)
        #expect(second.map(\.text.unicodeScalars.count) == [32_767, 2])
    }

    @Test func `a workbook that is not closed leaves no file`() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try XLSXWriter(path: folder.path + "/half.xlsx")
            try writer.addSheet(name: "x")
            try writer.append(row: [.text("x")])
        }
        #expect(try folder.names.isEmpty)
    }

    @Test func `a folder that does not exist is told`() {
        #expect(throws: SpreadsheetError.unwritable(code: 2)) { try CSVWriter(path: "/nowhere/at/all.csv") }
    }
}
