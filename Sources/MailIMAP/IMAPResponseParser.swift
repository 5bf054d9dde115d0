import NIOCore

/// Takes responses out of what has arrived, each with all its literals. Of no input it holds more than a response's limits.
struct IMAPResponseParser {
    enum Outcome: Hashable {
        case whole(IMAPResponse)
        case needsMore
        case malformed
    }

    /// How much of the response is known to be whole lines and literals.
    private var scanned = 0
    /// How much behind `scanned` holds no line end.
    private var searched = 0
    private var literalBytes = 0

    mutating func next(from buffer: inout ByteBuffer) -> Outcome {
        while true {
            let view = buffer.readableBytesView
            guard scanned <= view.count else { return .needsMore }
            let start = view.startIndex + scanned
            guard let end = view[(start + searched)...].firstIndex(of: 0x0A) else {
                searched = view.count - scanned
                return view.count - literalBytes > IMAPLimits.maxLineBytes ? .malformed : .needsMore
            }
            let length = end + 1 - view.startIndex
            guard length - literalBytes <= IMAPLimits.maxLineBytes else { return .malformed }
            searched = 0
            switch announcedLiteral(view[view.startIndex..<end]) {
            case .none:
                (scanned, literalBytes) = (0, 0)
                // The view reaches to the line's end.
                let line = buffer.readBytes(length: length) ?? []
                return IMAPLine(line).response.map(Outcome.whole) ?? .malformed
            case .some(let size):
                guard let size, literalBytes + size <= IMAPLimits.maxResponseBytes else { return .malformed }
                literalBytes += size
                scanned = length + size
            }
        }
    }

    /// The size at the end of a line, `{42}`, that says how many bytes follow; a size within is `nil` where it is out of bounds.
    private func announcedLiteral(_ line: ByteBufferView) -> Int?? {
        guard IMAPLine.mayHoldLiterals(line) else { return .none }
        var line = line[(line.startIndex + min(scanned, line.count))...]
        if line.last == 0x0D { line = line.dropLast() }
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return .none }
        let digits = line[(open + 1)...].dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return .none }
        guard digits.count <= 10, let size = Int(String(decoding: digits, as: UTF8.self)),
            size <= IMAPLimits.maxLiteralBytes
        else { return .some(nil) }
        return size
    }
}
