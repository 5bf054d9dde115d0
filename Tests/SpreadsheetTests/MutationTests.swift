import Foundation
import Spreadsheet
import Testing

/// Damaged copies of the corpus: reading ends in rows or in an error, never in a trap or a hang.
@Suite struct MutationTests {
    /// Copies of each file; more with `ANWAL_MUTATIONS`.
    static let copies = ProcessInfo.processInfo.environment["ANWAL_MUTATIONS"].flatMap { Int($0) } ?? 2
    static let sources = SharedData.workbooks + SharedData.files("corpora/csv/csvs", "csv")

    @Test(.enabled(if: !sources.isEmpty, "needs the shared corpora"), arguments: sources)
    func `a damaged file gives rows or an error`(path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let folder = try TemporaryFolder()
        for seed in 0..<Self.copies {
            var random = SeededRandom(state: UInt64(seed) &* 7919 &+ UInt64(bytes.count))
            let file = try folder.file("copy", Self.mutate(bytes, &random))
            do throws(SpreadsheetError) {
                let workbook = try Workbook(path: file, options: .init(xlsTimeLimit: .seconds(20)))
                for sheet in workbook.sheets { try Self.read(workbook, sheet.index) }
            } catch {
                #expect(error != .timedOut, "seed \(seed)")
                // The child tells what is wrong with a file; it does not die of it.
                #expect(error != .childFailed, "seed \(seed)")
                #expect(error != .childMissing)
            }
        }
        #expect(try folder.names == ["copy"])
    }

    private static func read(_ workbook: Workbook, _ sheet: Int) throws(SpreadsheetError) {
        let reader = try workbook.rows(of: sheet)
        while try reader.next() {
            var last = -1
            for cell in reader.row.cells {
                #expect(cell.column > last)
                #expect(!cell.text.isEmpty)
                last = cell.column
            }
        }
    }

    /// Flips bytes or cuts the end off. Flips in a zip hit its compressed data and its directory alike.
    private static func mutate(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        guard !bytes.isEmpty else { return bytes }
        var copy = bytes
        if Int.random(in: 0..<4, using: &random) == 0 {
            return Array(copy.prefix(Int.random(in: 0..<copy.count, using: &random)))
        }
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let index = Int.random(in: 0..<copy.count, using: &random)
            copy[index] ^= UInt8.random(in: 1...255, using: &random)
        }
        return copy
    }

    @Test func `damaged XML in a whole archive gives rows or an error`() throws {
        let rows = """
            <row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45000.5</v></c></row>\
            <row r="2"><c r="A2" t="inlineStr"><is><r><t xml:space="preserve"> a</t></r><rPh><t>b</t></rPh></is></c>\
            <c r="B2" t="str"><f>A1</f><v><![CDATA[x]]>&amp;</v></c><c r="C2" t="b"><v>1</v></c></row>
            """
        let strings = "<sst><si><t>one</t></si><si><r><t>two</t></r></si></sst>"
        let styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
        let zip = TinyWorkbook.zip(rows: rows, strings: strings, styles: styles)
        let folder = try TemporaryFolder()
        var outcomes = (rows: 0, errors: 0)
        for seed in 0..<300 * max(1, Self.copies / 2) {
            var random = SeededRandom(state: UInt64(seed))
            var copy = zip
            let index = Int.random(in: 0..<copy.entries.count, using: &random)
            copy.entries[index].data = Self.mutate(copy.entries[index].data, &random)
            let file = try folder.file("copy.xlsx", copy.bytes)
            if readAll(file) == nil { outcomes.rows += 1 } else { outcomes.errors += 1 }
        }
        #expect(outcomes.rows > 0)
        #expect(outcomes.errors > 0)
    }
}

/// The same numbers every time (xorshift64*).
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    init(state: UInt64) { self.state = state &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
