import NIOCore

/// Takes replies out of what has arrived. Of no input it reads more than a reply's limits.
struct SMTPReplyParser {
    enum Outcome: Equatable {
        case whole(SMTPReply)
        case needsMore
        case malformed
    }

    private var code = 0
    private var lines: [String] = []
    private var lineCount = 0
    /// How much of the buffer is known to hold no line end.
    private var searched = 0

    var isInsideReply: Bool { lineCount > 0 }

    mutating func next(from buffer: inout ByteBuffer) -> Outcome {
        while true {
            let view = buffer.readableBytesView
            guard let end = view.dropFirst(searched).firstIndex(of: 0x0A) else {
                searched = view.count
                return view.count > SMTPLimits.maxReplyLineBytes ? .malformed : .needsMore
            }
            let line = view[..<end]
            guard line.count <= SMTPLimits.maxReplyLineBytes, let isLast = read(line) else { return .malformed }
            buffer.moveReaderIndex(forwardBy: line.count + 1)
            searched = 0
            if isLast { return .whole(take()) }
        }
    }

    /// Whether the line ends the reply; `nil` if it is none of a reply.
    private mutating func read(_ line: ByteBufferView) -> Bool? {
        var line = line
        if line.last == 0x0D { line = line.dropLast() }
        let digits = line.prefix(3).map { Int($0) - 0x30 }
        guard digits.count == 3, (2...5).contains(digits[0]), digits.allSatisfy((0...9).contains) else { return nil }
        let code = digits[0] * 100 + digits[1] * 10 + digits[2]
        guard lineCount == 0 || code == self.code, lineCount < SMTPLimits.maxReplyLines else { return nil }
        self.code = code
        lineCount += 1
        let mark = line.dropFirst(3).first
        guard mark == nil || mark == 0x20 || mark == 0x2D else { return nil }
        if lines.count < SMTPLimits.maxKeptLines { lines.append(Self.text(line.dropFirst(4))) }
        return mark != 0x2D
    }

    private mutating func take() -> SMTPReply {
        let reply = SMTPReply(code: code, lines: lines)
        lines = []
        lineCount = 0
        return reply
    }

    /// As a record and a log can hold it: no controls, and no invalid UTF-8.
    private static func text(_ bytes: ByteBufferView) -> String {
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
