import Foundation
import Growth
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct ShellTests {
    @Test func `the server says when it lives and when its store answers`() async throws {
        try await Site.with { site in
            for path in ["/healthz", "/readyz"] {
                let response = try await site.stranger.get(path)
                #expect(response.status == .ok && response.text == #"{"status":"ok"}"#)
            }
        }
    }

    @Test func `a file is kept for ever under its hash, and asked for anew without`() async throws {
        try await Site.with { site in
            let page = try await site.stranger.get("/sign-in").text
            let link = try #require(page.firstMatch(of: #/href="(\/assets\/app\.css\?v=[0-9a-f]+)"/#)?.1)
            let file = try await site.stranger.get(String(link))
            #expect(file.headers[.cacheControl]?.contains("immutable") == true)
            #expect(file.headers[.contentType] == "text/css; charset=utf-8")
            let plain = try await site.stranger.get("/assets/app.css")
            #expect(plain.headers[.cacheControl] == "no-cache")
            let tag = try #require(plain.headers[.eTag])
            #expect(try await site.stranger.get("/assets/app.css", [.ifNoneMatch: tag]).status == .notModified)
            #expect(try await site.stranger.get("/assets/nothing.css").status == .notFound)
        }
    }

    @Test func `a person gets six hundred requests a minute`() async throws {
        try await Site.with { site in
            let viewer = try await site.browser(.viewer)
            for _ in 0..<600 { _ = try await viewer.get("/api/profile") }
            let refused = try await viewer.get("/api/profile")
            #expect(refused.status == .tooManyRequests && refused.headers[.retryAfter] != nil)
            #expect(try await site.stranger.get("/sign-in").status == .ok)
            // Neither health nor the files of pages are counted.
            for _ in 0..<601 { #expect(try await site.stranger.get("/healthz").status == .ok) }
            site.clock.advance(by: 60)
            #expect(try await viewer.get("/api/profile").status == .ok)
        }
    }

    @Test func `a body that is too large or too deep is refused`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let headers: HTTPFields = [.contentType: "application/json", .origin: "http://localhost"]
            let large = #"{"name":""# + String(repeating: "x", count: WebLimits.jsonBytes) + #""}"#
            #expect(try await admin.send(.patch, "/api/profile", headers, large).status == .contentTooLarge)
            let deep = String(repeating: #"{"a":"#, count: 70) + "1" + String(repeating: "}", count: 70)
            #expect(try await admin.send(.patch, "/api/profile", headers, deep).status == .badRequest)
            for text in ["[]", "nul", "{\"a\":1}x", "\u{FEFF}{}", "{'a':1}"] {
                #expect(try await admin.send(.patch, "/api/profile", headers, text).status == .badRequest, "\(text)")
            }
        }
    }

    @Test func `an error that nobody foresaw shows a reference and nothing of itself`() async throws {
        struct Secret: Error { let text = "SELECT secret FROM users" }
        try await Site.with { site in
            let shell = try Shell(platform: site.platform, configuration: site.configuration)
            let visit = try await Visit.probe(shell)
            let response = ErrorPages.response(to: Secret(), visit)
            #expect(response.status == .internalServerError)
            let page = try await site.text(of: response)
            #expect(page.contains("رقم مرجعي") && !page.contains("SELECT") && !page.contains("Secret"))
        }
    }

    @Test func `htmx gets the part of a page that it asks for`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let hx = try #require(HTTPField.Name("HX-Request"))
            let part = try await admin.get("/users", [hx: "true"]).text
            #expect(!part.contains("<html") && part.contains("<h1>"))
            let lost = try await site.stranger.get("/users", [hx: "true"])
            #expect(lost.headers[.hxRedirect] == "/sign-in")
        }
    }

    @Test func `numbers and dates are written for people`() throws {
        let phrases = try Phrases(folder: LocaleFolder.url)
        let riyadh = try #require(TimeZone(identifier: "Asia/Riyadh"))
        let arabic = Formats(language: .arabic, timeZone: riyadh, phrases: phrases)
        let english = Formats(language: .english, timeZone: riyadh, phrases: phrases)
        let date = Date(timeIntervalSince1970: 1_795_384_500)
        #expect(arabic.dateTime(date) == "23 نوفمبر 2026 00:55")
        #expect(english.date(date) == "23 November 2026")
        #expect(
            [0, 999, 1_000, -1_234_567, Int.min].map(Formats.number) == [
                "0", "999", "1,000", "-1,234,567", "-9,223,372,036,854,775,808",
            ])
        #expect([0.85, 12, 1_234.5, -0.5].map { arabic.number($0) } == ["0.85", "12", "1,234.5", "-0.5"])
    }

    @Test func `text on a colour that people chose can be read`() {
        for value in stride(from: 0, to: 0xFFFFFF, by: 4_099) {
            let hex = "#" + String(String(0x1000000 + value, radix: 16).dropFirst())
            guard let colour = Colour(hex: hex) else {
                Issue.record("\(hex) is a colour")
                continue
            }
            #expect(colour.contrast(with: colour.textColour) >= Colour.readable)
            #expect(colour.hex == hex)
        }
        for text in ["red", "#12345", "#1234567", "#12345g", "", "#+12345", "#１２３４５６"] {
            #expect(Colour(hex: text) == nil)
        }
    }

    @Test(arguments: ["ffffffffffffffffffffffff", "800000000000000000000000", "7fffffffffffffffffffffff"])
    func `an id of any value is looked up and not found`(id: String) async throws {
        try await Site.with { site in
            let viewer = try await site.browser(.viewer)
            #expect(try await viewer.get("/api/companies/\(id)").status == .notFound)
            #expect(ObjectID(id)?.description == id)
        }
    }

    @Test func `a correction of a column that no sheet has is refused`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let file = try await manager.detect(SmallList.csv)
            for column in [-1, 100_000] {
                let refused = try await manager.json(
                    .post, "/api/imports/preview",
                    [
                        "fileId": file["fileId"] ?? .null, "mapping": file["mapping"] ?? .null,
                        "corrections": [["row": 2, "column": .int(column), "value": "x"]],
                    ])
                #expect(refused.status == .unprocessableContent)
            }
        }
    }
}
