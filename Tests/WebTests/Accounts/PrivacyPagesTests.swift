import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Store
import Testing

@testable import Web

/// Subject access and the handing over of records, as pages and programs meet them.
@Suite struct PrivacyPagesTests {
    private static func person(_ site: Site, _ manager: Browsing) async throws -> String {
        let made = try await manager.json(
            .post, "/api/people",
            [
                "fullName": "هند سعد الدوسري", "email": "hind@ufuq.example", "mobile": "0501234567",
                "notes": "<b>حذرة</b>",
            ])
        return try #require(try made.value().object?["_id"]?.string)
    }

    @Test func `the page shows every value, escaped, and the files hold them all`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let id = try await Self.person(site, manager)
            let page = try await manager.get("/people/\(id)/privacy").text
            for text in ["hind@ufuq.example", "+966501234567", "&lt;b&gt;حذرة", "وسائل التواصل"] {
                #expect(page.contains(text), "\(text)")
            }
            let whole = try await manager.get("/people/\(id)/privacy/export?format=json")
            let collections = try #require(try whole.value().object?["collections"]?.object)
            #expect(Set(collections.keys) == ["people", "contact_points", "activities"])
            #expect(!whole.text.contains("matchKeys"))
            let book = try await manager.get("/api/people/\(id)/privacy/export?format=xlsx")
            #expect(book.status == .ok && book.body.readableBytes > 1_000)
            #expect(try await manager.get("/people/\(id)/privacy/export?format=pdf").status == .badRequest)
            let exports = try await site.platform.store.find(Query<AuditLog>(.equals("action", "privacy_export")))
            #expect(exports.count == 2 && exports.allSatisfy { $0.entityId?.description == id })
        }
    }

    @Test func `what happened reads in the reader's language, without codes of ours`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let id = try await Self.person(site, manager)
            _ = try await manager.json(.patch, "/api/people/\(id)", ["seniorityLevel": "manager"])
            let page = try await manager.get("/people/\(id)/privacy").text
            #expect(page.contains("أُضيف يدويا") && page.contains("المستوى الوظيفي · بعد"))
            for code in ["Record created", "Record updated", ">created<", "· after", ">manager<"] {
                #expect(!page.contains(code), "\(code)")
            }
        }
    }

    @Test func `sales and viewers reach none of it, and a wrong name erases nothing`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let id = try await Self.person(site, manager)
            for role in [User.Role.sales, .viewer] {
                let browsing = try await site.browser(role)
                #expect(try await browsing.get("/people/\(id)/privacy").status == .forbidden)
                #expect(try await browsing.get("/api/people/\(id)/privacy/export").status == .forbidden)
                #expect(try await !browsing.get("/people/\(id)").text.contains("/people/\(id)/privacy"))
            }
            let wrong = try await manager.json(.post, "/api/people/\(id)/privacy/erase", ["confirm": "هند"])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("confirm"))
            let right = try await manager.post("/people/\(id)/privacy/erase", [("confirm", "هند سعد الدوسري")])
            let place = try #require(right.headers[.location])
            #expect(try await manager.get(place).text.contains(#"id="erasure" hx-get"#))
            try await site.platform.jobs.runUntilIdle()
            #expect(try await !manager.get(place).text.contains(#"id="erasure" hx-get"#))
            #expect(try await manager.get("/api/people/\(id)").status == .notFound)
            let log = try await site.browser(.admin).get("/audit").text
            #expect(log.contains("محو بيانات شخصية") && !log.contains("هند"))
        }
    }

    @Test func `an owner is an active colleague who may edit, shown by name`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let colleague = try await site.person(.sales, "Sami"), viewer = try await site.person(.viewer, "Huda")
            let id = try await Self.person(site, manager)
            for wrong in [viewer.id.description, "00000000000000000000dead"] {
                let refused = try await manager.json(.patch, "/api/people/\(id)", ["ownerId": .string(wrong)])
                #expect(refused.status == .unprocessableContent && refused.text.contains("ownerId"))
            }
            let form = try await manager.get("/people/\(id)/edit").text
            #expect(form.contains(#"name="ownerId""#) && form.contains(">Sami<") && !form.contains(">Huda<"))
            let given = try await manager.post("/people/\(id)", [("ownerId", colleague.id.description)])
            #expect(given.status == .seeOther)
            let page = try await manager.get("/people/\(id)").text
            #expect(page.contains("Sami") && !page.contains(">\(colleague.id)<"))
        }
    }

    @Test func `who leaves hands over by page and by program, and the audit log says so`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let leaver = try await site.person(.sales, "Sami"), heir = try await site.person(.sales, "Sara")
            for name in ["شركة أفق", "مصنع الرواد"] {
                let made = try await admin.json(
                    .post, "/api/companies", ["nameAr": .string(name), "ownerId": .string(leaver.id.description)])
                #expect(made.status == .created)
            }
            #expect(try await admin.get("/users/\(leaver.id)/leave").text.contains("Sara"))
            let none = try await admin.post(
                "/users/\(leaver.id)/leave", [("deed", "disable"), ("handOverTo", "colleague")])
            #expect(none.status == .unprocessableContent)
            let left = try await admin.post(
                "/users/\(leaver.id)/leave",
                [("deed", "disable"), ("handOverTo", "colleague"), ("colleague", heir.id.description)])
            #expect(left.headers[.location] == "/users/\(leaver.id)/hand-over")
            try await site.platform.jobs.runUntilIdle()
            let report = try await admin.get("/api/users/\(leaver.id)/hand-over").value().object
            #expect(report?["held"]?.object?["companies"] == 0)
            #expect(report?["latest"]?.object?["done"] == 2)
            let gone = try await admin.json(
                .delete, "/api/users/\(heir.id)?handOverTo=nobody")
            #expect(gone.status == .noContent)
            let rows = try await site.platform.store.find(Query<AuditLog>(.equals("action", "hand_over")))
            #expect(rows.count == 2 && rows.allSatisfy { $0.userId != nil })
            let exported = try await admin.get("/audit/export?format=csv")
            #expect(exported.status == .ok && exported.text.contains("Sami"))
        }
    }

    @Test func `consent is filtered, shown with its ground and told in the timeline`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let id = try await Self.person(site, manager)
            let points = try await manager.get("/api/contact_points?filter[personId]=\(id)&filter[contactType]=email")
            let point = try #require(try points.value().object?["items"]?.array?.first?.object?["_id"]?.string)
            let edit: Value = ["consentStatus": "given", "consentBasis": "contract", "consentSource": "معرض الرياض"]
            #expect(try await manager.json(.patch, "/api/contact_points/\(point)", edit).status == .ok)
            let given = try await manager.get("/api/contact_points?filter[consent.status]=given").value().object
            #expect(given?["count"] == 1)
            let page = try await manager.get("/people/\(id)").text
            #expect(page.contains("معرض الرياض") && page.contains("تمت الموافقة"))
            let book = try await manager.get("/contact-points/export?format=csv").text
            #expect(book.contains("معرض الرياض"))
        }
    }
}
