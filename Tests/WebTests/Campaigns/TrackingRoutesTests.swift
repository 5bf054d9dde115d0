import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct TrackingRoutesTests {
    private static let person =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"

    @Test func `an open and a click by a person are counted once, those of scanners never`() async throws {
        try await CampaignSite.with { campaigns in
            let site = campaigns.site, rows = try await campaigns.sent()
            let tokens = rows.map { site.tracking.links.token($0.id.raw) }
            let stranger = site.stranger
            for _ in 0..<3 { _ = try await stranger.get("/o/\(tokens[0]).gif", [.userAgent: Self.person]) }
            let click = try await stranger.get("/c/\(tokens[1])/0", [.userAgent: Self.person])
            #expect(click.status == .found && click.headers[.location] == "https://anwal.example/offer")
            #expect(click.headers[.setCookie] == nil)
            for agent in ["", "Barracuda Sentinel", "curl/8.0", "Mozilla/5.0 (compatible; bingbot/2.0)"] {
                _ = try await stranger.get("/o/\(tokens[2]).gif", [.userAgent: agent])
            }
            _ = try await stranger.send(.head, "/c/\(tokens[2])/0", [.userAgent: Self.person], nil)
            try await site.tracking.flush()
            let found = try await site.platform.store.find(
                Query<CampaignRecipient>(.equals("campaignId", Value(rows[0].campaignId))))
            #expect(found.map(\.status) == [.opened, .clicked, .sent])
            #expect(found[1].openedAt != nil && found[2].openedAt == nil)
            #expect(try await site.platform.store.count(TrackingEvent.self) == 9)
            let opened = try await site.platform.store.find(Query<Activity>(.equals("type", "email_opened")))
            #expect(opened.count == 2)
            let report = try await campaigns.manager.get("/api/campaigns/\(rows[0].campaignId)/report").value().object
            #expect(report?["opened"]?.int == 2 && report?["clicked"]?.int == 1 && report?["byPrograms"]?.int == 5)
            // The same hits, read again after a crash between the store and the file's end, are the same.
            try await site.tracking.flush()
            #expect(try await site.platform.store.count(TrackingEvent.self) == 9)
        }
    }

    @Test func `links lead only to what stands in the template that was sent`() async throws {
        try await CampaignSite.with { campaigns in
            let site = campaigns.site, rows = try await campaigns.sent()
            let token = site.tracking.links.token(rows[0].id.raw)
            let merged = try await site.stranger.get("/c/\(token)/1")
            #expect(merged.headers[.location] == "https://anwal.example/none")
            var flipped = token
            flipped.replaceSubrange(flipped.startIndex...flipped.startIndex, with: token.hasPrefix("A") ? "B" : "A")
            for path in [
                "/c/\(token)/2", "/c/\(token)/-1", "/c/\(token)/x", "/c/\(token)/99999999999999999999",
                "/c/\(flipped)/0",
                "/c/https://evil.example/0", "/c/\(token)/0%0d%0aSet-Cookie:x=y", "/c/\(token.lowercased())/0",
                "/c//evil.example/0", "/c/\(token)/0/..%2f..%2fevil.example", "/c/\(token)x/0", "/c/%00/0",
            ] {
                let answer = try await site.stranger.get(path)
                #expect(answer.status == .notFound && answer.headers[.location] == nil, "\(path): \(answer.status)")
            }
            let redirected = try await site.stranger.get("/c/\(token)/0?url=https://evil.example&u=//evil.example")
            #expect(redirected.headers[.location] == "https://anwal.example/offer")
        }
    }

    @Test func `the image answers alike whoever asks, and strangers' codes leave nothing behind`() async throws {
        try await CampaignSite.with { campaigns in
            let site = campaigns.site, rows = try await campaigns.sent()
            let token = site.tracking.links.token(rows[0].id.raw)
            let known = try await site.stranger.get("/o/\(token).gif")
            for other in ["/o/x.gif", "/o/\(String(repeating: "A", count: 38)).gif", "/o/%F0%9F%98%80.gif"] {
                let answer = try await site.stranger.get(other)
                #expect(answer.status == known.status && answer.body == known.body, "\(other)")
                #expect(answer.headers[.contentType] == "image/gif" && answer.headers[.setCookie] == nil)
            }
            try await site.tracking.flush()
            #expect(try await site.platform.store.count(TrackingEvent.self) == 1)
        }
    }

    @Test func `one POST takes somebody off every list, in either form, and a GET never does`() async throws {
        try await CampaignSite.with { campaigns in
            let site = campaigns.site, rows = try await campaigns.sent()
            let path = "/u/\(site.tracking.links.token(rows[0].id.raw))"
            let store = site.platform.store
            for method in [HTTPRequest.Method.get, .head, .options] {
                for _ in 0..<20 { _ = try await site.stranger.send(method, path, [:], nil) }
            }
            #expect(try await store.count(Suppression.self) == 0)
            let multipart =
                "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
            for _ in 0..<5 {
                for (type, body) in [
                    ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
                    ("multipart/form-data; boundary=b", multipart),
                ] {
                    let answer = try await site.stranger.send(.post, path, [.contentType: type], body)
                    #expect(
                        answer.status == .ok && answer.headers[.location] == nil && answer.headers[.setCookie] == nil)
                }
            }
            let suppressed = try await store.find(Query<Suppression>())
            #expect(
                suppressed.count == 1 && suppressed[0].address == rows[0].email && suppressed[0].reason == .unsubscribed
            )
            #expect(try await store.get(rows[0].id)?.status == .unsubscribed)
            let point = try await store.find(Query<ContactPoint>(.equals("normalizedValue", .string(rows[0].email))))
            #expect(point.first?.consent?.status == "withdrawn")
            #expect(try await store.count(Activity.self, where: .equals("title", "Unsubscribed")) == 1)
            site.clock.advance(by: 400 * 86_400)
            let other = "/u/\(site.tracking.links.token(rows[1].id.raw))"
            #expect(try await site.stranger.send(.post, other, [:], nil).status == .ok)
            #expect(try await store.count(Suppression.self) == 2)
            #expect(
                try await site.stranger.send(.post, "/u/\(String(repeating: "A", count: 38))", [:], "").status
                    == .notFound)
        }
    }

    @Test func `who left by mistake comes back by the same mail, and sees a page in their language`() async throws {
        try await CampaignSite.with { campaigns in
            let site = campaigns.site, rows = try await campaigns.sent()
            let token = site.tracking.links.token(rows[0].id.raw)
            let ask = try await site.stranger.get("/u/\(token)", [.acceptLanguage: "en"])
            #expect(ask.text.contains("Do you want no more mail") && !ask.text.contains(rows[0].email))
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            let left = try await site.stranger.send(.post, "/preferences/\(token)", form, "wants=no")
            #expect(left.text.contains("أُلغي اشتراكك"))
            #expect(try await site.stranger.send(.post, "/preferences/\(token)", form, "wants=yes").status == .ok)
            #expect(try await site.platform.store.count(Suppression.self) == 0)
            #expect(
                try await site.stranger.send(.post, "/preferences/\(token)", form, "wants=x").status
                    == .unprocessableContent)
        }
    }
}
