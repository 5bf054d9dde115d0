import Foundation
import Growth
import Store
import Testing

@testable import Web

@Suite struct MailCardTests {
    @Test func `a company's page shows its conversations and the mails that nobody answered, the latest first`()
        async throws
    {
        try await Site.with { site in
            var company = Company()
            company.nameAr = "الأفق"
            var thread = EmailThread()
            (thread.subject, thread.companyId, thread.unreadCount) = ("عرض السعر <b>", company.id, 1)
            (thread.lastMessageAt, thread.lastDirection) = (site.clock.now, .inbound)
            var sent = EmailMessage()
            (sent.companyId, sent.toEmail, sent.status, sent.trackingId) = (company.id, "info@ofoq.sa", .opened, "t1")
            sent.sentAt = site.clock.now.addingTimeInterval(60)
            try await site.platform.store.insert(company)
            try await site.platform.store.insert(thread)
            try await site.platform.store.insert(sent)
            let text = try await site.browser(.viewer).get("/companies/\(company.id)").text
            let card = try #require(text.range(of: "mails-title")).upperBound
            let opened = try #require(text.range(of: "فُتحت", range: card..<text.endIndex))
            let subject = try #require(text.range(of: "عرض السعر &lt;b&gt;", range: card..<text.endIndex))
            #expect(opened.lowerBound < subject.lowerBound && text[card...].contains("غير مقروءة"))
        }
    }
}
