import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct CampaignRoutesTests {
    @Test func `a campaign goes from a draft to its start, over the API`() async throws {
        try await CampaignSite.with { campaigns in
            let manager = campaigns.manager
            let made = try await manager.json(.post, "/api/campaigns", campaigns.draft)
            #expect(made.status == .created)
            let id = try made.value().object?["_id"]?.string ?? ""
            #expect(try await manager.json(.post, "/api/campaigns/\(id)/schedule").status == .conflict)
            #expect(try await manager.json(.post, "/api/campaigns/\(id)/recipients").status == .accepted)
            try await campaigns.site.platform.jobs.runUntilIdle()
            let counts = try await manager.get("/api/campaigns/\(id)/counts").value().object
            #expect(counts?["meant"]?.int == 3 && counts?["list"]?.isNull == true)
            let list = try await manager.get("/api/campaigns/\(id)/recipients").value().object
            #expect(list?["count"]?.int == 3)
            let check = try await manager.get("/api/campaigns/\(id)/check").value().object?["problems"]?.array ?? []
            #expect(check.allSatisfy { $0.object?["isGrave"]?.bool == false })
            let started = try await manager.json(.post, "/api/campaigns/\(id)/schedule")
            #expect(started.status == .accepted && started.text.contains("\"sending\""))
            #expect(try await manager.json(.post, "/api/campaigns/\(id)/schedule").status == .conflict)
            #expect(try await manager.json(.patch, "/api/campaigns/\(id)", ["name": "x"]).status == .conflict)
            #expect(try await manager.json(.post, "/api/campaigns/\(id)/pause").text.contains("\"paused\""))
            #expect(try await manager.json(.delete, "/api/campaigns/\(id)/pause").text.contains("\"sending\""))
            #expect(try await manager.json(.post, "/api/campaigns/\(id)/cancel").text.contains("\"archived\""))
        }
    }

    @Test func `what is wrong with a campaign is said in the reader's language, and it does not start`() async throws {
        try await CampaignSite.with { campaigns in
            let manager = campaigns.manager
            let id =
                try await manager.json(.post, "/api/campaigns", ["name": "ناقصة"]).value().object?["_id"]?.string ?? ""
            let page = try await manager.get("/campaigns/\(id)")
            #expect(page.text.contains("اختر الشريحة التي تُرسل إليها") && page.text.contains("يمنع البدء"))
            #expect(try await manager.post("/campaigns/\(id)/recipients").status == .conflict)
            let bad = try await manager.json(
                .patch, "/api/campaigns/\(id)",
                [
                    "sendWindow": ["from": "25:00"], "variants": [["subject": "", "weight": 0]],
                    "timezone": "Mars/Olympus",
                ])
            let fields = try bad.value().object?["error"]?.object?["fields"]?.object
            #expect(
                bad.status == .unprocessableContent
                    && Set(fields?.keys.map { $0 } ?? []) == ["sendWindow", "variants", "timezone"])
        }
    }

    @Test func `the pages of a campaign show what there is, from the draft to the report`() async throws {
        try await CampaignSite.with { campaigns in
            let manager = campaigns.manager
            #expect(try await manager.get("/campaigns").text.contains("لا حملات بعد"))
            let form = try await manager.get("/campaigns/new")
            #expect(form.text.contains(campaigns.segment) && form.text.contains("sales@anwal.example"))
            let made = try await manager.post(
                "/campaigns",
                [
                    ("name", "حملة الربيع"), ("segmentId", campaigns.segment), ("templateId", campaigns.template),
                    ("mailboxIds", campaigns.mailbox), ("window", "custom"), ("days", "su"), ("from", "09:00"),
                    ("to", "12:00"),
                    ("subject0", "الأول"), ("weight0", "2"), ("subject1", "الثاني"), ("timezone", "Asia/Riyadh"),
                ])
            let path = made.headers[.location] ?? ""
            #expect(made.status == .seeOther && path.hasPrefix("/campaigns/"))
            let draft = try await manager.get(path)
            #expect(draft.text.contains("الأحد") && draft.text.contains("الأول") && draft.text.contains("أعِدّ أولا"))
            _ = try await manager.post("\(path)/recipients")
            try await campaigns.site.platform.jobs.runUntilIdle()
            #expect(try await manager.get(path).text.contains("إرسال الآن"))
            #expect(try await manager.post("\(path)/schedule", [("at", "2001-01-01T10:00")]).text.contains("مضى"))
            #expect(try await manager.post("\(path)/schedule").status == .seeOther)
            #expect(try await manager.get(path).text.contains("إيقاف مؤقت"))
            let id = String(path.split(separator: "/").last ?? "")
            let ledger = try await manager.get("/recipients?filter%5BcampaignId%5D=\(id)")
            #expect(ledger.text.contains("c0@firm0.example") && ledger.text.contains("صفحة الحملة"))
            let row = try await campaigns.site.platform.store.find(Query<CampaignRecipient>(limit: 1))[0]
            let one = try await manager.get("/recipients/\(row.id)")
            #expect(one.text.contains(row.email) && one.text.contains("استبعاد"))
            #expect(try await manager.post("/recipients/\(row.id)/exclude").status == .seeOther)
            #expect(try await manager.get("/recipients/\(row.id)").text.contains("استبعده أحد الزملاء"))
            #expect(try await manager.get("/api/campaigns/\(id)/report").status == .ok)
            #expect(
                try await manager.get("/recipients/export?format=csv&filter[campaignId]=\(id)").text.contains(
                    "c1@firm1.example"))
        }
    }

    @Test func `sales and viewers look at campaigns and change none`() async throws {
        try await CampaignSite.with { campaigns in
            let id = try await campaigns.listed()
            for role in [User.Role.sales, .viewer] {
                let browsing = try await campaigns.site.browser(role)
                #expect(try await browsing.get("/campaigns/\(id)").status == .ok)
                #expect(try await browsing.json(.post, "/api/campaigns/\(id)/schedule").status == .forbidden)
                #expect(try await !browsing.get("/campaigns/\(id)").text.contains("إرسال الآن"))
            }
        }
    }

    @Test func `the suppression list takes an address or a domain once, and lets go of it again`() async throws {
        try await CampaignSite.with { campaigns in
            let manager = campaigns.manager
            #expect(
                try await manager.post("/suppressions", [("address", "Spam.EXAMPLE"), ("note", "طلبوا ذلك")]).status
                    == .seeOther)
            #expect(
                try await manager.post("/suppressions", [("address", "spam.example")]).status == .unprocessableContent)
            #expect(
                try await manager.post("/suppressions", [("address", "not an address")]).status == .unprocessableContent
            )
            let page = try await manager.get("/suppressions")
            #expect(page.text.contains("spam.example") && page.text.contains("طلبوا ذلك"))
            let id =
                try await manager.get("/api/suppressions").value().object?["items"]?.array?.first?.object?["_id"]?
                .string
                ?? ""
            #expect(try await manager.json(.delete, "/api/suppressions/\(id)").status == .noContent)
            #expect(try await manager.get("/api/suppressions").value().object?["count"]?.int == 0)
        }
    }
}
