import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// What serves all of the program: health, browser files, the language switch, the OpenAPI document.
enum SystemRoutes {
    static let all: [Endpoint] = [
        .open(.get, "/healthz", "Whether the process answers", gives: .json(health)) { visit in
            visit.json(["status": "ok"])
        },
        .open(.get, "/readyz", "Whether the store answers", gives: .json(health)) { visit in
            _ = try await visit.platform.store.count(SystemSettings.self, where: .all, upTo: 1)
            return visit.json(["status": "ok"])
        },
        .open(.get, "/assets/**", "A file that pages load", gives: .file("*/*")) { visit in
            let path = visit.parameters.getCatchAll().map(String.init).joined(separator: "/")
            return try visit.resources.assets.response(for: path, visit.request)
        },
        .open(.get, "/branding.css", "The colours of the team", gives: .file("text/css")) { visit in
            let sheet = BrandingSheet(visit.settings.branding)
            let isCurrent = visit.query("v") == sheet.version
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/css; charset=utf-8",
                    .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
                ],
                body: .init(byteBuffer: ByteBuffer(string: sheet.text)))
        },
        .open(.post, "/language", "Chooses the language of the pages", takes: .form, chooseLanguage),
        .open(.get, "/api/openapi.json", "This document", gives: .json(.any)) { visit in
            visit.json(OpenAPIDocument.value(of: Router.endpoints, version: "1"))
        },
    ]

    private static let health: JSONSchema = .object(.must("status", .word(["ok"])))

    private static func chooseLanguage(_ visit: Visit) async throws -> Response {
        guard let language = Language(known: visit.input.text("language") ?? "") else {
            throw WebError.badParameter("language")
        }
        if let principal = visit.principal, principal.userId != nil {
            _ = try await visit.platform.users.editOwn(principal, name: nil, language: language)
        }
        var response = visit.redirect(to: visit.input.text("back") ?? "/")
        response.headers[.setCookie] = SessionCookie.cookie(
            LanguageChoice.cookieName, language.rawValue, maxAge: 365 * 86_400, visit.configuration)
        return response
    }
}
