/// Looks over a mail before it is parsed: its size, its headers, and how many parts its boundaries make.
///
/// A parser builds an object for each part, so that a mail of a million parts must be refused before it is parsed.
enum MessageBounds {
    static func check(_ bytes: [UInt8]) throws(ParsingError) {
        guard bytes.count <= MailLimits.maxMessageBytes else { throw .tooLong }
        var boundaries: Set<[UInt8]> = []
        var start = 0, headerCount = 0, partCount = 0
        var isHeader = true
        while start < bytes.count {
            let end = lineEnd(bytes, start)
            let line = trimmed(bytes, start, end)
            if isHeader {
                if line.isEmpty { isHeader = false } else if !CharacterClass.isBlank(bytes[start]) { headerCount += 1 }
                guard end <= MailLimits.maxHeaderBytes || !isHeader else { throw .headersTooLong }
                guard headerCount <= MailLimits.maxHeaders else { throw .tooManyHeaders }
            }
            if isBoundary(line, boundaries) { partCount += 1 }
            guard partCount <= MailLimits.maxParts else { throw .tooManyParts }
            if let boundary = boundary(in: line) { boundaries.insert(boundary) }
            // A multipart needs a boundary of its own; so do the parts of a mail, which are no more than the limit.
            guard boundaries.count <= MailLimits.maxParts else { throw .tooManyParts }
            start = end + 1
        }
    }

    private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            var index = start
            while index < buffer.count && buffer[index] != 0x0A { index += 1 }
            return index
        }
    }

    private static func trimmed(_ bytes: [UInt8], _ start: Int, _ end: Int) -> ArraySlice<UInt8> {
        bytes[start..<(end > start && bytes[end - 1] == 0x0D ? end - 1 : end)]
    }

    /// A line of two hyphens and a boundary, which ends a part or begins one.
    private static func isBoundary(_ line: ArraySlice<UInt8>, _ boundaries: Set<[UInt8]>) -> Bool {
        guard line.count > 2, line[line.startIndex] == 0x2D, line[line.startIndex + 1] == 0x2D else { return false }
        var text = line.dropFirst(2)
        while let last = text.last, CharacterClass.isBlank(last) { text.removeLast() }
        return boundaries.contains(Array(text))
    }

    /// What stands behind `boundary=`, quoted or not.
    private static func boundary(in line: ArraySlice<UInt8>) -> [UInt8]? {
        let name = Array("boundary=".utf8)
        guard line.count > name.count, line.contains(UInt8(ascii: "=")) else { return nil }
        for start in line.startIndex..<(line.endIndex - name.count)
        where line[start] | 0x20 == name[0] && zip(line[start...], name).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 }) {
            let value = line[(start + name.count)...]
            if value.first == UInt8(ascii: "\"") {
                return Array(value.dropFirst().prefix { $0 != UInt8(ascii: "\"") })
            }
            return Array(value.prefix { $0 > 0x20 && $0 != UInt8(ascii: ";") })
        }
        return nil
    }
}
