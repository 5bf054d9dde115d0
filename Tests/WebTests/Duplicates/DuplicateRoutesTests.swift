import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct DuplicateRoutesTests {
    private static func company(_ name: String, _ change: (inout Company) -> Void = { _ in }) -> Company {
        CompanyRoutesTests.company(name, change)
    }

    /// Two companies that share an address, and the pair that waits for somebody.
    private func pair(_ site: Site) async throws -> (Company, Company, DuplicateReview) {
        var (a, b) = (Self.company("شركة الأفق <b>") { $0.city = "الرياض" }, Self.company("الافق") { $0.city = "جدة" })
        a.matchKeys.append("e:info@ufuq.sa")
        b.matchKeys.append("e:info@ufuq.sa")
        try await site.platform.store.insert([a, b])
        var review = DuplicateReview()
        review.id = DuplicateReview.id(of: .company, a.id.raw, b.id.raw)
        (review.groupId, review.entityType, review.recommendedAction) = ("0990-x", .company, .merge)
        (review.entityId1, review.entityName1, review.entityId2, review.entityName2) = (
            a.id.raw, a.nameAr, b.id.raw, b.nameAr
        )
        try await site.platform.store.insert(review)
        return (a, b, review)
    }

    @Test func `the queue leads to the pair, the pair says why and what would happen`() async throws {
        try await Site.with { site in
            let (a, b, _) = try await pair(site)
            let sales = try await site.browser(.sales)
            let queue = try await sales.get("/duplicates").text
            #expect(queue.contains("/duplicates/companies/\(a.id)/\(b.id)") && queue.contains("شركة الأفق &lt;b&gt;"))
            for language in ["ar", "en"] {
                let page = try await sales.get(
                    "/duplicates/companies/\(a.id)/\(b.id)", [.acceptLanguage: language]
                ).text
                #expect(page.contains(language == "ar" ? "البريد نفسه" : "Same email"))
                #expect(page.contains("data-key=\"1\"") && page.contains("data-key=\"2\""))
                #expect(page.contains("data-key=\"3\"") && page.contains("data-key=\"4\""))
                #expect(!page.contains("duplicates."), "a phrase is missing")
            }
            let viewer = try await site.browser(.viewer)
            let seen = try await viewer.get("/duplicates/companies/\(a.id)/\(b.id)")
            #expect(seen.status == .ok && !seen.text.contains("data-key=\"1\""))
            let refused = try await viewer.post("/duplicates/companies/\(a.id)/\(b.id)/merge", [("into", "left")])
            #expect(refused.status == .forbidden)
            #expect(try await site.platform.store.count(Company.self, where: .exists("mergedInto", true)) == 0)
        }
    }

    @Test func `merging into the right with a chosen field leads on, and the toast takes it back`() async throws {
        try await Site.with { site in
            let (a, b, _) = try await pair(site)
            let browser = try await site.browser(.manager)
            let path = "/duplicates/companies/\(a.id)/\(b.id)"
            let page = try await browser.get(path).text
            let drawn = try #require(page.firstMatch(of: #/name="drawn" value="([lrb]+)"/#)?.1)
            let city = try #require(Company.mergeFields.firstIndex(of: "city"))
            var form = [("drawn", String(drawn)), ("f\(city)", "right"), ("into", "left")]
            let preview = try await browser.post(path + "/preview", form)
            #expect(preview.status == .ok && preview.text.contains("<ins><bdi>جدة</bdi></ins>"))
            form[2] = ("into", "right")
            let done = try await browser.post(path + "/merge", form)
            #expect(done.status == .seeOther && done.headers[.location]?.hasPrefix("/duplicates") == true)
            let survivor = try #require(try await site.platform.store.get(b.id))
            #expect(survivor.city == "جدة" && survivor.mergedInto == nil)
            #expect(try await browser.get("/companies/\(a.id)").headers[.location] == "/companies/\(b.id)")
            let timeline = try await browser.get("/companies/\(b.id)").text
            let entry = try #require(
                timeline.firstMatch(of: #/action="\/merges\/undo">[\s\S]*?name="entry" value="([0-9a-f]{24})"/#)?.1)
            #expect(done.headers[values: .setCookie].contains { $0.contains("/merges/undo|\(entry)") })
            let undone = try await browser.post("/merges/undo", [("entry", String(entry))])
            #expect(undone.headers[.location] == "/companies/\(a.id)")
            #expect(try await browser.get("/companies/\(a.id)").status == .ok)
            #expect(try await browser.post("/merges/undo", [("entry", String(entry))]).status == .conflict)
        }
    }

    @Test func `a record that changed under the open page is not merged`() async throws {
        try await Site.with { site in
            let (a, b, _) = try await pair(site)
            let browser = try await site.browser(.manager)
            let path = "/duplicates/companies/\(a.id)/\(b.id)"
            let page = try await browser.get(path).text
            let seen = try #require(page.firstMatch(of: #/name="rightSeen" value="(\d+)"/#)?.1)
            site.clock.advance(by: 1)
            _ = try await browser.json(.patch, "/api/companies/\(b.id)", ["city": "الدمام"])
            let refused = try await browser.post(path + "/merge", [("into", "left"), ("rightSeen", String(seen))])
            #expect(refused.status == .conflict)
            #expect(try await site.platform.store.get(b.id)?.mergedInto == nil)
        }
    }

    @Test func `keeping a pair separate leads to the next, and it can be opened again`() async throws {
        try await Site.with { site in
            let (a, b, review) = try await pair(site)
            let browser = try await site.browser(.sales)
            let path = "/duplicates/companies/\(a.id)/\(b.id)"
            let kept = try await browser.post(path + "/decide", [("status", "kept_separate")])
            #expect(kept.status == .seeOther)
            #expect(try await site.platform.store.get(review.id)?.status == .keptSeparate)
            #expect(try await browser.get(path).text.contains("name=\"status\" value=\"pending\""))
            _ = try await browser.post(path + "/decide", [("status", "pending")])
            #expect(try await browser.get("/duplicates/next?kind=companies").headers[.location] == path)
        }
    }

    @Test func `the API looks first, then merges, then takes back`() async throws {
        try await Site.with { site in
            let (a, b, review) = try await pair(site)
            var lead = Lead()
            lead.companyId = b.id
            try await site.platform.store.insert(lead)
            let browser = try await site.browser(.manager)
            let path = "/api/companies/\(a.id)/merge"
            let schema = try self.schema(.post, "/api/companies/{id}/merge")
            let look = try await browser.json(
                .post, path, ["otherId": Value(b.id), "dryRun": true, "choices": ["city": "other"]])
            #expect(look.status == .ok)
            #expect(SchemaCheck.problems(try look.value(), schema).isEmpty)
            let moving = try look.value().object?["moving"]?.array ?? []
            #expect(moving.contains(["collection": "leads", "count": 1]))
            #expect(try await site.platform.store.get(b.id)?.mergedInto == nil)
            let one = try await browser.get("/api/duplicates/\(review.id)")
            #expect(SchemaCheck.problems(try one.value(), try self.schema(.get, "/api/duplicates/{id}")).isEmpty)
            let like = try await browser.get("/api/companies/\(a.id)/duplicates")
            #expect(
                SchemaCheck.problems(try like.value(), try self.schema(.get, "/api/companies/{id}/duplicates")).isEmpty)
            #expect(try like.value().object?["items"]?.array?.count == 1)
            let done = try await browser.json(.post, path, ["otherId": Value(b.id)])
            #expect(done.status == .ok)
            #expect(SchemaCheck.problems(try done.value(), schema).isEmpty)
            let id = try #require(try done.value().object?["mergeId"]?.string)
            #expect(!(try await browser.get("/api/companies/\(a.id)/timeline").text.contains("mergeJournal")))
            let undone = try await browser.json(.post, "/api/merges/\(id)/undo")
            #expect(SchemaCheck.problems(try undone.value(), try self.schema(.post, "/api/merges/{id}/undo")).isEmpty)
            #expect(try await site.platform.store.get(lead.id)?.companyId == b.id)
        }
    }

    @Test func `what cannot be merged has a sentence in both languages`() async throws {
        try await Site.with { site in
            let (a, b, _) = try await pair(site)
            var person = Person()
            person.fullName = "سامي"
            try await site.platform.store.insert(person)
            var archived = Self.company("مؤرشفة")
            archived.archivedAt = site.clock.now
            try await site.platform.store.insert(archived)
            let browser = try await site.browser(.manager)
            let path = "/api/companies/\(a.id)/merge"
            let bodies: [(Value, Int, String)] = [
                (["otherId": Value(a.id)], 422, "merge_same"),
                (["otherId": Value(person.id)], 422, "merge_different_kinds"),
                (["otherId": Value(archived.id)], 409, "merge_archived"),
                (["otherId": .id(ObjectID())], 404, "not_found"),
                (["otherId": "x"], 422, "invalid_fields"), ([:], 422, "invalid_fields"),
                (["otherId": Value(b.id), "choices": ["city": "third"]], 422, "invalid_fields"),
                (["otherId": Value(b.id), "choices": ["passwordHash": "other"]], 422, "invalid_fields"),
                (["otherId": Value(b.id), "survivor": "x"], 422, "invalid_fields"),
                (["otherId": Value(b.id), "updatedAt": "2020-01-01"], 409, "conflict"),
            ]
            for (body, status, code) in bodies {
                for language in ["ar", "en"] {
                    let answer = try await browser.send(
                        .post, path,
                        [.contentType: "application/json", .origin: "http://localhost", .acceptLanguage: language],
                        body.json)
                    let error = try answer.value().object?["error"]?.object
                    #expect(answer.status.code == status && error?["code"]?.string == code, "\(body.json)")
                    #expect(error?["message"]?.string?.hasPrefix("errors.") == false)
                }
            }
        }
    }

    @Test func `sales people hear nothing of the leads of others in a preview`() async throws {
        try await Site.with { site in
            let (a, b, _) = try await pair(site)
            let person = try await site.person(.sales)
            for owner in [person.id, EntityID<User>()] {
                var lead = Lead()
                (lead.companyId, lead.assignedTo) = (b.id, owner)
                try await site.platform.store.insert(lead)
            }
            let look: Value = ["otherId": Value(b.id), "dryRun": true]
            for (browser, count) in [(try await site.browser(person), 1), (try await site.browser(.manager), 2)] {
                let answer = try await browser.json(.post, "/api/companies/\(a.id)/merge", look)
                let moving = try answer.value().object?["moving"]?.array ?? []
                #expect(moving.contains(["collection": "leads", "count": .int(count)]))
            }
        }
    }

    @Test func `a search is started, looked at and stopped`() async throws {
        try await Site.with { site in
            _ = try await pair(site)
            let browser = try await site.browser(.manager)
            let schema = try self.schema(.get, "/api/duplicates/search")
            #expect(SchemaCheck.problems(try await browser.get("/api/duplicates/search").value(), schema).isEmpty)
            #expect(try await browser.post("/duplicates/search").status == .seeOther)
            let started = try await browser.json(.post, "/api/duplicates/search")
            #expect(started.status == .accepted)
            #expect(SchemaCheck.problems(try started.value(), schema).isEmpty)
            #expect(try await browser.get("/duplicates").text.contains("hx-get=\"/duplicates/progress\""))
            let stopped = try await browser.json(.delete, "/api/duplicates/search")
            #expect(try stopped.value().object?["status"] == "cancelled")
            #expect(try await browser.get("/duplicates/progress").text.contains("data-done"))
        }
    }

    @Test func `faults of an earlier program are listed, narrowed, resolved and set back`() async throws {
        try await Site.with { site in
            for severity in ["high", "high", "low"] {
                var issue = DataQualityIssue()
                issue.severity = DataQualityIssue.Severity(rawValue: severity)
                (issue.issueType, issue.recommendedFix) = ("رقم ناقص", "اطلب الرقم <i>")
                try await site.platform.store.insert(issue)
            }
            let browser = try await site.browser(.sales)
            let page = try await browser.get("/data-quality?filter%5Bseverity%5D=high").text
            #expect(page.contains("رقم ناقص") && page.contains("&lt;i&gt;"))
            let query = "filter[severity]=high"
            let done = try await browser.post("/data-quality/all", [("query", query), ("status", "resolved")])
            #expect(done.status == .seeOther)
            let resolved = Filter.equals("status", "resolved")
            #expect(try await site.platform.store.count(DataQualityIssue.self, where: resolved) == 2)
            let cookie = done.headers[values: .setCookie].joined()
            let entry = try #require(cookie.firstMatch(of: #/undo\|([0-9a-f]{24})/#)?.1)
            _ = try await browser.post("/data-quality/undo", [("entry", String(entry))])
            #expect(try await site.platform.store.count(DataQualityIssue.self, where: resolved) == 0)
            let all = try await browser.json(
                .post, "/api/data_quality_issues/status",
                ["status": "ignored", "filter": ["field": "severity", "value": "low"]])
            #expect(try all.value().object?["changed"] == 1)
            let bad = try await browser.json(
                .post, "/api/data_quality_issues/status",
                ["status": "ignored", "filter": ["field": "secret", "value": "low"]])
            #expect(bad.status == .badRequest)
        }
    }

    private func schema(_ method: HTTPRequest.Method, _ path: String) throws -> JSONSchema {
        let endpoint = try #require(Web.Router.endpoints.first { $0.method == method && $0.path == path })
        guard case .json(let schema, _, _) = endpoint.output else { throw Missing() }
        return schema
    }

    private struct Missing: Error {}
}
