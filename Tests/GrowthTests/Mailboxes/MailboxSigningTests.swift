import Foundation
import MailMIME
import MailTesting
import Store
import Testing

@testable import Growth

@Suite struct MailboxSigningTests {
    @Test func `mails of a mailbox with a key are signed, and those of another are not`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(2)
            func send() async throws {
                let campaign = try await bench.campaign()
                _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
                try await bench.delivery().runUntilIdle()
            }
            try await send()
            #expect(bench.server.mails.allSatisfy { $0.header("DKIM-Signature") == nil })
            let signed = try await bench.platform.mailboxes.sign(bench.mailbox.id, .init(), by: .console)
            #expect(signed.dkim?.name == "anwal._domainkey.anwal.example")
            #expect(signed.dkim?.record.hasPrefix("v=DKIM1; k=rsa; p=") == true)
            try await send()
            let mails = bench.server.mails.dropFirst(2)
            #expect(mails.count == 2)
            for mail in mails {
                let head = String(decoding: mail.bytes, as: UTF8.self).replacing("\r\n\t", with: "")
                #expect(head.hasPrefix("DKIM-Signature: v=1; a=rsa-sha256;"))
                #expect(head.contains("d=anwal.example;") && head.contains("s=anwal;"))
                #expect(head.contains("list-unsubscribe:") && head.contains("list-unsubscribe-post:"))
            }
        }
    }

    @Test func `a key is sealed, sealed anew with the secret, and gone when signing ends`() async throws {
        try await SalesBench.with { bench in
            let mailboxes = bench.platform.mailboxes
            let made = try await mailboxes.create(
                Mailboxes.Draft(["name": "المبيعات", "email": "sales@mail.example.sa"]), by: .console)
            let pem = try DKIMSigner.newKeyPEM()
            var signing = Mailboxes.Signing()
            (signing.domain, signing.selector, signing.key) = ("Example.SA", "k2026", HiddenText(pem))
            let signed = try await mailboxes.sign(made.id, signing, by: .console)
            let sealed = try #require(signed.dkimKeyEncrypted)
            #expect(sealed.hasPrefix("v1.") && signed.dkim?.domain == "example.sa")
            let newSecret = InstallSecret("another secret of 32 bytes or more, for this test")
            let secrets = Secrets(store: bench.store, secret: newSecret, previous: bench.platform.secret)
            let report = try await SecretRotation(store: bench.store, secrets: secrets).run()
            #expect(report.resealed == 1 && report.left == 0)
            let moved = Mailboxes(
                store: bench.store, secrets: secrets, audit: bench.platform.audit, now: bench.platform.now)
            let again = try await moved.get(made.id)
            #expect(again.dkimKeyEncrypted != sealed)
            #expect(try await moved.signer(of: again)?.record == signed.dkim?.record)
            await #expect(throws: SecretError.unreadable) { try await mailboxes.signer(of: again) }
            #expect(try await mailboxes.markUnreadable() == 1)
            let ended = try await mailboxes.unsign(made.id, by: .console)
            #expect(ended.dkim == nil && ended.dkimKeyEncrypted == nil)
        }
    }

    @Test(arguments: [
        ("anwal", "anwal2"), ("k2026", "k2027"), ("s09", "s10"), ("9999999999", "91000000000"), ("k٩", "k٩2"),
    ])
    func `a new key has a selector that the one before it has not`(before: String, after: String) {
        var mailbox = Mailbox()
        #expect(mailbox.nextSelector == "anwal")
        var signing = Mailbox.Signing()
        signing.selector = before
        mailbox.dkim = signing
        #expect(mailbox.nextSelector == after)
    }

    @Test(arguments: [
        ("other.example", "s", "", "domain"), ("sa", "s", "", "domain"), ("example.sa", "a b", "", "selector"),
        ("example.sa", "s", "no key", "key"),
    ])
    func `what cannot sign for the address is refused at its field`(
        domain: String, selector: String, key: String, field: String
    ) async throws {
        try await SalesBench.with { bench in
            let made = try await bench.platform.mailboxes.create(
                Mailboxes.Draft(["name": "المبيعات", "email": "sales@example.sa"]), by: .console)
            var signing = Mailboxes.Signing()
            (signing.domain, signing.selector) = (domain, selector)
            signing.key = key.isEmpty ? nil : HiddenText(key)
            do {
                _ = try await bench.platform.mailboxes.sign(made.id, signing, by: .console)
                Issue.record("accepted")
            } catch let error as InvalidFields {
                #expect(Array(error.problems.keys) == [field])
            }
        }
    }
}
