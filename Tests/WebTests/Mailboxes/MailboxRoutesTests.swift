import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import MailTesting
import Store
import Testing

@testable import Web

@Suite struct MailboxRoutesTests {
    private static let canary = "canary-f00d-كلمة"

    private func make(
        _ admin: Browsing, _ more: [String: Value] = [:]
    ) async throws -> (id: String, answer: TestResponse) {
        var body: Document = [
            "name": "المبيعات", "email": "sales@example.sa", "smtpHost": "smtp.example.sa", "smtpPort": 587,
            "smtpSecurity": "starttls", "imapHost": "imap.example.sa", "smtpPassword": .string(Self.canary),
            "imapPassword": .string(Self.canary), "dailyCap": 200, "hourlyCap": 50,
        ]
        for (key, value) in more { body[key] = value }
        let answer = try await admin.json(.post, "/api/mailboxes", .object(body))
        return (try answer.value().object?["_id"]?.string ?? "", answer)
    }

    @Test func `a password goes in and never comes out, and blank keeps it while null clears it`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let (id, made) = try await make(admin)
            #expect(made.status == .created && !made.text.contains("canary") && !made.text.contains("Encrypted"))
            func has(_ direction: String) async throws -> Bool? {
                try await admin.get("/api/mailboxes/\(id)").value().object?["hasPassword"]?.object?[direction]?.bool
            }
            #expect(try await has("smtp") == true)
            #expect(try await has("imap") == true)
            #expect(
                try await admin.json(.patch, "/api/mailboxes/\(id)", ["name": "x", "smtpPassword": ""]).status == .ok)
            #expect(try await has("smtp") == true)
            let moved = try await admin.json(.patch, "/api/mailboxes/\(id)", ["smtpHost": "evil.example"])
            #expect(moved.status == .unprocessableContent && moved.text.contains("smtpPassword"))
            #expect(try await admin.json(.patch, "/api/mailboxes/\(id)", ["smtpPassword": .null]).status == .ok)
            #expect(try await has("smtp") == false)
            #expect(try await has("imap") == true)
            let wrong = try await admin.json(
                .patch, "/api/mailboxes/\(id)",
                ["smtpPasswordEncrypted": "v1.x", "health": ["a": 1], "isDefault": "yes"])
            #expect(wrong.status == .unprocessableContent)
            #expect(try await admin.json(.delete, "/api/mailboxes/\(id)").status == .noContent)
            #expect(try await admin.get("/api/mailboxes/\(id)").status == .notFound)
        }
    }

    @Test func `no answer of any route holds a mailbox's password, whoever asks`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let (id, _) = try await make(admin)
            let stored = try await site.platform.mailboxes.get(try #require(EntityID<Mailbox>(id)))
            let sealed = try #require(stored.smtpPasswordEncrypted)
            let signed = try await site.platform.mailboxes.sign(stored.id, .init(), by: .console)
            let key = try #require(signed.dkimKeyEncrypted)
            for role in User.Role.known {
                let browsing = try await site.browser(role)
                for endpoint in Web.Router.endpoints where endpoint.method == .get {
                    let path =
                        endpoint.path.contains("mailboxes")
                        ? endpoint.path.replacing("{id}", with: id) : filled(endpoint.path)
                    if case .events = endpoint.output { continue }
                    let text = try await browsing.get(path).text
                    #expect(!text.contains("canary") && !text.contains(sealed), "\(role) \(path)")
                    #expect(!text.contains(key) && !text.contains("-----BEGIN"), "\(role) \(path)")
                    site.clock.advance(by: 61)
                }
                let changed = try await browsing.post("/mailboxes/\(id)", [("name", ""), ("smtpPassword", "canary-2")])
                #expect(!changed.text.contains("canary"))
            }
            let everything = try await site.everything()
            #expect(everything.contains(sealed) && !everything.contains("canary"))
        }
    }

    @Test func `a mailbox signs with a key that is made or brought along, and shows the record`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin), manager = try await site.browser(.manager)
            let (id, _) = try await make(admin)
            let path = "/mailboxes/\(id)"
            #expect(try await admin.get(path).text.contains("غير موقَّعة هنا"))
            let refused = try await admin.post("\(path)/signing", [("selector", "s1"), ("key", "no key")])
            #expect(refused.status == .unprocessableContent && refused.text.contains("ليس مفتاحا"))
            #expect(try await admin.post("\(path)/signing", [("selector", "s1")]).status == .seeOther)
            let page = try await admin.get(path).text
            #expect(page.contains("s1._domainkey.example.sa") && page.contains("v=DKIM1; k=rsa; p="))
            let again = try await admin.json(.put, "/api\(path)/signing", ["selector": "s2"])
            let made = try again.value().object
            #expect(again.status == .ok && made?["name"]?.string == "s2._domainkey.example.sa")
            #expect(try await admin.get("/api\(path)/signing").value().object == made)
            #expect(
                try await admin.json(.put, "/api\(path)/signing", ["domain": "evil.example"]).status
                    == .unprocessableContent)
            #expect(try await manager.json(.put, "/api\(path)/signing", [:]).status == .forbidden)
            #expect(try await admin.post("\(path)/signing/end").status == .seeOther)
            #expect(try await admin.get("/api\(path)/signing").status == .notFound)
        }
    }

    @Test func `managers see names, addresses and health, and sales nothing`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin), manager = try await site.browser(.manager)
            let (id, _) = try await make(admin)
            let list = try await manager.get("/api/mailboxes")
            #expect(list.text.contains("sales@example.sa") && list.text.contains("\"unknown\""))
            #expect(!list.text.contains("smtp.example.sa"))
            #expect(try await manager.get("/api/mailboxes/\(id)").status == .forbidden)
            let page = try await manager.get("/mailboxes")
            #expect(page.text.contains("sales@example.sa") && !page.text.contains("/mailboxes/\(id)"))
            let sales = try await site.browser(.sales)
            #expect(try await sales.get("/mailboxes").status == .forbidden)
        }
    }

    @Test func `a check says of each direction what failed and what to do, in the reader's language`() async throws {
        try await Site.with { site in
            var options = SMTPTestServer.Options()
            options.users = ["sales@example.sa": Self.canary]
            var reading = IMAPTestServer.Options()
            reading.users = ["sales@example.sa": "another"]
            let smtp = try await SMTPTestServer.start(options), imap = try await IMAPTestServer.start(reading)
            let admin = try await site.browser(.admin)
            let (id, _) = try await make(
                admin,
                [
                    "smtpHost": "127.0.0.1", "smtpPort": .int(smtp.port), "smtpSecurity": "none",
                    "imapHost": "127.0.0.1", "imapPort": .int(imap.port), "imapSecurity": "none",
                ])
            let answer = try await admin.json(.post, "/api/mailboxes/\(id)/check").value().object
            #expect(answer?["smtp"]?.object?["isWell"]?.bool == true)
            let trouble = answer?["imap"]?.object
            #expect(trouble?["code"]?.string == "sign_in_refused" && trouble?["step"]?.string == "signIn")
            #expect(trouble?["sentence"]?.string?.contains("كلمة المرور") == true)
            let part = try await admin.send(
                .post, "/mailboxes/\(id)/check",
                [
                    .contentType: "application/x-www-form-urlencoded", .origin: "http://localhost",
                    .hxRequest: "true", .csrfToken: admin.csrf ?? "",
                ], "")
            #expect(part.status == .ok && !part.text.contains("<html") && part.text.contains("عند تسجيل الدخول"))
            #expect(try await admin.post("/mailboxes/\(id)/check").status == .seeOther)
            #expect(try await admin.get("/mailboxes/\(id)").text.contains("يرفض"))
            try await smtp.stop()
            try await imap.stop()
        }
    }

    @Test func `the pages connect, show, change and delete a mailbox`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            #expect(try await admin.get("/mailboxes").text.contains("لا حسابات بريد بعد"))
            let form = try await admin.get("/mailboxes/new?provider=google").text
            #expect(form.contains("smtp.gmail.com") && form.contains("كلمة مرور تطبيق"))
            let refused = try await admin.post("/mailboxes", [("name", "م"), ("email", "x"), ("smtpPort", "0")])
            #expect(refused.status == .unprocessableContent && refused.text.contains("القيمة المقبولة"))
            let made = try await admin.post(
                "/mailboxes",
                [
                    ("name", "المبيعات"), ("email", "a@gmail.com"), ("provider", "google"),
                    ("smtpPassword", Self.canary), ("samePassword", "true"), ("imapHost", "imap.gmail.com"),
                    ("window", "custom"), ("days", "su"), ("from", "09:00"), ("to", "12:00"), ("minGapSeconds", "20"),
                ])
            let path = made.headers[.location] ?? ""
            #expect(made.status == .seeOther && path.hasPrefix("/mailboxes/"))
            let page = try await admin.get(path).text
            #expect(page.contains("الأحد") && page.contains("من ") && page.contains("كلمة المرور محفوظة"))
            let id = try #require(EntityID<Mailbox>(String(path.dropFirst("/mailboxes/".count))))
            let stored = try await site.platform.mailboxes.get(id)
            #expect(stored.imapPasswordEncrypted != nil && stored.sendWindow?.from == "09:00")
            let campaign = try await admin.get("/campaigns/new").text
            #expect(campaign.contains("value=\"09:00\"") && campaign.contains("value=\"12:00\""))
            let kept = try await admin.post(path, [("name", "الدعم"), ("window", "any_time"), ("smtpPassword", "")])
            #expect(kept.status == .seeOther)
            let again = try await site.platform.mailboxes.get(id)
            #expect(again.name == "الدعم" && again.sendWindow == nil && again.minGapSeconds == 20)
            #expect(again.smtpPasswordEncrypted == stored.smtpPasswordEncrypted)
            #expect(try await admin.post("\(path)/deactivate").status == .seeOther)
            #expect(try await admin.post("\(path)/default").status == .conflict)
            #expect(try await admin.post("\(path)/activate").status == .seeOther)
            #expect(try await admin.post("\(path)/delete").headers[.location] == "/mailboxes")
        }
    }

    @Test func `a mailbox that needs its password shows on the dashboard and on its page`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            try await site.platform.store.insert(Company())
            var legacy = Mailbox()
            (legacy.name, legacy.email, legacy.smtpHost) = ("قديم", "old@example.sa", "smtp.example.sa")
            legacy.smtpPasswordEncrypted = "U2FsdGVkX1-of-another-program"
            try await site.platform.store.insert(legacy)
            try await site.platform.mailboxes.markUnreadable()
            #expect(try await admin.get("/").text.contains("حساب بريد واحد تلزمه كلمة المرور من جديد"))
            let sales = try await site.browser(.sales).get("/")
            #expect(sales.status == .ok && !sales.text.contains("تلزمه كلمة المرور"))
            #expect(try await admin.get("/mailboxes/\(legacy.id)").text.contains("اكتبها من جديد"))
            #expect(try await admin.get("/mailboxes").text.contains("تلزمه كلمة المرور"))
        }
    }
}
