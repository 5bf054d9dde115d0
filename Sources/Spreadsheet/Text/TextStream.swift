/// A text file as UTF-8, piece by piece. What is not well-formed becomes U+FFFD.
///
/// Belongs to one thread at a time.
final class TextStream: ByteStream {
    private let file: RandomAccessFile
    private let encoding: Format.TextEncoding
    private var offset: Int
    private var raw: [UInt8] = []

    init(file: RandomAccessFile, encoding: Format.TextEncoding, from offset: Int) {
        self.file = file
        self.encoding = encoding
        self.offset = offset
    }

    func fill(_ chunk: Chunk) throws(SpreadsheetError) {
        switch encoding {
        case .utf8: try fillUTF8(chunk)
        case .utf16LittleEndian: try fillUTF16(chunk, isBigEndian: false)
        case .utf16BigEndian: try fillUTF16(chunk, isBigEndian: true)
        case .windows1256: try fillSingleByte(chunk, table: CodePages.windows1256)
        case .windows1252: try fillSingleByte(chunk, table: CodePages.windows1252)
        }
        chunk.consumed = offset
    }

    private func fillUTF8(_ chunk: Chunk) throws(SpreadsheetError) {
        let got = try file.read(at: offset, into: chunk.start, capacity: Chunk.capacity)
        var validator = UTF8Validator()
        let isLast = offset + got >= file.count
        if validator.accept(chunk.start, count: got), validator.isComplete || !isLast {
            // A character that the piece cuts off is read again with the next one.
            let cut = validator.isComplete ? 0 : Self.cutOff(chunk.start, count: got)
            chunk.count = got - cut
            offset += got - cut
            return
        }
        // Each byte may become the three of U+FFFD.
        raw = try file.bytes(at: offset, count: Chunk.capacity / 3)
        let isEnd = offset + raw.count >= file.count
        let cut =
            isEnd ? 0 : raw.withUnsafeBufferPointer { $0.baseAddress.map { Self.cutOff($0, count: raw.count) } ?? 0 }
        let kept = raw.count - cut
        write(String(decoding: raw.prefix(kept), as: UTF8.self).utf8, to: chunk)
        offset += kept
    }

    /// Bytes of an unfinished character at the end; 0 to 3.
    private static func cutOff(_ bytes: UnsafePointer<UInt8>, count: Int) -> Int {
        for back in 1...3 where back <= count {
            let byte = bytes[count - back]
            if byte < 0x80 { return 0 }
            if byte >= 0xC0 {
                let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                return needed > back ? back : 0
            }
        }
        return 0
    }

    private func fillUTF16(_ chunk: Chunk, isBigEndian: Bool) throws(SpreadsheetError) {
        raw = try file.bytes(at: offset, count: Chunk.capacity / 3 / 2 * 2)
        var units: [UInt16] = []
        units.reserveCapacity(raw.count / 2)
        for index in stride(from: 0, to: raw.count - 1, by: 2) {
            let (first, second) = (UInt16(raw[index]), UInt16(raw[index + 1]))
            units.append(isBigEndian ? first << 8 | second : second << 8 | first)
        }
        let isLast = offset + raw.count >= file.count
        // The first half of a pair waits for its second.
        if !isLast, units.count > 1, let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
        write(String(decoding: units, as: UTF16.self).utf8, to: chunk)
        offset += isLast ? raw.count : 2 * units.count
    }

    private func fillSingleByte(_ chunk: Chunk, table: [UInt16]) throws(SpreadsheetError) {
        raw = try file.bytes(at: offset, count: Chunk.capacity / 3)
        var count = 0
        let out = chunk.start
        for byte in raw {
            if byte < 0x80 {
                out[count] = byte
                count += 1
                continue
            }
            let scalar = table[Int(byte) - 0x80]
            if scalar < 0x800 {
                out[count] = 0xC0 | UInt8(scalar >> 6)
                out[count + 1] = 0x80 | UInt8(scalar & 0x3F)
                count += 2
            } else {
                out[count] = 0xE0 | UInt8(scalar >> 12)
                out[count + 1] = 0x80 | UInt8(scalar >> 6 & 0x3F)
                out[count + 2] = 0x80 | UInt8(scalar & 0x3F)
                count += 3
            }
        }
        chunk.count = count
        offset += raw.count
    }

    private func write(_ text: String.UTF8View, to chunk: Chunk) {
        let target = UnsafeMutableBufferPointer(start: chunk.start, count: Chunk.capacity)
        chunk.count = target.update(fromContentsOf: text.prefix(Chunk.capacity))
    }
}
