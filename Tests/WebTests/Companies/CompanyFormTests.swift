import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct CompanyFormTests {
    @Test func `an error stands at its field with what was typed, and the next try succeeds`() async throws {
        try await Site.with { site in
            let company = CompanyRoutesTests.company("شركة أفق")
            try await site.platform.store.insert(company)
            let editor = try await site.browser(.sales)
            let refused = try await editor.post(
                "/companies/\(company.id)", [("nameAr", "شركة أفق"), ("website", "not a site")])
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains(#"id="f-website-error""#) && refused.text.contains(#"value="not a site""#))
            let saved = try await editor.post(
                "/companies/\(company.id)", [("nameAr", "شركة أفق"), ("website", "ufuq.sa")])
            #expect(saved.status == .seeOther && saved.headers[.location] == "/companies/\(company.id)")
            #expect(try await site.platform.companies.get(company.id).website == "https://ufuq.sa")
        }
    }

    @Test func `a company of the same name is shown before another one is made`() async throws {
        try await Site.with { site in
            let stored = CompanyRoutesTests.company("شركة أفق البناء")
            try await site.platform.store.insert(stored)
            let editor = try await site.browser(.manager)
            let asked = try await editor.post("/companies", [("nameAr", "شركه افق البناء")])
            #expect(asked.status == .conflict && asked.text.contains("/companies/\(stored.id)"))
            #expect(try await site.platform.store.count(Company.self) == 1)
            let made = try await editor.post("/companies", [("nameAr", "شركه افق البناء"), ("isAnother", "true")])
            #expect(made.status == .seeOther)
            #expect(try await site.platform.store.count(Company.self) == 2)
        }
    }

    @Test func `who edits what somebody else changed sees both versions and may save again`() async throws {
        try await Site.with { site in
            let company = CompanyRoutesTests.company("شركة أفق")
            try await site.platform.store.insert(company)
            let stamp = try #require(try await site.platform.companies.get(company.id).updatedAt).milliseconds
            let editor = try await site.browser(.sales)
            site.clock.advance(by: 5)
            _ = try await editor.post("/companies/\(company.id)", [("city", "جدة"), ("updatedAt", "\(stamp)")])
            site.clock.advance(by: 5)
            let second = try await editor.post(
                "/companies/\(company.id)", [("city", "الدمام"), ("updatedAt", "\(stamp)")])
            #expect(second.status == .conflict)
            #expect(second.text.contains("<del") && second.text.contains("جدة") && second.text.contains("الدمام"))
            #expect(try await site.platform.companies.get(company.id).city == "جدة")
            let shown = try #require(second.text.firstMatch(of: #/name="updatedAt" value="([0-9]+)"/#)).1
            let third = try await editor.post(
                "/companies/\(company.id)", [("city", "الدمام"), ("updatedAt", String(shown))])
            #expect(third.status == .seeOther)
            #expect(try await site.platform.companies.get(company.id).city == "الدمام")
        }
    }

    @Test func `who edits what is archived, merged or gone meanwhile is told so, and nothing is saved`() async throws {
        try await Site.with { site in
            let editor = try await site.browser(.manager)
            let companies = ["المؤرشفة", "المدموجة", "الباقية"].map { CompanyRoutesTests.company($0) }
            try await site.platform.store.insert(companies)
            func typed(_ company: Company) async throws -> TestResponse {
                try await editor.post("/companies/\(company.id)", [("city", "جدة"), ("updatedAt", "1")])
            }
            _ = try await editor.json(.post, "/api/companies/\(companies[0].id)/archive")
            let archived = try await typed(companies[0])
            #expect(archived.status == .conflict && archived.text.contains("أرشف مستخدم آخر هذا السجل"))
            let merge: Value = ["otherId": .id(companies[1].id.raw)]
            let merged = try await editor.json(.post, "/api/companies/\(companies[2].id)/merge", merge)
            #expect(merged.status == .ok)
            let late = try await typed(companies[1])
            #expect(late.status == .conflict && late.text.contains("دُمج هذا السجل في سجل آخر"))
            let again = try await editor.post("/companies/\(companies[1].id)", [("city", "جدة")])
            #expect(again.status == .conflict)
            let gone = try await typed(CompanyRoutesTests.company("المحذوفة"))
            #expect(gone.status == .notFound && gone.text.contains("لم يعد السجل موجودا"))
            #expect(try await editor.get("/companies/\(Company().id)").text.contains("الصفحة غير موجودة"))
            #expect(try await site.platform.store.count(Company.self, where: .equals("city", "جدة")) == 0)
        }
    }
}
