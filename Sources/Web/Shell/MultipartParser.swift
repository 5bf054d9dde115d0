import Foundation

/// Takes a `multipart/form-data` body (RFC 7578) apart as it arrives. Pure: bytes in, events out; whatever piece
/// sizes the bytes come in, the same events come out, apart from where the data is cut.
struct MultipartParser {
    enum Event: Equatable {
        case part(name: String, fileName: String?)
        /// A piece of the part that began last.
        case data([UInt8])
        case partEnd
    }

    enum Malformed: Error { case malformed }

    private enum State {
        case beforeFirst, afterDelimiter, headers, body, done
    }

    static let maxHeaderBytes = 8_192
    static let maxParts = 100

    private let delimiter: [UInt8]
    private var buffer: [UInt8]
    private var state = State.beforeFirst
    private var parts = 0

    /// `nil` unless the content type names a boundary that may be one.
    init?(contentType: String) {
        guard let range = contentType.range(of: "boundary=", options: .caseInsensitive) else { return nil }
        let text = contentType[range.upperBound...].prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
        let boundary = text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
        guard (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return nil
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter stands at the very beginning, without the line break before it.
        buffer = Array("\r\n".utf8)
    }

    /// Whether the closing delimiter has come.
    var isWhole: Bool { state == .done }

    mutating func read(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Event] {
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while let event = try step() {
            if let event = event.event { events.append(event) }
        }
        return events
    }

    private struct Step {
        var event: Event?
    }

    /// `nil` when more bytes are needed.
    private mutating func step() throws(Malformed) -> Step? {
        switch state {
        case .done:
            buffer.removeAll()
            return nil
        case .beforeFirst:
            guard let start = find(delimiter) else {
                if buffer.count > Self.maxHeaderBytes { throw .malformed }
                return nil
            }
            guard start == 0 else { throw .malformed }
            buffer.removeFirst(delimiter.count)
            state = .afterDelimiter
            return Step()
        case .afterDelimiter:
            guard buffer.count >= 2 else { return nil }
            let next = [buffer[0], buffer[1]]
            buffer.removeFirst(2)
            if next == Array("--".utf8) {
                state = .done
            } else if next == Array("\r\n".utf8) {
                state = .headers
            } else {
                throw .malformed
            }
            return Step()
        case .headers: return try headers()
        case .body: return body()
        }
    }

    private mutating func headers() throws(Malformed) -> Step? {
        guard let end = find(Array("\r\n\r\n".utf8)) else {
            if buffer.count > Self.maxHeaderBytes { throw .malformed }
            return nil
        }
        guard end <= Self.maxHeaderBytes, parts < Self.maxParts,
            let text = String(validating: buffer[..<end], as: UTF8.self), let event = Self.part(text)
        else { throw .malformed }
        buffer.removeFirst(end + 4)
        parts += 1
        state = .body
        return Step(event: event)
    }

    private mutating func body() -> Step? {
        if let end = find(delimiter) {
            if end > 0 {
                let data = Array(buffer[..<end])
                buffer.removeFirst(end)
                return Step(event: .data(data))
            }
            buffer.removeFirst(delimiter.count)
            state = .afterDelimiter
            return Step(event: .partEnd)
        }
        // The last bytes may be the beginning of a delimiter.
        let sure = buffer.count - delimiter.count + 1
        guard sure > 0 else { return nil }
        let data = Array(buffer[..<sure])
        buffer.removeFirst(sure)
        return Step(event: .data(data))
    }

    /// The place of the first occurrence of `needle` in the buffer.
    private func find(_ needle: [UInt8]) -> Int? {
        buffer.withUnsafeBytes { hay in
            needle.withUnsafeBytes { wanted in
                guard let first = wanted.first, let start = hay.baseAddress, let pattern = wanted.baseAddress else {
                    return nil
                }
                var from = 0
                while from + wanted.count <= hay.count {
                    let left = hay.count - wanted.count - from + 1
                    guard let found = memchr(start + from, Int32(first), left) else { return nil }
                    from = UnsafeRawPointer(found) - start
                    if memcmp(start + from, pattern, wanted.count) == 0 { return from }
                    from += 1
                }
                return nil
            }
        }
    }

    private static func part(_ headers: String) -> Event? {
        for line in headers.components(separatedBy: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            guard line.lowercased().contains("form-data"), let name = parameter("name", of: line) else { return nil }
            return .part(name: name, fileName: parameter("filename", of: line))
        }
        return nil
    }

    /// The value of `; name="…"`. Browsers write a quote in it as `%22` (HTML standard, multipart encoding).
    private static func parameter(_ name: String, of line: String) -> String? {
        guard let range = line.range(of: "; \(name)=\"", options: .caseInsensitive) else { return nil }
        let rest = line[range.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        return rest[..<end].replacingOccurrences(of: "%22", with: "\"")
    }
}
