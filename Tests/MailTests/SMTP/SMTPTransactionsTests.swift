@testable import MailMIME
import Testing

@testable import MailSMTP

/// The conversation alone, without a socket.
@Suite struct SMTPTransactionsTests {
    private func reply(_ code: Int, _ text: String = "") -> SMTPReply { SMTPReply(code: code, lines: [text]) }

    private func capabilities(pipelining: Bool = true) -> SMTPCapabilities {
        var capabilities = SMTPCapabilities()
        capabilities.pipelining = pipelining
        return capabilities
    }

    private let envelope = "MAIL FROM:<growth@example.com>\r\nRCPT TO:<to0@example.com>\r\nDATA\r\n"

    @Test func `an envelope goes as one group, and the next with the end of the body`() throws {
        var smtp = SMTPTransactions(capabilities())
        #expect(smtp.submit(1, try .sample(0)) == [.send(envelope)])
        #expect(smtp.submit(2, try .sample(0)).isEmpty)
        #expect(smtp.received(reply(250)).isEmpty)
        #expect(smtp.received(reply(250)).isEmpty)
        #expect(smtp.received(reply(354)) == [.sendBody(1)])
        #expect(smtp.end(1) == [.send(".\r\n" + envelope)])
        #expect(smtp.awaits == .end)
        #expect(smtp.received(reply(250, "2.0.0 ok")) == [.finish(1, .accepted(reply(250, "2.0.0 ok")))])
        for code in [250, 250] { #expect(smtp.received(reply(code)).isEmpty) }
        #expect(smtp.received(reply(354)) == [.sendBody(2)])
        #expect(smtp.end(2) == [.send(".\r\n")])
        // A mail that comes while the end is unanswered goes ahead as well.
        #expect(smtp.submit(3, try .sample(0)) == [.send(envelope)])
    }

    @Test func `without PIPELINING each command waits for its answer`() throws {
        var smtp = SMTPTransactions(capabilities(pipelining: false))
        #expect(smtp.submit(1, try .sample(0)) == [.send("MAIL FROM:<growth@example.com>\r\n")])
        #expect(smtp.submit(2, try .sample(1)).isEmpty)
        #expect(smtp.received(reply(250)) == [.send("RCPT TO:<to0@example.com>\r\n")])
        let refused = Refusal(reply(550), at: .recipient)
        #expect(smtp.received(reply(550)) == [.finish(1, .refused(refused)), .send("RSET\r\n")])
        #expect(smtp.awaits == .reset)
        #expect(smtp.received(reply(250)) == [.send("MAIL FROM:<growth@example.com>\r\n")])
    }

    @Test func `after a refused envelope RSET goes before the next MAIL`() throws {
        var smtp = SMTPTransactions(capabilities())
        _ = smtp.submit(1, try .sample(0))
        _ = smtp.submit(2, try .sample(0))
        _ = smtp.received(reply(250))
        _ = smtp.received(reply(550, "5.1.1 no such user"))
        let actions = smtp.received(reply(554, "5.5.1 no valid recipients"))
        #expect(
            actions == [
                .finish(1, .refused(Refusal(reply(550, "5.1.1 no such user"), at: .recipient))),
                .send("RSET\r\n" + envelope),
            ])
    }

    @Test func `a server that takes DATA for nobody gets an empty message and the mail stays refused`() throws {
        var smtp = SMTPTransactions(capabilities())
        _ = smtp.submit(1, try .sample(0))
        _ = smtp.received(reply(250))
        _ = smtp.received(reply(550, "5.1.1 no"))
        #expect(smtp.received(reply(354)) == [.send(".\r\n")])
        #expect(smtp.received(reply(250)) == [.finish(1, .refused(Refusal(reply(550, "5.1.1 no"), at: .recipient)))])
        #expect(smtp.isIdle)
    }

    @Test func `some recipients refused: the others get the mail, and the refused are named`() throws {
        var smtp = SMTPTransactions(capabilities())
        _ = smtp.submit(1, try .sample(0, to: ["a@example.com", "b@example.com"]))
        for code in [250, 250, 550, 354] { _ = smtp.received(reply(code)) }
        _ = smtp.end(1)
        let outcome = smtp.received(reply(250))
        #expect(
            outcome == [
                .finish(
                    1,
                    .accepted(
                        reply(250), refused: [try MailAddress("b@example.com"): Refusal(reply(550), at: .recipient)]))
            ])
    }

    /// Every answer that a server may give at every place, and a break at every place: a mail ends once, and rightly.
    @Test func `a mail has exactly one outcome whatever the server says`() throws {
        let codes = [220, 250, 354, 421, 450, 451, 550, 554]
        for pipelining in [true, false] {
            var random = SeededRandom(3)
            for _ in 0..<3_000 {
                var smtp = SMTPTransactions(capabilities(pipelining: pipelining))
                var outcomes: [Int: [SendOutcome]] = [:]
                var dotted: Set<Int> = []
                var bodies: [Int] = []
                func note(_ actions: [SMTPTransactions.Action]) {
                    for action in actions {
                        if case .finish(let number, let outcome) = action {
                            outcomes[number, default: []].append(outcome)
                        }
                        if case .sendBody(let number) = action { bodies.append(number) }
                    }
                }
                for number in 1...3 { note(smtp.submit(number, try .sample(number))) }
                for _ in 0..<Int(random.next() % 16) {
                    if let number = bodies.first, random.next() % 2 == 0 {
                        bodies.removeFirst()
                        dotted.insert(number)
                        note(smtp.end(number))
                    } else {
                        note(smtp.received(reply(codes[Int(random.next() % 8)])))
                    }
                }
                note(smtp.lost(SMTPError(.idle, .closed)))
                for number in 1...3 {
                    let ends = outcomes[number] ?? []
                    try #require(ends.count == 1)
                    if case .accepted = ends[0] { try #require(dotted.contains(number)) }
                    if case .lostAfterDot = ends[0] { try #require(dotted.contains(number)) }
                    if case .lostBeforeDot = ends[0] {
                        try #require(!dotted.contains(number) || !bodies.contains(number))
                    }
                }
            }
        }
    }

    @Test func `an 8-bit message goes only where 8BITMIME is offered`() throws {
        let mail = try OutgoingMail.sample(0, message: EncodedMessage(validating: Array("a: b\r\n\r\né\r\n".utf8)))
        var smtp = SMTPTransactions(capabilities())
        guard case .finish(1, .refused(let refusal)) = smtp.submit(1, mail).first else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.reply.status == EnhancedStatus(5, 6, 1))
        var offers = capabilities()
        offers.eightBitMIME = true
        smtp = SMTPTransactions(offers)
        #expect(smtp.submit(1, mail).first.map { "\($0)".contains("BODY=8BITMIME") } == true)
    }

    @Test func `what the server cannot carry is refused in its place`() throws {
        let utf8 = try OutgoingMail.sample(0, to: ["أحمد@example.com"])
        var smtp = SMTPTransactions(capabilities())
        guard case .finish(1, .refused(let refusal)) = smtp.submit(1, utf8).first else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.reply.status == EnhancedStatus(5, 6, 7) && refusal.isOurs && !refusal.verdict.isTemporary)
        var offers = capabilities()
        (offers.smtpUTF8, offers.eightBitMIME) = (true, true)
        smtp = SMTPTransactions(offers)
        #expect(
            smtp.submit(1, utf8) == [
                .send("MAIL FROM:<growth@example.com> SMTPUTF8\r\nRCPT TO:<أحمد@example.com>\r\nDATA\r\n")
            ])
        offers.maxMessageBytes = 10
        smtp = SMTPTransactions(offers)
        guard case .finish(_, .refused(let tooBig)) = smtp.submit(1, try .sample()).first else {
            Issue.record("not refused")
            return
        }
        #expect(tooBig.reply.status == EnhancedStatus(5, 3, 4))
    }
}
