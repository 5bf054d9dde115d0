/// The entries of a zip file (APPNOTE 6.3), held against the file's own bytes before anything is inflated.
struct ZipArchive: Sendable {
    let file: RandomAccessFile
    /// By name in lower case with forward slashes.
    private let entries: [String: ZipEntry]

    init(file: RandomAccessFile) throws(SpreadsheetError) {
        self.file = file
        let directory = try ZipDirectory(file: file)
        var entries: [String: ZipEntry] = [:]
        var used: [Range<Int>] = [directory.range]
        var inflated = 0
        for record in directory.records {
            let entry = try ZipEntry(record: record, file: file, end: directory.range.lowerBound)
            let (sum, overflow) = inflated.addingReportingOverflow(entry.inflatedSize)
            guard !overflow, sum <= SpreadsheetLimits.maxInflatedBytes else { throw .tooLarge(limit: .inflatedBytes) }
            inflated = sum
            used.append(entry.range)
            let key = Self.key(entry.name)
            guard entries[key] == nil else { throw .duplicateEntry(part: entry.name) }
            entries[key] = entry
        }
        used.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        for (before, after) in zip(used, used.dropFirst()) where before.upperBound > after.lowerBound {
            throw .overlappingEntries
        }
        self.entries = entries
    }

    /// The entry with this name, upper or lower case; `nil` for one that would leave the archive (`..`).
    func entry(_ name: String) -> ZipEntry? {
        let key = Self.key(name)
        return key.split(separator: "/").contains("..") ? nil : entries[key]
    }

    func stream(_ entry: ZipEntry) -> EntryStream {
        EntryStream(file: file, entry: entry)
    }

    /// A small entry as a whole.
    func data(_ entry: ZipEntry) throws(SpreadsheetError) -> [UInt8] {
        guard entry.inflatedSize <= SpreadsheetLimits.maxPartBytes else { throw .tooLarge(limit: .partBytes) }
        let stream = stream(entry)
        // Grown step by step: the declared size is only a claim.
        var result: [UInt8] = []
        let step = 65_536
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: step)
        defer { memory.deallocate() }
        while true {
            let got = try stream.read(into: memory, capacity: step)
            if got == 0 { return result }
            result.append(contentsOf: UnsafeBufferPointer(start: memory, count: got))
        }
    }

    private static func key(_ name: String) -> String {
        let unified = name.lowercased().map { $0 == "\\" ? "/" : $0 }
        return String(unified.drop { $0 == "/" })
    }
}
