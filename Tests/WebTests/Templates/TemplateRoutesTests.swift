import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct TemplateRoutesTests {
    private let html =
        "<p>السادة {{companyName|الكرام}}</p><p>{{postalAddress}} <a href=\"{{unsubscribeUrl}}\">x</a></p>"

    private func made(_ manager: Browsing) async throws -> String {
        let response = try await manager.json(
            .post, "/api/templates",
            ["name": "عرض", "subject": "إلى {{companyName|منشأتكم}}", "htmlContent": .string(html)])
        #expect(response.status == .created)
        return try #require(try response.value().object?["_id"]?.string)
    }

    @Test func `a program makes a template, previews it for a company, and takes it away`() async throws {
        try await Site.with { site in
            let company = try await site.platform.companies.create(RecordEdit(["nameAr": "أفق البناء"]), by: .console)
            let manager = try await site.browser(.manager)
            let id = try await made(manager)
            let preview = try await manager.json(
                .post, "/api/templates/\(id)/preview", ["as": .string("companies:\(company.id)")]
            ).value()
            #expect(preview.object?["subject"]?.string?.contains("أفق البناء") == true)
            #expect(preview.object?["html"]?.string?.contains("<p dir=\"rtl\">") == true)
            #expect(preview.object?["skipReason"]?.string == "missing_email")
            let codes = preview.object?["problems"]?.array?.compactMap { $0.object?["code"]?.string }
            #expect(codes == ["no_postal_address", "no_text_part"])
            let endpoint = Web.Router.endpoints.first { $0.path == "/api/templates/{id}/preview" }
            if case .json(let schema, _, _)? = endpoint?.output {
                #expect(SchemaCheck.problems(preview, schema) == [])
            }
            let changed = try await manager.json(.patch, "/api/templates/\(id)", ["status": "archived"])
            #expect(try changed.value().object?["status"]?.string == "archived")
            #expect(try await manager.json(.delete, "/api/templates/\(id)").status == .noContent)
            #expect(try await manager.get("/api/templates/\(id)").status == .notFound)
        }
    }

    @Test func `what a preview or a test is asked for wrongly is refused`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let id = try await made(manager)
            for bad in ["users:00000000000000000000dead", "companies", "companies:x"] {
                let response = try await manager.json(.post, "/api/templates/\(id)/preview", ["as": .string(bad)])
                #expect(response.status == .badRequest, "\(bad)")
            }
            let gone = try await manager.json(
                .post, "/api/templates/\(id)/preview", ["as": "companies:00000000000000000000dead"])
            #expect(gone.status == .notFound)
            let stranger = try await manager.json(.post, "/api/templates/\(id)/test", ["to": "x@gmail.com"])
            #expect(stranger.status == .unprocessableContent)
            #expect(try await manager.json(.post, "/api/templates/\(id)/test").status == .conflict)
            // Nothing listens at this port.
            _ = try await site.platform.mailboxes.create(
                Mailboxes.Draft([
                    "name": "المبيعات", "email": "sales@anwal.example", "smtpHost": "127.0.0.1", "smtpPort": "1",
                    "smtpSecurity": "none",
                ]), by: .console)
            let unsent = try await manager.json(.post, "/api/templates/\(id)/test")
            #expect(unsent.status.code == 424 && unsent.text.contains("test_not_sent"))
        }
    }

    @Test func `the frame shows the delivered document under a policy of its own`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let id = try await made(manager)
            let frame = try await manager.get("/templates/\(id)/document?as=full&scheme=dark")
            let policy = frame.headers[.contentSecurityPolicy] ?? ""
            #expect(policy.contains("sandbox ") && policy.contains("default-src 'none'"))
            #expect(policy.contains("frame-ancestors 'self'") && !policy.contains("allow-scripts"))
            #expect(frame.headers[.frameOptions] == "SAMEORIGIN")
            #expect(frame.text.contains("<base target=\"_blank\">") && frame.text.contains("invert"))
            #expect(frame.text.contains("شركة أفق البناء"))
            let text = try await manager.get("/templates/\(id)/document?view=text").text
            #expect(text.contains("<pre>السادة"))
            let hostile = try await manager.post(
                "/templates/document",
                [
                    ("htmlContent", "<p>x</p><script>alert(1)</script>"), ("subject", "a\r\nBcc: x@y.sa"),
                    ("view", "text"),
                ])
            #expect(hostile.status == .ok && !hostile.text.contains("<script"))
        }
    }

    @Test func `the editor keeps what was typed when it is refused, and names each problem`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            #expect(try await manager.get("/templates").text.contains("/templates/new?from=introduction"))
            #expect(try await manager.get("/templates/new?from=follow_up").text.contains("{{postalAddress}}"))
            let odd = ("htmlContent", "<p>{{nothing}}</p>")
            let refused = try await manager.post("/templates", [("name", ""), ("subject", "س"), odd])
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("&lt;p&gt;{{nothing}}&lt;/p&gt;"))
            let saved = try await manager.post(
                "/templates", [("name", "عرض"), ("subject", "س"), odd, ("language", "ar")])
            let path = try #require(saved.headers[.location])
            let page = try await manager.get(path).text
            #expect(page.contains("badge error") && page.contains("nothing"))
            let stale = try await manager.post(path, [("name", "آخر"), ("updatedAt", "1")])
            #expect(stale.status == .conflict && stale.text.contains("value=\"آخر\""))
            let check = try await manager.post(
                "/templates/check", [("htmlContent", html), ("subject", "س"), ("as", "empty")]
            ).text
            #expect(!check.contains("<html") && check.contains("badge error"))
        }
    }

    @Test func `somebody who only reads sees the mail and changes nothing`() async throws {
        try await Site.with { site in
            let id = try await made(try await site.browser(.manager))
            let viewer = try await site.browser(.viewer)
            let page = try await viewer.get("/templates/\(id)")
            #expect(page.status == .ok)
            #expect(!page.text.contains("/templates/\(id)/edit") && !page.text.contains("/templates/\(id)/test"))
            #expect(try await viewer.get("/templates/\(id)/document").status == .ok)
            #expect(try await viewer.get("/templates").text.contains("/templates/\(id)"))
            #expect(try await viewer.post("/templates/document", [("htmlContent", "x")]).status == .forbidden)
        }
    }

    @Test func `a copy is a draft of its own, and one that was deleted comes back`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let id = try await made(manager)
            let copy = try await manager.post("/templates/\(id)/duplicate").headers[.location]
            #expect(copy?.hasSuffix("/edit") == true && copy?.contains(id) == false)
            #expect(try await manager.post("/templates/\(id)/status", [("status", "archived")]).status == .seeOther)
            #expect(try await manager.post("/templates/\(id)/delete").status == .seeOther)
            let deleted = Query<AuditLog>(.equals("action", "template_deleted"))
            let entry = try #require(try await site.platform.store.find(deleted).first)
            let back = try await manager.post("/templates/bring-back", [("entry", entry.id.description)])
            #expect(back.headers[.location] == "/templates/\(id)")
        }
    }
}
