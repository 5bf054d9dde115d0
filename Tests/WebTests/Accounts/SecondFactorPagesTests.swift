import Crypto
import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Signing in in two steps, through the pages and the API.
@Suite struct SecondFactorPagesTests {
    private let password = "نخلة تطل على البحر"

    /// What an authenticator app makes of the secret that the offer shows.
    private static func code(_ secret: String, at date: Date) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = secret.compactMap { alphabet.firstIndex(of: $0) }.flatMap { value in
            (0..<5).reversed().map { value >> $0 & 1 }
        }
        let bytes = stride(from: 0, through: bits.count - 8, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | UInt8($1) }
        }
        return OneTimeCode.code(bytes, step: OneTimeCode.step(at: date))
    }

    /// A person with the second step on; gives the secret and the recovery codes.
    private func turnOn(_ site: Site, _ person: User) async throws -> (secret: String, codes: [String]) {
        let browsing = try await site.browser(person)
        let offer = try #require(
            try await browsing.json(.post, "/api/profile/second-factor/offer").value().object)
        let secret = try #require(offer["secret"]?.string)
        let begun = try await browsing.json(
            .post, "/api/profile/second-factor",
            [
                "setUp": offer["setUp"] ?? "", "currentPassword": .string(password),
                "code": .string(Self.code(secret, at: site.clock.now)),
            ])
        let codes = try #require(try begun.value().object?["recoveryCodes"]?.array?.compactMap(\.string))
        site.clock.advance(by: 60)
        return (secret, codes)
    }

    @Test func `the page of the code comes after the password, and the cookie after the code`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales, password: password)
            let (secret, _) = try await turnOn(site, person)
            let first = try await site.stranger.post(
                "/sign-in", [("email", person.email), ("password", password), ("next", "/companies")])
            #expect(first.sessionToken == nil && first.status == .ok)
            let match = try #require(first.text.firstMatch(of: #/name="challenge" value="([^"]+)"/#))
            let challenge = String(match.1)
            let wrong = try await site.stranger.post("/sign-in/code", [("challenge", challenge), ("code", "abcdef")])
            #expect(wrong.status == .unauthorized && wrong.sessionToken == nil)
            let second = try await site.stranger.post(
                "/sign-in/code",
                [("challenge", challenge), ("code", Self.code(secret, at: site.clock.now)), ("next", "/companies")])
            #expect(second.headers[.location] == "/companies")
            let inside = Browsing(site: site, token: second.sessionToken, csrf: nil)
            #expect(try await inside.get("/api/profile").status == .ok)
            #expect(try await !site.everything().contains(secret))
        }
    }

    @Test func `a wrong password is answered alike with and without a second step`() async throws {
        try await Site.with { site in
            let plain = try await site.person(.sales, "Sami", password: password)
            let person = try await site.person(.sales, password: password)
            _ = try await turnOn(site, person)
            var answers: Set<String> = []
            for email in [plain.email, person.email, "nobody@example.sa"] {
                let body: Value = ["email": .string(email), "password": "wrong one"]
                answers.insert(try await site.stranger.json(.post, "/api/sign-in", body).text)
            }
            #expect(answers.count == 1)
        }
    }

    @Test func `programs send the code at once, and keys are not asked`() async throws {
        try await Site.with { site in
            let person = try await site.person(.admin, password: password)
            let made = try await site.browser(person).json(.post, "/api/keys", ["name": "n8n", "scopes": ["read"]])
            let key = try #require(try made.value().object?["key"]?.string)
            let (secret, codes) = try await turnOn(site, person)
            var body: Value = ["email": .string(person.email), "password": .string(password)]
            let asked = try await site.stranger.json(.post, "/api/sign-in", body)
            #expect(asked.status == .unauthorized && asked.text.contains("code_required"))
            for code in [Self.code(secret, at: site.clock.now), codes[1]] {
                body = ["email": .string(person.email), "password": .string(password), "code": .string(code)]
                #expect(try await site.stranger.json(.post, "/api/sign-in", body).sessionToken != nil)
                #expect(try await site.stranger.json(.post, "/api/sign-in", body).sessionToken == nil, "once")
            }
            #expect(try await site.stranger.get("/api/profile", [.authorization: "Bearer \(key)"]).status == .ok)
        }
    }

    @Test func `where everybody must use two steps, whoever has none is led there first, and keys go on`() async throws
    {
        try await Site.with { site in
            let admin = try await site.person(.admin, "Amal", password: password)
            let person = try await site.person(.sales, password: password)
            let made = try await site.browser(admin).json(.post, "/api/keys", ["name": "n8n", "scopes": ["read"]])
            let key = try #require(try made.value().object?["key"]?.string)
            _ = try await turnOn(site, admin)
            let browsing = try await site.browser(person)
            #expect(try await browsing.get("/companies").status == .ok)
            let manager = try await site.browser(admin)
            let form = [("requiresSecondFactor", "false"), ("requiresSecondFactor", "true")]
            #expect(try await manager.post("/settings", form).headers[.location]?.hasPrefix("/settings") == true)
            #expect(try await manager.get("/companies").status == .ok)
            #expect(try await !manager.get("/profile/second-factor").text.contains("/profile/second-factor/end"))
            #expect(try await browsing.get("/companies").headers[.location] == "/profile/second-factor")
            let refused = try await browsing.get("/api/companies")
            #expect(refused.status == .forbidden && refused.text.contains("second_factor_required"))
            let page = try await browsing.get("/profile/second-factor")
            #expect(page.status == .ok && !page.text.contains(#"class="sidenav""#))
            _ = try await turnOn(site, person)
            #expect(try await site.browser(person).get("/companies").status == .ok)
            #expect(try await site.stranger.get("/api/companies", [.authorization: "Bearer \(key)"]).status == .ok)
        }
    }

    @Test func `a link for a new password leads to the code, not in`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let person = try await site.person(.sales, password: password)
            _ = try await turnOn(site, person)
            let made = try await admin.json(.post, "/api/users/\(person.id)/reset")
            let link = try #require(try made.value().object?["link"]?.string)
            let path = String(link.dropFirst("http://localhost".count))
            let answer = try await site.stranger.post(path, [("password", "عصفور على غصن الزيتون")])
            #expect(answer.sessionToken == nil && answer.text.contains(#"name="challenge""#))
        }
    }

    @Test func `an administrator takes off a lost one and ends the sessions, but not their own that way`() async throws
    {
        try await Site.with { site in
            let admin = try await site.person(.admin)
            let browsing = try await site.browser(admin)
            let person = try await site.person(.sales, password: password)
            _ = try await turnOn(site, person)
            let own = try await site.browser(person)
            #expect(try await browsing.json(.delete, "/api/users/\(admin.id)/second-factor").status == .conflict)
            #expect(try await browsing.json(.delete, "/api/users/\(person.id)/second-factor").status == .noContent)
            #expect(try await own.get("/api/profile").status == .unauthorized)
            let listed = try await browsing.get("/api/users/\(person.id)").value().object
            #expect(listed?["hasSecondFactor"] == false)
        }
    }

    @Test func `sessions are ended one by one or all others, and an administrator ends anybody's`() async throws {
        try await Site.with { site in
            let person = try await site.person(.sales)
            let (one, two, three) = (
                try await site.browser(person), try await site.browser(person), try await site.browser(person)
            )
            #expect(try await one.json(.delete, "/api/profile/sessions").value().object?["ended"] == 2)
            #expect(try await two.get("/api/profile").status == .unauthorized)
            #expect(try await three.get("/api/profile").status == .unauthorized)
            #expect(try await one.get("/api/profile").status == .ok)
            let admin = try await site.browser(.admin)
            let list = try await admin.get("/api/users/\(person.id)/sessions").value().object?["items"]?.array
            let id = try #require(list?.first?.object?["_id"]?.string)
            let other = try await site.person(.sales, "Sami")
            #expect(try await admin.json(.delete, "/api/users/\(other.id)/sessions/\(id)").status == .notFound)
            #expect(try await admin.json(.delete, "/api/users/\(person.id)/sessions/\(id)").status == .noContent)
            #expect(try await one.get("/api/profile").status == .unauthorized)
        }
    }
}
