import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct LeadRoutesTests {
    @Test func `somebody else's lead is not found on any route, and nothing changes`() async throws {
        try await DealSite.with { deals in
            let id = try await deals.lead(try await deals.company())
            let routes = Web.Router.endpoints.filter { $0.path.contains("/leads/{id}") }
            #expect(routes.count > 15)
            for endpoint in routes {
                let before = try await deals.site.everything()
                let path = endpoint.path.replacingOccurrences(of: "{id}", with: id)
                let answer =
                    switch endpoint.input {
                    case .form: try await deals.sami.post(path, [("text", "x"), ("status", "contacted")])
                    case _ where endpoint.changesState: try await deals.sami.json(endpoint.method, path)
                    default: try await deals.sami.get(path)
                    }
                #expect(answer.status == .notFound, "\(endpoint.method) \(endpoint.path): \(answer.status)")
                #expect(try await deals.site.everything() == before, "\(endpoint.path)")
            }
        }
    }

    @Test func `lists, searches, counts and files hold one's own leads, and the free ones by name`() async throws {
        try await DealSite.with { deals in
            _ = try await deals.lead(try await deals.company("شركة السر"))
            let free = try await deals.lead(try await deals.company("شركة حرة"), by: deals.manager)
            for answer in [
                try await deals.sami.get("/api/leads"), try await deals.sami.json(.post, "/api/leads/search"),
                try await deals.sami.get("/api/leads?q=السر"),
                try await deals.sami.get("/api/leads?filter[assignedTo]=\(deals.nouraId)"),
            ] {
                #expect(try answer.value().object?["count"]?.int == 0, "\(answer.text)")
            }
            let found = try await deals.sami.get("/api/leads?free=true").value().object
            #expect(found?["items"]?.array?.first?.object?["_id"]?.string == free)
            #expect(found?["count"]?.int == 1)
            #expect(try await !deals.sami.get("/leads").text.contains("السر"))
            #expect(try await !deals.sami.get("/api/leads/export?format=csv").text.contains("السر"))
            #expect(try await deals.manager.get("/api/leads/export?format=csv").text.contains("السر"))
            #expect(try await deals.manager.get("/api/leads").value().object?["count"]?.int == 2)
        }
    }

    @Test func `a second lead of a company says so, leads to the first, and is made when asked for again`() async throws
    {
        try await DealSite.with { deals in
            let company = try await deals.company()
            let first = try await deals.lead(company, by: deals.manager)
            let page = try await deals.manager.post("/leads", [("companyId", company)])
            #expect(page.status == .conflict && page.text.contains("/leads/\(first)"))
            let api = try await deals.manager.json(.post, "/api/leads", ["companyId": .string(company)])
            #expect(api.status == .conflict)
            #expect(try api.value().object?["error"]?.object?["code"]?.string == "lead_open")
            let again = try await deals.manager.post("/leads", [("companyId", company), ("isAnother", "true")])
            #expect(again.status == .seeOther)
        }
    }

    @Test func `a lead goes from a company's page to an opportunity and back`() async throws {
        try await DealSite.with { deals in
            let company = try await deals.company()
            #expect(try await deals.noura.get("/companies/\(company)").text.contains("/leads/new?companyId=\(company)"))
            let made = try await deals.noura.post("/leads", [("companyId", company), ("serviceInterest", "نظام")])
            let path = try #require(made.headers[.location])
            #expect(try await deals.noura.get(path).text.contains("نظام"))
            #expect(try await deals.noura.post("\(path)/status", [("status", "qualified")]).status == .seeOther)
            let refused = try await deals.noura.post("\(path)/status", [("status", "lost")])
            #expect(refused.status == .unprocessableContent && refused.text.contains("aria-invalid"))
            let form = try await deals.noura.get("\(path)/convert")
            #expect(form.text.contains("نظام · شركة أفق البناء"))
            let converted = try await deals.noura.post(
                "\(path)/convert", [("title", "صفقة"), ("valueEstimate", "5000"), ("expectedCloseDate", "2027-03-01")])
            let opportunity = try #require(converted.headers[.location])
            #expect(opportunity.hasPrefix("/opportunities/"))
            #expect(try await deals.noura.get(path).text.contains(opportunity))
            #expect(try await deals.noura.get("/companies/\(company)").text.contains(opportunity))
            let id = String(path.dropFirst("/leads/".count))
            #expect(try await deals.noura.post("/leads/undo-conversion", [("entry", id)]).status == .seeOther)
            #expect(try await deals.noura.get(opportunity).status == .notFound)
        }
    }

    @Test func `a form of what somebody changed meanwhile shows both values`() async throws {
        try await DealSite.with { deals in
            let id = try await deals.lead(try await deals.company())
            let seen = try await deals.noura.get("/leads/\(id)/edit").text
            let stamp = try #require(seen.firstMatch(of: #/name="updatedAt" value="([0-9]+)"/#)).1
            deals.site.clock.advance(by: 5)
            _ = try await deals.manager.json(.patch, "/api/leads/\(id)", ["serviceInterest": "تدريب"])
            let answer = try await deals.noura.post(
                "/leads/\(id)", [("serviceInterest", "استشارات"), ("updatedAt", String(stamp))])
            #expect(answer.status == .conflict)
            #expect(answer.text.contains("تدريب") && answer.text.contains("استشارات"))
        }
    }

    @Test func `the breakdown stands on the page with its points, in both languages`() async throws {
        try await DealSite.with { deals in
            let company = try await deals.company()
            _ = try await deals.manager.json(.patch, "/api/companies/\(company)", ["priority": "very_high"])
            let id = try await deals.lead(company)
            for (language, words) in [("ar", ["الأولوية", "عالية جدا"]), ("en", ["Priority", "very high"])] {
                _ = try await deals.noura.json(.patch, "/api/profile", ["locale": .string(language)])
                let text = try await deals.noura.get("/leads/\(id)").text
                for word in words + ["10 / 10"] { #expect(text.contains(word), "\(language) \(word)") }
            }
        }
    }

    @Test func `a manager sets weights and turns, and a salesperson does not`() async throws {
        try await DealSite.with { deals in
            #expect(try await deals.noura.get("/settings/leads").status == .forbidden)
            let page = try await deals.manager.get("/settings/leads")
            #expect(page.status == .ok && !page.text.contains("/settings/branding"))
            #expect(try await deals.manager.post("/settings/leads", [("email", "200")]).status == .unprocessableContent)
            #expect(try await deals.manager.post("/settings/leads", [("email", "30")]).status == .seeOther)
            #expect(try await deals.noura.get("/api/leads/scoring").value().object?["email"]?.double == 30)
            #expect(try await deals.manager.post("/settings/leads/reset").status == .seeOther)
            #expect(try await deals.noura.get("/api/leads/scoring").value().object?["email"]?.double == 10)
            _ = try await deals.lead(try await deals.company(), by: deals.manager)
            #expect(try await deals.manager.get("/settings/leads/example?email=40").text.contains("/leads/"))
            #expect(
                try await deals.manager.post("/settings/leads/turns", [("takesPart", deals.nouraId)]).status
                    == .seeOther)
            let lead = try await deals.manager.json(
                .post, "/api/leads", ["companyId": .string(try await deals.company("ب")), "assignedTo": "turn"])
            #expect(try lead.value().object?["assignedTo"]?.string == deals.nouraId)
        }
    }

    @Test func `a run's companies become leads in the background`() async throws {
        try await DealSite.with { deals in
            var run = ImportLog()
            run.fileName = "list.xlsx"
            run.status = .completed
            try await deals.site.platform.store.insert(run)
            var company = Company()
            (company.nameAr, company.importLogId) = ("شركة من ملف", run.id)
            try await deals.site.platform.store.insert(company)
            let path = "/leads/from-import/\(run.id)"
            #expect(try await deals.manager.get(path).text.contains("list.xlsx"))
            #expect(try await deals.manager.post(path, [("records", "companies")]).status == .seeOther)
            #expect(try await deals.manager.get("\(path)/progress").text.contains("<progress"))
            try await deals.site.platform.jobs.runUntilIdle()
            let progress = try await deals.manager.get("/api/imports/\(run.id)/leads").value().object
            #expect(progress?["made"]?.int == 1 && progress?["isAtWork"]?.bool == false)
        }
    }

    @Test func `unknown fields, statuses and people are refused by name`() async throws {
        try await DealSite.with { deals in
            let id = try await deals.lead(try await deals.company())
            for (path, body, field) in [
                ("/api/leads/\(id)", ["status": "lost"], "status"),
                ("/api/leads/\(id)", ["leadScore": 99], "leadScore"),
                ("/api/leads/\(id)", ["colour": "red"], "colour"),
                ("/api/leads/\(id)", ["assignedTo": .string(deals.nouraId)], "assignedTo"),
                ("/api/leads/\(id)", ["temperature": "boiling"], "temperature"),
            ] as [(String, Value, String)] {
                let answer = try await deals.noura.json(.patch, path, body)
                #expect(answer.status == .unprocessableContent, "\(field): \(answer.text)")
                #expect(answer.text.contains(field))
            }
            let status = try await deals.noura.json(.post, "/api/leads/\(id)/status", ["status": "sleepy"])
            #expect(status.status == .unprocessableContent)
        }
    }
}
