import Spreadsheet
import Testing

@Suite struct CellTextTests {
    private func cells(
        _ rows: String, strings: String? = nil, styles: String? = nil, properties: String = ""
    ) throws -> [SeenCell] {
        let folder = try TemporaryFolder()
        let zip = TinyWorkbook.zip(rows: rows, strings: strings, styles: styles, properties: properties)
        return try Workbook(path: folder.file("a.xlsx", zip.bytes)).cells(of: 0)
    }

    private func texts(_ row: String) throws -> [String] { try cells("<row r=\"1\">\(row)</row>").map(\.text) }

    @Test(arguments: [
        ("5.01234567E+8", "501234567"), ("1.0", "1"), ("0.10", "0.1"), ("1E-7", "1e-7"), ("0.000001", "0.000001"),
        ("-0", "0"), ("-12.50", "-12.5"), ("1e20", "100000000000000000000"), ("1e21", "1e+21"), ("-3.25", "-3.25"),
        ("-0.0", "0"), ("007", "7"),
        ("0.30000000000000004", "0.30000000000000004"), ("123456789012345678", "123456789012345680"), ("+5", "5"),
        ("1.7976931348623157E308", "1.7976931348623157e+308"), ("966501234567", "966501234567"), ("1e400", "1e400"),
    ])
    func `a number is given in its shortest form`(stored: String, text: String) throws {
        #expect(try texts("<c r=\"A1\"><v>\(stored)</v></c>") == [text])
    }

    @Test func `dates follow the number format in both day systems`() throws {
        let styles = """
            <styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-1010000]yyyy/mm/dd;@"/>\
            <numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm"/>\
            </numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>\
            <xf numFmtId="166"/><xf numFmtId="20"/></cellXfs></styleSheet>
            """
        let row = """
            <row r="1"><c r="A1" s="1"><v>45000</v></c><c r="B1" s="2"><v>45000.25</v></c><c r="C1" s="3"><v>2</v></c>\
            <c r="D1" s="4"><v>1.5</v></c><c r="E1" s="5"><v>0.75</v></c><c r="F1" s="1"><v>1</v></c>\
            <c r="G1" s="1"><v>61</v></c><c r="H1" s="1"><v>-3</v></c><c r="I1" s="1"><v>2958465</v></c></row>
            """
        let seen = try cells(row, styles: styles)
        #expect(
            seen.map(\.text) == [
                "2023-03-15", "2023-03-15T06:00:00", "2", "36:00:00", "18:00:00", "1900-01-01", "1900-03-01", "-3",
                "9999-12-31",
            ])
        #expect(seen.map(\.kind) == [.date, .date, .number, .date, .date, .date, .date, .number, .date])
        let later = try cells(row, styles: styles, properties: "<workbookPr date1904=\"1\"/>")
        #expect(later.first?.text == "2027-03-16")
    }

    @Test func `text comes out of every kind of cell`() throws {
        let strings = """
            <sst><si><t>plain</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space="preserve">ch </t></r>\
            <rPh sb="0" eb="1"><t>phonetic</t></rPh></si><si><t>a_x000D_b &amp; &#x627;</t></si><si/><si><t> cut </t></si>\
            </sst>
            """
        let row = """
            <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="s"><v>2</v></c>\
            <c r="D3" t="s"><v>3</v></c><c r="E3" t="s"><v>4</v></c><c r="F3" t="b"><v>0</v></c>\
            <c r="G3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="H3" t="str"><f>A3</f><v>cached</v></c>\
            <c r="I3" t="inlineStr"><is><t>in</t><t>line</t></is></c><c r="J3" s="2"/><c r="K3"><v></v></c>\
            <c r="L3" t="d"><v>2024-05-06T00:00:00Z</v></c></row>
            """
        let seen = try cells(row, strings: strings)
        #expect(
            seen.map(\.text) == [
                "plain", "rich ", "a\rb & ا", "cut", "FALSE", "#DIV/0!", "cached", "inline", "2024-05-06",
            ])
        #expect(seen.map(\.column) == [0, 1, 2, 4, 5, 6, 7, 8, 11])
        #expect(seen.map(\.kind) == [.text, .text, .text, .text, .bool, .error, .text, .text, .date])
        #expect(seen.allSatisfy { $0.row == 3 })
    }

    @Test func `prefixes, other quotes, comments, CDATA and missing addresses change nothing`() throws {
        let sheet = """
            <?xml version='1.0'?>\n<!-- a > b --><x:worksheet xmlns:x='\(TinyWorkbook.main)'><x:sheetData>
            <x:row><x:c t='str' ><x:v>one</x:v></x:c> <x:c><x:v><!-- c --><![CDATA[2]]></x:v></x:c></x:row>
            <x:row r='5' spans='1:2'><x:c t="inlineStr" r = 'C5'><x:is><x:t><![CDATA[<&>]]></x:t></x:is></x:c></x:row>
            </x:sheetData><x:mergeCells count='1'><x:mergeCell ref='A1:C2'/></x:mergeCells></x:worksheet>
            """
        let folder = try TemporaryFolder()
        let workbook = try Workbook(path: folder.file("a.xlsx", TinyWorkbook.zip(sheet: sheet).bytes))
        #expect(
            try workbook.cells(of: 0) == [
                SeenCell(row: 1, column: 0, kind: .text, text: "one"),
                SeenCell(row: 1, column: 1, kind: .number, text: "2"),
                SeenCell(row: 5, column: 2, kind: .text, text: "<&>"),
            ])
        #expect(try workbook.mergedRanges(of: 0) == [MergedRange(rows: 1...2, columns: 0...2)])
    }

    @Test func `cells out of order come in column order and the later of two stays`() throws {
        let seen = try cells(
            "<row r=\"1\"><c r=\"C1\"><v>3</v></c><c r=\"A1\"><v>1</v></c><c r=\"C1\"><v>4</v></c></row>")
        #expect(seen.map(\.text) == ["1", "4"])
        #expect(seen.map(\.column) == [0, 2])
    }

    @Test func `a row longer than every buffer comes out whole`() throws {
        let long = String(repeating: "نص طويل ", count: 4_000)
        let row = (0..<100).map { _ in "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">\(long)</t></is></c>" }
            .joined()
        let seen = try cells("<row r=\"1\">\(row)</row><row r=\"2\"><c r=\"A2\"><v>7</v></c></row>")
        #expect(seen.count == 101)
        #expect(seen.dropLast().allSatisfy { $0.text == long })
        #expect(seen.last?.text == "7")
    }

    @Test func `rows that straddle the pieces of a large sheet lose nothing`() throws {
        let rows = (1...60_000).map {
            "<row r=\"\($0)\"><c r=\"A\($0)\"><v>\($0)</v></c><c r=\"B\($0)\" t=\"s\"><v>0</v></c></row>"
        }
        let seen = try cells(rows.joined(), strings: "<sst><si><t>شركة</t></si></sst>")
        #expect(seen.count == 120_000)
        #expect(seen.enumerated().allSatisfy { $1.text == ($0 % 2 == 0 ? String($0 / 2 + 1) : "شركة") })
    }

    @Test func `a reader can be dropped half way`() throws {
        let rows = (1...60_000).map { "<row r=\"\($0)\"><c r=\"A\($0)\"><v>\($0)</v></c></row>" }.joined()
        let folder = try TemporaryFolder()
        let workbook = try Workbook(path: folder.file("a.xlsx", TinyWorkbook.zip(rows: rows).bytes))
        for _ in 0..<5 {
            let reader = try workbook.rows(of: 0)
            #expect(try reader.next())
            #expect(reader.row.text(0) == "1")
        }
        #expect(throws: SpreadsheetError.noSuchSheet) { try workbook.rows(of: 1) }
    }
}
