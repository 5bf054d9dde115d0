import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Signing in, sessions and what ends them (quality W-1 to W-6, W-29).
@Suite struct SignInTests {
    private let password = "نخلة تطل على البحر"

    @Test func `the right password begins a session of its own, whatever cookie came with it`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales, password: password)
            let planted = Browsing(site: site, token: "A".padding(toLength: 43, withPad: "A", startingAt: 0), csrf: nil)
            let response = try await planted.post("/sign-in", [("email", person.email), ("password", password)])
            let token = try #require(response.sessionToken)
            #expect(response.status == .seeOther && token != planted.token)
            #expect(try await planted.get("/api/profile").status == .unauthorized)
            let inside = Browsing(site: site, token: token, csrf: nil)
            #expect(try await inside.get("/api/profile").status == .ok)
            #expect(try await !site.everything().contains(token))
        }
    }

    @Test func `over https the cookie is bound to the host and kept from scripts`() async throws {
        try await Site.with(baseURL: "https://growth.example.sa") { site in
            let person = try await site.person(.sales, password: password)
            let response = try await site.stranger.send(
                .post, "/sign-in",
                [.contentType: "application/x-www-form-urlencoded", .secFetchSite: "same-origin"],
                "email=\(person.email)&password=\(Browsing.encoded(password))")
            let cookie = try #require(response.headers[values: .setCookie].first)
            #expect(cookie.hasPrefix("__Host-anwal="))
            for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] { #expect(cookie.contains(part)) }
        }
    }

    @Test func `a wrong password, an unknown address and a disabled account get the same answer`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales, password: password)
            var disabled = try await site.person(.sales, "Sami", password: password)
            let before = disabled
            disabled.status = .disabled
            try await site.platform.store.save(disabled, original: before)
            var answers: Set<String> = []
            for (email, tried) in [
                (person.email, "wrong one"), ("nobody@example.sa", password), (disabled.email, password),
            ] {
                let response = try await site.stranger.json(
                    .post, "/api/sign-in", ["email": .string(email), "password": .string(tried)])
                #expect(response.status == .unauthorized)
                answers.insert(response.text)
            }
            #expect(answers.count == 1)
        }
    }

    @Test func `an account takes ten tries a minute, and more a minute later`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales, password: password)
            for _ in 0..<10 {
                #expect(try await attempt(site, person.email, "wrong one").status == .unauthorized)
            }
            let refused = try await attempt(site, person.email, password)
            #expect(refused.status == .tooManyRequests && refused.headers[.retryAfter] != nil)
            site.clock.advance(by: 61)
            #expect(try await attempt(site, person.email, password).status == .ok)
        }
    }

    @Test func `a session ends after twelve silent hours and after fourteen days, to the second`() async throws {
        try await Site.with { site in
            let person = try await site.person(.viewer)
            let idle = try await site.browser(person)
            site.clock.advance(by: Sessions.idleLimit - 1)
            #expect(try await idle.get("/api/profile").status == .ok)
            site.clock.advance(by: Sessions.idleLimit)
            #expect(try await idle.get("/api/profile").status == .unauthorized)
            site.clock.advance(by: -86_400)
            #expect(try await idle.get("/api/profile").status == .unauthorized)

            let busy = try await site.browser(person)
            for _ in 0..<28 {
                site.clock.advance(by: Sessions.absoluteLimit / 28 - 0.01)
                #expect(try await busy.get("/api/profile").status == .ok)
            }
            site.clock.advance(by: 1)
            #expect(try await busy.get("/api/profile").status == .unauthorized)
        }
    }

    @Test func `signing out, disabling, deleting, a new role and a new password end sessions at once`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let events: [@Sendable (User, Browsing) async throws -> TestResponse] = [
                { _, own in try await own.post("/sign-out") },
                { user, _ in try await admin.json(.patch, "/api/users/\(user.id)", ["status": "disabled"]) },
                { user, _ in try await admin.json(.delete, "/api/users/\(user.id)") },
                { user, _ in try await admin.json(.patch, "/api/users/\(user.id)", ["role": "viewer"]) },
                { _, own in
                    try await own.json(
                        .post, "/api/profile/password",
                        ["currentPassword": .string(password), "password": "تمرة سكري من القصيم"])
                },
            ]
            for event in events {
                let person = try await site.person(.sales, password: password)
                let one = try await site.browser(person), other = try await site.browser(person)
                let response = try await event(person, one)
                #expect(response.status.code < 400, "\(response.text)")
                #expect(try await one.get("/api/profile").status == .unauthorized)
                let isSignOut = response.headers[.location] == "/sign-in"
                let isOtherOver = try await other.get("/api/profile").status == .unauthorized
                #expect(isOtherOver != isSignOut)
            }
        }
    }

    @Test func `one link makes the first administrator, once, also when a hundred try together`() async throws {
        try await Site.with { site in
            let token = try #require(try await site.platform.users.beginSetUp())
            let users = site.platform.users
            let winners = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        do {
                            _ = try await users.setUp(
                                token: token, name: "Admin", email: "admin\(number)@example.sa",
                                password: "نخلة تطل على البحر", language: nil, address: nil)
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(winners == 1)
            #expect(try await site.platform.store.count(User.self, where: .all, upTo: nil) == 1)
            #expect(try await site.platform.users.beginSetUp() == nil)
            #expect(try await site.stranger.get("/set-up/\(token)").status == .conflict)
        }
    }

    @Test func `the set-up form makes an administrator and signs in`() async throws {
        try await Site.with { site in
            let token = try #require(try await site.platform.users.beginSetUp())
            #expect(try await site.stranger.get("/set-up/\(token)").status == .ok)
            let fields = [("name", "نورة العتيبي"), ("email", "noura@example.sa"), ("password", password)]
            #expect(
                try await site.stranger.post("/set-up/\(String(repeating: "x", count: 43))", fields).status == .gone)
            let short = try await site.stranger.post(
                "/set-up/\(token)", [("name", "ن"), ("email", "x"), ("password", "short")])
            #expect(short.status == .unprocessableContent)
            let response = try await site.stranger.post("/set-up/\(token)", fields)
            let inside = Browsing(site: site, token: response.sessionToken, csrf: nil)
            let page = try await inside.get("/").text
            #expect(page.contains("نورة العتيبي") && page.contains(#"<html lang="ar" dir="rtl">"#))
        }
    }

    @Test func `an invitation lets somebody in once, and never with a made-up token`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let made = try await admin.send(
                .post, "/api/users",
                [
                    .contentType: "application/json", .origin: "http://localhost",
                    .init("X-Forwarded-Host")!: "evil.example",
                ],
                #"{"name":"Sami","email":"Sami@Example.sa","role":"sales"}"#)
            let link = try #require(try made.value().object?["link"]?.string)
            #expect(link.hasPrefix("http://localhost/invitations/"))
            let path = String(link.dropFirst("http://localhost".count))
            let token = String(path.split(separator: "/").last ?? "")
            #expect(try await !site.everything().contains(token))
            for bad in ["", "%20", "%00", "null", "[]", String(token.dropLast()), token + "A", token.uppercased(), "0"]
            {
                let response = try await site.stranger.post(
                    "/invitations/\(bad)", [("name", "X"), ("password", password)])
                #expect(response.sessionToken == nil, "\(bad)")
            }
            let first = try await site.stranger.post(path, [("name", "سامي"), ("password", password)])
            #expect(first.sessionToken != nil)
            #expect(try await site.stranger.post(path, [("password", password)]).status == .gone)
            #expect(try await attempt(site, "sami@example.sa", password).status == .ok)
        }
    }

    @Test func `a reset link is over after an hour and ends the old password when used`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let person = try await site.person(.sales, password: password)
            for isLate in [true, false] {
                let made = try await admin.json(.post, "/api/users/\(person.id)/reset")
                let link = try #require(try made.value().object?["link"]?.string)
                let path = String(link.dropFirst("http://localhost".count))
                if isLate { site.clock.advance(by: 3_601) }
                let response = try await site.stranger.post(path, [("password", "عصفور على غصن الزيتون")])
                #expect((response.status == .gone) == isLate)
            }
            #expect(try await attempt(site, person.email, password).status == .unauthorized)
            #expect(try await attempt(site, person.email, "عصفور على غصن الزيتون").status == .ok)
        }
    }

    @Test func `somebody who must set a new password reaches nothing else`() async throws {
        try await Site.with { site in
            var person = try await site.person(.admin, password: password)
            let before = person
            person.mustChangePassword = true
            try await site.platform.store.save(person, original: before)
            let browsing = try await site.browser(person)
            #expect(try await browsing.get("/users").headers[.location] == "/profile/password")
            #expect(try await browsing.get("/api/users").status == .forbidden)
            let changed = try await browsing.post(
                "/profile/password", [("currentPassword", password), ("password", "عصفور على غصن الزيتون")])
            let inside = Browsing(site: site, token: changed.sessionToken, csrf: nil)
            #expect(try await inside.get("/users").status == .ok)
        }
    }

    @Test func `after sign-in only paths of ours are gone to`() async throws {
        try await Site.with { site in
            for (next, place) in [
                ("/users?a=b", "/users?a=b"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/"),
                ("/a\r\nX: y", "/"),
            ] {
                let person = try await site.person(.sales, password: password)
                let response = try await site.stranger.post(
                    "/sign-in", [("email", person.email), ("password", password), ("next", next)])
                #expect(response.headers[.location] == place, "\(next)")
            }
        }
    }

    private func attempt(_ site: Site, _ email: String, _ password: String) async throws -> TestResponse {
        try await site.stranger.json(.post, "/api/sign-in", ["email": .string(email), "password": .string(password)])
    }
}
