import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Store
import Testing

@testable import Web

/// The lists of leads, opportunities and tasks: many at once, in place, as spreadsheets.
@Suite struct DealListTests {
    private static func stamp(_ browsing: Browsing, _ path: String) async throws -> String {
        let text = try await browsing.get(path).text
        let match = try #require(text.firstMatch(of: #/name="updatedAt" value="(\d+)"/#), "\(path): \(text)")
        return String(match.1)
    }

    // MARK: Many at once

    @Test func `ticked leads are moved and given away through the pages, and taken back from the toast`() async throws {
        try await DealSite.with { deals in
            let leads = [
                try await deals.lead(deals.company("أ")), try await deals.lead(deals.company("ب")),
            ]
            let foreign = try await deals.lead(deals.company("ج"), by: deals.sami)
            let list = try await deals.noura.get("/leads").text
            #expect(list.contains("value=\"assign\"") && list.contains("value=\"move\""))
            #expect(!list.contains("value=\"archive\"") && !list.contains("value=\"add_tags\""))
            let order = [("verb", "move"), ("value", "contacted"), ("ids", (leads + [foreign]).joined(separator: ","))]
            let preview = try await deals.noura.post("/leads/bulk/preview", order)
            #expect(preview.status == .ok && preview.text.contains("bulk-summary"))
            #expect(try await deals.noura.post("/leads/bulk", order).headers[.location] == "/leads")
            let moved = try await deals.manager.get("/api/leads?filter[status]=contacted").value().object
            #expect(moved?["count"]?.int == 2)
            let run = try #require(
                try await deals.site.platform.store.first(Job.self, where: .equals("kind", "bulk")))
            #expect(try await deals.sami.get("/bulk/\(run.id)").status == .notFound)
            #expect(try await deals.noura.post("/bulk/undo", [("entry", run.id.description)]).status == .seeOther)
            let after = try await deals.manager.get("/api/leads?filter[status]=new").value().object
            #expect(after?["count"]?.int == 3)
        }
    }

    @Test func `the API moves opportunities and completes tasks, and refuses what they have no verb for`() async throws
    {
        try await DealSite.with { deals in
            _ = try await deals.opportunity("أ")
            _ = try await deals.opportunity("ب", by: deals.manager)
            let lost: Value = ["verb": "move", "value": "lost", "reason": "price", "all": true]
            let run = try await deals.noura.json(.post, "/api/opportunities/bulk", lost).value().object
            #expect(run?["changed"]?.int == 1 && run?["total"]?.int == 1)
            _ = try await deals.noura.json(.post, "/api/tasks", ["title": "Call"])
            let done = try await deals.noura.json(.post, "/api/tasks/bulk", ["verb": "complete", "all": true])
            #expect(try done.value().object?["changed"]?.int == 1)
            for (path, verb) in [("tasks", "move"), ("opportunities", "complete"), ("leads", "set")] {
                let refused = try await deals.manager.json(
                    .post, "/api/\(path)/bulk", ["verb": .string(verb), "all": true])
                #expect(refused.status == .unprocessableContent)
            }
            let archive = try await deals.noura.json(.post, "/api/leads/bulk", ["verb": "archive", "all": true])
            #expect(archive.status == .forbidden)
        }
    }

    @Test func `a run in the background has a button that stops it, and says so when it has stopped`() async throws {
        try await DealSite.with { deals in
            let store = deals.site.platform.store
            try await store.insert(
                (0..<201).map { number in
                    var company = Company()
                    company.nameAr = "شركة \(number)"
                    return company
                })
            let order: Value = ["verb": "add_tags", "value": "vip", "all": true]
            let run = try await deals.manager.json(.post, "/api/companies/bulk", order).value().object
            let id = try #require(run?["id"]?.string)
            #expect(try await deals.manager.get("/bulk/\(id)").text.contains("/bulk/\(id)/cancel"))
            #expect(try await deals.noura.json(.post, "/api/bulk/\(id)/cancel").status == .notFound)
            #expect(try await deals.manager.post("/bulk/\(id)/cancel").headers[.location] == "/bulk/\(id)")
            #expect(try await !deals.manager.get("/bulk/\(id)").text.contains("/bulk/\(id)/cancel"))
            try await deals.site.platform.jobs.runUntilIdle()
            let stopped = try await deals.manager.json(.post, "/api/bulk/\(id)/cancel")
            #expect(stopped.status == .accepted)
            #expect(try stopped.value().object?["status"] == "cancelled")
            // Nothing is done, so there is nothing to take back.
            #expect(try await !deals.manager.get("/bulk/\(id)").text.contains("/bulk/\(id)/undo"))
            #expect(try await store.count(Company.self, where: .hasAny("tags", ["vip"])) == 0)
        }
    }

    @Test func `leads are made of ticked companies, after a page that says which have one already`() async throws {
        try await DealSite.with { deals in
            let one = try await deals.company("شركة الأولى"), two = try await deals.company("شركة الثانية")
            _ = try await deals.lead(one, by: deals.noura)
            let order = [("verb", "make_leads"), ("ids", "\(one),\(two)"), ("value", deals.nouraId)]
            let preview = try await deals.manager.post("/companies/bulk/preview", order).text
            #expect(preview.contains("سيضاف عميل محتمل واحد") && preview.contains("له عميل محتمل مفتوح عند "))
            #expect(preview.contains("value=\"turn\""))
            // Hers are her own: there is nobody to choose.
            #expect(try await !deals.noura.post("/companies/bulk/preview", order).text.contains("value=\"turn\""))
            let turn = [("verb", "make_leads"), ("ids", two), ("value", "turn")]
            #expect(try await deals.manager.post("/companies/bulk/preview", turn).status == .unprocessableContent)
            let done = try await deals.manager.post("/companies/bulk", order)
            let page = try #require(done.headers[.location])
            #expect(page.hasPrefix("/bulk/"))
            #expect(try await deals.manager.get(page).text.contains("أضيف عميل محتمل واحد"))
            #expect(try await deals.noura.get("/api/leads").value().object?["count"]?.int == 2)
            let undo = try await deals.manager.post("\(page)/undo").headers[.location]
            #expect(try await deals.manager.get(try #require(undo)).text.contains("حذف عميل محتمل واحد"))
            let api: Value = ["verb": "make_leads", "value": .string(deals.nouraId), "all": true]
            let run = try await deals.manager.json(.post, "/api/companies/bulk", api).value().object
            #expect(run?["changed"]?.int == 1 && run?["refusedCount"]?.int == 1)
        }
    }

    // MARK: In place

    @Test func `a lead's status, owner and words are edited in place by its own verbs`() async throws {
        try await DealSite.with { deals in
            let lead = try await deals.lead(deals.company())
            let path = "/leads/\(lead)/fields"
            let input = try await deals.noura.get("\(path)/status").text
            // A loss asks why, and conversion is a page of its own.
            #expect(input.contains("value=\"contacted\"") && !input.contains("value=\"lost\""))
            #expect(!input.contains("value=\"converted\"") && !input.contains("<option value=\"\""))
            let stamp = try await Self.stamp(deals.noura, "\(path)/status")
            let saved = try await deals.noura.post(
                "\(path)/status?column=status", [("value", "contacted"), ("updatedAt", stamp)])
            #expect(saved.status == .ok && saved.text.contains("تم التواصل"))
            let late = try await deals.noura.post(
                "\(path)/serviceInterest", [("value", "موقع"), ("updatedAt", stamp)])
            #expect(late.status == .unprocessableContent && late.text.contains("value=\"موقع\""))
            let fresh = try await Self.stamp(deals.noura, "\(path)/serviceInterest")
            #expect(
                try await deals.noura.post(
                    "\(path)/serviceInterest?column=serviceInterest", [("value", "موقع"), ("updatedAt", fresh)]
                ).text.contains("<bdi>موقع</bdi>"))
            let lost = try await deals.noura.post(
                "\(path)/status", [("value", "lost"), ("updatedAt", Self.stamp(deals.noura, "\(path)/status"))])
            #expect(lost.status == .unprocessableContent)
            let wrong = try await deals.noura.post(
                "\(path)/status", [("value", "new"), ("updatedAt", Self.stamp(deals.noura, "\(path)/status"))])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("in-place-error"))
            let given = try await deals.manager.post(
                "\(path)/assignedTo?column=owner",
                [("value", ""), ("updatedAt", Self.stamp(deals.manager, "\(path)/assignedTo"))])
            #expect(given.status == .ok)
            // Now it is free: she sees it, and edits it only after she has taken it.
            #expect(try await !deals.noura.get("/leads?free=true").text.contains("data-edit"))
            #expect(
                try await deals.noura.post("\(path)/priority", [("value", "high"), ("updatedAt", fresh)]).status
                    == .notFound)
        }
    }

    @Test func `an opportunity's stage, value and day are edited in place, and who was quicker wins`() async throws {
        try await DealSite.with { deals in
            let one = try await deals.opportunity()
            let path = "/opportunities/list/\(one)/fields"
            #expect(try await deals.noura.get("\(path)/expectedCloseDate").text.contains("type=\"date\""))
            #expect(try await !deals.noura.get("\(path)/stage").text.contains("value=\"lost\""))
            let stamp = try await Self.stamp(deals.noura, "\(path)/stage")
            let value = try await deals.noura.post(
                "\(path)/valueEstimate?column=value", [("value", "٢٥٠٠"), ("updatedAt", stamp)])
            #expect(value.status == .ok && value.text.contains("2,500"))
            for (field, typed) in [("stage", "meeting"), ("assignedTo", deals.nouraId), ("probability", "5")] {
                let late = try await deals.noura.post("\(path)/\(field)", [("value", typed), ("updatedAt", stamp)])
                #expect(late.status == .unprocessableContent, "\(field)")
            }
            let moved = try await deals.noura.post(
                "\(path)/stage?column=stage",
                [("value", "meeting"), ("updatedAt", Self.stamp(deals.noura, "\(path)/stage"))])
            #expect(moved.status == .ok)
            let stored = try await deals.noura.get("/api/opportunities/\(one)").value().object
            #expect(stored?["stage"] == "meeting" && stored?["probability"]?.double == 40)
            #expect(try await deals.sami.get("\(path)/stage").status == .notFound)
            #expect(try await deals.noura.get("\(path)/title").status == .notFound)
        }
    }

    @Test func `a task is completed and put off in place, with the time that it has`() async throws {
        try await DealSite.with { deals in
            let task = try await deals.id(
                deals.noura.json(
                    .post, "/api/tasks",
                    ["title": "اتصال", "dueAt": "2026-11-20T10:30", "recurrence": "FREQ=WEEKLY"]))
            let path = "/tasks/all/\(task)/fields"
            let input = try await deals.noura.get("\(path)/dueAt").text
            #expect(input.contains("datetime-local") && input.contains("2026-11-20T10:30"))
            let stamp = try await Self.stamp(deals.noura, "\(path)/dueAt")
            let saved = try await deals.noura.post(
                "\(path)/dueAt?column=dueAt", [("value", "2026-12-01"), ("updatedAt", stamp)])
            #expect(saved.status == .ok)
            for (field, typed) in [("status", "completed"), ("assignedTo", deals.nouraId)] {
                let late = try await deals.noura.post("\(path)/\(field)", [("value", typed), ("updatedAt", stamp)])
                #expect(late.status == .unprocessableContent, "\(field)")
            }
            let done = try await deals.noura.post(
                "\(path)/status?column=status",
                [("value", "completed"), ("updatedAt", Self.stamp(deals.noura, "\(path)/status"))])
            #expect(done.status == .ok)
            // It recurs, in place as elsewhere.
            #expect(try await deals.noura.get("/api/tasks").value().object?["count"]?.int == 2)
            #expect(try await deals.noura.get("\(path)/status").text.contains("value=\"open\""))
            #expect(try await deals.sami.get("\(path)/status").status == .notFound)
        }
    }

    // MARK: Export

    @Test func `tasks are exported as the list shows them, by the rules of every export`() async throws {
        try await DealSite.with { deals in
            let company = try await deals.company("شركة أفق البناء")
            let mine: Value = [
                "title": "=1+1", "dueAt": "2026-12-01", "relatedEntityType": "company",
                "relatedEntityId": .string(company),
            ]
            _ = try await deals.noura.json(.post, "/api/tasks", mine)
            _ = try await deals.sami.json(.post, "/api/tasks", ["title": "لسامي", "dueAt": "2026-12-01T09:30"])
            let own = try await deals.noura.get("/tasks/all/export?format=csv")
            #expect(own.status == .ok && own.headers[.contentDisposition]?.contains("tasks.csv") == true)
            #expect(own.text.contains("'=1+1") && own.text.contains("شركة أفق البناء") && !own.text.contains("لسامي"))
            #expect(own.text.contains("2026-12-01,") && own.text.contains("Noura"))
            let all = try await deals.manager.get("/api/tasks/export?format=csv&filter[title][contains]=سامي")
            #expect(all.text.contains("2026-12-01T09:30") && !all.text.contains("1+1"))
            #expect(try await deals.manager.get("/tasks/all").text.contains("/tasks/all/export?format=xlsx"))
            #expect(try await deals.manager.get("/tasks/all/export").body.readableBytes > 1_000)
            let viewer = try await deals.site.browser(.viewer)
            #expect(try await viewer.get("/tasks/all/export").status == .forbidden)
            #expect(try await !viewer.get("/tasks/all").text.contains("/tasks/all/export"))
            let tasks = try await deals.noura.get("/api/tasks").value().object?["items"]?.array
            let id = try #require(tasks?.first?.object?["_id"]?.string)
            let picked = try await deals.noura.post(
                "/tasks/all/bulk/export", [("id", id), ("format", "csv"), ("columns", "dueAt")])
            #expect(picked.text.contains("1+1") && !picked.text.contains("Noura"))
            let audit = try await deals.site.platform.store.find(Query<AuditLog>(.equals("action", "export")))
            #expect(audit.count == 4 && audit.allSatisfy { $0.metadata?.object?["collection"] == "tasks" })
        }
    }

    @Test func `sales people take along a thousand tasks at most`() async throws {
        try await DealSite.with { deals in
            let owner = try #require(EntityID<User>(deals.nouraId))
            try await deals.site.platform.store.insert(
                (0..<1_001).map { number in
                    var task = WorkTask()
                    (task.title, task.assignedTo) = ("Task \(number)", owner)
                    return task
                })
            let lines = try await deals.noura.get("/tasks/all/export?format=csv").text.split(separator: "\r\n")
            #expect(lines.count == 1_001)
        }
    }
}
