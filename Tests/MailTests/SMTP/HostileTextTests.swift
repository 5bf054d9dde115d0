import Foundation
import MailTesting
import Testing

@testable import MailMIME
@testable import MailSMTP

/// Text that breaks programs, from the builder through the wire to another parser.
@Suite(.enabled(if: SharedData.exists("corpora/text/blns.json"), "the strings lie in ../shared/corpora"))
struct HostileTextTests {
    private static let payloads = [
        "\r\nBcc: evil@example.net", "\nRCPT TO:<evil@example.net>", "\r\n.\r\nMAIL FROM:<evil@example.net>",
        "\rX-Evil: 1", "\0",
        "\u{2028}X-Evil: 1", "\u{85}X-Evil: 1", "\r\n\r\n<script>", "\n.\n", "\r\n.\r\n",
    ]

    /// Every string in each field: it is refused, or the mail has the headers and the one recipient that it should have.
    @Test func `no string in any field adds a header or a recipient`() async throws {
        let server = try await SMTPTestServer.start()
        let pool = SMTPPool(try SMTPClient(), .local(server), maxConnections: 4, maxMailsPerConnection: 10_000)
        let naughty = try SharedData.naughtyStrings()
        let strings =
            Self.payloads.flatMap { ["a" + $0, $0, $0 + "b"] }
            + (Thorough.isAsked ? naughty : naughty.enumerated().filter { $0.offset % 4 == 0 }.map(\.element))
        let fields: [(inout OutgoingMessage, String) throws -> Void] = [
            { $0.subject = $1 }, { $0.from.name = $1 }, { $0.to[0].name = $1 },
            { $0.replyTo = [NamedAddress($1, $0.from.address)] },
            { $0.headers = [("X-Note", $1)] }, { $0.listID = .init(name: $1, id: "a.example.com") },
            { $0.attachments = [.init(name: $1, bytes: [1])] }, { $0.text = $1 },
        ]
        var sent: [OutgoingMail] = []
        for (number, change) in fields.enumerated() {
            for string in strings {
                var message = try OutgoingMessage.sample()
                try change(&message, string)
                guard let encoded = try? message.encoded() else {
                    #expect(number < 7, "a text is never refused")
                    continue
                }
                sent.append(try .sample(0, message: encoded))
            }
        }
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for mail in sent { group.addTask { await pool.send(mail).isAccepted } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        await pool.close()
        #expect(accepted == sent.count && server.mailCount == sent.count)
        #expect(Set(server.mails.map(\.bytes)) == Set(sent.map(\.message.bytes)))
        #expect(server.mails.allSatisfy { $0.recipients == ["to0@example.com"] && $0.sender == "growth@example.com" })
        let allowed: Set = [
            "Date", "From", "Reply-To", "To", "Subject", "Message-ID", "List-ID", "X-Note", "MIME-Version",
            "Content-Type", "Content-Transfer-Encoding",
        ]
        for mail in try await SeenMail.read(server.mails.map { EncodedMessage(bytes: $0.bytes) }) {
            #expect(mail.names.count == Set(mail.names).count && Set(mail.names).isSubset(of: allowed))
            #expect(mail.bare == 0 && mail.longest <= 998)
        }
        try await server.stop()
    }

    @Test func `random bodies arrive as they were, dots, blanks and long lines included`() async throws {
        let server = try await SMTPTestServer.start()
        let pool = SMTPPool(try SMTPClient(), .local(server), maxConnections: 4, maxMailsPerConnection: 100_000)
        var random = SeededRandom(515)
        let pieces = [
            ".", "..", "\n", "\r\n", "\r", " ", "\t", "From ", "=", "=3D", "--", "x", "مرحبا", "é", "\0",
            String(repeating: "y", count: 300),
        ]
        let texts = (0..<(Thorough.isAsked ? 10_000 : 800)).map { _ in
            (0..<Int(random.next() % 40)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (index, text) in texts.enumerated() {
                var message = try OutgoingMessage.sample(subject: "\(index)", text: text)
                message.messageID = try MessageID("\(index)@example.com")
                let mail = try OutgoingMail.sample(index, message: message.encoded())
                group.addTask { await pool.send(mail).isAccepted }
            }
            for try await isAccepted in group { #expect(isAccepted) }
        }
        await pool.close()
        let seen = try await SeenMail.read(server.mails.map { EncodedMessage(bytes: $0.bytes) })
        #expect(seen.count == texts.count)
        for mail in seen {
            let index = try #require(mail.subject.flatMap { Int($0) })
            let text = String(decoding: LineEnds.canonical(texts[index]), as: UTF8.self)
            let read = mail.text("text/plain") ?? ""
            #expect(read == text || read == text + "\r\n", "\(text.debugDescription) \(read.debugDescription)")
            #expect(mail.bare == 0 && mail.longest <= 998)
        }
        try await server.stop()
    }
}
