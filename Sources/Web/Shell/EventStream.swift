import Hummingbird
import NIOCore

/// Live progress as server-sent events (HTML standard, 9.2).
public struct EventStream {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    /// Sends one event. Throws when the reader has gone, which ends the handler.
    public mutating func send(_ data: String, event: String? = nil, id: String? = nil) async throws {
        var text = ""
        if let event { text += "event: \(Self.line(event))\n" }
        if let id { text += "id: \(Self.line(id))\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        try await writer.write(ByteBuffer(string: text + "\n"))
    }

    /// A comment that keeps proxies from closing a quiet stream, and finds out whether the reader is still there.
    public mutating func heartbeat() async throws {
        try await writer.write(ByteBuffer(string: ": \n\n"))
    }

    private static func line(_ text: String) -> String { text.filter { !$0.isNewline } }
}
