import Foundation
import Growth
import HTTPTypes
import Store

@testable import Web

/// A site whose manager has a mailbox, a template, and companies with addresses to write to.
struct CampaignSite: Sendable {
    let site: Site
    let manager: Browsing
    let segment: String
    let template: String
    let mailbox: String

    static let html = """
        <p>{{companyName}}</p><a href="https://anwal.example/offer">x</a><a href="https://anwal.example/{{city|none}}">y</a>
        <p>{{postalAddress}} <a href="{{unsubscribeUrl}}">u</a></p>
        """

    static func with(
        companies: Int = 3, _ body: @Sendable (CampaignSite) async throws -> Void
    ) async throws {
        try await Site.with { site in
            let platform = site.platform
            try await platform.settings.change(by: .console) { $0.branding.address = "الرياض" }
            let mailbox = try await platform.mailboxes.create(
                Mailboxes.Draft(["name": "المبيعات", "email": "sales@anwal.example", "smtpHost": "127.0.0.1"]),
                by: .console)
            var draft = Templates.Draft()
            (draft.name, draft.subject, draft.htmlContent) = ("عرض", "عرض", html)
            let template = try await platform.templates.create(draft, by: .console)
            var whole = Segments.Draft()
            whole.name = "الكل"
            let segment = try await platform.segments.create(whole, by: .console)
            for number in 0..<companies {
                var company = Company()
                company.nameAr = "شركة \(number)"
                var point = ContactPoint()
                (point.entityType, point.entityId, point.companyId) = (.company, company.id.raw, company.id)
                (point.contactType, point.contactValue) = (.email, "c\(number)@firm\(number).example")
                point.normalizedValue = point.contactValue
                try await platform.store.insert(company)
                try await platform.store.insert(point)
            }
            let manager = try await site.browser(.manager)
            try await body(
                CampaignSite(
                    site: site, manager: manager, segment: segment.id.description, template: template.id.description,
                    mailbox: mailbox.id.description))
        }
    }

    var draft: Value {
        [
            "name": "الخريف", "segmentId": .string(segment), "templateId": .string(template),
            "mailboxIds": .array([.string(mailbox)]),
        ]
    }

    /// A campaign whose list is made, by its id.
    func listed() async throws -> String {
        let id = try await manager.json(.post, "/api/campaigns", draft).value().object?["_id"]?.string ?? ""
        _ = try await manager.json(.post, "/api/campaigns/\(id)/recipients")
        try await site.platform.jobs.runUntilIdle()
        return id
    }

    /// The rows of a started campaign whose mails went out an hour ago.
    func sent() async throws -> [CampaignRecipient] {
        let id = try await listed()
        _ = try await manager.json(.post, "/api/campaigns/\(id)/schedule")
        let own = Filter.equals("campaignId", .id(ObjectID(id) ?? ObjectID()))
        let at = site.platform.now().addingTimeInterval(-3_600)
        for row in try await site.platform.store.find(Query<CampaignRecipient>(own)) {
            _ = try await site.platform.store.update(
                CampaignRecipient.self, where: .id(row.id),
                .set("status", "sent").set("sentAt", .date(at)).set("trackingId", .string(row.id.description)))
        }
        return try await site.platform.store.find(Query(own))
    }
}
