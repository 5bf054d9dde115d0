import Foundation
import MailSMTP
import MailTesting
import Store
import Synchronization

@testable import Growth

/// A team with a mailbox at a server of the test, a template, and companies with addresses.
struct CampaignBench: Sendable {
    let sales: SalesBench
    let server: SMTPTestServer
    let mailbox: Mailbox
    let template: EmailTemplate
    let clock: AdjustableClock

    var platform: Platform { sales.platform }
    var store: any DocumentStore { sales.store }
    var manager: Principal { sales.manager }
    var campaigns: Campaigns { platform.campaigns }
    var links: MailLinks { MailLinks(base: "https://growth.example.sa", secret: platform.secret) }

    static let html = """
        <p>السادة {{companyName}}</p><p><a href="https://example.sa/offer">العرض</a></p>
        <p>{{postalAddress}} <a href="{{unsubscribeUrl}}">إلغاء الاشتراك</a></p>
        """

    static func with(
        _ options: SMTPTestServer.Options = SMTPTestServer.Options(), html: String = html,
        _ body: (CampaignBench) async throws -> Void
    ) async throws {
        let server = try await SMTPTestServer.start(options)
        let clock = AdjustableClock()
        try await SalesBench.with(now: { clock.now() }) { sales in
            let platform = sales.platform
            try await platform.settings.change(by: .console) { settings in
                settings.branding.address = "الرياض، حي العليا"
                settings.branding.companyName = "أنوال"
            }
            var draft = Mailboxes.Draft([
                "name": "المبيعات", "email": "sales@anwal.example", "smtpHost": "127.0.0.1",
                "smtpPort": "\(server.port)",
                "smtpSecurity": "none",
            ])
            draft.isDefault = true
            let mailbox = try await platform.mailboxes.create(draft, by: .console)
            var text = Templates.Draft()
            (text.name, text.subject, text.htmlContent) = ("عرض", "عرض لـ {{companyName|شركتكم}}", html)
            let template = try await platform.templates.create(text, by: sales.manager)
            try await body(
                CampaignBench(sales: sales, server: server, mailbox: mailbox, template: template, clock: clock))
        }
        try await server.stop()
    }

    /// Companies with an address each: `c0@firm0.example`…
    func companies(_ count: Int, from first: Int = 0, _ change: (Int, inout Company) -> Void = { _, _ in }) async throws
    {
        var companies: [Company] = []
        var points: [ContactPoint] = []
        for number in first..<(first + count) {
            var company = Company()
            company.nameAr = "شركة \(number)"
            change(number, &company)
            var point = ContactPoint()
            (point.entityType, point.entityId, point.companyId) = (.company, company.id.raw, company.id)
            (point.contactType, point.contactValue) = (.email, "c\(number)@firm\(number).example")
            point.normalizedValue = point.contactValue
            companies.append(company)
            points.append(point)
        }
        try await store.insert(companies)
        try await store.insert(points)
    }

    func segment(_ filters: String? = nil) async throws -> Segment {
        var draft = Segments.Draft()
        draft.name = "كل الشركات"
        draft.filters = try filters.map { try Value(json: $0) }
        return try await platform.segments.create(draft, by: manager)
    }

    /// A draft with its list made.
    func campaign(_ change: (inout Campaigns.Draft) -> Void = { _ in }) async throws -> Campaign {
        var draft = Campaigns.Draft()
        draft.name = "حملة الخريف"
        draft.segmentId = try await segment().id.description
        draft.templateId = template.id.description
        draft.mailboxIds = [mailbox.id.description]
        change(&draft)
        let campaign = try await campaigns.create(draft, by: manager)
        try await campaigns.makeRecipients(campaign.id, by: manager)
        try await platform.jobs.runUntilIdle()
        return try await campaigns.get(campaign.id)
    }

    func delivery(connections: Int = 4) throws -> Delivery {
        Delivery(platform, links: links, client: try SMTPClient(), connections: connections)
    }

    func rows(_ campaign: Campaign) async throws -> [CampaignRecipient] {
        try await store.find(Query(.equals("campaignId", Value(campaign.id))))
    }

    /// How often each address was written to.
    var received: [String: Int] { server.mails.reduce(into: [:]) { $0[$1.recipients[0], default: 0] += 1 } }
}

/// A clock that tests put forward and back; moves on by a millisecond at every look.
final class AdjustableClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_795_000_000))

    func now() -> Date {
        time.withLock {
            $0 += 0.001
            return $0
        }
    }

    func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
}
