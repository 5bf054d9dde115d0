import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Views of lists: who sees them, who changes them, what they show.
@Suite struct SavedViewTests {
    private static let view: Value = [
        "name": "مصانع جدة", "entityType": "companies", "sort": "-leadScore", "columns": ["city", "owner"],
        "filters": ["conditions": [["field": "city", "op": "eq", "value": "جدة"]], "flags": ["hasEmail": true]],
    ]

    private static func create(_ browsing: Browsing, shared: Bool = false) async throws -> String {
        var view = view.object ?? Document()
        view["isShared"] = .bool(shared)
        let answer = try await browsing.json(.post, "/api/saved_views", .object(view))
        #expect(answer.status == .created, "\(answer.text)")
        return try answer.value().object?["_id"]?.string ?? ""
    }

    @Test func `a view leads to the list with its filters, order and columns`() async throws {
        try await Site.with { site in
            let noura = try await site.browser(.sales)
            let id = try await Self.create(noura)
            let target = try #require(try await noura.get("/companies?view=\(id)").headers[.location])
            #expect(
                target
                    == "/companies?filter[city]=\(Browsing.encoded("جدة"))&hasEmail=true&sort=-leadScore&columns=city%2Cowner&view=\(id)"
            )
            let page = try await noura.get(target)
            #expect(page.status == .ok && page.text.contains("مصانع جدة"))
        }
    }

    @Test func `a private view of others is not there, a shared one is used by all and changed by few`() async throws {
        try await Site.with { site in
            let noura = try await site.browser(.sales), sami = try await site.browser(.sales)
            let manager = try await site.browser(.manager)
            let own = try await Self.create(noura), shared = try await Self.create(noura, shared: true)
            for path in ["/api/saved_views/\(own)", "/companies?view=\(own)"] {
                #expect(try await sami.get(path).status == .notFound, "\(path)")
                #expect(try await manager.get(path).status == .notFound, "\(path)")
            }
            #expect(try await sami.json(.patch, "/api/saved_views/\(own)", ["name": "x"]).status == .notFound)
            let listed = try await sami.get("/api/saved_views").value().object?["items"]?.array
            #expect(listed?.count == 1 && listed?.first?.object?["isMine"] == false)
            #expect(try await sami.json(.patch, "/api/saved_views/\(shared)", ["name": "x"]).status == .forbidden)
            #expect(try await manager.json(.patch, "/api/saved_views/\(shared)", ["name": "جدة"]).status == .ok)
            #expect(try await sami.json(.delete, "/api/saved_views/\(shared)").status == .forbidden)
        }
    }

    @Test func `a list begins with the view that a person chose, for that person alone`() async throws {
        try await Site.with { site in
            let noura = try await site.browser(.sales), sami = try await site.browser(.sales)
            let id = try await Self.create(noura, shared: true)
            let other = try await Self.create(noura)
            for view in [other, id] { _ = try await noura.json(.post, "/api/saved_views/\(view)/start") }
            #expect(try await noura.get("/companies").headers[.location]?.hasSuffix("view=\(id)") == true)
            #expect(try await noura.get("/companies?view=all").status == .ok)
            #expect(try await sami.get("/companies").status == .ok)
            _ = try await noura.json(.delete, "/api/saved_views/\(id)/start")
            #expect(try await noura.get("/companies").status == .ok)
        }
    }

    @Test func `a view that is not understood any more is shown as broken and shows no record`() async throws {
        try await Site.with { site in
            let user = try await site.person(.sales)
            let noura = try await site.browser(user)
            var company = Company()
            company.nameAr = "شركة السر"
            try await site.platform.store.insert(company)
            for filters: Value in [
                ["conditions": [["field": "passwordHash", "op": "eq", "value": "x"]]], "all", ["$where": 1],
            ] {
                var view = SavedView()
                view.name = "قديم"
                view.entityType = "companies"
                view.userId = user.id
                view.filters = filters
                try await site.platform.store.insert(view)
                let page = try await noura.get("/companies?view=\(view.id)")
                #expect(page.status == .ok && page.text.contains("قديم") && !page.text.contains("شركة السر"))
                let shown = try await noura.get("/api/saved_views/\(view.id)").value().object
                #expect(shown?["isBroken"] == true)
            }
        }
    }

    @Test func `what a list does not know is not saved`() async throws {
        try await Site.with { site in
            let noura = try await site.browser(.sales), viewer = try await site.browser(.viewer)
            let bad: [Value] = [
                ["name": "x", "entityType": "users"], ["name": " ", "entityType": "companies"],
                ["name": "x", "entityType": "companies", "filters": "x"],
            ]
            for view in bad {
                #expect(try await noura.json(.post, "/api/saved_views", view).status == .unprocessableContent)
            }
            let field: Value = [
                "name": "x", "entityType": "companies",
                "filters": ["conditions": [["field": "matchKeys", "value": "x"]]],
            ]
            #expect(try await noura.json(.post, "/api/saved_views", field).status == .badRequest)
            let shared: Value = ["name": "x", "entityType": "companies", "isShared": true]
            #expect(try await viewer.json(.post, "/api/saved_views", shared).status == .unprocessableContent)
        }
    }

    @Test func `pages save what is shown, update it, and bring a deleted view back`() async throws {
        try await Site.with { site in
            let noura = try await site.browser(.sales)
            let saved = try await noura.post(
                "/views", [("name", "الرياض"), ("entityType", "companies"), ("where", "filter[city]=x&after=y&q=z")])
            #expect(saved.headers[.location]?.hasPrefix("/companies?q=z&filter[city]=x&view=") == true)
            let view = try #require(try await site.platform.store.first(SavedView.self, where: .all))
            _ = try await noura.post("/views/\(view.id)/update", [("where", "filter[sector]=Food")])
            let updated = try #require(try await site.platform.store.get(view.id))
            #expect(updated.filters?.object?["conditions"]?.array?.first?.object?["field"] == "sector")
            _ = try await noura.post("/views/\(view.id)/delete")
            #expect(try await site.platform.store.get(view.id) == nil)
            let entry = try #require(
                try await site.platform.store.first(AuditLog.self, where: .equals("action", "saved_view_deleted")))
            let sami = try await site.browser(.manager)
            #expect(try await sami.post("/views/bring-back", [("entry", entry.id.description)]).status == .notFound)
            #expect(try await noura.post("/views/bring-back", [("entry", entry.id.description)]).status == .seeOther)
            #expect(try await site.platform.store.get(view.id)?.name == "الرياض")
        }
    }
}
