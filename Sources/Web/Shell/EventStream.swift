import Foundation
import HTTPTypes
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

extension Visiting {
    /// Looks every `interval` and sends what `next` gives; `nil` from `next` is nothing new, `isLast` ends the stream.
    /// Between two looks without news a heartbeat goes out every 15 seconds. Ends by itself when the reader goes.
    public func events(
        every interval: Duration = .milliseconds(500),
        _ next: @escaping @Sendable () async throws -> (data: String, event: String?, isLast: Bool)?
    ) -> Response {
        let body = ResponseBody { writer in
            var stream = EventStream(writer)
            var lastSent = ContinuousClock.now
            while !Task.isCancelled {
                if let news = try await next() {
                    try await stream.send(news.data, event: news.event)
                    lastSent = .now
                    if news.isLast { break }
                } else if lastSent.duration(to: .now) >= .seconds(15) {
                    try await stream.heartbeat()
                    lastSent = .now
                }
                try await Task.sleep(for: interval)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
}
