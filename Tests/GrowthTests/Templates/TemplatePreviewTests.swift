import Foundation
import MailMIME
import MailSMTP
import MailTesting
import Store
import Testing

@testable import Growth

@Suite struct TemplatePreviewTests {
    private let base = "https://growth.example.sa"

    @Test func `a preview is the mail that a campaign delivers, but for its own addresses`() async throws {
        try await CampaignBench.with { bench in
            try await bench.companies(1) { _, company in company.city = "الرياض" }
            let campaign = try await bench.campaign()
            _ = try await bench.campaigns.schedule(campaign.id, at: nil, by: bench.manager)
            try await bench.delivery().runUntilIdle()
            let sent = try ParsedMessage(try #require(bench.server.mails.first).bytes)
            let company = try #require(try await bench.store.find(Query<Company>()).first)
            let preview = try await bench.platform.templates.preview(
                bench.template, for: .record(.companies, company.id.raw), base: base)
            #expect(preview.subject == sent.subject && preview.subject.contains("شركة 0"))
            func bare(_ html: String?) -> String {
                (html ?? "").replacing(#/<img [^>]*>/#, with: "").replacing(#/href="[^"]*"/#, with: "")
            }
            #expect(bare(preview.html) == bare(sent.html))
            #expect(preview.html.contains("https://example.sa/offer") && !preview.html.contains("<img"))
            #expect(preview.missing == [] && preview.skipReason == nil && preview.bytes > 500)
        }
    }

    @Test func `a preview says what a recipient lacks, and who would get no mail`() async throws {
        try await CampaignBench.with { bench in
            let empty = try await bench.platform.templates.preview(bench.template, for: .empty, base: base)
            #expect(empty.missing == [.companyName])
            let full = try await bench.platform.templates.preview(bench.template, for: .full, base: base)
            #expect(full.missing == [] && full.text.contains("شركة أفق البناء"))
            let company = try await bench.sales.company("بلا بريد")
            let preview = try await bench.platform.templates.preview(
                bench.template, for: .record(.companies, company.id.raw), base: base)
            #expect(preview.skipReason == .missingEmail && preview.text.contains("بلا بريد"))
            await #expect(throws: RecordError.notFound) {
                try await bench.platform.templates.preview(
                    bench.template, for: .record(.companies, ObjectID()), base: base)
            }
        }
    }

    @Test(arguments: StarterTemplate.all.map(\.id))
    func `a template to begin with has no problem, and lacks nothing for somebody unknown`(_ id: String) async throws {
        try await CampaignBench.with { bench in
            let starter = try #require(StarterTemplate.find(id))
            var draft = Templates.Draft()
            (draft.name, draft.subject, draft.language) = (starter.name, starter.subject, starter.language.rawValue)
            (draft.htmlContent, draft.textContent) = (starter.html, starter.text)
            let template = try await bench.platform.templates.create(draft, by: bench.manager)
            for recipient in [PreviewRecipient.full, .empty] {
                let preview = try await bench.platform.templates.preview(template, for: recipient, base: base)
                #expect(preview.problems == [] && preview.missing == [])
                #expect(!preview.html.contains("{{") && !preview.text.contains("{{"))
                #expect(preview.html.contains("\(base)/u/preview") && preview.text.contains("\(base)/u/preview"))
                #expect(preview.html.contains("الرياض، حي العليا"))
            }
        }
    }

    @Test func `a test goes to a colleague through the default mailbox, marked and without unsubscribing`() async throws
    {
        try await CampaignBench.with { bench in
            let templates = bench.platform.templates
            try await templates.sendTest(
                bench.template, to: "NOURA@example.sa", as: .full, prefix: "[تجربة]", base: base,
                by: bench.manager)
            let mail = try #require(bench.server.mails.first)
            let read = try ParsedMessage(mail.bytes)
            #expect(mail.recipients == ["noura@example.sa"] && read.subject.hasPrefix("[تجربة] عرض لـ "))
            #expect(read.to.map { String(describing: $0.address) } == ["noura@example.sa"])
            #expect(read.header("List-Unsubscribe") == nil)
            #expect(try await bench.store.count(AuditLog.self, where: .equals("action", "template_tested")) == 1)
            for stranger in ["somebody@gmail.com", "noura@example.sa\r\nBcc: x@y.sa", ""] {
                await #expect(throws: InvalidFields.self) {
                    try await templates.sendTest(
                        bench.template, to: stranger, as: .full, prefix: "", base: base, by: bench.manager)
                }
            }
            #expect(bench.server.mailCount == 1)
        }
    }

    @Test func `what keeps a test from going out is told in the server's words`() async throws {
        var options = SMTPTestServer.Options()
        options.fault = { $0.point == .recipient ? .reply(550, "5.7.1 not today") : nil }
        try await CampaignBench.with(options) { bench in
            let templates = bench.platform.templates
            await #expect(throws: TemplateError.notSent("550 5.7.1 not today")) {
                try await templates.sendTest(
                    bench.template, to: "noura@example.sa", as: .empty, prefix: "", base: base, by: bench.manager)
            }
            _ = try await bench.store.update(
                Mailbox.self, where: .id(bench.mailbox.id), .set("status", "inactive"))
            await #expect(throws: TemplateError.noMailbox) {
                try await templates.sendTest(
                    bench.template, to: "noura@example.sa", as: .empty, prefix: "", base: base, by: bench.manager)
            }
            #expect(try await bench.store.count(AuditLog.self, where: .equals("action", "template_tested")) == 0)
        }
    }

    @Test func `a template in use stays, another goes and can be brought back by whoever deleted it`() async throws {
        try await CampaignBench.with { bench in
            let templates = bench.platform.templates
            try await bench.companies(1)
            _ = try await bench.campaign()
            await #expect(throws: TemplateError.inUse(["حملة الخريف"])) {
                try await templates.delete(bench.template.id, by: bench.manager)
            }
            let copy = try await templates.duplicate(bench.template.id, name: "نسخة", by: bench.manager)
            let entry = try await templates.delete(copy.id, by: bench.manager)
            await #expect(throws: RecordError.notFound) { try await templates.get(copy.id) }
            await #expect(throws: RecordError.notFound) {
                try await templates.bringBack(entry.id, by: bench.sales.noura)
            }
            #expect(try await templates.bringBack(entry.id, by: bench.manager).htmlContent == copy.htmlContent)
        }
    }
}
