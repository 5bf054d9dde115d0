import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct TaskRoutesTests {
    private static let htmx = HTTPField.Name("HX-Request") ?? .accept

    private static func company(_ site: Site) async throws -> Company {
        var company = Company()
        company.nameAr = "أفق البناء"
        company.refreshKeys(contacts: [])
        try await site.platform.store.insert(company)
        return company
    }

    private static func task(_ browsing: Browsing, _ fields: Value) async throws -> String {
        let answer = try await browsing.json(.post, "/api/tasks", fields)
        #expect(answer.status == .created, "\(answer.text)")
        return try #require(try answer.value().object?["_id"]?.string)
    }

    @Test func `a line adds a task for today, which my day shows and the navigation counts`() async throws {
        try await Site.with { site in
            let sales = try await site.browser(try await site.person(.sales))
            let added = try await sales.post(
                "/tasks", [("title", "اتصل بالمصنع"), ("when", "today"), ("priority", "urgent"), ("back", "/tasks")])
            #expect(added.status == .seeOther && added.headers[.location] == "/tasks")
            let page = try await sales.get("/tasks").text
            #expect(page.contains("اتصل بالمصنع") && page.contains("data-badge=\"tasks\">1</span>"))
            #expect(try await sales.get("/companies").text.contains("data-badge=\"tasks\">1</span>"))
        }
    }

    @Test func `completing answers htmx with the day and a way back, and a browser without it with a redirect`()
        async throws
    {
        try await Site.with { site in
            let sales = try await site.browser(try await site.person(.sales))
            let id = try await Self.task(sales, ["title": "Call", "dueAt": "2026-11-18"])
            let fields: HTTPFields = [
                .contentType: "application/x-www-form-urlencoded", .origin: "http://localhost", Self.htmx: "true",
                .csrfToken: sales.csrf ?? "",
            ]
            let part = try await sales.send(.post, "/tasks/\(id)/complete", fields, "")
            #expect(part.status == .ok && !part.text.contains("<html"))
            let entry = try #require(part.text.firstMatch(of: /name="entry" value="([0-9a-f]{24})"/)?.1)
            let undone = try await sales.post("/tasks/undo", [("entry", String(entry)), ("back", "/tasks")])
            #expect(undone.status == .seeOther)
            #expect(try await sales.get("/api/tasks/\(id)").value().object?["status"] == "open")
            let plain = try await sales.post("/tasks/\(id)/complete", [("back", "/tasks")])
            #expect(plain.status == .seeOther)
            let closed = try await sales.post("/tasks/\(id)/start")
            #expect(closed.status == .seeOther || closed.status == .conflict)
            #expect(try await sales.json(.post, "/api/tasks/\(id)/start").status == .conflict)
        }
    }

    @Test func `somebody else's task is not found on any route, nor in any list`() async throws {
        try await Site.with { site in
            let owner = try await site.browser(try await site.person(.sales, "Huda"))
            let other = try await site.browser(try await site.person(.sales, "Sami"))
            let company = try await Self.company(site)
            let id = try await Self.task(
                owner,
                [
                    "title": "Secret plan", "dueAt": "2026-11-18", "relatedEntityType": "company",
                    "relatedEntityId": .string(company.id.description),
                ])
            for endpoint in Web.Router.endpoints where endpoint.path.contains("tasks/{id}") {
                let path = endpoint.path.replacingOccurrences(of: "{id}", with: id)
                let answer: TestResponse
                switch endpoint.input {
                case .form: answer = try await other.post(path, [("to", "week"), ("assignedTo", id), ("title", "x")])
                case .json: answer = try await other.json(endpoint.method, path, ["to": "week"])
                default:
                    answer =
                        endpoint.changesState
                        ? try await other.json(endpoint.method, path) : try await other.get(path)
                }
                #expect(answer.status == .notFound, "\(endpoint.method) \(endpoint.path): \(answer.status)")
            }
            for path in [
                "/tasks", "/tasks/all", "/api/tasks", "/companies/\(company.id)", "/activities", "/api/activities",
                "/api/companies/\(company.id)/timeline",
            ] {
                let text = try await other.get(path).text
                #expect(!text.contains("Secret plan"), "\(path)")
            }
            #expect(try await other.get("/api/tasks").value().object?["count"] == 0)
            let owned = try await site.platform.store.first(User.self, where: .equals("name", "Huda"))
            let day = try await other.get("/api/tasks/day?user=\(owned?.id.description ?? "")")
            #expect(day.status == .notFound)
            let manager = try await site.browser(.manager)
            #expect(try await manager.get("/tasks?user=\(owned?.id.description ?? "")").text.contains("Secret plan"))
            #expect(try await owner.get("/companies/\(company.id)").text.contains("Secret plan"))
        }
    }

    @Test func `the form makes rules from its list, and the page says them in words`() async throws {
        try await Site.with { site in
            let sales = try await site.browser(try await site.person(.sales))
            for (choice, due, rule) in [
                ("weekly", "2026-11-25", "FREQ=WEEKLY;BYDAY=WE"),
                ("workdays", "2026-11-25", "FREQ=WEEKLY;BYDAY=SU,MO,TU,WE,TH"),
                ("monthly", "2026-12-31", "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD"),
                ("monthEnd", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1"),
                ("yearly", "2028-02-29", "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD"),
            ] {
                _ = try await sales.post(
                    "/tasks",
                    [("title", choice), ("dueOn", due), ("repeat", choice), ("recurrence", ""), ("whole", "1")])
                let task = try #require(
                    try await site.platform.store.first(WorkTask.self, where: .equals("title", .string(choice))))
                #expect(task.recurrence == rule)
                let form = try await sales.get("/tasks/\(task.id)/edit").text
                #expect(form.contains("value=\"\(choice)\" selected"))
                #expect(try await !sales.get("/tasks/\(task.id)").text.contains("FREQ="))
            }
            let wrong = try await sales.post(
                "/tasks", [("title", "x"), ("repeat", "own"), ("recurrence", "FREQ=HOURLY"), ("dueOn", "2026-11-25")])
            #expect(wrong.status == .unprocessableContent)
        }
    }

    @Test func `a rule that is not supported is shown raw and kept by the form`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales)
            let sales = try await site.browser(person)
            var task = WorkTask()
            task.title = "From elsewhere"
            task.assignedTo = person.id
            task.recurrence = "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1"
            try await site.platform.store.insert(task)
            #expect(try await sales.get("/tasks/\(task.id)").text.contains("FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1"))
            let saved = try await sales.post(
                "/tasks/\(task.id)",
                [("title", "Renamed"), ("repeat", "own"), ("recurrence", task.recurrence ?? ""), ("dueOn", "")])
            #expect(saved.status == .seeOther)
            #expect(try await site.platform.store.get(task.id)?.recurrence == task.recurrence)
        }
    }

    @Test func `two forms of one task: the second sees that it changed`() async throws {
        try await Site.with { site in
            let sales = try await site.browser(try await site.person(.sales))
            let id = try await Self.task(sales, ["title": "Call"])
            let form = try await sales.get("/tasks/\(id)/edit").text
            let stamp = String(try #require(form.firstMatch(of: /name="updatedAt" value="(\d+)"/)?.1))
            #expect(try await sales.post("/tasks/\(id)", [("title", "One"), ("updatedAt", stamp)]).status == .seeOther)
            let second = try await sales.post("/tasks/\(id)", [("title", "Two"), ("updatedAt", stamp)])
            #expect(second.status == .conflict && second.text.contains("value=\"Two\""))
        }
    }

    @Test(arguments: [
        "status", "createdBy", "completedAt", "_id", "createdAt", "passwordHash", "role", "accountId", "colour",
    ])
    func `a field that is not to be written is refused by name`(field: String) async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let answer = try await admin.json(.post, "/api/tasks", .object(["title": "x", field: "completed"]))
            #expect(answer.status == .unprocessableContent && answer.text.contains("\"\(field)\""))
            #expect(try await site.platform.store.count(WorkTask.self) == 0)
        }
    }

    @Test func `the card of a record adds a task to it and comes back`() async throws {
        try await Site.with { site in
            let sales = try await site.browser(try await site.person(.sales))
            let company = try await Self.company(site)
            let path = "/companies/\(company.id)"
            let added = try await sales.post(
                "/tasks",
                [
                    ("title", "Send the offer"), ("when", "tomorrow"), ("relatedEntityType", "company"),
                    ("relatedEntityId", company.id.description), ("back", path),
                ])
            #expect(added.headers[.location] == path)
            let page = try await sales.get(path).text
            #expect(page.contains("Send the offer"))
            for target in ["https://evil.example", "//evil.example", "javascript:alert(1)"] {
                let away = try await sales.post("/tasks", [("title", "x"), ("back", target)])
                #expect(away.headers[.location] == "/tasks")
            }
        }
    }
}
