/// Finds the delimiter of a text from its first records.
enum DelimiterFinder {
    private static let candidates: [Format.Delimiter] = [.comma, .tab, .semicolon, .pipe]
    private static let maxRecords = 100
    private static let maxBytes = 65_536

    /// The delimiter of a first line such as `sep=;`.
    static func named(in text: [UInt8]) -> Format.Delimiter? {
        let line = text.prefix(16).prefix { $0 != 0x0A && $0 != 0x0D }
        guard line.count == 5, line.starts(with: "sep=".utf8) || line.starts(with: "SEP=".utf8), let last = line.last
        else { return nil }
        return Format.Delimiter(rawValue: last)
    }

    /// The candidate that most records have equally often; of equals the more frequent one.
    static func find(in text: [UInt8]) -> Format.Delimiter {
        var best = (delimiter: Format.Delimiter.comma, share: 0.0, perRecord: 0)
        for candidate in candidates {
            let counts = counts(of: candidate.rawValue, in: text)
            let used = Dictionary(grouping: counts.filter { $0 > 0 }, by: { $0 }).mapValues(\.count)
            guard let usual = used.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { continue }
            let share = Double(usual.value) / Double(counts.count)
            if (share, usual.key) > (best.share, best.perRecord) { best = (candidate, share, usual.key) }
        }
        return best.delimiter
    }

    /// How often the delimiter stands outside of quotes, for each record that is not empty.
    private static func counts(of delimiter: UInt8, in text: [UInt8]) -> [Int] {
        var counts: [Int] = []
        var count = 0
        var isQuoted = false
        var isAtFieldStart = true
        var length = 0
        for byte in text.prefix(maxBytes) {
            if isQuoted {
                if byte == UInt8(ascii: "\"") { isQuoted = false }
            } else if byte == UInt8(ascii: "\""), isAtFieldStart {
                isQuoted = true
            } else if byte == 0x0A || byte == 0x0D {
                if length > 0 { counts.append(count) }
                if counts.count == maxRecords { return counts }
                (count, length, isAtFieldStart) = (0, 0, true)
                continue
            } else if byte == delimiter {
                count += 1
                isAtFieldStart = true
                length += 1
                continue
            }
            length += 1
            isAtFieldStart = false
        }
        // A record that the sample cuts off counts only when it is the only one.
        if length > 0, counts.isEmpty || text.count <= maxBytes { counts.append(count) }
        return counts
    }
}
