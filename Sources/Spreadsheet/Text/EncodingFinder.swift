/// Finds how a text file is encoded: by its byte order mark, else by what its bytes can be.
enum EncodingFinder {
    /// UTF-16 with or without a byte order mark, from the first bytes of a file; `nil` for anything else.
    static func utf16(start: [UInt8]) -> Format.TextEncoding? {
        if start.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
        if start.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
        // Latin and Arabic text has a high byte of 0 or 6 in nearly every unit.
        let pairs = start.count / 2
        guard pairs > 0 else { return nil }
        var highs = (even: 0, odd: 0)
        for index in 0..<pairs {
            if start[2 * index] == 0 || start[2 * index] == 6 { highs.even += 1 }
            if start[2 * index + 1] == 0 || start[2 * index + 1] == 6 { highs.odd += 1 }
        }
        if highs.odd * 10 >= pairs * 9, highs.even * 10 < pairs * 5 { return .utf16LittleEndian }
        if highs.even * 10 >= pairs * 9, highs.odd * 10 < pairs * 5 { return .utf16BigEndian }
        return nil
    }

    /// The encoding of a file, and the length of its byte order mark.
    ///
    /// Reads until the bytes decide: a letter that is not UTF-8, or so many that are that chance is excluded.
    static func find(in file: RandomAccessFile) throws(SpreadsheetError) -> (Format.TextEncoding, markBytes: Int) {
        let start = try file.bytes(at: 0, count: FileKind.neededBytes)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            return (utf16(start: start) ?? .utf16LittleEndian, 2)
        }
        if let encoding = utf16(start: start) { return (encoding, 0) }
        let step = 262_144
        let decisiveLetters = 512
        var validator = UTF8Validator()
        var letters = 0
        var offset = 0
        while offset < file.count {
            let bytes = try file.bytes(at: offset, count: step)
            if bytes.isEmpty { break }
            let isValid = bytes.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { validator.accept($0, count: buffer.count) } ?? true
            }
            if !isValid { return (singleByte(bytes), 0) }
            letters += bytes.lazy.filter { $0 >= 0xC0 }.count
            if letters >= decisiveLetters { break }
            offset += bytes.count
        }
        // A letter cut off by the end of the file is no letter of UTF-8.
        if offset >= file.count, !validator.isComplete { return (.windows1252, 0) }
        return (.utf8, 0)
    }

    /// Arabic words are runs of high bytes; in western text a high byte stands alone among ASCII letters.
    private static func singleByte(_ bytes: [UInt8]) -> Format.TextEncoding {
        var alone = 0
        var inRuns = 0
        var run = 0
        for byte in bytes + [0] {
            if byte >= 0x80 {
                // Not assigned in Windows-1252, Persian letters in Windows-1256.
                if [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) { return .windows1256 }
                run += 1
            } else {
                if run == 1 { alone += 1 } else { inRuns += run }
                run = 0
            }
        }
        return inRuns >= alone ? .windows1256 : .windows1252
    }
}
