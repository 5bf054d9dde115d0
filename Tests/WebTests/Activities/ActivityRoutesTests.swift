import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct ActivityRoutesTests {
    private static func company(_ site: Site) async throws -> Company {
        var company = Company()
        company.nameAr = "أفق البناء"
        company.refreshKeys(contacts: [])
        try await site.platform.store.insert(company)
        return company
    }

    @Test func `a call is logged from the record's page with what its form has by itself`() async throws {
        try await Site.with { site in
            let sales = try await site.browser(try await site.person(.sales))
            let company = try await Self.company(site)
            let path = "/companies/\(company.id)"
            let form = try await sales.get(path).text
            #expect(form.contains("action=\"/activities/calls\"") && form.contains("action=\"/activities/meetings\""))
            let own = [("entityType", "company"), ("entityId", company.id.description), ("back", path)]
            let logged = try await sales.post(
                "/activities/calls", own + [("outcome", "no_answer"), ("minutes", ""), ("text", "")])
            #expect(logged.status == .seeOther && logged.headers[.location] == path)
            let page = try await sales.get(path, [.acceptLanguage: "en"]).text
            #expect(page.contains("Call: No answer"))
            let wrong = try await sales.post("/activities/calls", own + [("minutes", "soon")])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("value=\"soon\""))
            let nowhere = try await sales.post(
                "/activities/calls", [("entityType", "company"), ("entityId", "00000000000000000000dead")])
            #expect(nowhere.status == .notFound)
        }
    }

    @Test func `a mention is the person's present name on the page, and leads them to the note`() async throws {
        try await Site.with { site in
            let noura = try await site.person(.manager, "Noura"), sami = try await site.person(.sales, "Sami")
            let company = try await Self.company(site)
            let browsing = try await site.browser(noura)
            _ = try await browsing.post("/companies/\(company.id)/notes", [("text", "Please call, @sami <b>now</b>")])
            _ = try await site.platform.store.update(User.self, where: .id(sami.id), .set("name", "Sami Alharbi"))
            let page = try await browsing.get("/companies/\(company.id)").text
            #expect(page.contains("@<bdi>Sami Alharbi</bdi>") && page.contains("&lt;b&gt;now"))
            let his = try await site.browser(sami)
            let list = try await his.get("/notifications").text
            let open = try #require(list.firstMatch(of: /\/notifications\/([0-9a-f]{24})\/open/)?.1)
            let led = try await his.post("/notifications/\(open)/open")
            let target = try #require(led.headers[.location])
            #expect(target.hasPrefix("/activities/"))
            #expect(try await his.get(target).text.contains("Please call"))
            #expect(try await his.get("/api/notifications/count").value().object?["unread"] == 0)
        }
    }

    @Test func `one's own note is removed with a way back, and another's is not to be touched`() async throws {
        try await Site.with { site in
            let noura = try await site.browser(.manager), sami = try await site.browser(.sales)
            let company = try await Self.company(site)
            let body: Value = [
                "type": "note", "entityType": "company", "entityId": .string(company.id.description),
                "text": "Between us",
            ]
            let made = try await noura.json(.post, "/api/activities", body)
            let id = try #require(try made.value().object?["_id"]?.string)
            for path in ["/activities/\(id)/delete", "/activities/\(id)"] {
                #expect(try await sami.post(path, [("text", "x")]).status == .notFound)
            }
            #expect(try await sami.json(.patch, "/api/activities/\(id)", ["text": "x"]).status == .notFound)
            #expect(try await noura.post("/activities/\(id)/delete", []).status == .seeOther)
            for reader in [noura, sami] {
                for path in [
                    "/companies/\(company.id)", "/api/companies/\(company.id)/timeline", "/api/activities/\(id)",
                ] {
                    #expect(try await !reader.get(path).text.contains("Between us"), "\(path)")
                }
            }
            #expect(try await noura.post("/activities/bring-back", [("entry", id)]).status == .seeOther)
            #expect(try await sami.get("/companies/\(company.id)").text.contains("Between us"))
        }
    }

    @Test func `every kind of entry has a sentence in both languages`() async throws {
        try await Site.with { site in
            let company = try await Self.company(site)
            for kind in Activity.Kind.known {
                var entry = Activity()
                entry.entityType = "company"
                entry.entityId = company.id.raw
                entry.type = kind
                entry.title = "raw-title-\(kind.rawValue)"
                if kind == .system { entry.metadata = ["action": "created"] }
                try await site.platform.store.insert(entry)
            }
            let admin = try await site.browser(.admin)
            for language in ["ar", "en"] {
                let page = try await admin.get(
                    "/companies/\(company.id)", [.acceptLanguage: language, .cookie: ""]
                ).text
                let raw = Activity.Kind.known.map(\.rawValue).filter { page.contains("raw-title-\($0)") }
                // A note's own words are its sentence.
                #expect(raw == ["note"], "\(language)")
            }
        }
    }

    @Test func `the feed is narrowed by person, kind, record and day, and pages by key`() async throws {
        try await Site.with { site in
            let admin = try await site.person(.admin)
            let browsing = try await site.browser(admin)
            let company = try await Self.company(site)
            for number in 0..<30 {
                site.clock.advance(by: 60)
                _ = try await browsing.json(
                    .post, "/api/activities",
                    [
                        "type": number % 2 == 0 ? "note" : "call", "entityType": "company",
                        "entityId": .string(company.id.description), "text": .string("Entry \(number)"),
                    ])
            }
            var (seen, next): ([String], String?) = ([], "")
            while let key = next {
                let page = try await browsing.get("/api/activities?limit=10\(key.isEmpty ? "" : "&after=\(key)")")
                    .value()
                seen += page.object?["items"]?.array?.compactMap { $0.object?["title"]?.string } ?? []
                next = page.object?["next"]?.string
            }
            #expect(seen == (0..<30).reversed().map { "Entry \($0)" })
            func count(_ query: String) async throws -> Int? {
                try await browsing.get("/api/activities?limit=200&\(query)").value().object?["items"]?.array?.count
            }
            #expect(try await count("type=call") == 15)
            #expect(try await count("createdBy=\(admin.id)") == 30)
            #expect(try await count("createdBy=00000000000000000000dead") == 0)
            #expect(try await count("entityType=lead") == 0)
            #expect(try await count("to=2020-01-01") == 0)
            #expect(try await count("from=2020-01-01") == 30)
            for wrong in ["type=huge", "createdBy=me", "from=soon", "after=x", "colour=red", "limit=1"] {
                #expect(try await browsing.get("/api/activities?\(wrong)").status == .badRequest, "\(wrong)")
            }
            #expect(try await browsing.get("/activities?type=call").text.contains("Entry 29"))
        }
    }
}
