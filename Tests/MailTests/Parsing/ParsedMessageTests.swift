import Foundation
import Testing

@testable import MailMIME

@Suite struct ParsedMessageTests {
    private func parse(_ text: String) throws -> ParsedMessage {
        try ParsedMessage(Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8))
    }

    @Test func `what was built reads back`() throws {
        var message = try OutgoingMessage.sample(
            subject: "عرض خاص لشركة الأفق للتدريب والتوظيف — السنة الجديدة", text: "نص", html: "<p>نص</p>")
        message.inReplyTo = try MessageID("parent@example.com")
        message.references = try (0..<20).map { try MessageID("ref\($0)@example.com") }
        message.cc = [
            NamedAddress("Q, \"x\"", try MailAddress("cc@example.com")),
            NamedAddress(nil, try MailAddress("cd@example.com")),
        ]
        message.attachments = [.init(name: "الملف.pdf", contentType: "application/pdf", bytes: Array(0...255))]
        let mail = try ParsedMessage(try message.encoded().bytes)
        #expect(mail.subject == message.subject)
        #expect(mail.from == [message.from] && mail.to == message.to)
        #expect(mail.cc == message.cc)
        #expect(mail.text == "نص" && mail.html == "<p>نص</p>")
        #expect(mail.attachments.map(\.name) == ["الملف.pdf"] && mail.attachments.map(\.bytes) == [Array(0...255)])
        #expect(mail.messageID == "1@example.com" && mail.inReplyTo == ["parent@example.com"])
        #expect(mail.references == (0..<20).map { "ref\($0)@example.com" })
        #expect(mail.date == message.date)
    }

    @Test func `Windows-1256, Latin-1 and unlabelled text become readable`() throws {
        var bytes = Array(
            "From: a@example.com\r\nContent-Type: text/plain; charset=windows-1256\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                .utf8)
        bytes += [0xE3, 0xD1, 0xCD, 0xC8, 0xC7]
        #expect(try ParsedMessage(bytes).text == "مرحبا")
        #expect(try parse("Subject: =?windows-1256?B?49HNyMc=?=\n\nx").subject == "مرحبا")
        #expect(try parse("Subject: =?iso-8859-1?Q?caf=E9?=\n\nx").subject == "café")
        #expect(try parse("Subject: مرحبا\n\nx").subject == "مرحبا")
        #expect(try parse("Content-Type: text/plain; charset=no-such-set\n\nplain").text == "plain")
    }

    @Test func `an enclosed mail and an attachment are no text of the mail`() throws {
        let mail = try parse(
            """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            own
            --b
            Content-Type: text/plain; name="notes.txt"
            Content-Disposition: attachment; filename="notes.txt"

            notes
            --b
            Content-Type: message/rfc822

            Subject: inner
            From: x@example.com

            inner text
            --b--
            """)
        #expect(mail.text == "own")
        #expect(mail.attachments.map(\.contentType) == ["text/plain", "message/rfc822"])
        #expect(mail.parts.filter(\.isEnclosed).map(\.text).first?.contains("inner text") == true)
    }

    @Test func `mails made to exhaust a reader are refused at once`() throws {
        let clock = ContinuousClock()
        func nested(_ depth: Int) -> String {
            (0..<depth).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
                + "Content-Type: text/plain\n\nx\n"
        }
        let manyParts =
            "Content-Type: multipart/mixed; boundary=b\n\n"
            + String(repeating: "--b\nContent-Type: text/plain\n\nx\n", count: 200_000)
        let cases: [(String, ParsingError)] = [
            (nested(60), .tooDeep), (nested(10_000), .tooManyParts), (manyParts, .tooManyParts),
            (String(repeating: "X-A: b\n", count: 1_500) + "\nx", .tooManyHeaders),
            ("X-A: " + String(repeating: "b", count: 400_000) + "\n\nx", .headersTooLong),
            (String(repeating: "x", count: 51 << 20), .tooLong),
        ]
        for (text, error) in cases {
            let bytes = Array(text.utf8)
            let time = clock.measure { #expect(throws: error) { try ParsedMessage(bytes) } }
            #expect(time < .seconds(10))
        }
        let enclosed = String(repeating: "Content-Type: message/rfc822\n\n", count: 10_000) + "Subject: x\n\nx"
        #expect(throws: (any Error).self) { try ParsedMessage(Array(enclosed.utf8)) }
    }

    /// Whole messages of three collections, and copies of them with bytes changed, cut, doubled: none ends the program.
    @Test(.enabled(if: SharedData.exists("corpora/mime"), "the mails lie in ../shared/corpora"))
    func `mails of the corpus and damaged copies of them are read or refused`() throws {
        let files = ["rfc", "thirdparty", "malformed"].flatMap { SharedData.files("corpora/mime/\($0)", ".eml") }
        #expect(files.count >= 50)
        let copies = Thorough.isAsked ? 34_000 / files.count + 1 : 8
        var random = SeededRandom(11)
        var readCount = 0
        for file in files {
            let bytes = try SharedData.bytes(file)
            if let mail = try? ParsedMessage(bytes) {
                readCount += 1
                _ = BounceReport(mail)
                _ = AutomaticMail(mail)
            }
            for _ in 0..<copies {
                let damaged = Self.damage(bytes, &random)
                if let mail = try? ParsedMessage(damaged) { _ = BounceReport(mail) }
            }
        }
        #expect(readCount >= files.count * 9 / 10)
    }

    private static func damage(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var out = bytes
        for _ in 0..<Int(random.next() % 8) + 1 where !out.isEmpty {
            let at = Int(random.next() % UInt64(out.count))
            switch random.next() % 5 {
            case 0: out[at] = UInt8(truncatingIfNeeded: random.next())
            case 1: out.removeSubrange(at..<min(out.count, at + Int(random.next() % 64)))
            case 2: out.insert(contentsOf: out[at..<min(out.count, at + 32)], at: at)
            case 3: out.insert(contentsOf: Array("\r\n--\r\n".utf8), at: at)
            default: out.removeLast(min(out.count, Int(random.next() % 200)))
            }
        }
        return out
    }
}
