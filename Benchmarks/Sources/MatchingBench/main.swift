// Matching of companies: time, memory, precision and recall on the files of gen_data.py.
//
// usage: MatchingBench IN.csv TRUTH.csv [--threshold 0.85] [--errors N]
// Columns by header name as gen_data.py writes them. Reading the file is timed apart from matching. Beside the time on the
// clock stands the processor time of all threads, which other work on the machine disturbs less.

import Foundation
import Matching

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: MatchingBench IN.csv TRUTH.csv [--threshold 0.85] [--errors N]")
    exit(2)
}

func option(_ name: String, _ fallback: Double) -> Double {
    guard let at = arguments.firstIndex(of: name), at + 1 < arguments.count else { return fallback }
    return Double(arguments[at + 1]) ?? fallback
}

/// RFC 4180, enough for files of our own making.
func readCSV(_ path: String) throws -> [[String]] {
    let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var quoted = false
    var i = 0
    while i < data.count {
        let byte = data[i]
        if quoted {
            if byte == 0x22 {
                if i + 1 < data.count, data[i + 1] == 0x22 { cell.append(byte); i += 1 } else { quoted = false }
            } else {
                cell.append(byte)
            }
        } else if byte == 0x22 {
            quoted = true
        } else if byte == 0x2C || byte == 0x0A {
            row.append(String(decoding: cell, as: UTF8.self))
            cell.removeAll(keepingCapacity: true)
            if byte == 0x0A {
                rows.append(row)
                row.removeAll(keepingCapacity: true)
            }
        } else if byte != 0x0D {
            cell.append(byte)
        }
        i += 1
    }
    if !cell.isEmpty || !row.isEmpty { rows.append(row + [String(decoding: cell, as: UTF8.self)]) }
    return rows
}

let clock = ContinuousClock()
var processorTime = cpuSeconds()
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Prints what was taken since `start` and since the last call.
@MainActor func seconds(_ name: String, since start: ContinuousClock.Instant) -> Double {
    let taken = clock.now - start
    let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
    let cpu = cpuSeconds()
    print("\(name): \(String(format: "%.3f", seconds)) s, processor \(String(format: "%.3f", cpu - processorTime)) s")
    processorTime = cpu
    return seconds
}

/// Peak resident memory so far, from the kernel; 0 where it does not say.
func peakMegabytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
}

let readStart = clock.now
let rows = try readCSV(arguments[1])
let header = rows.first ?? []
let column = Dictionary(header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
func list(_ text: String) -> [String] { text.isEmpty ? [] : [text] }
let profiles = rows.dropFirst().map { row in
    func cell(_ name: String) -> String { column[name].flatMap { row.indices.contains($0) ? row[$0] : nil } ?? "" }
    return CompanyProfile(
        nameAr: cell("nameAr"), nameEn: cell("nameEn"), city: cell("city"), sector: cell("sector"),
        region: cell("region"),
        domains: list(cell("website")), emails: list(cell("email")), phones: list(cell("phone")) + list(cell("mobile")),
        people: list(cell("contactPerson")), linkedIn: cell("linkedinUrl"))
}
_ = seconds("read", since: readStart)
let before = peakMegabytes()
let addStart = clock.now
var matcher = CompanyMatcher(options: MatchOptions(threshold: option("--threshold", 0.85)))
for profile in profiles { _ = matcher.add(profile) }
let adding = seconds("add", since: addStart)
let resolveStart = clock.now
let resolution = matcher.resolve()
let resolving = seconds("resolve", since: resolveStart)
print("total \(String(format: "%.3f", adding + resolving)) s; peak MB before \(before), after \(peakMegabytes())")

// Truth: row,original,kind.
var origin = Array(0..<profiles.count)
var kinds: [Int: String] = [:]
var gold: [(Int, Int)] = []
for line in try readCSV(arguments[2]).dropFirst() where line.count >= 3 {
    guard let row = Int(line[0]), let original = Int(line[1]) else { continue }
    gold.append((original, row))
    kinds[row] = line[2]
}
for (original, row) in gold.sorted(by: { $0.1 < $1.1 }) { origin[row] = origin[original] }
var reported = 0
var right = 0
var wrong: [Int] = []
for row in profiles.indices where resolution.root(of: row) != row {
    reported += 1
    if origin[resolution.root(of: row)] == origin[row] { right += 1 } else { wrong.append(row) }
}
var found: [String: (Int, Int)] = [:]
var missed: [(Int, Int)] = []
for (original, row) in gold {
    let hit = resolution.root(of: original) == resolution.root(of: row)
    if !hit { missed.append((original, row)) }
    for key in ["all", kinds[row] ?? ""] {
        found[key, default: (0, 0)].0 += hit ? 1 : 0
        found[key, default: (0, 0)].1 += 1
    }
}
let precision = Double(right) / Double(max(1, reported))
print("reported \(reported), precision \(String(format: "%.4f", precision)), possible \(resolution.possible.count)")
for (kind, counts) in found.sorted(by: { $0.key < $1.key }) {
    print("recall \(kind): \(String(format: "%.4f", Double(counts.0) / Double(max(1, counts.1)))) of \(counts.1)")
}
let shown = Int(option("--errors", 0))
func describe(_ i: Int) -> String { rows[i + 1].prefix(11).joined(separator: " | ") }
for row in wrong.prefix(shown) {
    guard let match = resolution.target(of: row) else { continue }
    print("WRONG \(match.score)\n  \(describe(match.other))\n  \(describe(row))")
    for reason in match.reasons { print("    \(reason.kind) \(reason.weight) \(reason.likeness ?? -1)") }
}
for (original, row) in missed.prefix(shown) {
    print("MISSED \(kinds[row] ?? "")\n  \(describe(original))\n  \(describe(row))")
}
