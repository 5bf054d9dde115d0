import Synchronization

/// The shared strings part, read when the first sheet asks for it and kept for the others.
final class SharedStrings: Sendable {
    private let archive: ZipArchive
    private let entry: ZipEntry?
    private let table = Mutex<StringTable?>(nil)

    init(archive: ZipArchive, entry: ZipEntry?) {
        self.archive = archive
        self.entry = entry
    }

    var compressedSize: Int { entry?.compressedSize ?? 0 }

    /// The strings, read by the first caller. A failed attempt is made again by the next.
    func load() throws(SpreadsheetError) -> StringTable {
        let result = table.withLock { held -> Result<StringTable, SpreadsheetError> in
            if let held { return .success(held) }
            do throws(SpreadsheetError) {
                let table = try read()
                held = table
                return .success(table)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func read() throws(SpreadsheetError) -> StringTable {
        guard let entry else { return try StringTable(partBytes: 0) }
        let table = try StringTable(partBytes: entry.inflatedSize)
        let stream = XMLStream(window: archive.window(entry), part: entry.name)
        guard try stream.find("sst") else { return table }
        var item: [UInt8] = []
        while true {
            stream.position = table.appendPlainItems(from: stream.position, to: stream.window.end)
            let isEnd = try stream.unit { scanner throws(XMLFault) -> Bool in
                while true {
                    switch try scanner.next() {
                    case .start where scanner.isNamed("si"):
                        item.removeAll(keepingCapacity: true)
                        try RichText.append(&scanner, to: &item)
                        guard table.append(item) else { throw .malformed }
                        return false
                    case .start: try scanner.skipElement()
                    case .end: return true
                    case .finished: throw .malformed
                    case .text, .cdata: continue
                    }
                }
            }
            if isEnd { break }
        }
        // To the end, where the entry's checksum is verified.
        _ = try stream.find("sst")
        return table
    }
}
