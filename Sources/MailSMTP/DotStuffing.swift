import Foundation
import NIOCore

/// Writes a message so that no line of it ends the mail (RFC 5321 section 4.5.2): a dot at the start of a line is doubled.
struct DotStuffing {
    private var isLineStart = true

    mutating func write(_ bytes: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
        guard let base = bytes.baseAddress else { return }
        var copied = 0, from = 0
        // Dots are rare, and in base64 there are none: look for them, not for line ends.
        while from < bytes.count, let found = memchr(base + from, 0x2E, bytes.count - from) {
            let dot = base.distance(to: UnsafeRawPointer(found))
            let startsLine = dot == 0 ? isLineStart : bytes[dot - 1] == 0x0A
            if startsLine {
                buffer.writeBytes(bytes[copied...dot])
                copied = dot
            }
            from = dot + 1
        }
        buffer.writeBytes(bytes[copied...])
        if let last = bytes.last { isLineStart = last == 0x0A }
    }
}
