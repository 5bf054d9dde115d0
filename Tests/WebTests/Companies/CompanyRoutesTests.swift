import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct CompanyRoutesTests {
    /// `corpora/text/blns.json`: strings that broke other programs.
    static let naughty: [String] = {
        let shared =
            ProcessInfo.processInfo.environment["ANWAL_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
                "shared")
        let file = shared.appendingPathComponent("corpora/text/blns.json")
        guard let data = FileManager.default.contents(atPath: file.path),
            let list = try? JSONDecoder().decode([String].self, from: data)
        else { return [] }  // Without the corpus the test is skipped and says so.
        return list
    }()

    static func company(_ name: String, _ change: (inout Company) -> Void = { _ in }) -> Company {
        var company = Company()
        company.nameAr = name
        change(&company)
        company.refreshKeys(contacts: [])
        return company
    }

    static func escaped(_ query: String) -> String {
        query.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? ""
    }

    @Test func `each field filters`() async throws {
        try await Site.with { site in
            let run = EntityID<ImportLog>(), owner = EntityID<User>()
            var wanted = Self.company("شركة أفق") {
                $0.nameEn = "Ufuq"
                $0.entityType = "factory"
                $0.sector = "مقاولات"
                $0.subSector = "طرق"
                $0.activity = "رصف"
                $0.city = "الرياض"
                $0.region = "الوسطى"
                $0.country = "Saudi Arabia"
                $0.website = "https://ufuq.sa"
                $0.linkedinUrl = "https://www.linkedin.com/company/ufuq"
                $0.tags = ["مهم"]
                $0.sourceFile = "riyadh.xlsx"
                $0.dataConfidence = .high
                $0.leadScore = 87
                $0.priority = "high"
                $0.status = .active
                $0.importLogId = run
                $0.ownerId = owner
                $0.createdAt = Date(timeIntervalSince1970: 1_780_000_000)
            }
            wanted.matchKeys.removeAll { $0 == "has:none" }
            wanted.matchKeys += ["has:email", "has:phone"]
            var other = Self.company("مؤسسة نخبة") { $0.country = "Bahrain" }
            other.createdAt = Date(timeIntervalSince1970: 1_700_000_000)
            try await site.platform.store.insert([wanted, other])
            let viewer = try await site.browser(.viewer)
            let questions = [
                "filter[nameAr]=شركة أفق", "filter[nameAr][contains]=أفق", "filter[nameEn]=Ufuq",
                "filter[entityType]=factory",
                "filter[sector]=مقاولات", "filter[subSector]=طرق", "filter[activity]=رصف", "filter[city]=الرياض",
                "filter[city][startsWith]=الر", "filter[region]=الوسطى", "filter[country]=Saudi Arabia",
                "filter[website][exists]=true",
                "filter[linkedinUrl][exists]=true", "filter[tags]=مهم", "filter[sourceFile]=riyadh.xlsx",
                "filter[dataConfidence]=high",
                "filter[leadScore][gte]=80", "filter[priority][in]=high,very_high", "filter[status]=active",
                "filter[importLogId]=\(run)", "filter[ownerId]=\(owner)", "filter[createdAt][gte]=2026-01-01",
                "hasEmail=true",
                "hasPhone=true", "unreachable=false", "q=افق", "filter[city][ne]=جدة&filter[sector]=مقاولات",
            ]
            for question in questions {
                let list = try await viewer.get("/api/companies?\(Self.escaped(question))").value().object
                let names = list?["items"]?.array?.compactMap { $0.object?["nameAr"]?.string }
                #expect(names == ["شركة أفق"], "\(question)")
                #expect(list?["count"] == 1, "\(question)")
                let page = try await viewer.get("/companies?\(Self.escaped(question))")
                #expect(
                    page.status == .ok && page.text.contains("شركة أفق") && !page.text.contains("مؤسسة نخبة"),
                    "\(question)")
            }
            #expect(try await viewer.get("/api/companies?hasEmail=perhaps").status == .badRequest)
            #expect(try await viewer.get("/api/companies?filter[matchKeys]=x").status == .badRequest)
        }
    }

    @Test func `a list is walked forwards and back, each record once, in every order`() async throws {
        try await Site.with { site in
            let companies = (0..<95).map { number in
                Self.company("شركة \(number)") {
                    $0.city = ["الرياض", "جدة"][number % 2]
                    $0.sector = "مقاولات"
                    $0.leadScore = Double(number % 7)
                    $0.archivedAt = number % 10 == 3 ? site.clock.now : nil
                }
            }
            try await site.platform.store.insert(companies)
            let viewer = try await site.browser(.viewer)
            for sort in ["", "leadScore", "-leadScore", "createdAt", "-city", "sector", "-_id"] {
                var seen: [String] = [], key = "", pages = 0
                repeat {
                    let cursor = key.isEmpty ? "" : "&after=\(key)"
                    let list = try #require(
                        try await viewer.get("/api/companies?limit=10&sort=\(sort)\(cursor)").value().object)
                    seen += (list["items"]?.array ?? []).compactMap { $0.object?["_id"]?.string }
                    #expect(list["count"] == 85)
                    key = list["next"]?.string ?? ""
                    pages += 1
                } while !key.isEmpty && pages < 20
                #expect(seen.count == 85 && Set(seen).count == 85, "\(sort)")
            }
            let archived = try await viewer.get("/api/companies?filter[archivedAt][exists]=true").value().object
            #expect(archived?["count"] == 10)
        }
    }

    @Test(.enabled(if: !naughty.isEmpty, "corpora/text/blns.json is missing"))
    func `every naughty string comes back as text from every field, and never as markup`() async throws {
        try await Site.with { site in
            let editor = try await site.browser(.sales)
            for chunk in stride(from: 0, to: Self.naughty.count, by: 12).map({
                Self.naughty[$0..<min($0 + 12, Self.naughty.count)]
            }) {
                let texts = chunk.map { $0 }
                func text(_ index: Int) -> String { texts.indices.contains(index) ? texts[index] : "x" }
                let company = Self.company("شركة \(text(0))") {
                    $0.nameEn = text(1)
                    $0.sector = text(2)
                    $0.city = text(3)
                    $0.address = text(4)
                    $0.description = text(5)
                    $0.website = text(6)
                    $0.linkedinUrl = text(7)
                    $0.tags = [text(8)]
                    $0.customFields = Document([.init(text(9).isEmpty ? "empty" : text(9), .string(text(10)))])
                    $0.status = Company.Status(rawValue: text(11))
                    $0.sourceFile = text(0)
                }
                var point = ContactPoint()
                point.entityId = company.id.raw
                point.companyId = company.id
                point.contactType = .website
                point.contactValue = text(6)
                var person = Person()
                person.companyId = company.id
                person.fullName = text(1)
                person.jobTitle = text(2)
                var match = ServiceMatch()
                match.companyId = company.id
                match.recommendedService = text(3)
                match.fitReason = text(4)
                try await site.platform.store.insert(company)
                try await site.platform.store.insert(point)
                try await site.platform.store.insert(person)
                try await site.platform.store.insert(match)
                for path in [
                    "/companies/\(company.id)", "/companies/\(company.id)/edit", "/people/\(person.id)",
                    "/contact-points/\(point.id)/edit",
                ] {
                    let page = try await editor.get(path)
                    #expect(page.status == .ok, "\(path)")
                    expectHarmless(page.text, texts)
                }
                site.clock.advance(by: 61)
            }
            for path in ["/companies?limit=200", "/people?limit=200", "/contact-points?limit=200"] {
                expectHarmless(try await editor.get(path).text, Self.naughty)
            }
        }
    }

    /// No tag of ours comes from the strings: what looks like one stands escaped, and no link runs anything.
    private func expectHarmless(_ html: String, _ texts: [String]) {
        for text in texts where text.contains("<") && text.count > 3 {
            #expect(!html.contains(text), "\(text)")
        }
        for match in html.matches(of: #/ (?:href|src|action|formaction)="([^"]*)"/#) {
            let link = String(match.1).lowercased()
            #expect(
                ["/", "#", "https://", "http://", "mailto:", "tel:", "?"].contains { link.hasPrefix($0) }, "\(link)")
        }
        #expect(!html.contains(" onerror=") || html.contains("&"))
        #expect(html.matches(of: #/<script(?![^>]* src="\/assets\/)/#).isEmpty)
    }

    @Test func `the API creates, changes on a condition, archives, restores and tells the story`() async throws {
        try await Site.with { site in
            let editor = try await site.browser(.sales)
            let made = try await editor.json(
                .post, "/api/companies",
                [
                    "nameAr": "شركة أفق", "tags": ["مهم"], "leadScore": 40, "customFields": ["السجل": "1010"],
                ])
            #expect(made.status == .created)
            let stored = try #require(try made.value().object)
            let id = try #require(stored["_id"]?.string), stamp = try #require(stored["updatedAt"]?.string)
            #expect(stored["customFields"] == ["السجل": "1010"] && stored["searchKeys"] == nil)
            site.clock.advance(by: 5)
            let changed = try await editor.json(
                .patch, "/api/companies/\(id)", ["city": "جدة", "tags": nil, "updatedAt": .string(stamp)])
            #expect(changed.status == .ok)
            #expect(try changed.value().object?["tags"] == nil)
            let late = try await editor.json(
                .patch, "/api/companies/\(id)", ["city": "أبها", "updatedAt": .string(stamp)])
            #expect(late.status == .conflict)
            let wrong = try await editor.json(
                .patch, "/api/companies/\(id)", ["leadScore": 1_000, "status": "archived", "role": "admin"])
            #expect(wrong.status == .unprocessableContent)
            #expect(
                try wrong.value().object?["error"]?.object?["fields"]?.object?.keys.sorted() == [
                    "leadScore", "role", "status",
                ])
            #expect(
                try await editor.json(.post, "/api/companies/\(id)/archive").value().object?["status"] == "archived")
            #expect(
                try await editor.json(.delete, "/api/companies/\(id)/archive").value().object?["status"] == "new")
            #expect(try await editor.json(.post, "/api/companies/\(id)/notes", ["text": "مرحبا"]).status == .created)
            let story = try await editor.get("/api/companies/\(id)/timeline").value().object
            #expect(story?["count"] == 5)
            #expect(try await editor.get("/api/companies/\(id)/provenance").value() == ["fields": .object(Document())])
        }
    }

    @Test func `forbidden fields take no effect in any write`() async throws {
        try await Site.with { site in
            let editor = try await site.browser(.sales)
            let made = try await editor.json(.post, "/api/companies", ["nameAr": "شركة"]).value().object
            let id = try #require(made?["_id"]?.string)
            let before = try await site.platform.companies.get(try #require(EntityID(id)))
            let forbidden = [
                "_id", "createdAt", "searchKeys", "matchKeys", "importLogId", "mergedInto", "archivedAt", "sourceFile",
                "role",
                "passwordHash", "accountId", "smtpPasswordEncrypted",
            ]
            for field in forbidden {
                let answer = try await editor.json(
                    .patch, "/api/companies/\(id)", .object([field: "x", "city": "جدة"]))
                #expect(answer.status == .unprocessableContent, "\(field)")
            }
            #expect(try await site.platform.companies.get(before.id) == before)
        }
    }

    @Test func `a viewer reads and changes nothing, not even by knowing the address`() async throws {
        try await Site.with { site in
            let company = Self.company("شركة أفق")
            try await site.platform.store.insert(company)
            let viewer = try await site.browser(.viewer)
            let page = try await viewer.get("/companies/\(company.id)").text
            #expect(!page.contains("/edit") && !page.contains("/archive") && !page.contains("<textarea"))
            #expect(!(try await viewer.get("/companies").text.contains("/companies/export")))
            for path in [
                "/companies/\(company.id)", "/companies/\(company.id)/archive", "/companies/\(company.id)/notes",
                "/companies",
            ] {
                #expect(try await viewer.post(path, [("nameAr", "x"), ("text", "x")]).status == .forbidden, "\(path)")
            }
            #expect(try await viewer.get("/companies/export").status == .forbidden)
            #expect(try await site.platform.companies.get(company.id).nameAr == "شركة أفق")
        }
    }
}
