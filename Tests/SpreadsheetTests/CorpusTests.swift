import Foundation
import Spreadsheet
import Testing

@Suite struct CorpusTests {
    /// One line of `reference/expected.tsv`.
    struct Expected {
        var source: String
        var sheet: String
        var isHidden: Bool
        var cells: Int
        var hash: String
    }

    static let expected: [String: [Expected]] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/reference/expected.tsv"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var result: [String: [Expected]] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 7, let cells = Int(fields[4]) else { continue }
            let one = Expected(
                source: fields[1], sheet: fields[2], isHidden: fields[3] == "1", cells: cells, hash: fields[5])
            result[fields[0], default: []].append(one)
        }
        return result
    }()

    /// Files that end in an error, each with the reason.
    static let refused: [String: SpreadsheetError] = [
        // An entry is longer than the directory says.
        "issue252.xlsx": .damaged(part: "xl/_rels/workbook.xml.rels"),
        // Both are protected by a password.
        "issue_385.xls": .encrypted,
        "pass_protected.xlsx": .encrypted,
        // Cells name shared strings that the file does not have.
        "OOM_alloc3.xls": .damaged(part: "Workbook"),
    ]

    /// Files whose reference is known to be wrong, each with what we read instead.
    static let differing: [String: String] = [
        "biff5-rich-text-string.xls": "calamine does not decode the letters of the Mac code page",
        "sheet_name_parsing.xls": "calamine leaves the zero bytes of UTF-16 in the text",
        "too_small.xls": "68 bytes of text, which are read as delimited text",
        "sparse.xlsx": "kills the references; has a test of its own",
    ]

    @Test(.enabled(if: !SharedData.workbooks.isEmpty, "needs the shared corpora"), arguments: SharedData.workbooks)
    func `every workbook gives the cells that other readers see`(path: String) throws {
        let name = URL(fileURLWithPath: path).lastPathComponent
        if let error = Self.refused[name] {
            #expect(readAll(path) == error)
            return
        }
        let workbook = try Workbook(path: path)
        if Self.differing[name] != nil { return }
        let expected = try #require(Self.expected[name], "no reference for \(name)")
        #expect(workbook.sheets.map(\.name) == expected.map(\.sheet))
        for (sheet, expected) in zip(workbook.sheets, expected) {
            #expect(sheet.isHidden == expected.isHidden)
            let all = try workbook.cells(of: sheet.index)
            // calamine's Python face gives errors as empty cells.
            let cells = expected.source == "calamine" ? all.filter { $0.kind != .error } : all
            #expect(cells.count == expected.cells)
            #expect(Self.hash(cells) == expected.hash, "\(name), \(sheet.name)")
        }
    }

    static func hash(_ cells: [SeenCell]) -> String {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for cell in cells {
            for byte in "\(cell.row)\t\(cell.column)\t\(cell.text)\n".utf8 {
                value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @Test(.enabled(if: SharedData.exists("samples/sparse.xlsx"), "needs the shared samples"))
    func `a workbook whose third cell is the last of the sheet has three cells`() throws {
        let workbook = try Workbook(path: SharedData.folder.path + "/samples/sparse.xlsx")
        let cells = try workbook.cells(of: 0)
        #expect(cells.count == 3)
        #expect(cells.last?.row == 1_048_576)
        #expect(cells.last?.column == 16_383)
    }

    @Test(.enabled(if: SharedData.exists("samples/simple-dirty.xlsx"), "needs the shared samples"))
    func `hidden rows, hidden sheets, errors and dates are told`() throws {
        let workbook = try Workbook(path: SharedData.folder.path + "/samples/simple-dirty.xlsx")
        #expect(workbook.sheets.filter { $0.isHidden == true }.count == 1)
        let sheet = try #require(workbook.sheets.first { $0.name == "قائمة الموردين" })
        let reader = try workbook.rows(of: sheet.index)
        var hidden = 0
        var kinds: [CellKind: Int] = [:]
        while try reader.next() {
            if reader.row.isHidden { hidden += 1 }
            for cell in reader.row.cells { kinds[cell.kind, default: 0] += 1 }
        }
        #expect(hidden == 4)
        #expect(kinds[.error] == 8)
        #expect(kinds[.date] == 400)
        #expect(reader.mergedRanges == (try workbook.mergedRanges(of: sheet.index)))
    }

    /// Left out: the JSON of `location_coordinates` holds other data than its text.
    @Test(
        .enabled(if: SharedData.exists("corpora/csv/csvs"), "needs the shared corpora"),
        arguments: SharedData.files("corpora/csv/csvs", "csv").filter { !$0.hasSuffix("location_coordinates.csv") })
    func `every text of the CSV spectrum gives the rows beside it`(path: String) throws {
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        let data = try Data(contentsOf: SharedData.folder.appending(path: "corpora/csv/json/\(name).json"))
        let expected = try JSONDecoder().decode([[String: String]].self, from: data)
        let rows = try Workbook(path: path).texts()
        let header = try #require(rows.first)
        let records = rows.dropFirst().map { row in
            Dictionary(uniqueKeysWithValues: header.enumerated().map { ($1, $0 < row.count ? row[$0] : "") })
        }
        #expect(records == expected)
    }

    @Test(
        .enabled(if: SharedData.exists("samples/windows-1256.csv"), "needs the shared samples"))
    func `the same companies come out of three old formats`() throws {
        let samples = SharedData.folder.path + "/samples/"
        let arabic = try Workbook(path: samples + "windows-1256.csv")
        let wide = try Workbook(path: samples + "utf-16.tsv")
        let old = try Workbook(path: samples + "excel-97.xls")
        #expect(arabic.format == .csv(delimiter: .semicolon, encoding: .windows1256))
        #expect(wide.format == .csv(delimiter: .tab, encoding: .utf16LittleEndian))
        #expect(old.format == .xls)
        let rows = try wide.texts()
        #expect(rows.count == 301)
        #expect(try old.texts().map(\.first) == rows.map(\.first))
        #expect(try arabic.texts().map(\.first) == rows.map(\.first))
    }
}
