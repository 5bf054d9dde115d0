import NIOCore
import Testing

@testable import MailIMAP

@Suite struct IMAPResponseParserTests {
    private func parse(_ bytes: [UInt8]) -> ([IMAPResponse], IMAPResponseParser.Outcome) {
        var parser = IMAPResponseParser(), buffer = ByteBuffer(bytes: bytes)
        var responses: [IMAPResponse] = []
        while true {
            switch parser.next(from: &buffer) {
            case .whole(let response): responses.append(response)
            case let end: return (responses, end)
            }
        }
    }

    private func only(_ text: String) -> IMAPResponse? {
        let (responses, end) = parse(Array((text + "\r\n").utf8))
        return responses.count == 1 && end == .needsMore ? responses[0] : nil
    }

    @Test func `each kind of response is read`() {
        #expect(only("+ go on") == .goOn("go on") && only("+") == .goOn(""))
        #expect(
            only("* OK [UIDVALIDITY 42] fine")
                == .status(
                    tag: nil, IMAPStatus(.ok, code: .init(name: "UIDVALIDITY", argument: "42"), text: "fine")))
        #expect(only("a1 NO no {5}") == .status(tag: "a1", IMAPStatus(.no, text: "no {5}")))
        #expect(only("a1 OK") == .status(tag: "a1", IMAPStatus(.ok)))
        #expect(only("* 23 exists") == .data("EXISTS", number: 23, []))
        #expect(only("* CAPABILITY A B=c ") == .data("CAPABILITY", number: nil, [.atom("A"), .atom("B=c")]))
        #expect(
            only("* LIST (\\Marked) \"/\" \"a \\\"b\\\\\"")
                == .data(
                    "LIST", number: nil, [.list([.atom("\\Marked")]), .string([0x2F]), .string(Array("a \"b\\".utf8))]))
        #expect(
            only("* 1 FETCH (UID 7 BODY[HEADER.FIELDS (DATE)] {4}\r\na)\r\n X NIL ((1)(2)))")
                == .data(
                    "FETCH", number: 1,
                    [
                        .list([
                            .atom("UID"), .atom("7"), .atom("BODY[HEADER.FIELDS (DATE)]"),
                            .string(Array("a)\r\n".utf8)),
                            .atom("X"), .none, .list([.list([.atom("1")]), .list([.atom("2")])]),
                        ])
                    ]))
    }

    @Test func `wherever the bytes are split, the same responses come out`() {
        let bytes = Array(
            ("* OK hi {3}\r\n* 1 FETCH (BODY[] {6}\r\n{9}\r\n\n FLAGS (\\Seen) X {0}\r\n)\r\n"
                + "+ x\r\na1 OK [READ-ONLY] y\r\n").utf8)
        let whole = parse(bytes)
        #expect(whole.0.count == 4 && whole.1 == .needsMore)
        for split in bytes.indices {
            var parser = IMAPResponseParser(), buffer = ByteBuffer(bytes: bytes[..<split])
            var seen: [IMAPResponse] = []
            func drain() { while case .whole(let response) = parser.next(from: &buffer) { seen.append(response) } }
            drain()
            buffer.writeBytes(bytes[split...])
            drain()
            #expect(seen == whole.0, "split at \(split)")
        }
    }

    @Test(arguments: [
        "", "*", "a1", "* ", "a1 FETCH x", "* 1", "* 99999999999 EXISTS", "* LIST (", "* LIST \"a", "* LIST )",
        "* LIST a)",
        "* OK [x", "* LIST \"\\", "* 1 FETCH {99999999}", "* 1 FETCH {18446744073709551617}",
        "* LIST " + String(repeating: "(", count: 5_000),
    ])
    func `what is no response is malformed`(_ text: String) {
        #expect(parse(Array((text + "\r\n").utf8)).1 == .malformed)
    }

    @Test func `a line without an end and literals without an end are bounded`() {
        #expect(parse([UInt8](repeating: 0x61, count: 70_000)).1 == .malformed)
        var parser = IMAPResponseParser(), buffer = ByteBuffer()
        var outcome = IMAPResponseParser.Outcome.needsMore
        for _ in 0..<10 where outcome == .needsMore {
            buffer.writeString("* 1 FETCH {1000000}\r\n" + String(repeating: "a", count: 1_000_000))
            outcome = parser.next(from: &buffer)
            while case .whole = outcome { outcome = parser.next(from: &buffer) }
            buffer.writeString(" {1000000}\r\n")
        }
        #expect(outcome == .malformed)
    }

    @Test func `bytes of chance end in no trap`() {
        var random = SeededRandom(7)
        let alphabet = Array("* +a1(){}[]\"\\ \r\n9OKNOFETCH\u{0}".utf8) + [0xFF]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let (responses, _) = parse(Array("* 1 ".utf8) + bytes + [0x0D, 0x0A])
            #expect(responses.count <= bytes.count + 1)
        }
    }
}
