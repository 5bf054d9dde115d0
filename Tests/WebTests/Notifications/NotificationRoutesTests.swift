import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct NotificationRoutesTests {
    private static func tell(_ site: Site, _ user: User?, _ edit: (inout UserNotification) -> Void = { _ in })
        async throws
        -> UserNotification
    {
        var row = UserNotification()
        row.userId = user?.id
        row.type = .taskAssigned
        row.title = "Task assigned"
        row.createdAt = site.clock.now
        edit(&row)
        try await site.platform.store.insert(row)
        return row
    }

    @Test func `the bell counts, the list shows, and reading takes the count away`() async throws {
        try await Site.with { site in
            let person = try await site.person(.viewer)
            let browsing = try await site.browser(person)
            let row = try await Self.tell(site, person) {
                $0.metadata = ["name": "زيارة", "by": "Sami"]
                $0.actionUrl = "/tasks/00000000000000000000dead"
            }
            #expect(try await browsing.get("/").text.contains("data-badge=\"unread\">1</span>"))
            let list = try await browsing.get("/notifications", [.acceptLanguage: "en"]).text
            #expect(list.contains("assigned you the task"))
            let opened = try await browsing.post("/notifications/\(row.id)/open")
            #expect(opened.headers[.location] == "/tasks/00000000000000000000dead")
            #expect(try await browsing.get("/notifications?unread=true").text.contains(row.id.description) == false)
            #expect(try await browsing.post("/notifications/\(row.id)/unread").status == .seeOther)
            #expect(try await browsing.get("/api/notifications/count").value().object?["unread"] == 1)
            #expect(try await browsing.post("/notifications/read").status == .seeOther)
            #expect(try await browsing.get("/api/notifications/count").value().object?["unread"] == 0)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "data:text/html,x",
    ])
    func `a stored address of another site is not followed`(address: String) async throws {
        try await Site.with { site in
            let person = try await site.person(.sales)
            let browsing = try await site.browser(person)
            let row = try await Self.tell(site, person) { $0.actionUrl = address }
            #expect(try await browsing.post("/notifications/\(row.id)/open").headers[.location] == "/notifications")
            #expect(try await !browsing.get("/notifications").text.contains("evil"))
        }
    }

    @Test func `somebody else's notification is not found`() async throws {
        try await Site.with { site in
            let owner = try await site.person(.manager), other = try await site.browser(.admin)
            let row = try await Self.tell(site, owner)
            for path in ["open", "read", "unread"] {
                #expect(try await other.post("/notifications/\(row.id)/\(path)").status == .notFound)
            }
            #expect(try await other.json(.post, "/api/notifications/\(row.id)/read").status == .notFound)
            #expect(try await site.platform.store.get(row.id)?.status == .unread)
        }
    }

    @Test func `without asking for a stream one gets what there is, and what came since`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales)
            let browsing = try await site.browser(person)
            _ = try await Self.tell(site, person) { $0.title = "Old news" }
            let since = site.clock.now.milliseconds
            site.clock.advance(by: 1)
            _ = try await Self.tell(site, person) { $0.title = "Breaking <news>" }
            let events = try await browsing.get("/notifications/events?since=\(since)")
            #expect(events.headers[.contentType] == "text/event-stream")
            #expect(events.text.contains("event: counts") && events.text.contains("\"unread\":\"2\""))
            #expect(events.text.contains("Breaking &lt;news&gt;") && !events.text.contains("Old news"))
            let caughtUp = try await browsing.get(
                "/api/notifications/events", [.init("Last-Event-ID") ?? .accept: "\(site.clock.now.milliseconds)"])
            #expect(caughtUp.text.contains("counts") && !caughtUp.text.contains("Breaking"))
            #expect(try await browsing.get("/notifications/events?since=soon").status == .badRequest)
        }
    }

    @Test func `looking for what is new does not keep a session from falling silent`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales)
            let (token, session) = try await site.platform.sessions.begin(for: person.id, userAgent: nil, address: nil)
            site.clock.advance(by: 3_600)
            #expect(try await site.platform.sessions.find(token, isUse: false) != nil)
            #expect(try await site.platform.store.get(session.id)?.lastSeenAt == session.lastSeenAt)
            site.clock.advance(by: 12 * 3_600)
            #expect(try await site.platform.sessions.find(token, isUse: false) == nil)
        }
    }

    @Test func `preferences are kept and followed`() async throws {
        try await Site.with { site in
            let person = try await site.person(.viewer)
            let browsing = try await site.browser(person)
            _ = try await Self.tell(site, person)
            let kinds = NotificationPreferences.choices.filter { $0 != .taskAssigned }.map { ("on", $0.rawValue) }
            #expect(try await browsing.post("/notifications/preferences", kinds).status == .seeOther)
            #expect(try await browsing.get("/api/notifications/count").value().object?["unread"] == 0)
            let form = try await browsing.get("/notifications/preferences").text
            #expect(form.contains("value=\"mention\" checked") && !form.contains("value=\"task_assigned\" checked"))
            let wrong = try await browsing.json(.patch, "/api/notifications/preferences", ["on": ["telepathy"]])
            #expect(wrong.status == .unprocessableContent)
            let unknown = try await browsing.json(
                .patch, "/api/notifications/preferences", ["on": [], "role": "admin"])
            #expect(unknown.status == .unprocessableContent && unknown.text.contains("role"))
        }
    }

    @Test func `an administrator's message reaches everybody, and only an administrator sends one`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let sales = try await site.browser(try await site.person(.sales))
            let form = try await admin.get("/notifications/new").text
            let key = String(try #require(form.firstMatch(of: /name="key" value="([0-9a-f]{24})"/)?.1))
            for _ in 0..<2 {
                let sent = try await admin.post("/notifications", [("message", "نغلق غدا"), ("key", key)])
                #expect(sent.status == .seeOther)
            }
            #expect(try await sales.get("/notifications").text.contains("نغلق غدا"))
            #expect(try await sales.get("/api/notifications/count").value().object?["unread"] == 1)
            #expect(try await sales.post("/notifications", [("message", "x")]).status == .forbidden)
            #expect(try await admin.post("/notifications", [("message", " ")]).status == .unprocessableContent)
        }
    }
}
