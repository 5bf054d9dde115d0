import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOEmbedded
import Store
import Testing

@testable import Web

/// The reader in front of HTTP that answers openings and clicks.
@Suite struct MailHitsTests {
    private static let rest =
        " HTTP/1.1\r\nHost: growth.example.sa\r\nUser-Agent: Mozilla/5.0 Mail/16\r\nAccept: */*\r\n\r\n"

    @Test func `what came together is answered in order, and the rest goes on untouched`() async throws {
        try await withSent { tracking, token in
            let asked = ["/o/\(token).gif", "/c/\(token)/0", "/o/\(token).gif"].map { "GET \($0)" + Self.rest }.joined()
            let other = "GET /sign-in" + Self.rest + "GET /o/\(token).gif" + Self.rest
            let (answers, handedOn) = try Self.exchange([asked + other], tracking)
            #expect(answers.components(separatedBy: "HTTP/1.1 ").map { $0.prefix(3) } == ["", "200", "302", "200"])
            #expect(answers.contains("Location: https://anwal.example/offer\r\n\r\n"))
            let date = try #require(answers.split(separator: "\r\n").first { $0.hasPrefix("Date: ") })
            #expect(
                date.wholeMatch(of: /Date: (Sun|Mon|Tue|Wed|Thu|Fri|Sat), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/)
                    != nil)
            #expect(answers.hasSuffix("\u{1}\0;"))
            #expect(handedOn == other)
            try await tracking.flush()
        }
    }

    @Test func `a request in two pieces is read whole by whoever comes behind`() async throws {
        try await withSent { tracking, token in
            let asked = "GET /o/\(token).gif" + Self.rest
            for split in 1..<asked.utf8.count {
                let pieces = [String(asked.utf8.prefix(split))!, String(asked.utf8.dropFirst(split))!]
                let (answers, handedOn) = try Self.exchange(pieces, tracking)
                #expect(answers.isEmpty && handedOn == asked, "\(split)")
            }
        }
    }

    @Test func `whatever is not the plain form goes on untouched`() async throws {
        try await withSent { tracking, token in
            let line = "GET /o/\(token).gif", host = "Host: a\r\n"
            let others = [
                "GET /o/\(token).gif?x=1\(Self.rest)", "GET /o/\(token)\(Self.rest)",
                "GET /o/\(token.dropLast()).gif\(Self.rest)",
                "GET /o/\(String(token.reversed())).gif\(Self.rest)", "get /o/\(token).gif\(Self.rest)",
                "HEAD /o/\(token).gif\(Self.rest)", "GET http://a/o/\(token).gif\(Self.rest)",
                "GET /u/\(token)\(Self.rest)",
                "GET /c/\(token)/\(Self.rest)", "GET /c/\(token)/-1\(Self.rest)", "GET /c/\(token)/99999\(Self.rest)",
                "GET /c/\(token)/\(String(repeating: "9", count: 40))\(Self.rest)",
                "GET /c/\(token)/0x\(Self.rest)", "GET /c/\(token)/7\(Self.rest)", "\r\n\(line)\(Self.rest)",
                "\(line) HTTP/1.0\r\n\(host)\r\n", "\(line) HTTP/1.1\r\n\r\n", "\(line) HTTP/1.1\r\n\(host)\(host)\r\n",
                "\(line) HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nhello",
                "\(line) HTTP/1.1\r\n\(host)transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host)Connection: close\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host)Expect: 100-continue\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host)Upgrade: h2c\r\n\r\n", "\(line) HTTP/1.1\r\n\(host)X : a\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host) folded\r\n\r\n", "\(line) HTTP/1.1\r\n\(host)nothing\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host): a\r\n\r\n", "\(line) HTTP/1.1\n\(host)\r\n",
                "\(line) HTTP/1.1\r\n\(host)A: b\nC: d\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host)A: b\rC: d\r\n\r\n", "\(line) HTTP/1.1\r\n\(host)A: b\0\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host)User-Agent: a\r\nUser-Agent: b\r\n\r\n",
                "\(line) HTTP/1.1\r\n\(host)A: \(String(repeating: "x", count: MailRequest.maxBytes))\r\n\r\n",
            ]
            for other in others {
                let (answers, handedOn) = try Self.exchange([other], tracking)
                #expect(answers.isEmpty && handedOn == other, "\(other.prefix(120))")
            }
        }
    }

    @Test func `a connection that is old is closed with an answer that says so`() async throws {
        try await withSent { tracking, token in
            let channel = EmbeddedChannel(handler: MailHits(tracking, maxAge: .zero))
            let asked = "GET /o/\(token).gif" + Self.rest
            try channel.writeInbound(ByteBuffer(string: asked + asked))
            let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
            let text = String(decoding: answer.readableBytesView, as: UTF8.self)
            #expect(text.contains("\r\nConnection: close\r\n") && text.components(separatedBy: "HTTP/1.1").count == 2)
            #expect(try channel.readInbound(as: ByteBuffer.self) == nil && !channel.isActive)
        }
    }

    @Test func `whoever does not read the answers is left to what waits for them`() async throws {
        try await withSent { tracking, token in
            let channel = EmbeddedChannel(handler: MailHits(tracking, maxAge: .hours(1)))
            channel.isWritable = false
            let asked = "GET /o/\(token).gif" + Self.rest
            try channel.writeInbound(ByteBuffer(string: asked))
            #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
            #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: asked))
            _ = try channel.finish()
        }
    }

    @Test func `over a real connection hits and pages take turns`() async throws {
        try await CampaignSite.with { campaigns in
            let rows = try await campaigns.sent()
            let token = campaigns.site.tracking.links.token(rows[0].id.raw)
            var configuration = WebConfiguration(listener: .address(host: "127.0.0.1", port: 0))
            configuration.patience.idle = .hours(1)
            let app = try makeApplication(
                platform: campaigns.site.platform, configuration: configuration, tracking: campaigns.site.tracking)
            try await app.test(.live) { client in
                for path in ["/o/\(token).gif", "/c/\(token)/0", "/healthz", "/c/\(token)/0", "/o/\(token).gif"] {
                    let answer = try await client.execute(uri: path, method: .get)
                    #expect(answer.status == (path.hasPrefix("/c") ? .found : .ok), "\(path)")
                    if path.hasPrefix("/o") { #expect(answer.body == MailAnswer.image) }
                }
            }
        }
    }

    private func withSent(_ body: @Sendable (Tracking, String) async throws -> Void) async throws {
        try await CampaignSite.with { campaigns in
            let rows = try await campaigns.sent(), tracking = campaigns.site.tracking
            // A link that was followed once is known from then on.
            _ = try await tracking.destinations.find(rows[0].id.raw, link: 0)
            try await body(tracking, tracking.links.token(rows[0].id.raw))
        }
    }

    /// What came back, and what went on to HTTP's own decoder.
    private static func exchange(_ pieces: [String], _ tracking: Tracking) throws -> (String, String) {
        let channel = EmbeddedChannel(handler: MailHits(tracking, maxAge: .hours(1)))
        for piece in pieces { try channel.writeInbound(ByteBuffer(string: piece)) }
        var (answers, handedOn) = ([UInt8](), [UInt8]())
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { answers += bytes.readableBytesView }
        while let bytes = try channel.readInbound(as: ByteBuffer.self) { handedOn += bytes.readableBytesView }
        _ = try channel.finish()
        return (String(decoding: answers, as: UTF8.self), String(decoding: handedOn, as: UTF8.self))
    }
}
