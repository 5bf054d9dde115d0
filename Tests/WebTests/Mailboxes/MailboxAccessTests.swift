import Crypto
import Foundation
import Growth
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MailTesting
import NIOCore
import Store
import Synchronization
import Testing

@testable import Web

/// A provider on this machine: agrees, hands out codes and tokens, and forgets them when told to.
private final class FakeProvider: Sendable {
    struct Seen: Sendable {
        var forms: [[String: String]] = []
        var challenge = ""
        var isRevoked = false
        var count = 0
    }

    let seen = Mutex(Seen())

    /// - Parameter body: gets the provider's address.
    func run(_ body: @Sendable (URL) async throws -> Void) async throws {
        let router = Hummingbird.Router()
        router.post("/token") { request, _ in
            let text = String(buffer: try await request.body.collect(upTo: 10_000))
            let form = Dictionary(
                uniqueKeysWithValues: URLComponents(string: "?" + text)?.queryItems?.map { ($0.name, $0.value ?? "") }
                    ?? [])
            return self.answer(form)
        }
        let ready = AsyncStream.makeStream(of: Int.self)
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in ready.continuation.yield(channel.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            for await port in ready.stream {
                try await body(try #require(URL(string: "http://127.0.0.1:\(port)")))
                break
            }
            group.cancelAll()
        }
    }

    private func answer(_ form: [String: String]) -> Response {
        let (status, body) = seen.withLock { seen -> (HTTPResponse.Status, String) in
            seen.forms.append(form)
            seen.count += 1
            let isOurs = form["client_id"] == "client" && form["client_secret"] == "canary-client"
            guard isOurs, !seen.isRevoked else { return (.badRequest, #"{"error":"invalid_grant"}"#) }
            if form["grant_type"] == "authorization_code" {
                let hash = Data(SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8))).base64EncodedString()
                let challenge = hash.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
                guard form["code"] == "the-code", challenge == seen.challenge else {
                    return (.badRequest, #"{"error":"invalid_grant","error_description":"canary-client"}"#)
                }
            }
            return (.ok, #"{"access_token":"token-1","expires_in":3600,"refresh_token":"canary-refresh"}"#)
        }
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}

@Suite struct MailboxAccessTests {
    private func with(
        _ body: @escaping @Sendable (Site, FakeProvider, SMTPTestServer, String) async throws -> Void
    ) async throws {
        let provider = FakeProvider()
        var options = SMTPTestServer.Options()
        options.users = ["sales@gmail.com": "token-1"]
        let smtp = try await SMTPTestServer.start(options)
        try await provider.run { address in
            let google = try #require(
                OAuthProvider.google(clientId: "client", clientSecret: HiddenText("canary-client"), server: address))
            try await Site.with(oauth: [google]) { site in
                let mailbox = try await site.platform.mailboxes.create(
                    Mailboxes.Draft([
                        "name": "المبيعات", "email": "sales@gmail.com", "provider": "google", "smtpHost": "127.0.0.1",
                        "smtpPort": "\(smtp.port)", "smtpSecurity": "none", "imapHost": "127.0.0.1", "imapPort": "1",
                        "imapSecurity": "none",
                    ]), by: .console)
                try await body(site, provider, smtp, "/mailboxes/\(mailbox.id)")
            }
        }
        try await smtp.stop()
    }

    private func begin(_ browsing: Browsing, _ path: String, _ provider: FakeProvider) async throws -> [String: String]
    {
        let answer = try await browsing.get(path + "/access")
        #expect(answer.status == .seeOther)
        let address = try #require(URLComponents(string: answer.headers[.location] ?? ""))
        #expect(address.path == "/authorize")
        let items = Dictionary(uniqueKeysWithValues: (address.queryItems ?? []).map { ($0.name, $0.value ?? "") })
        provider.seen.withLock { $0.challenge = items["code_challenge"] ?? "" }
        return items
    }

    @Test func `the owner agrees at the provider, and the mailbox signs in by a token that is kept while it lasts`()
        async throws
    {
        try await with { site, provider, smtp, path in
            let admin = try await site.browser(.admin)
            let asked = try await begin(admin, path, provider)
            #expect(asked["code_challenge_method"] == "S256" && asked["access_type"] == "offline")
            #expect(
                asked["redirect_uri"] == "http://localhost/mailboxes/access" && asked["login_hint"] == "sales@gmail.com"
            )
            let back = try await admin.get("/mailboxes/access?code=the-code&state=\(asked["state"] ?? "")")
            #expect(back.status == .seeOther && back.headers[.location] == path)
            let answer = try await admin.json(.post, "/api\(path)/check").value().object
            #expect(answer?["smtp"]?.object?["isWell"]?.bool == true)
            #expect(try await admin.json(.post, "/api\(path)/check").status == .ok)
            // The code's, and one access token for both checks.
            #expect(provider.seen.withLock { $0.count } == 2)
            site.clock.advance(by: 3_500)
            _ = try await admin.json(.post, "/api\(path)/check")
            #expect(provider.seen.withLock { $0.count } == 3)
            let item = try await admin.get("/api\(path)")
            #expect(try item.value().object?["hasPassword"]?.object?["oauth"]?.bool == true)
            #expect(!item.text.contains("canary"))
            let everything = try await site.everything()
            #expect(!everything.contains("canary") && !everything.contains("token-1"))
            #expect(smtp.commands.contains { $0.contains("XOAUTH2") })
        }
    }

    @Test func `who takes the access back is heard of in words, and the page leads to agreeing anew`() async throws {
        try await with { site, provider, _, path in
            let admin = try await site.browser(.admin)
            #expect(try await admin.json(.patch, "/api\(path)", ["oauthRefreshToken": "canary-refresh"]).status == .ok)
            provider.seen.withLock { $0.isRevoked = true }
            let trouble = try await admin.json(.post, "/api\(path)/check").value().object?["smtp"]?.object
            #expect(trouble?["code"]?.string == "access_revoked")
            let page = try await admin.get(path).text
            #expect(page.contains("الموافقة من جديد") && page.contains("إذن الدخول"))
            let moved = try await admin.json(.patch, "/api\(path)", ["smtpHost": "evil.example"])
            #expect(moved.status == .unprocessableContent && moved.text.contains("smtpHost"))
            #expect(try await admin.post("\(path)/access/end").status == .seeOther)
            let stored = try await admin.get("/api\(path)").value().object
            #expect(stored?["hasPassword"]?.object?["oauth"]?.bool == false)
        }
    }

    @Test func `a way back that another began, that is old, forged or without consent keeps nothing`() async throws {
        try await with { site, provider, _, path in
            let admin = try await site.browser(.admin), other = try await site.browser(.admin)
            let state = try await begin(admin, path, provider)["state"] ?? ""
            #expect(try await other.get("/mailboxes/access?code=the-code&state=\(state)").status == .conflict)
            #expect(try await admin.get("/mailboxes/access?code=the-code&state=v1.a.b.c").status == .conflict)
            #expect(try await admin.get("/mailboxes/access?error=access_denied&state=\(state)").status == .conflict)
            #expect(try await admin.get("/mailboxes/access?code=wrong&state=\(state)").status == .conflict)
            site.clock.advance(by: 601)
            #expect(try await admin.get("/mailboxes/access?code=the-code&state=\(state)").status == .conflict)
            let manager = try await site.browser(.manager)
            #expect(try await manager.get(path + "/access").status == .forbidden)
            #expect(try await admin.get("/api\(path)").value().object?["hasPassword"]?.object?["oauth"]?.bool == false)
        }
    }
}
