import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct AccountPagesTests {
    @Test func `a key may what it was made for and its owner may, and nothing after it is revoked`() async throws {
        try await Site.with { site in
            let admin = try await site.person(.admin)
            let browsing = try await site.browser(admin)
            let made = try await browsing.json(.post, "/api/keys", ["name": "n8n", "scopes": ["read"]])
            let key = try #require(try made.value().object?["key"]?.string)
            #expect(key.hasPrefix("anwal_"))
            #expect(try await !site.everything().contains(key))
            #expect(try await !browsing.get("/api/keys").text.contains(key))
            let bearer: HTTPFields = [.authorization: "Bearer \(key)"]
            #expect(try await site.stranger.get("/api/profile", bearer).status == .ok)
            #expect(try await site.stranger.get("/api/users", bearer).status == .forbidden)
            #expect(try await site.stranger.get("/api/profile/sessions", bearer).status == .forbidden)

            let second = try await browsing.json(.post, "/api/keys", ["name": "ops", "scopes": ["admin"]])
            let wide = try #require(try second.value().object?["key"]?.string)
            let wideBearer: HTTPFields = [.authorization: "Bearer \(wide)"]
            #expect(try await site.stranger.get("/api/users", wideBearer).status == .ok)
            var demoted = try await site.platform.users.get(admin.id)
            let before = demoted
            demoted.role = .viewer
            try await site.platform.store.save(demoted, original: before)
            #expect(try await site.stranger.get("/api/users", wideBearer).status == .forbidden)

            let id = try #require(try made.value().object?["stored"]?.object?["_id"]?.string)
            try await site.platform.apiKeys.revoke(
                try #require(EntityID<APIKey>(id)), by: Principal(user: admin, origin: .console))
            #expect(try await site.stranger.get("/api/profile", bearer).status == .unauthorized)
        }
    }

    @Test func `whoever opens the Unix socket is the administrator, and the network is not`() async throws {
        try await Site.with(listener: .socket(path: "/nowhere")) { site in
            #expect(try await site.stranger.get("/api/users").status == .ok)
            let made = try await site.stranger.send(
                .post, "/api/users", [.contentType: "application/json"],
                #"{"name":"Sami","email":"s@example.sa","role":"sales"}"#)
            #expect(made.status == .created)
        }
        try await Site.with { site in
            let response = try await site.stranger.get("/api/users")
            #expect(response.status == .unauthorized)
        }
    }

    @Test func `the last administrator stays, and nobody takes their own rights away`() async throws {
        try await Site.with { site in
            let admin = try await site.person(.admin)
            let browsing = try await site.browser(admin)
            #expect(try await browsing.json(.patch, "/api/users/\(admin.id)", ["role": "viewer"]).status == .conflict)
            let console = Principal.console
            await #expect(throws: AccountError.lastAdministrator) {
                try await site.platform.users.delete(admin.id, by: console)
            }
        }
    }

    @Test func `fields that nobody may write are named and nothing is written`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let person = try await site.person(.sales)
            let forbidden = [
                "passwordHash", "_id", "email", "createdAt", "totpSecretEncrypted", "inviteTokenHash", "resetTokenHash",
                "ownerId", "accountId", "lastLoginAt", "notificationPreferences", "extra",
            ]
            let before = try await site.everything()
            for field in forbidden {
                let body: Value = .object([field: "x"])
                for path in ["/api/users/\(person.id)", "/api/profile", "/api/settings"] {
                    let response = try await admin.json(.patch, path, body)
                    #expect(
                        response.status == .unprocessableContent && response.text.contains(field), "\(path) \(field)")
                }
            }
            #expect(try await admin.json(.patch, "/api/profile", ["role": "admin"]).status == .unprocessableContent)
            #expect(try await site.everything() == before)
        }
    }

    @Test func `no answer holds a secret of anybody`() async throws {
        try await Site.with { site in
            let canary = "canary0canary0canary0"
            var user = try await site.person(.admin)
            let before = user
            user.passwordHash = canary
            user.totpSecretEncrypted = canary
            user.inviteTokenHash = canary
            user.resetTokenHash = canary
            user.extra = ["apiToken": .string(canary), "nested": ["clientSecret": .string(canary), "city": "Riyadh"]]
            let stored = user
            try await site.platform.store.save(stored, original: before)
            let value = try EntityJSON.value(stored).json
            #expect(!value.contains(canary) && value.contains("Riyadh"))
            let browsing = try await site.browser(user)
            for endpoint in Web.Router.endpoints where endpoint.method == .get {
                let path = endpoint.path.replacing("{id}", with: user.id.description)
                #expect(try await !browsing.get(filled(path)).text.contains(canary), "\(endpoint.path)")
            }
        }
    }

    @Test func `every act on accounts leaves one row in the audit log, without secrets`() async throws {
        try await Site.with { site in
            let admin = try await site.person(.admin, password: "نخلة تطل على البحر")
            let signedIn = try await site.stranger.json(
                .post, "/api/sign-in", ["email": .string(admin.email), "password": "نخلة تطل على البحر"])
            let browsing = Browsing(site: site, token: signedIn.sessionToken, csrf: nil)
            let made = try await browsing.json(
                .post, "/api/users", ["name": "Sami", "email": "s@example.sa", "role": "sales"])
            let id = try #require(try made.value().object?["user"]?.object?["_id"]?.string)
            _ = try await browsing.json(.post, "/api/users/\(id)/invite")
            _ = try await browsing.json(.patch, "/api/users/\(id)", ["role": "viewer"])
            _ = try await browsing.json(.post, "/api/keys", ["name": "n8n", "scopes": ["read"]])
            _ = try await browsing.json(.patch, "/api/settings", ["duplicateThreshold": 0.9])
            _ = try await browsing.json(.delete, "/api/users/\(id)")
            let rows = try await site.platform.store.find(Query<AuditLog>(sort: [.ascending("createdAt")]))
            #expect(
                rows.map(\.action).sorted() == [
                    "api_key_created", "settings_changed", "sign_in", "user_changed", "user_deleted", "user_invited",
                    "user_invited",
                ])
            #expect(rows.allSatisfy { $0.userId == admin.id })
            let page = try await browsing.get("/audit").text
            #expect(page.contains("دعوة مستخدم"))
        }
    }

    @Test func `settings are checked, mirrored into the older names, and seen at once`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let bad = try await admin.json(
                .patch, "/api/settings",
                [
                    "duplicateThreshold": 1.5, "timezone": "Mars/Olympus", "defaultLanguage": "fr",
                    "companyMatchFields": ["passwordHash"],
                    "branding": ["primaryColor": "red", "website": "javascript:alert(1)"],
                ])
            let fields = try #require(try bad.value().object?["error"]?.object?["fields"]?.object)
            #expect(
                Set(fields.keys) == [
                    "duplicateThreshold", "timezone", "defaultLanguage", "companyMatchFields", "branding.primaryColor",
                    "branding.website",
                ])
            let good = try await admin.post(
                "/settings/branding",
                [("branding.platformName", "نمو"), ("branding.primaryColor", "#123456"), ("branding.companyName", "")])
            #expect(good.status == .seeOther)
            let stored = try #require(try await site.platform.store.first(SystemSettings.self, where: .all))
            #expect(stored.appName == "نمو" && stored.branding.platformName == "نمو")
            #expect(try await site.stranger.get("/branding.css").text.contains("--brand: #123456"))
            #expect(try await admin.get("/").text.contains("نمو"))
            let matching = try await admin.post(
                "/settings/matching",
                [
                    ("duplicateThreshold", "0.9"), ("companyMatchFields", "website"), ("companyMatchFields", ""),
                    ("autoDuplicateDetection", "false"),
                ])
            #expect(matching.status == .seeOther)
            let after = try await site.platform.settings.current()
            #expect(
                after.duplicateThreshold == 0.9 && after.companyMatchFields == ["website"]
                    && !after.autoDuplicateDetection)
        }
    }

    @Test func `a page is in the person's language, else the cookie's, else the browser's`() async throws {
        try await Site.with { site in
            #expect(try await site.stranger.get("/sign-in").text.contains(#"dir="rtl""#))
            #expect(
                try await site.stranger.get("/sign-in", [.acceptLanguage: "fr, en-GB;q=0.8, ar;q=0.3"]).text.contains(
                    #"lang="en" dir="ltr""#))
            let chosen = try await site.stranger.post("/language", [("language", "en"), ("back", "//evil.example")])
            #expect(chosen.headers[.location] == "/")
            #expect(
                try await site.stranger.get("/sign-in", [.cookie: "anwal-language=en"]).text.contains(#"lang="en""#))
            let person = try await site.person(.viewer)
            let browsing = try await site.browser(person)
            _ = try await browsing.post("/language", [("language", "en"), ("back", "/")])
            #expect(try await browsing.get("/", [.acceptLanguage: "ar"]).text.contains(#"lang="en""#))
        }
    }

    @Test func `what people type is shown as text, never as markup`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let hostile = #"<img src=x onerror=alert(1)>{{me.name}}""#
            let made = try await admin.post(
                "/users", [("name", hostile), ("email", "h@example.sa"), ("role", "sales")])
            let page = try await admin.get("/users").text
            for text in [made.text, page] {
                #expect(!text.contains("<img src=x") && text.contains("&lt;img src=x") && text.contains("{{me.name}}"))
            }
        }
    }

    @Test func `navigation shows what the person may use`() async throws {
        try await Site.with { site in
            let viewer = try await site.browser(.viewer).get("/").text
            #expect(viewer.contains(#"href="/companies""#) && !viewer.contains(#"href="/imports/new""#))
            #expect(!viewer.contains(#"href="/users""#) && !viewer.contains(#"href="/settings""#))
            let admin = try await site.browser(.admin).get("/").text
            #expect(admin.contains(#"href="/users""#) && admin.contains(#"href="/imports/new""#))
        }
    }
}
