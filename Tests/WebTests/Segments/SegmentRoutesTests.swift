import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct SegmentRoutesTests {
    private func company(_ name: String, _ city: String, _ site: Site) async throws -> Company {
        try await site.platform.companies.create(RecordEdit(["nameAr": name, "city": city]), by: .console)
    }

    private let riyadh: Value = ["and": [["field": "city", "op": "eq", "value": "الرياض"]]]

    @Test func `a program makes a segment, counts it, asks why and takes it away`() async throws {
        try await Site.with { site in
            let (near, far) = (try await company("أفق البناء", "الرياض", site), try await company("البحر", "جدة", site))
            let manager = try await site.browser(.manager)
            let tried = try await manager.json(
                .post, "/api/segments/count", ["targetType": "companies", "filters": riyadh]
            ).value().object
            #expect(tried?["count"]?.int == 1)
            #expect(tried?["sample"]?.array?.first?.object?["name"]?.string == "أفق البناء")
            let made = try await manager.json(.post, "/api/segments", ["name": "الرياض", "filters": riyadh])
            #expect(made.status == .created)
            let id = try #require(try made.value().object?["_id"]?.string)
            #expect(try await manager.get("/api/segments/\(id)/count").value().object?["count"]?.int == 1)
            let reason = try await manager.get("/api/segments/\(id)/reasons/\(near.id)").value().object
            #expect(reason?["holds"]?.bool == true && reason?["parts"]?.array?.count == 1)
            #expect(
                try await manager.get("/api/segments/\(id)/reasons/\(far.id)").value().object?["holds"]?.bool == false)
            let changed = try await manager.json(.patch, "/api/segments/\(id)", ["status": "inactive"])
            #expect(try changed.value().object?["status"]?.string == "inactive")
            #expect(try await manager.json(.delete, "/api/segments/\(id)").status == .noContent)
            #expect(try await manager.get("/api/segments/\(id)").status == .notFound)
        }
    }

    @Test func `the list asks for the size of a dynamic segment once its row is seen`() async throws {
        try await Site.with { site in
            _ = try await company("أفق البناء", "الرياض", site)
            let manager = try await site.browser(.manager)
            let made = try await manager.json(.post, "/api/segments", ["name": "الرياض", "filters": riyadh])
            let id = try #require(try made.value().object?["_id"]?.string)
            #expect(try await manager.get("/segments").text.contains("hx-get=\"/segments/\(id)/size\""))
            #expect(try await manager.get("/segments/\(id)/size").text == "1")
            _ = try await company("برج الرياض", "الرياض", site)
            #expect(try await manager.get("/segments/\(id)/size").text == "1")
            _ = try await manager.json(
                .patch, "/api/segments/\(id)", ["filters": ["field": "city", "op": "in", "value": ["الرياض", "جدة"]]])
            #expect(try await manager.get("/segments/\(id)/size").text == "2")
        }
    }

    @Test func `what a filter cannot mean is refused with the field's name, and nothing is stored`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let bad: [Value] = [
                ["field": "passwordHash", "value": "x"], ["field": "city", "op": "$where", "value": "1"],
                ["has": "users"], ["segment": "00000000000000000000dead"], ["city": "الرياض"],
            ]
            for filters in bad {
                let response = try await manager.json(.post, "/api/segments", ["name": "x", "filters": filters])
                #expect(response.status == .badRequest, "\(filters.json)")
            }
            #expect(try await manager.json(.post, "/api/segments", ["name": ""]).status == .unprocessableContent)
            #expect(
                try await manager.json(.post, "/api/segments", ["name": "x", "extra": 1]).status
                    == .unprocessableContent)
            #expect(try await site.platform.store.count(Segment.self, where: .all) == 0)
        }
    }

    @Test func `the builder draws every kind of condition, and what it does not understand stays as it is`()
        async throws
    {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let tree = """
                {"or": [{"field": "city", "op": "in", "value": ["الرياض", "جدة"]}, {"field": "createdAt", "op": "within", "value": "last_30_days"},
                 {"not": {"has": "mails", "where": {"field": "openedAt", "op": "exists", "value": true}}},
                 {"none": [{"field": "leadScore", "op": "between", "value": "10..50"}]}, {"$where": "1"}]}
                """
            let text = try await manager.post("/segments/builder", [("targetType", "companies"), ("filters", tree)])
                .text
            for part in [
                "data-node=\"related\"", "data-node=\"raw\"", "value=\"الرياض, جدة\"",
                "<option value=\"hasNo\" selected>",
                "<option value=\"last_30_days\" selected>", "data-part=\"until\" value=\"50\"",
                "<option value=\"set\" selected>",
                "{&quot;$where&quot;:&quot;1&quot;}",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            let reach = try await manager.post("/segments/reach", [("targetType", "companies"), ("filters", tree)]).text
            #expect(reach.contains("alert warn"))
            let broken = try await manager.post("/segments/builder", [("targetType", "companies"), ("filters", "{")])
                .text
            #expect(broken.contains("alert error") && broken.contains("{</textarea>"))
        }
    }

    @Test func `a form saves a segment, shows it in words, and a refused one comes back as it was typed`() async throws
    {
        try await Site.with { site in
            _ = try await company("أفق البناء", "الرياض", site)
            let manager = try await site.browser(.manager)
            let fields = [
                ("name", "عملاء الرياض"), ("targetType", "companies"), ("type", "dynamic"), ("status", "active"),
                ("filters", riyadh.json),
            ]
            let made = try await manager.post("/segments", fields)
            #expect(made.status == .seeOther)
            let path = try #require(made.headers[.location])
            let page = try await manager.get(path).text
            #expect(page.contains("\u{2068}المدينة\u{2069}: \u{2068}الرياض\u{2069}") && page.contains("أفق البناء"))
            let refused = try await manager.post(
                path, [("name", "عملاء الرياض"), ("filters", "{\"field\":\"city\",\"op\":\"within\",\"value\":\"x\"}")])
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("alert error") && refused.text.contains("&quot;within&quot;"))
            let whole = try await manager.post("/segments", [("name", "الكل"), ("filters", "{\"and\": []}")])
            #expect(whole.status == .seeOther)
            let unsaid = try await manager.post(
                "/segments",
                [("name", "ناقصة"), ("filters", "{\"field\":\"city\",\"op\":\"contains\",\"value\":\"\"}")])
            #expect(unsaid.status == .unprocessableContent)
            let stale = try await manager.post(path, [("name", "آخر"), ("updatedAt", "1")])
            #expect(stale.status == .conflict && stale.text.contains("value=\"آخر\""))
        }
    }

    @Test func `a form of another program is shown raw, matches nobody and says so`() async throws {
        try await Site.with { site in
            var legacy = Segment()
            (legacy.name, legacy.filters) = ("قديمة", ["city": ["$in": ["الرياض"]]])
            try await site.platform.store.insert(legacy)
            let manager = try await site.browser(.manager)
            let page = try await manager.get("/segments/\(legacy.id)").text
            #expect(page.contains("&quot;$in&quot;") && page.contains("alert error"))
            let form = try await manager.get("/segments/\(legacy.id)/edit").text
            #expect(form.contains("data-node=\"raw\"") && form.contains("&quot;$in&quot;"))
        }
    }

    @Test func `members of a static segment come and go, each once and only live ones of its kind`() async throws {
        try await Site.with { site in
            let (one, two) = (try await company("أ", "الرياض", site), try await company("ب", "جدة", site))
            let manager = try await site.browser(.manager)
            let made = try await manager.json(.post, "/api/segments", ["name": "مختارة", "type": "static"])
            let id = try #require(try made.value().object?["_id"]?.string)
            let add: Value = [
                "add": [.string(one.id.description), .string(two.id.description), "00000000000000000000dead"]
            ]
            for _ in 0..<2 { #expect(try await manager.json(.post, "/api/segments/\(id)/members", add).status == .ok) }
            #expect(try await manager.get("/api/segments/\(id)/count").value().object?["count"]?.int == 2)
            #expect(
                try await manager.post("/segments/\(id)/members", [("remove", one.id.description)]).status == .seeOther)
            let page = try await manager.get("/segments/\(id)").text
            #expect(!page.contains("/companies/\(one.id)") && page.contains("/companies/\(two.id)"))
            let dynamic = try await manager.json(.post, "/api/segments", ["name": "كل"])
            let other = try #require(try dynamic.value().object?["_id"]?.string)
            #expect(try await manager.json(.post, "/api/segments/\(other)/members", add).status == .conflict)
        }
    }

    @Test func `a segment in use says where, and one that was deleted can be brought back`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let made = try await manager.json(.post, "/api/segments", ["name": "أساس"])
            let id = try #require(try made.value().object?["_id"]?.string)
            let other = try await manager.json(
                .post, "/api/segments", ["name": "ما عداها", "filters": ["not": ["segment": .string(id)]]])
            let otherId = try #require(try other.value().object?["_id"]?.string)
            let refused = try await manager.json(.delete, "/api/segments/\(id)")
            #expect(refused.status == .conflict && refused.text.contains("ما عداها"))
            #expect(try await manager.get("/segments/\(id)").text.contains("/segments/\(otherId)"))
            #expect(try await manager.post("/segments/\(otherId)/delete").status == .seeOther)
            let entries = try await site.platform.store.find(Query<AuditLog>(.equals("action", "segment_deleted")))
            let entry = try #require(entries.first)
            let back = try await manager.post("/segments/bring-back", [("entry", entry.id.description)])
            #expect(back.headers[.location] == "/segments/\(otherId)")
            #expect(try await manager.get("/segments/\(otherId)").text.contains("ما عداها"))
        }
    }

    @Test func `ticked rows, or all that match, are put into a new segment or one that is there`() async throws {
        try await Site.with { site in
            let one = try await company("أفق البناء", "الرياض", site)
            _ = (try await company("الإتقان", "الرياض", site), try await company("البحر", "جدة", site))
            let manager = try await site.browser(.manager)
            let ticked = [("target", "companies"), ("id", one.id.description)]
            #expect(try await manager.get("/companies").text.contains("formaction=\"/segments/members\""))
            #expect(try await manager.post("/segments/members", ticked).text.contains("name=\"put\""))
            let nameless = try await manager.post("/segments/members", ticked + [("put", "1"), ("name", "")])
            #expect(nameless.status == .unprocessableContent)
            let made = try await manager.post("/segments/members", ticked + [("put", "1"), ("name", "معرض")])
            let path = try #require(made.headers[.location])
            let id = String(path.dropFirst("/segments/".count))
            #expect(try await manager.get("/api\(path)/count").value().object?["count"]?.int == 1)
            let all = try await manager.post(
                "/segments/members",
                [
                    ("target", "companies"), ("all", "true"), ("where", "filter[city]=الرياض"), ("put", "1"),
                    ("segmentId", id),
                ])
            #expect(all.headers[.location] == path)
            #expect(try await manager.get("/api\(path)/count").value().object?["count"]?.int == 2)
            #expect(try await manager.post("/segments/members", [("target", "users")]).status == .badRequest)
            let sales = try await site.browser(.sales)
            #expect(try await !sales.get("/companies").text.contains("/segments/members"))
        }
    }
}
