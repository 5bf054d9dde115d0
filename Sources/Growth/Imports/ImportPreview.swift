import Crypto
import Foundation
import Spreadsheet
import Store

/// What a run would do, row by row, without doing it. Kept beside the upload until that goes.
public struct ImportPreview: Sendable {
    /// Names the file, the mapping, the policy and the corrections; any change of them gives another.
    public var token: String
    public var counters: ImportCounters
    public var warnings: Int
    /// How many rows end in each way.
    public var actions: [RowVerdict.Action: Int]
    public var rowsWithWarnings: Int

    static func token(fileHash: String, request: ImportRequest) -> String {
        let text = fileHash + "\n" + Value.object(request.stored).json(.extended)
        return SHA256.hash(data: Data(text.utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
    }
}

extension ImportPreview {
    var stored: Document {
        var counts = Document()
        for action in RowVerdict.Action.allCases { counts[action.rawValue] = .int(actions[action] ?? 0) }
        return [
            "token": .string(token), "counters": .object(counters.document), "warnings": .int(warnings),
            "rows": .object(counts), "rowsWithWarnings": .int(rowsWithWarnings),
        ]
    }

    init?(stored document: Document) {
        guard let token = document["token"]?.string, let counters = document["counters"]?.object else { return nil }
        self.token = token
        self.counters = (try? counters.part(ImportCounters.self)) ?? ImportCounters()
        warnings = document["warnings"]?.int ?? 0
        rowsWithWarnings = document["rowsWithWarnings"]?.int ?? 0
        actions = Dictionary(
            uniqueKeysWithValues: RowVerdict.Action.allCases.map {
                ($0, document["rows"]?.object?[$0.rawValue]?.int ?? 0)
            })
    }
}

extension ImportCounters {
    public var document: Document {
        // A visitor that only collects cannot throw.
        (try? Document(part: self)) ?? Document()
    }
}

/// The verdicts of a preview on disk: a line of JSON for each row, and where each line begins.
struct VerdictFile {
    let folder: URL
    private var lines: URL { folder.appending(path: "verdicts.ndjson") }
    private var index: URL { folder.appending(path: "verdicts.index") }

    /// What the list of rows can be narrowed to.
    enum Narrowing: Hashable { case all, action(RowVerdict.Action), warnings }

    func writer() throws -> Writer { try Writer(lines: lines, index: index) }

    /// Lines `from ..< from + limit` of those that fit, and how many fit.
    func page(_ narrowing: Narrowing, from: Int, limit: Int) throws -> (rows: [Document], total: Int) {
        let entries = try Data(contentsOf: index, options: .mappedIfSafe)
        let handle = try FileHandle(forReadingFrom: lines)
        defer { try? handle.close() }  // Only read from: nothing can be lost.
        var (rows, total): ([Document], Int) = ([], 0)
        for i in 0..<entries.count / 8 {
            let entry = entries.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: i * 8, as: UInt64.self))
            }
            guard Self.fits(entry, narrowing) else { continue }
            total += 1
            guard total > from, rows.count < limit else { continue }
            try handle.seek(toOffset: entry >> 4)
            if let row = try Self.line(from: handle) { rows.append(row) }
        }
        return (rows, total)
    }

    /// The verdict of one row: the line that begins with its sheet and number.
    func verdict(of row: Corrections.Row) throws -> Document? {
        let data = try Data(contentsOf: lines, options: .mappedIfSafe)
        let beginning = Value.object(["sheet": .int(row.sheet), "row": .int(row.row)]).json(.extended).dropLast() + ","
        guard let found = data.range(of: Data(beginning.utf8)) else { return nil }
        let end = data[found.lowerBound...].firstIndex(of: 0x0A) ?? data.endIndex
        return try Value(json: String(decoding: data[found.lowerBound..<end], as: UTF8.self), form: .extended).object
    }

    private static func fits(_ entry: UInt64, _ narrowing: Narrowing) -> Bool {
        switch narrowing {
        case .all: true
        case .action(let action): RowVerdict.Action.allCases[Int(entry & 3)] == action
        case .warnings: entry & 4 != 0
        }
    }

    private static func line(from handle: FileHandle) throws -> Document? {
        var bytes = Data()
        while let piece = try handle.read(upToCount: 4096), !piece.isEmpty {
            if let end = piece.firstIndex(of: 0x0A) {
                bytes.append(piece[..<end])
                break
            }
            bytes.append(piece)
        }
        return try Value(json: String(decoding: bytes, as: UTF8.self), form: .extended).object
    }

    /// Appends verdicts; small writes are gathered.
    final class Writer {
        private let lines: FileHandle
        private let index: FileHandle
        private var pendingLines = Data()
        private var pendingIndex = Data()
        private var offset: UInt64 = 0

        init(lines: URL, index: URL) throws {
            for url in [lines, index] { try Data().write(to: url) }
            self.lines = try FileHandle(forWritingTo: lines)
            self.index = try FileHandle(forWritingTo: index)
        }

        func append(_ verdict: RowVerdict) throws {
            let line = Data((Value.object(verdict.document).json(.extended) + "\n").utf8)
            let action = UInt64(RowVerdict.Action.allCases.firstIndex(of: verdict.action) ?? 0)
            let warns: UInt64 = verdict.problems.contains { $0.severity == .warning } ? 4 : 0
            withUnsafeBytes(of: (offset << 4 | action | warns).littleEndian) { pendingIndex.append(contentsOf: $0) }
            pendingLines.append(line)
            offset += UInt64(line.count)
            if pendingLines.count > 1 << 20 { try flush() }
        }

        func close() throws {
            try flush()
            try lines.close()
            try index.close()
        }

        private func flush() throws {
            try lines.write(contentsOf: pendingLines)
            try index.write(contentsOf: pendingIndex)
            pendingLines.removeAll(keepingCapacity: true)
            pendingIndex.removeAll(keepingCapacity: true)
        }
    }
}
