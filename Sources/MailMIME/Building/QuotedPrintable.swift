/// Writes quoted-printable piece by piece (RFC 2045 section 6.7): lines of 76 characters, soft breaks where they are longer.
///
/// What depends on where a piece lands is the line's length and a blank at its end; both are kept between pieces, so the result does not
/// depend on how the text was cut. A dot that begins a line and "From " are encoded as well, for programs that stumble over them.
struct QuotedPrintableWriter {
    private static let lineCharacters = 76
    private static let hex = Array("0123456789ABCDEF".utf8)
    /// 1: as it is; 0: as =XX.
    private static let literal: [Bool] = (0..<256).map { $0 >= 0x21 && $0 < 0x7F && $0 != 0x3D }

    private var column = 0
    /// A blank waits until it is known whether the line ends behind it.
    private var waitingBlank: UInt8 = 0
    private var waitingReturn = false

    /// Text with line ends as CRLF.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to sink: inout ByteSink) {
        let literal = Self.literal
        literal.withUnsafeBufferPointer { literal in
            for byte in bytes {
                if literal[Int(byte)] {
                    flush(&sink)
                    let mustHide = column == 0 && (byte == 0x2E || byte == 0x46)
                    put(byte, encoded: mustHide, &sink)
                } else {
                    other(byte, &sink)
                }
            }
        }
    }

    /// Writes what waited; `true` if the text ended with a line end.
    mutating func finish(to sink: inout ByteSink) -> Bool {
        flushReturn(&sink)
        if waitingBlank != 0 { put(waitingBlank, encoded: true, &sink) }
        waitingBlank = 0
        return column == 0
    }

    private mutating func other(_ byte: UInt8, _ sink: inout ByteSink) {
        switch byte {
        case 0x20, 0x09:
            flush(&sink)
            waitingBlank = byte
        case 0x0D:
            flushReturn(&sink)
            waitingReturn = true
        case 0x0A where waitingReturn:
            waitingReturn = false
            if waitingBlank != 0 { put(waitingBlank, encoded: true, &sink) }
            waitingBlank = 0
            sink.append("\r\n")
            column = 0
        default:
            flush(&sink)
            put(byte, encoded: true, &sink)
        }
    }

    @inline(__always)
    private mutating func flush(_ sink: inout ByteSink) {
        if waitingReturn { flushReturn(&sink) }
        if waitingBlank != 0 {
            put(waitingBlank, encoded: false, &sink)
            waitingBlank = 0
        }
    }

    /// A return that no line feed follows is data.
    private mutating func flushReturn(_ sink: inout ByteSink) {
        guard waitingReturn else { return }
        waitingReturn = false
        if waitingBlank != 0 { put(waitingBlank, encoded: false, &sink) }
        waitingBlank = 0
        put(0x0D, encoded: true, &sink)
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8, encoded: Bool, _ sink: inout ByteSink) {
        let width = encoded ? 3 : 1
        let out = sink.room(6)
        var written = 0
        if column + width > Self.lineCharacters - 1 {
            out[0] = 0x3D
            out[1] = 0x0D
            out[2] = 0x0A
            written = 3
            column = 0
        }
        if encoded {
            out[written] = 0x3D
            out[written + 1] = Hex.upper(byte >> 4)
            out[written + 2] = Hex.upper(byte & 15)
        } else {
            out[written] = byte
        }
        sink.advance(written + width)
        column += width
    }
}
