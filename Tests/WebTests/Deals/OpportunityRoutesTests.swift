import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct OpportunityRoutesTests {
    @Test func `somebody else's opportunity is not found on any route, and nothing changes`() async throws {
        try await DealSite.with { deals in
            let id = try await deals.opportunity()
            let routes = Web.Router.endpoints.filter { $0.path.contains("/opportunities/{id}") }
            #expect(routes.count > 12)
            for endpoint in routes {
                let before = try await deals.site.everything()
                let path = endpoint.path.replacingOccurrences(of: "{id}", with: id)
                let answer =
                    switch endpoint.input {
                    case .form: try await deals.sami.post(path, [("text", "x"), ("stage", "won")])
                    case _ where endpoint.changesState:
                        try await deals.sami.json(
                            endpoint.method, path, endpoint.path.hasSuffix("stage") ? ["stage": "won"] : [:])
                    default: try await deals.sami.get(path)
                    }
                #expect(answer.status == .notFound, "\(endpoint.method) \(endpoint.path): \(answer.status)")
                #expect(try await deals.site.everything() == before, "\(endpoint.path)")
            }
        }
    }

    @Test func `board, lists, forecast and files hold one's own alone`() async throws {
        try await DealSite.with { deals in
            _ = try await deals.opportunity("صفقة سرية", value: 77_000)
            for path in [
                "/opportunities", "/opportunities/list", "/opportunities?q=سرية", "/opportunities/forecast",
                "/api/opportunities", "/api/opportunities/board", "/api/opportunities/export?format=csv",
                "/opportunities/forecast/export?format=csv",
                "/opportunities?owner=\(deals.nouraId)", "/api/opportunities?filter[assignedTo]=\(deals.nouraId)",
            ] {
                let answer = try await deals.sami.get(
                    path.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? path)
                #expect(answer.status == .ok, "\(path): \(answer.status)")
                #expect(
                    !answer.text.contains("صفقة سرية") && !answer.text.contains("77,000")
                        && !answer.text.contains("77000"), "\(path)")
            }
            let mine = try await deals.noura.get("/api/opportunities/board").value().object?["columns"]?.array?.first?
                .object
            #expect(mine?["count"]?.int == 1 && mine?["sum"]?.double == 77_000)
        }
    }

    @Test func `a move from where it is not is a conflict with a sentence, and an undo takes one back`() async throws {
        try await DealSite.with { deals in
            let id = try await deals.opportunity(), path = "/api/opportunities/\(id)/stage"
            let moved = try await deals.noura.json(.post, path, ["stage": "meeting", "from": "new_lead"])
            let entry = try #require(try moved.value().object?["entry"]?.string)
            let late = try await deals.manager.json(.post, path, ["stage": "proposal", "from": "new_lead"])
            #expect(late.status == .conflict)
            #expect(try late.value().object?["error"]?.object?["code"]?.string == "opportunity_moved")
            let page = try await deals.manager.post(
                "/opportunities/\(id)/stage", [("stage", "proposal"), ("from", "new_lead")])
            #expect(page.status == .conflict && page.text.contains("role=\"alert\""))
            let back = try await deals.noura.json(.post, "/api/opportunities/undo-move", ["entry": .string(entry)])
            #expect(try back.value().object?["stage"]?.string == "new_lead")
            let again = try await deals.noura.json(.post, "/api/opportunities/undo-move", ["entry": .string(entry)])
            #expect(again.status == .conflict)
        }
    }

    @Test func `a loss without a reason is refused at its field, with one it stands on the page`() async throws {
        try await DealSite.with { deals in
            let id = try await deals.opportunity(), path = "/opportunities/\(id)"
            let refused = try await deals.noura.post("\(path)/stage", [("stage", "lost"), ("from", "new_lead")])
            #expect(refused.status == .unprocessableContent && refused.text.contains("lost-error"))
            let lost = try await deals.noura.post("\(path)/stage", [("stage", "lost"), ("lostReason", "price")])
            #expect(lost.status == .seeOther)
            _ = try await deals.noura.json(.patch, "/api/profile", ["locale": "en"])
            let page = try await deals.noura.get(path).text
            #expect(page.contains("The price") && page.contains("\(path)/reopen"))
            #expect(try await deals.noura.post("\(path)/reopen").status == .seeOther)
            #expect(try await deals.noura.post("\(path)/reopen").status == .conflict)
        }
    }

    @Test func `columns page by key and filters narrow them`() async throws {
        try await DealSite.with { deals in
            let company = try await deals.company(), owner = try #require(EntityID<User>(deals.nouraId))
            let companyId = try #require(EntityID<Company>(company))
            var all: [Opportunity] = []
            for number in 0..<(Board.cards + 10) {
                var one = Opportunity()
                (one.title, one.companyId, one.assignedTo) = ("فرصة رقم \(number)", companyId, owner)
                one.expectedCloseDate = number == 7 ? CalendarDay.date("2020-01-01") : nil
                all.append(one)
            }
            try await deals.site.platform.store.insert(all)
            let page = try await deals.noura.get("/opportunities").text
            #expect(page.matches(of: #/data-card="/#).count == Board.cards)
            let more = try #require(page.firstMatch(of: #/hx-get="([^"]+column[^"]+)"/#)).1
            let rest = try await deals.noura.get(String(more).replacingOccurrences(of: "&amp;", with: "&"))
            #expect(rest.text.matches(of: #/data-card="/#).count == 10)
            #expect(
                try await deals.noura.get("/opportunities?close=overdue").text.matches(of: #/data-card="/#).count == 1)
            #expect(try await deals.noura.get("/opportunities?close=soon").status == .badRequest)
            #expect(try await deals.noura.get("/opportunities?owner=x").status == .badRequest)
            #expect(try await deals.noura.get("/opportunities?company=\(company)").text.contains("شركة أفق البناء"))
        }
    }

    @Test func `the forecast is a file whose figures are those of the page`() async throws {
        try await DealSite.with { deals in
            let id = try await deals.opportunity(value: 40_000)
            _ = try await deals.noura.json(
                .patch, "/api/opportunities/\(id)", ["expectedCloseDate": "2027-01-15", "probability": 25])
            let month = try await deals.noura.get("/api/opportunities/forecast").value().object?["months"]?.array?
                .first { $0.object?["month"]?.string == "2027-01" }?.object
            #expect(month?["expected"]?.double == 40_000 && month?["weighted"]?.double == 10_000)
            let file = try await deals.noura.get("/opportunities/forecast/export?format=csv").text
            #expect(file.contains("2027-01,1,40000,10000,0,0"))
            #expect(try await deals.noura.get("/opportunities/forecast").text.contains("10,000"))
        }
    }
}
