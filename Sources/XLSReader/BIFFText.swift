import Glibc
import Spreadsheet

/// How a workbook writes text: BIFF8 in UTF-16 or its low bytes, BIFF5 in a code page.
struct BIFFText {
    var isBIFF8: Bool
    var codePage = 1252

    /// A string of `count` characters or bytes at the start of `reader`.
    func string(_ reader: inout SegmentReader, count: Int) -> String? {
        guard isBIFF8 else { return reader.bytes(count).map(decode) }
        guard let flags = reader.u8() else { return nil }
        return reader.characters(count, isWide: flags & 1 != 0)
    }

    /// A string with its length before it, which takes `lengthBytes`.
    func string(_ reader: inout SegmentReader, lengthBytes: Int) -> String? {
        guard let count = lengthBytes == 1 ? reader.u8().map(Int.init) : reader.u16() else { return nil }
        return string(&reader, count: count)
    }

    /// Text in the workbook's code page.
    func decode(_ bytes: [UInt8]) -> String {
        switch codePage {
        case 1256: Self.decode(bytes, CodePages.windows1256)
        case 1250, 1251, 1253, 1254, 1255, 1257, 1258, 437, 850, 852, 855, 857, 862, 864, 866, 874, 932, 936, 949, 950:
            Self.convert(bytes, from: "CP\(codePage)") ?? Self.decode(bytes, CodePages.windows1252)
        case 10_000, 32_768: Self.convert(bytes, from: "MACINTOSH") ?? Self.decode(bytes, CodePages.windows1252)
        default: Self.decode(bytes, CodePages.windows1252)
        }
    }

    private static func decode(_ bytes: [UInt8], _ table: [UInt16]) -> String {
        String(decoding: bytes.map { $0 < 0x80 ? UInt16($0) : table[Int($0) - 0x80] }, as: UTF16.self)
    }

    /// The system's converter; `nil` when it lacks the code page or the bytes are none of it.
    private static func convert(_ bytes: [UInt8], from name: String) -> String? {
        guard let converter = iconv_open("UTF-8", name), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map(CChar.init(bitPattern:))
        var output = [CChar](repeating: 0, count: 4 * bytes.count + 4)
        var inputLeft = input.count
        var outputLeft = output.count
        let isDone = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var to = target.baseAddress
                return iconv(converter, &from, &inputLeft, &to, &outputLeft) != .max
            }
        }
        guard isDone else { return nil }
        return String(decoding: output.prefix(output.count - outputLeft).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Reads on from a record into its CONTINUE records ([MS-XLS] 2.5.293: a string's characters that go on there begin
/// with a flag byte of their own).
struct SegmentReader {
    private let segments: [ArraySlice<UInt8>]
    private var segment = 0
    private var offset = 0

    init(_ segments: [ArraySlice<UInt8>], skipping count: Int = 0) {
        self.segments = segments
        offset = count
    }

    private var left: Int { segment < segments.count ? segments[segment].count - offset : 0 }

    /// Moves to the next segment when this one is used up; false at the end.
    private mutating func advance() -> Bool {
        while left <= 0 {
            guard segment + 1 < segments.count else { return false }
            offset = 0
            segment += 1
        }
        return true
    }

    mutating func u8() -> UInt8? {
        guard advance() else { return nil }
        defer { offset += 1 }
        return segments[segment][segments[segment].startIndex + offset]
    }

    mutating func u16() -> Int? {
        guard let low = u8(), let high = u8() else { return nil }
        return Int(high) << 8 | Int(low)
    }

    mutating func u32() -> Int? {
        guard let low = u16(), let high = u16() else { return nil }
        return high << 16 | low
    }

    mutating func skip(_ count: Int) -> Bool {
        var rest = count
        while rest > 0 {
            guard advance() else { return false }
            let step = min(rest, left)
            offset += step
            rest -= step
        }
        return true
    }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        var result: [UInt8] = []
        while result.count < count {
            guard advance() else { return nil }
            let step = min(count - result.count, left)
            let start = segments[segment].startIndex + offset
            result += segments[segment][start..<start + step]
            offset += step
        }
        return result
    }

    mutating func characters(_ count: Int, isWide: Bool) -> String? {
        var units: [UInt16] = []
        var isWide = isWide
        while units.count < count {
            if left <= 0 {
                guard advance(), let flags = u8() else { return nil }
                isWide = flags & 1 != 0
            }
            let width = isWide ? 2 : 1
            let step = min(count - units.count, left / width)
            guard step > 0 else { return nil }
            let start = segments[segment].startIndex + offset
            for index in 0..<step {
                let at = start + index * width
                let high = isWide ? UInt16(segments[segment][at + 1]) << 8 : 0
                units.append(high | UInt16(segments[segment][at]))
            }
            offset += step * width
        }
        return String(decoding: units, as: UTF16.self)
    }
}
