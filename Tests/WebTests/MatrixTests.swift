import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// Who may use what: held to the table itself, for every route (quality W-7, W-8, W-27).
@Suite struct MatrixTests {
    @Test(arguments: User.Role.known)
    func `every route lets in exactly those whom its row names, and refusals change nothing`(_ role: User.Role)
        async throws
    {
        try await Site.with { site in
            let person = try await site.person(role)
            let refused = Web.Router.endpoints.filter { !mayUse($0, role) }
            let browsing = try await site.browser(person)
            let before = try await site.records()
            for endpoint in refused {
                let response = try await call(endpoint, browsing)
                #expect(response.status == .forbidden, "\(endpoint.method) \(endpoint.path): \(response.status)")
                site.clock.advance(by: 61)
            }
            let changed = try await site.records().symmetricDifference(before)
            #expect(changed == [], "\(changed.sorted())")
            for endpoint in Web.Router.endpoints where mayUse(endpoint, role) {
                // Some of them end the session that they are asked in.
                let response = try await call(endpoint, try await site.browser(person))
                // The sign-in itself answers 401 to a wrong password, and is open to everybody.
                let isLetIn =
                    response.status != .forbidden
                    && (response.status != .unauthorized || endpoint.access == .anyone)
                #expect(isLetIn, "\(endpoint.method) \(endpoint.path): \(response.status)")
                site.clock.advance(by: 61)
            }
        }
    }

    @Test func `a stranger is sent to sign in, and changes nothing`() async throws {
        try await Site.with { site in
            let before = try await site.records()
            for endpoint in Web.Router.endpoints where endpoint.access != .anyone {
                let response = try await call(endpoint, site.stranger)
                #expect(response.status == (endpoint.isAPI ? .unauthorized : .seeOther), "\(endpoint.path)")
                site.clock.advance(by: 61)
            }
            let changed = try await site.records().symmetricDifference(before)
            #expect(changed == [], "\(changed.sorted())")
        }
    }

    @Test func `a request from another site changes nothing, whatever its shape`() async throws {
        try await Site.with { site in
            let admin = try await site.person(.admin)
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            let json: HTTPFields = [.contentType: "application/json"]
            let browsing = try await site.browser(admin)
            let before = try await site.records()
            for endpoint in Web.Router.endpoints where endpoint.changesState && !endpoint.isOfMail {
                let path = filled(endpoint.path)
                let shapes: [(HTTPFields, String?)] = [
                    (form.merging([.origin: "https://evil.example"]), "a=b"),
                    ([.contentType: "text/plain", .origin: "http://localhost"], "{}"),
                    (json, "{}"),
                    (json.merging([.origin: "null"]), "{}"),
                    (json.merging([.origin: "http://sub.localhost", .secFetchSite: "same-site"]), "{}"),
                    (
                        form.merging([.origin: "http://localhost", .secFetchSite: "cross-site"]),
                        "_csrf=\(browsing.csrf ?? "")"
                    ),
                ]
                for (headers, body) in shapes {
                    let response = try await browsing.send(endpoint.method, path, headers, body)
                    let isRefused = response.status == .forbidden || response.status == .unsupportedMediaType
                    #expect(isRefused, "\(endpoint.method) \(endpoint.path) \(headers): \(response.status)")
                }
                let get = try await browsing.get(path)
                #expect(get.status.code < 500)
                site.clock.advance(by: 61)
            }
            let changed = try await site.records().symmetricDifference(before)
            #expect(changed == [], "\(changed.sorted())")
        }
    }

    @Test func `a form without the session's token, or with another's, is refused`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .origin: "http://localhost"]
            let other = try await site.browser(.admin)
            for body in ["name=Sami", "name=Sami&_csrf=", "name=Sami&_csrf=\(other.csrf ?? "")"] {
                let response = try await admin.send(.post, "/profile", form, body)
                #expect(response.status == .forbidden)
            }
            #expect(try await admin.post("/profile", [("name", "Sami")]).status == .seeOther)
        }
    }

    @Test func `every answer carries the security headers, errors included`() async throws {
        try await Site.with(baseURL: "https://growth.example.sa") { site in
            let admin = try await site.browser(.admin)
            let paths = Web.Router.endpoints.filter { $0.method == .get }.map { filled($0.path) }
            let broken = [
                "/nothing-here", "/api/nothing", "/users/zzz", "/assets/../../etc/passwd", "/api/audit?filter[x]=1",
            ]
            for browsing in [admin, site.stranger] {
                for path in paths + broken {
                    let response = try await browsing.get(path)
                    let headers = response.headers
                    #expect(headers[.strictTransportSecurity]?.contains("max-age=31536000") == true, "\(path)")
                    let policy = headers[.contentSecurityPolicy] ?? ""
                    for part in [
                        "default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
                    ] {
                        #expect(policy.contains(part), "\(path)")
                    }
                    #expect(!policy.contains("unsafe"))
                    #expect(headers[.xContentTypeOptions] == "nosniff" && headers[.referrerPolicy] != nil, "\(path)")
                    #expect(headers[.server] == nil, "\(path)")
                }
                site.clock.advance(by: 61)
            }
        }
    }

    @Test func `no page holds a script or a style of its own`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            for endpoint in Web.Router.endpoints where endpoint.method == .get && !endpoint.isAPI {
                let text = try await admin.get(filled(endpoint.path)).text
                guard text.contains("<html") else { continue }
                #expect(!text.contains("style=") && !text.contains("<style"), "\(endpoint.path)")
                #expect(text.firstMatch(of: #/<script(?![^>]*\ssrc=)/#) == nil, "\(endpoint.path)")
                #expect(text.firstMatch(of: #/\son[a-z]+="/#) == nil, "\(endpoint.path)")
            }
        }
    }

    private func mayUse(_ endpoint: Endpoint, _ role: User.Role) -> Bool {
        switch endpoint.access {
        case .anyone, .signedIn: true
        case .permission(let permission): Permission.of(role).contains(permission)
        }
    }

    private func call(_ endpoint: Endpoint, _ browsing: Browsing) async throws -> TestResponse {
        let path = filled(endpoint.path)
        guard endpoint.changesState else { return try await browsing.get(path) }
        switch endpoint.input {
        case .form: return try await browsing.post(path)
        case .upload:
            return try await browsing.send(
                endpoint.method, path,
                [
                    .contentType: "multipart/form-data; boundary=x", .origin: "http://localhost",
                    .csrfToken: browsing.csrf ?? "",
                ],
                "--x--\r\n")
        case .json, .nothing: return try await browsing.json(endpoint.method, path)
        }
    }
}

/// The path with every parameter replaced by an id that nothing has.
func filled(_ path: String) -> String {
    path.replacing(#/\{[^}]+\}/#, with: "00000000000000000000dead").replacingOccurrences(of: "**", with: "app.css")
}

extension HTTPFields {
    func merging(_ more: HTTPFields) -> HTTPFields {
        var all = self
        for field in more { all[field.name] = field.value }
        return all
    }
}
