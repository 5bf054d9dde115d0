import Glibc
import Spreadsheet

/// Reads every cell of one sheet and prints the counts in the form of `read_bench.py`.
func read(path: String) throws -> (rows: Int, cells: Int, kinds: [Int], bytes: Int) {
    var options = ReadOptions()
    // The text file of a million rows is larger than what an import takes.
    options.maxFileBytes = 1 << 30
    let reader = try Workbook(path: path, options: options).rows(of: 0)
    var rows = 0
    var cells = 0
    var bytes = 0
    var kinds = [Int](repeating: 0, count: 5)
    while try reader.next() {
        let row = reader.row
        rows += 1
        var lastColumn = -1
        for cell in row.cells {
            let utf8 = cell.utf8
            guard cell.column > lastColumn, isValid(utf8) else { throw Invalid(row: row.number) }
            lastColumn = cell.column
            cells += 1
            bytes += utf8.count
            kinds[Int(cell.kind.rawValue)] += 1
        }
    }
    return (rows, cells, kinds, bytes)
}

/// A cell that the reader should not have given.
struct Invalid: Error {
    var row: Int
}

/// Checks UTF-8 once more and independently of the reader, so that every byte of every cell is touched.
func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = text.baseAddress else { return text.isEmpty }
    let raw = UnsafeRawPointer(base)
    var index = 0
    let top: UInt64 = 0x8080_8080_8080_8080
    var carry: UInt64 = 0
    // ASCII and letters of two bytes: after each first byte, and only there, a continuation must stand.
    while index + 8 <= text.count {
        let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let second = word << 1 & top
        let first = word & second & top
        let isNoOverlong = ((word & 0x1E1E_1E1E_1E1E_1E1E) &+ 0x7F7F_7F7F_7F7F_7F7F) & top
        let isWrong = (first << 8 | carry) ^ (word & top & ~second)
        if first & (word << 2) | isWrong | (first & ~isNoOverlong) != 0 { break }
        carry = first >> 56
        index += 8
    }
    // The word before ended within a letter.
    if carry != 0 { index -= 1 }
    while index < text.count {
        let first = base[index]
        let missing = first < 0x80 ? 0 : first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1
        guard first < 0x80 || (first >= 0xC2 && first <= 0xF4), missing < text.count - index else { return false }
        for offset in 0..<missing where base[index + 1 + offset] & 0xC0 != 0x80 { return false }
        index += 1 + missing
    }
    return true
}

let arguments = CommandLine.arguments
guard arguments.count == 2 else {
    print("usage: spreadsheet-bench FILE")
    exit(2)
}
let clock = ContinuousClock()
var result: (rows: Int, cells: Int, kinds: [Int], bytes: Int) = (0, 0, [], 0)
let time = try clock.measure { result = try read(path: arguments[1]) }
let seconds = time / .seconds(1)
let milliseconds = Int((seconds * 1000).rounded())
print(
    "anwal rows/cells \(result.rows) \(result.cells) seconds \(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())",
    "per_second \(Int(Double(result.rows) / max(seconds, 1e-9)))",
    "kinds \(result.kinds.map(String.init).joined(separator: ",")) bytes \(result.bytes)")
