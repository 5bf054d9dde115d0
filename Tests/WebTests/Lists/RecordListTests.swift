import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Lists as their pages draw them: conditions, columns, ticked rows, fields in place.
@Suite struct RecordListTests {
    private static func insert(_ site: Site, _ changes: [(inout Company) -> Void]) async throws -> [Company] {
        var companies: [Company] = []
        for (number, change) in changes.enumerated() {
            var company = Company()
            company.nameAr = "شركة \(number)"
            company.createdAt = site.clock.now
            change(&company)
            company.refreshKeys(contacts: [])
            companies.append(company)
        }
        try await site.platform.store.insert(companies)
        return try await site.platform.store.find(Query<Company>(sort: [.ascending("_id")]))
    }

    private static func names(_ browsing: Browsing, _ query: String) async throws -> Set<String> {
        let items = try await browsing.get("/api/companies?" + query).value().object?["items"]?.array ?? []
        return Set(items.compactMap { $0.object?["nameAr"]?.string })
    }

    private static let custom = Browsing.encoded("filter[customFields.رقم السجل]")

    @Test func `conditions ask for columns kept from imports, for mine and for nobody's`() async throws {
        try await Site.with { site in
            let user = try await site.person(.manager)
            let browsing = try await site.browser(user)
            _ = try await Self.insert(
                site,
                [
                    { $0.customFields = ["رقم السجل": "1010"] },
                    {
                        $0.customFields = ["رقم السجل": "2020"]
                        $0.ownerId = user.id
                    },
                ])
            #expect(try await Self.names(browsing, "\(Self.custom)=1010") == ["شركة 0"])
            let contains = Browsing.encoded("filter[customFields.رقم السجل][contains]")
            #expect(try await Self.names(browsing, "\(contains)=02") == ["شركة 1"])
            #expect(try await Self.names(browsing, "filter[ownerId]=me") == ["شركة 1"])
            #expect(try await Self.names(browsing, "filter[ownerId]=none") == ["شركة 0"])
        }
    }

    @Test func `days are the team's, and the last seven end with today`() {
        let zone = TimeZone(identifier: "Asia/Riyadh") ?? .gmt
        // Half past midnight of 22 November in Riyadh, a Sunday; still the 21st in Greenwich.
        let now = Date(timeIntervalSince1970: 1_795_296_600)
        let days = FilterDays(now: now, zone: zone)
        let midnight = Date(timeIntervalSince1970: 1_795_294_800)
        #expect(days.span("today") == midnight..<midnight + 86_400)
        #expect(days.span("last_7_days") == midnight - 6 * 86_400..<midnight + 86_400)
        #expect(days.span("next_3_days") == midnight..<midnight + 3 * 86_400)
        #expect(days.span("this_week")?.lowerBound == midnight)
        #expect(days.day("2026-11-22") == midnight..<midnight + 86_400)
        for word in ["last_0_days", "last_1000_days", "someday", "last_-1_days"] { #expect(days.span(word) == nil) }
        for text in ["2026-02-30", "2026-13-01", "22-11-2026", "2026-1-1"] { #expect(days.day(text) == nil) }
    }

    @Test func `a condition on a day takes the whole of it`() async throws {
        try await Site.with { site in
            let browsing = try await site.browser(.manager)
            let day = Date(timeIntervalSince1970: 1_795_294_800)
            _ = try await Self.insert(
                site,
                [
                    { $0.createdAt = day - 1 }, { $0.createdAt = day }, { $0.createdAt = day + 86_399 },
                    { $0.createdAt = day + 86_400 },
                ])
            #expect(try await Self.names(browsing, "filter[createdAt]=2026-11-22") == ["شركة 1", "شركة 2"])
            #expect(try await Self.names(browsing, "filter[createdAt][lte]=2026-11-22").count == 3)
            #expect(try await Self.names(browsing, "filter[createdAt][gt]=2026-11-22") == ["شركة 3"])
            #expect(
                try await Self.names(browsing, "filter[createdAt][between]=2026-11-22..2026-11-23").count == 3)
        }
    }

    @Test(arguments: [
        ("filter[passwordHash]=x", "لا يمكن تصفية هذه القائمة", "This list cannot be filtered by"),
        ("filter[city][$where]=x", "الشرط", "The condition"),
        ("filter[leadScore][gte]=many", "لا يقبل الحقل", "does not take this value"),
        ("filter[createdAt][within]=someday", "لا يقبل الحقل", "does not take this value"),
    ])
    func `what a list cannot be asked is refused in a sentence`(query: String, arabic: String, english: String)
        async throws
    {
        try await Site.with { site in
            let id = try await site.person(.viewer).id
            for (language, sentence) in [(Language.arabic, arabic), (.english, english)] {
                _ = try await site.platform.store.update(User.self, where: .id(id), .set("locale", Value(language)))
                let user = try #require(try await site.platform.store.get(id))
                let page = try await site.browser(user).get("/companies?\(query)")
                #expect(page.status == .badRequest && page.text.contains(sentence), "\(language.rawValue)")
            }
        }
    }

    @Test func `the panel's condition joins the list's address`() async throws {
        try await Site.with { site in
            let browsing = try await site.browser(.viewer)
            func target(_ query: String) async throws -> String? {
                try await browsing.get("/companies/filter?" + query).headers[.location]
            }
            #expect(
                try await target(
                    "field=leadScore&op=between&value=10&until=50&to=filter%5Bcity%5D%3DRiyadh%26after%3Dx")
                    == "/companies?filter[city]=Riyadh&filter[leadScore][between]=10..50")
            #expect(
                try await target("field=status&op=in&value=new&value=active")
                    == "/companies?filter[status][in]=new%2Cactive")
            #expect(try await target("field=city&op=unset&value=") == "/companies?filter[city][exists]=false")
            for wrong in ["field=matchKeys&op=eq&value=x", "field=city&op=drop&value=x", "field=city&op=eq"] {
                #expect(try await browsing.get("/companies/filter?" + wrong).status == .badRequest)
            }
            let fields = try await browsing.get("/companies/condition?field=createdAt").text
            #expect(fields.contains("last_7_days"))
        }
    }

    @Test func `extra columns and those kept from imports are shown when asked for`() async throws {
        try await Site.with { site in
            let browsing = try await site.browser(.viewer)
            _ = try await Self.insert(
                site,
                [
                    {
                        $0.region = "الشرقية"
                        $0.customFields = ["المندوب": "سامي"]
                    }
                ])
            let usual = try await browsing.get("/companies").text
            #expect(!usual.contains("الشرقية") && !usual.contains("سامي"))
            let columns = Browsing.encoded("region,customFields.المندوب")
            let asked = try await browsing.get("/companies?columns=\(columns)").text
            #expect(asked.contains("الشرقية") && asked.contains("سامي") && !asked.contains("data-col=\"sector\""))
        }
    }

    @Test func `the panel offers every known column and tag, not only those of the page`() async throws {
        try await Site.with { site in
            let browsing = try await site.browser(.manager)
            let first: Value = [
                "nameAr": "شركة قديمة", "tags": ["معرض"], "region": "الشرقية", "customFields": ["رقم السجل": "1010"],
            ]
            #expect(try await browsing.json(.post, "/api/companies", first).status == .created)
            _ = try await Self.insert(site, Array(repeating: { _ in }, count: 30))
            let page = try await browsing.get("/companies").text
            #expect(!page.contains("شركة قديمة") && page.contains("<option value=\"customFields.رقم السجل\">"))
            #expect(try await browsing.get("/companies/condition?field=tags").text.contains("values?field=tags"))
            #expect(try await browsing.get("/companies/values?field=tags").text.contains("value=\"معرض\""))
            // A field without an index is answered from the latest records.
            #expect(try await browsing.get("/companies/values?field=region").text.contains("value=\"الشرقية\""))
            let bulk = try await browsing.post("/companies/bulk/preview", [("verb", "set"), ("all", "true")]).text
            #expect(bulk.contains("customFields.رقم السجل"))
            let tag = try await browsing.post("/companies/bulk/preview", [("verb", "add_tags"), ("all", "true")]).text
            #expect(tag.contains("list=\"bulk-values\""))
        }
    }

    @Test func `ticked rows are previewed, changed and taken back through the pages`() async throws {
        try await Site.with { site in
            let browsing = try await site.browser(.manager)
            let companies = try await Self.insert(site, [{ $0.city = "جدة" }, { $0.city = "الرياض" }, { _ in }])
            let order = [
                ("verb", "set"), ("field", "city"), ("value", "جدة"), ("id", companies[0].id.description),
                ("id", companies[1].id.description), ("where", "sort=city"),
            ]
            let preview = try await browsing.post("/companies/bulk/preview", order)
            #expect(preview.status == .ok && preview.text.contains("bulk-summary"))
            #expect(try await site.platform.store.find(Query<Company>(sort: [.ascending("_id")])) == companies)
            let done = try await browsing.post("/companies/bulk", order)
            #expect(done.headers[.location] == "/companies?sort=city")
            #expect(try await Self.names(browsing, "filter[city]=\(Browsing.encoded("جدة"))").count == 2)
            let run = try #require(try await site.platform.store.first(Job.self, where: .equals("kind", "bulk")))
            #expect(try await browsing.get("/bulk/\(run.id)").status == .ok)
            #expect(try await browsing.post("/bulk/undo", [("entry", run.id.description)]).status == .seeOther)
            let after = try await site.platform.store.find(Query<Company>(sort: [.ascending("_id")]))
            #expect(after.map(\.city) == companies.map(\.city))
            let audit = try await site.platform.store.find(
                Query<AuditLog>(.isIn("action", ["bulk_change", "bulk_undo"])))
            #expect(audit.count == 2)
        }
    }

    @Test func `the API changes all that match, and sales people archive nothing in bulk`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager), sales = try await site.browser(.sales)
            _ = try await Self.insert(site, [{ $0.city = "جدة" }, { $0.city = "الرياض" }])
            let order: Value = [
                "verb": "add_tags", "value": "vip", "all": true,
                "filter": ["field": "city", "value": "جدة"],
            ]
            let preview = try await manager.json(.post, "/api/companies/bulk/preview", order).value().object
            #expect(preview?["total"]?.int == 1 && preview?["changed"]?.int == 1)
            let run = try await manager.json(.post, "/api/companies/bulk", order).value().object
            #expect(run?["status"] == "done" && run?["changed"]?.int == 1)
            let undone = try await manager.json(.post, "/api/bulk/\(run?["id"]?.string ?? "")/undo").value().object
            #expect(undone?["changed"]?.int == 1)
            #expect(try await sales.get("/api/bulk/\(run?["id"]?.string ?? "")").status == .notFound)
            let archive: Value = ["verb": "archive", "all": true]
            #expect(try await sales.json(.post, "/api/companies/bulk", archive).status == .forbidden)
            let wrong = try await manager.json(.post, "/api/companies/bulk", ["verb": "archive", "ids": [], "x": 1])
            #expect(wrong.status == .unprocessableContent)
        }
    }

    @Test func `a field is edited in place, a conflict shows both values, and a viewer has no input`() async throws {
        try await Site.with { site in
            let sales = try await site.browser(.sales), viewer = try await site.browser(.viewer)
            let company = try await Self.insert(site, [{ $0.city = "جدة" }])[0]
            let path = "/companies/\(company.id)/fields/city"
            let stamp = String(company.updatedAt?.milliseconds ?? 0)
            #expect(try await sales.get(path).text.contains("value=\"جدة\""))
            let saved = try await sales.post(path + "?column=city", [("value", "الدمام"), ("updatedAt", stamp)])
            #expect(saved.status == .ok && saved.text.contains("<bdi>الدمام</bdi>"))
            let conflict = try await sales.post(path, [("value", "أبها"), ("updatedAt", stamp)])
            #expect(conflict.status == .unprocessableContent)
            #expect(conflict.text.contains("الدمام") && conflict.text.contains("value=\"أبها\""))
            let wrong = try await sales.post(
                "/companies/\(company.id)/fields/leadScore", [("value", "many"), ("updatedAt", stamp)])
            #expect(wrong.status == .unprocessableContent)
            #expect(try await sales.get("/companies/\(company.id)/fields/nameAr").status == .notFound)
            #expect(try await viewer.get(path).status == .forbidden)
            #expect(try await !viewer.get("/companies").text.contains("data-edit"))
        }
    }

    @Test func `an export holds the shown columns of the ticked rows and no others`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager), viewer = try await site.browser(.viewer)
            let companies = try await Self.insert(
                site,
                [
                    {
                        $0.city = "جدة"
                        $0.sector = "أغذية"
                    }, { $0.city = "الرياض" },
                ])
            let form = [("id", companies[0].id.description), ("format", "csv"), ("columns", "city")]
            let file = try await manager.post("/companies/bulk/export", form)
            #expect(file.status == .ok && file.text.contains("جدة"))
            #expect(!file.text.contains("الرياض") && !file.text.contains("أغذية"))
            let all = try await manager.get("/companies/export?format=csv&columns=sector").text
            #expect(all.contains("أغذية") && all.contains("شركة 1") && !all.contains("جدة"))
            #expect(try await viewer.post("/companies/bulk/export", form).status == .forbidden)
            let audit = try await site.platform.store.find(Query<AuditLog>(.equals("action", "export")))
            #expect(audit.map { $0.metadata?.object?["rows"]?.int } == [1, 2])
        }
    }
}
