import Foundation
import Testing

@testable import MailMIME

@Suite struct MessageTests {
    @Test func `a mail of both texts and an attachment is what another parser reads`() async throws {
        var message = try OutgoingMessage.sample(
            subject: "عرض خاص لشركة الأفق للتدريب والتوظيف في مدينة الرياض — السنة الجديدة",
            text: "السلام عليكم\nسطر ثان",
            html: "<p dir=\"rtl\">السلام عليكم</p>")
        message.cc = [NamedAddress("Q \"x\" \\ y", try MailAddress("cc@example.com"))]
        message.attachments = [
            .init(
                name: "الملف التعريفي للشركة مع الأسعار والخدمات كاملة.pdf", contentType: "application/pdf",
                bytes: Array(0...255))
        ]
        message.unsubscribe = .init(
            url: "https://t.example.com/u/abc", mailto: try MailAddress("out@example.com"), mailtoSubject: "خروج")
        message.listID = .init(name: "حملة الخريف", id: "autumn.example.com")
        message.autoSubmitted = .generated
        let mail = try message.encoded()
        let seen = try #require(try await SeenMail.read([mail]).first)
        #expect(seen.defects.isEmpty)
        #expect(seen.subject == message.subject)
        #expect(seen.from == [["Anwal أنوال", "growth@example.com"]])
        #expect(seen.text("text/plain") == "السلام عليكم\r\nسطر ثان")
        #expect(seen.text("text/html") == message.html)
        #expect(seen.parts.last?.name == message.attachments[0].name)
        #expect(seen.parts.last?.size == 256)
        #expect(
            seen.unsubscribe
                == "<https://t.example.com/u/abc>, <mailto:out@example.com?subject=%D8%AE%D8%B1%D9%88%D8%AC>")
        #expect(seen.post == "List-Unsubscribe=One-Click")
        #expect(seen.date == "2026-11-18T11:06:40+00:00")
        #expect(seen.bare == 0 && seen.longest_head <= 78)
    }

    @Test(arguments: [
        "\r", "\n", "\r\n", "\0", "\u{2028}", "\u{2029}", "\u{85}", "\r\nBcc: x@evil.com", "a\nRCPT TO:<x@y.z>",
    ])
    func `a line end in any header is refused`(_ payload: String) throws {
        let changes: [(inout OutgoingMessage) throws -> Void] = [
            { $0.subject = "a" + payload }, { $0.from.name = "a" + payload }, { $0.to[0].name = payload + "a" },
            { $0.cc = [NamedAddress("x" + payload + "y", $0.from.address)] },
            { $0.replyTo = [NamedAddress(payload, $0.from.address)] }, { $0.headers = [("X-A", payload)] },
            { $0.headers = [("X-" + payload, "a")] }, { $0.listID = .init(name: payload, id: "a.example.com") },
            { $0.listID = .init(id: "a.b" + payload) }, { $0.unsubscribe = .init(url: "https://a/" + payload) },
            { $0.attachments = [.init(name: "a" + payload, bytes: [1])] },
            { $0.attachments = [.init(name: "a", contentType: "a/b" + payload, bytes: [1])] },
        ]
        for change in changes {
            var message = try OutgoingMessage.sample()
            try change(&message)
            #expect(throws: MessageError.self) { try message.encoded() }
        }
        #expect(throws: MessageError.badMessageID) { try MessageID("a" + payload + "@example.com") }
        #expect(throws: AddressError.self) { try MailAddress("a" + payload + "@example.com") }
    }

    @Test func `a header that the message writes itself is refused a second time`() throws {
        for name in ["From", "bcc", "DKIM-Signature", "Content-Type"] {
            var message = try OutgoingMessage.sample()
            message.headers = [(name, "x")]
            #expect(throws: MessageError.reservedHeader(field: name)) { try message.encoded() }
        }
    }

    @Test func `the transfer encoding is the shortest that is safe`() {
        func best(_ text: String) -> TransferEncoding { .best(for: LineEnds.canonical(text), mayBeSevenBit: true) }
        #expect(best("plain\n") == .sevenBit)
        #expect(best(String(repeating: "x", count: 999)) == .quotedPrintable)
        #expect(best("From here\n") == .quotedPrintable)
        #expect(best("café in a long English sentence that goes on") == .quotedPrintable)
        #expect(best("السلام عليكم ورحمة الله") == .base64)
        #expect(TransferEncoding.best(for: Array("plain".utf8), mayBeSevenBit: false) == .quotedPrintable)
    }

    @Test(.enabled(if: SharedData.exists("corpora/text/blns.json")))
    func `mails of random and hostile text have no defect and read back the same`() async throws {
        var random = SeededRandom(2026)
        let naughty = try SharedData.naughtyStrings()
        let names = try SharedData.lines("corpora/names/Most-Popular-Arabic-FirstNames.txt")
        var messages: [OutgoingMessage] = []
        for index in 0..<(Thorough.isAsked ? 10_000 : 1_500) {
            let subject = index < naughty.count ? naughty[index] : Self.text(&random, naughty, names)
            var message = try OutgoingMessage.sample(
                subject: Self.oneLine(subject), name: Self.oneLine(Self.text(&random, naughty, names)),
                text: Self.text(&random, naughty, names) + "\n" + Self.text(&random, naughty, names),
                html: random.next() % 3 == 0 ? "<p>" + Self.text(&random, naughty, names) : nil)
            message.headers = [("X-Note", Self.oneLine(Self.text(&random, naughty, names)))]
            messages.append(message)
        }
        let seen = try await SeenMail.read(try messages.map { try $0.encoded() })
        #expect(seen.count == messages.count)
        var wrong: [String] = []
        for (message, mail) in zip(messages, seen) {
            let text = String(decoding: LineEnds.canonical(message.text ?? ""), as: UTF8.self)
            let read = mail.text("text/plain") ?? ""
            let isRight =
                mail.bare == 0 && mail.longest <= 998 && mail.longest_head <= 78
                && ["Date", "From", "To", "Subject", "Message-ID"].allSatisfy { name in
                    mail.names.filter { $0 == name }.count == 1
                }
                && mail.names.count == Set(mail.names).count && mail.from.count == 1 && mail.to.count == 1
                && (read == text || read == text + "\r\n")
            if !isRight || !mail.defects.isEmpty {
                wrong.append("\(message.subject.debugDescription) \(mail.defects) \(mail.longest_head)")
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
    }

    @Test(.enabled(if: SharedData.exists("corpora/names/ar2en.txt")))
    func `every Arabic name comes back from subject and display name, in Python and in Perl`() async throws {
        let all = try SharedData.lines("corpora/names/ar2en.txt").map { String($0.prefix { $0 != "\t" }) }
        #expect(all.count > 15_000)
        let names = Thorough.isAsked ? all : stride(from: 0, to: all.count, by: 12).map { all[$0] }
        let mails = try names.map { name in try OutgoingMessage.sample(subject: name, name: name).encoded() }
        let seen = try await SeenMail.read(mails)
        let wrong = zip(names, seen).filter { name, mail in
            mail.subject != name || mail.to != [[name, "to@example.com"]]
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
        #expect(seen.allSatisfy { $0.defects.isEmpty && $0.longest_head <= 78 })
        let folder = try MailFolder()
        let subjects = mails.map { mail in
            let text = String(decoding: mail.bytes, as: UTF8.self)
            return text.components(separatedBy: "\r\nSubject: ")[1].components(separatedBy: "\r\nMessage-ID")[0]
                .replacingOccurrences(of: "\r\n", with: "")
        }
        let read = try await Tool.run(
            "/usr/bin/perl", ["-MEncode", "-ne", "chomp; print encode('UTF-8', decode('MIME-Header', $_)), \"\\n\""],
            input: Data(subjects.joined(separator: "\n").utf8), folder: folder)
        #expect(String(decoding: read, as: UTF8.self).split(separator: "\n").map(String.init) == names)
    }

    @Test func `a message to many, prepared, reads as the same message built alone`() throws {
        var random = SeededRandom(7)
        let pieces = [
            "<p>السيد ", " — ", "</p>\n<p>يسرنا في شركة أنوال أن نقدم لكم خدمات التوظيف والتدريب</p>", "\n", "x", "",
            "<a href=\"https://t/", "\">رابط</a>",
        ]
        let values = ["أحمد", "a<b & \"c\" 'd'", "", "x", "سارة الزهراني", "line\nbreak", "tail "]
        for isArabic in [true, false] {
            let constants = isArabic ? pieces : pieces.map { $0.filter(\.isASCII) + " plain English words = here." }
            let prepared = PreparedText(constants: constants)
            #expect(prepared.encoding == (isArabic ? .base64 : .quotedPrintable))
            for _ in 0..<300 {
                var joined: [UInt8] = []
                var steps: [(inout BodyWriter) -> Void] = []
                for _ in 0..<Int(random.next() % 30) {
                    if random.next() % 2 == 0 {
                        let index = Int(random.next() % UInt64(constants.count))
                        joined += LineEnds.canonical(constants[index])
                        steps.append { $0.constant(index) }
                    } else {
                        let value = values[Int(random.next() % UInt64(values.count))]
                        joined += LineEnds.canonical(value)
                        steps.append { $0.plain(value) }
                    }
                }
                var body = BodyWriter(prepared, ByteSink())
                for step in steps { step(&body) }
                body.finish(isInside: true)
                let sink = body.release()
                var alone = ByteSink()
                var encoder = TextEncoder(prepared.encoding)
                joined.withUnsafeBufferPointer { encoder.append($0, to: &alone) }
                encoder.finish(to: &alone, isInside: true)
                #expect(sink.bytes == alone.bytes)
            }
        }
    }

    @Test func `a prepared mail is right for another parser, with values escaped for where they stand`() async throws {
        var pattern = try OutgoingMessage.sample()
        pattern.replyTo = [NamedAddress("الرد", try MailAddress("reply@example.com"))]
        pattern.listID = .init(id: "autumn.example.com")
        let text = PreparedText(constants: ["السلام عليكم ", "\nمع التحية"])
        let html = PreparedText(constants: [
            "<p dir=\"rtl\">السلام عليكم <bdi>", "</bdi></p><a href=\"https://t.example.com/c?n=", "\">رابط</a>",
        ])
        let prepared = try PreparedMessage(pattern, text: text, html: html)
        let name = "A<b> & \"c\"\n{{email}}"
        let mails = try (0..<1_000).map { index in
            try prepared.encoded(
                for: .init(
                    to: NamedAddress("شخص \(index)", try MailAddress("to\(index)@example.com")),
                    subject: "عرض \(index)",
                    messageID: try MessageID("\(index)@example.com"), date: Date(timeIntervalSince1970: 0),
                    unsubscribe: .init(
                        url: "https://t.example.com/u/\(index)", mailto: try MailAddress("out@example.com")))
            ) {
                $0.constant(0)
                $0.plain(name)
                $0.constant(1)
            } html: {
                $0.constant(0)
                $0.html(name)
                $0.constant(1)
                $0.url(name)
                $0.constant(2)
                $0.constant(99)
            }
        }
        let seen = try await SeenMail.read(mails)
        #expect(seen.count == 1_000)
        for (index, mail) in seen.enumerated() {
            try #require(mail.defects.isEmpty && mail.bare == 0 && mail.longest_head <= 78)
            try #require(mail.subject == "عرض \(index)" && mail.message_id == "<\(index)@example.com>")
            try #require(mail.unsubscribe == "<https://t.example.com/u/\(index)>, <mailto:out@example.com>")
            try #require(mail.post == "List-Unsubscribe=One-Click" && mail.list_id == "<autumn.example.com>")
            try #require(mail.text("text/plain") == "السلام عليكم A<b> & \"c\"\r\n{{email}}\r\nمع التحية")
            try #require(
                mail.text("text/html")
                    == "<p dir=\"rtl\">السلام عليكم <bdi>A&lt;b&gt; &amp; &#34;c&#34;\r\n{{email}}</bdi></p>"
                    + "<a href=\"https://t.example.com/c?n=A%3Cb%3E%20%26%20%22c%22%0A%7B%7Bemail%7D%7D\">رابط</a>")
        }
    }

    @Test func `a message from elsewhere is taken only with whole line ends and lines that are not too long`() throws {
        let long = String(repeating: "x", count: 998)
        #expect(try EncodedMessage(validating: Array("a: b\r\n\r\n\(long)".utf8)).bytes.suffix(2) == [0x0D, 0x0A])
        #expect(
            try !EncodedMessage(validating: Array("a\r\n".utf8)).is8Bit
                && EncodedMessage(validating: Array("é\r\n".utf8)).is8Bit)
        for text in ["a\n", "a\r", "a\r\n.\n", "\n", "a\r\r\n", "a\n\r\n"] {
            #expect(throws: MessageError.bareLineEnd) { try EncodedMessage(validating: Array(text.utf8)) }
        }
        for text in [long + "x", long + "x\r\n", "a\r\n" + long + "x\r\nb"] {
            #expect(throws: MessageError.lineTooLong) { try EncodedMessage(validating: Array(text.utf8)) }
        }
    }

    @Test func `a date is right in every zone and every month`() {
        func text(_ seconds: Double, _ offset: Int) -> String {
            var sink = ByteSink()
            MailDate.write(Date(timeIntervalSince1970: seconds), offsetMinutes: offset, to: &sink)
            return String(decoding: sink.bytes, as: UTF8.self)
        }
        #expect(text(951_782_400, 0) == "Tue, 29 Feb 2000 00:00:00 +0000")
        #expect(text(1_795_000_000, 180) == "Wed, 18 Nov 2026 14:06:40 +0300")
        #expect(text(1_741_000_000, 0) == "Mon, 3 Mar 2025 11:06:40 +0000")
        #expect(text(4_107_542_399, -570).hasSuffix("-0930"))
        #expect(text(.infinity, 0).contains("9999"))
        #expect(text(-1e300, -60).contains("1970"))
    }

    /// The formatter of the system as witness.
    @Test func `ten thousand dates are those of the calendar`() {
        var random = SeededRandom(4)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, d MMM yyyy HH:mm:ss Z"
        for _ in 0..<(Thorough.isAsked ? 10_000 : 500) {
            let date = Date(timeIntervalSince1970: Double(random.next() % 250_000_000_000))
            var sink = ByteSink()
            MailDate.write(date, offsetMinutes: 0, to: &sink)
            #expect(String(decoding: sink.bytes, as: UTF8.self) == formatter.string(from: date))
        }
    }

    private static func text(_ random: inout SeededRandom, _ naughty: [String], _ names: [String]) -> String {
        (0..<Int(random.next() % 6) + 1).map { _ in
            let source = random.next() % 3 == 0 ? naughty : names
            return source[Int(random.next() % UInt64(source.count))]
        }.joined(separator: " ")
    }

    /// What the header rule would refuse is tested above.
    private static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { !"\r\n\0\u{2028}\u{2029}\u{85}".unicodeScalars.contains($0) }))
    }
}
