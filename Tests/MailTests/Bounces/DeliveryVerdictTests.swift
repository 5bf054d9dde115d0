@testable import MailMIME
import Testing

@testable import MailSMTP

@Suite struct DeliveryVerdictTests {
    @Test func `real replies mean what they are labelled with`() {
        #expect(RealReply.all.count >= 120)
        for reply in RealReply.all {
            let verdict = Refusal(SMTPReply(code: reply.code, lines: [reply.text]), at: .recipient).verdict
            #expect(
                verdict.problem == reply.problem && verdict.isTemporary == reply.isTemporary,
                "\(reply.code) \(reply.text)")
        }
    }

    @Test(arguments: [
        (
            450,
            "4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.",
            0
        ),
        (454, "4.7.0 Temporary authentication failure: too many connections, try again in 5 minutes", 300),
        (421, "4.7.28 Our system has detected an unusual rate of mail. Please wait 90 seconds and try again", 90),
        (554, "5.7.0 Try again later", 0), (451, "4.7.1 Greylisting in action, please come back in 00:05:00", 0),
        (
            450, "4.7.1 <x>: Recipient address rejected: Greylisted, see http://example.com/help; retry after 2 hours",
            7_200
        ),
        (452, "4.3.1 Rate limit exceeded, retry in 30 sec", 30),
        (550, "5.7.0 too many messages, slow down; wait 99999 hours", 86_400),
    ])
    func `a throttle is temporary, is no fault of the address, and says how long to wait`(
        _ code: Int, _ text: String, _ seconds: Int
    ) {
        let verdict = Refusal(SMTPReply(code: code, lines: [text]), at: .recipient).verdict
        #expect(verdict.isTemporary && !verdict.isHard)
        #expect(verdict.retryAfter == (seconds == 0 ? nil : .seconds(seconds)), "\(verdict)")
    }

    @Test func `the enhanced status decides before the words, and the command that was refused counts`() {
        func problem(_ code: Int, _ text: String, _ step: SMTPError.Step) -> DeliveryProblem {
            Refusal(SMTPReply(code: code, lines: [text]), at: step).verdict.problem
        }
        #expect(problem(550, "5.2.2 no such user", .recipient) == .mailboxFull)
        #expect(problem(550, "User unknown", .recipient) == .userUnknown)
        #expect(problem(550, "User unknown", .mail) == .senderRefused)
        #expect(problem(550, "User unknown", .end) == .mailboxFilters)
        #expect(problem(550, "5.1.1 User unknown", .end) == .userUnknown)
        #expect(problem(550, "5.1.1 your mail looks like spam", .recipient) == .spam)
        #expect(problem(556, "domain takes no mail", .recipient) == .takesNoMail)
    }

    @Test func `a 4xx is never hard and an unknown 5xx is never hard`() {
        for text in ["5.1.1 unknown user", "4.1.1 unknown user", "no such user", ""] {
            #expect(!Refusal(SMTPReply(code: 450, lines: [text]), at: .recipient).verdict.isHard)
        }
        #expect(!Refusal(SMTPReply(code: 550, lines: ["no"]), at: .recipient).verdict.isHard)
    }

    @Test func `every pattern is one`() { #expect(DeliveryPhrases.groups.count == DeliveryPhrases.table.count) }
}
