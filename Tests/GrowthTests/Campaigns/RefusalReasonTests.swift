import Testing

@testable import Growth

@Suite struct RefusalReasonTests {
    @Test(arguments: [
        ("550 5.1.1 <sami@firm.example> User unknown", "userUnknown", "550 5.1.1"),
        ("452 4.2.2 mailbox full", "mailboxFull", "452 4.2.2"),
        ("554 rejected", "unknown", "554"),
        (
            "550-5.7.26 This mail has been blocked because the sender is unauthenticated", "authenticationFailed",
            "550 5.7.26"
        ),
    ])
    func `a server's reply is kept in a word and its codes`(reply: String, problem: String, code: String) {
        let reason = RefusalReason(reply)
        #expect(reason.problem == problem && reason.code == code)
    }

    @Test(arguments: ["connect: timedOut", "", "12", "299 what", "رد"])
    func `what no server said is the network`(text: String) {
        #expect(RefusalReason(text).problem == "network" && RefusalReason(text).code == nil)
    }

    @Test func `a mailbox's trouble is kept without the server's words`() {
        let trouble = MailboxTrouble(kept: "mail: senderRefused 550 5.1.8")
        #expect(trouble.code == .refused && trouble.said == nil && trouble.step == "mail")
        #expect(trouble.refusal?.problem == "senderRefused" && trouble.refusal?.code == "550 5.1.8")
        let old = MailboxTrouble(kept: "535 5.7.8 hunter2 is no password")
        #expect(old.said == nil && old.refusal?.code == "535 5.7.8")
    }
}
