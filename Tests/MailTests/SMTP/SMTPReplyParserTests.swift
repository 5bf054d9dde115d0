import MailMIME
import NIOCore
import Testing

@testable import MailSMTP

@Suite struct SMTPReplyParserTests {
    private static let text = "250-first.example\r\n250-SIZE 100\r\n250 last\r\n354 go\n421\r\n"
    private static let replies = [
        SMTPReply(code: 250, lines: ["first.example", "SIZE 100", "last"]), SMTPReply(code: 354, lines: ["go"]),
        SMTPReply(code: 421, lines: [""]),
    ]

    @Test func `replies are the same wherever the bytes are cut`() {
        let bytes = Array(Self.text.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var parser = SMTPReplyParser()
                var buffer = ByteBuffer()
                var seen: [SMTPReply] = []
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    buffer.writeBytes(piece)
                    while case .whole(let reply) = parser.next(from: &buffer) { seen.append(reply) }
                }
                #expect(seen == Self.replies)
            }
        }
    }

    @Test(arguments: [
        "hello\r\n", "25\r\n", "2500 x\r\n", "250-a\r\n251 b\r\n", "199 x\r\n", "999 x\r\n", "\r\n", "250_x\r\n",
        "HTTP/1.1 400 Bad\r\n",
        String(repeating: "x", count: 5_000), "250 " + String(repeating: "x", count: 5_000) + "\r\n",
        String(repeating: "250-x\r\n", count: 200),
    ])
    func `what is no reply is malformed`(_ text: String) {
        var parser = SMTPReplyParser()
        var buffer = ByteBuffer(string: text)
        #expect(parser.next(from: &buffer) == .malformed)
    }

    @Test func `an unfinished reply needs more`() {
        for text in ["", "2", "250", "250 x", "250-x\r\n", "250-x\r\n250 y\r"] {
            var parser = SMTPReplyParser()
            var buffer = ByteBuffer(string: text)
            #expect(parser.next(from: &buffer) == .needsMore)
        }
    }

    @Test func `controls in a reply do not reach a log, and the status is that of its class`() {
        var parser = SMTPReplyParser()
        var buffer = ByteBuffer(string: "550 5.1.1 no\u{1B}[31m such\u{0} user\r\n")
        guard case .whole(let reply) = parser.next(from: &buffer) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.text == "5.1.1 no [31m such  user")
        #expect(reply.status == EnhancedStatus(5, 1, 1))
        #expect(SMTPReply(code: 450, lines: ["5.1.1 x"]).status == nil)
        #expect(SMTPReply(code: 550, lines: ["5.1.1.1 x"]).status == nil)
    }

    @Test func `random bytes never trap`() {
        var random = SeededRandom(1)
        for _ in 0..<2_000 {
            var parser = SMTPReplyParser()
            var buffer = ByteBuffer(
                bytes: (0..<Int(random.next() % 60)).map { _ in
                    Array("250-\r\n 45x\u{85}".utf8)[Int(random.next() % 12)]
                })
            while case .whole = parser.next(from: &buffer) {}
        }
    }
}
