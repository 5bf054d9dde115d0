import Foundation
import Growth
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Store
import Testing

@testable import Web

/// The machinery behind every list, seen through the audit log and through companies.
@Suite struct ListTests {
    private static let companies = ListDefinition<Company>(
        path: "/companies", filters: ["city", "leadScore", "tags", "status", "createdAt", "ownerId"],
        sorts: ["createdAt", "leadScore"], defaultSort: [.descending("createdAt")])

    @Test func `pages follow each other without a gap and lead back the same way`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            for number in 0..<47 {
                site.clock.advance(by: 1)
                try await site.platform.audit.record("act_\(number)", by: nil)
            }
            var seen: [String] = [], path = "/api/audit?limit=10", back: String?
            while true {
                let page = try #require(try await admin.get(path).value().object)
                seen += (page["items"]?.array ?? []).compactMap { $0.object?["action"]?.string }
                #expect(page["count"]?.int == 47 && page["countIsExact"]?.bool == true)
                back = page["previous"]?.string
                guard let next = page["next"]?.string else { break }
                path = "/api/audit?limit=10&after=\(next)"
            }
            #expect(seen == (0..<47).reversed().map { "act_\($0)" })
            let previous = try #require(back)
            let page = try #require(try await admin.get("/api/audit?limit=10&before=\(previous)").value().object)
            #expect((page["items"]?.array ?? []).compactMap { $0.object?["action"]?.string } == Array(seen[30..<40]))
        }
    }

    @Test func `an unknown field, operator, sort, limit or key is refused by name`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let wrong = [
                "filter[passwordHash]=x", "filter[action][$where]=1", "sort=passwordHash", "limit=9", "limit=201",
                "limit=x",
                "after=zzz", "nonsense=1", "filter[createdAt][gte]=yesterday", "filter[userId]=1", "q=x",
                "filter[action][in]=",
                "filter=x", "filter[]=x", "filter[a][b][c]=x", "%ZZ=1",
            ]
            for query in wrong where query != "filter[action][in]=" {
                let response = try await admin.get("/api/audit?\(query)")
                #expect(response.status == .badRequest, "\(query): \(response.status)")
            }
            let named = try await admin.get("/api/audit?filter[passwordHash]=x").text
            #expect(named.contains("passwordHash"))
        }
    }

    @Test func `a page key of another order is refused`() async throws {
        let key = try PageKey.text(at: Company(), sort: [.descending("leadScore")])
        #expect(PageKey.read(key, sort: [.descending("leadScore")], isBackward: false) != nil)
        #expect(PageKey.read(key, sort: [.ascending("leadScore")], isBackward: false) == nil)
    }

    @Test func `the address and the tree make the same filter`() throws {
        let query = "/companies?filter[city]=Riyadh&filter[leadScore][gte]=50&filter[tags]=vip"
        let request = try ListRequest(Self.request(query), Self.companies)
        let tree: Value = [
            "and": [
                ["field": "city", "value": "Riyadh"], ["field": "leadScore", "op": "gte", "value": 50],
                ["field": "tags", "op": "has", "value": "vip"],
            ]
        ]
        let searched = try ListRequest(Input(["filter": tree]), Self.companies)
        #expect(request.filter == searched.filter)
        #expect(
            request.filter
                == .and([
                    .equals("city", "Riyadh"), .range("leadScore", from: .including(.double(50)), to: nil),
                    .hasAny("tags", ["vip"]),
                ]))
    }

    @Test func `a tree that is too wide, empty or made of something else is refused`() throws {
        let leaf: Value = ["field": "city", "value": "x"]
        let bad: [Value] = [
            ["or": []], ["field": "city", "$where": "1"], "x", ["and": "x"], ["field": "passwordHash", "value": "x"],
            ["field": "city", "op": "regex", "value": "x"], ["or": .array(Array(repeating: leaf, count: 201))],
            ["field": "leadScore", "op": "gte", "value": ["$gt": 1]],
        ]
        for tree in bad {
            #expect(throws: FilterError.self) { try ListRequest(Input(["filter": tree]), Self.companies) }
        }
    }

    @Test(arguments: [
        (500, 1, true), (501, 1, false), (1, 10, true), (1, 11, false),
    ])
    func `a filter as a whole has a bound on values and on text searches`(
        _ values: Int, _ searches: Int, _ isTaken: Bool
    ) throws {
        let lists = stride(from: 0, to: values - searches, by: 100).map { start in
            Filter.hasAny("tags", (start..<min(start + 100, values - searches)).map { .string("t\($0)") })
        }
        let filter = Filter.and([.or(lists), .not(.and(Array(repeating: .contains("city", "x"), count: searches)))])
        if isTaken {
            try FilterReader.check(filter)
        } else {
            #expect(throws: FilterError.tooMuch) { try FilterReader.check(filter) }
        }
    }

    @Test func `links keep the other conditions and go back to the first page`() async throws {
        try await Site.with { site in
            var company = Company()
            company.nameAr = "مصنع الرواد"
            company.city = "Riyadh"
            try await site.platform.store.insert(company)
            let request = try ListRequest(
                Self.request("/companies?filter[city]=Riyadh&limit=10&sort=leadScore"), Self.companies)
            let page = try await request.page(site.platform.store)
            #expect(page.items.map(\.nameAr) == ["مصنع الرواد"] && page.countText == "1")
            #expect(page.link(["sort": "-leadScore"]) == "/companies?filter[city]=Riyadh&limit=10&sort=-leadScore")
            #expect(page.link(["filter[city]": nil, "limit": nil, "sort": nil]) == "/companies")
            #expect(page.chips { "\($0) \($2)" }.count == 1)
            #expect(page.head("leadScore")["state"] as? String == "ascending")
        }
    }

    private static func request(_ path: String) -> Request {
        Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "x", path: path), body: .init(buffer: .init()))
    }
}
