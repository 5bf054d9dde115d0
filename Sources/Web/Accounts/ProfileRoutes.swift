import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// A person's own account: name, language, password, sessions, keys.
enum ProfileRoutes {
    static let all: [Endpoint] = pages + SecondFactorRoutes.all + api

    private static let pages: [Endpoint] = [
        Endpoint(.get, "/profile", for: .signedIn, "The person's own account") { try await page($0) },
        Endpoint(.post, "/profile", for: .signedIn, "Changes name and language", takes: .form) { visit in
            do {
                _ = try await edit(visit)
                return visit.redirect(to: "/profile", flash: "profile.saved")
            } catch let error as InvalidFields {
                return try await page(visit, error.problems, typedName: visit.input.text("name"))
            }
        },
        Endpoint(.get, "/profile/password", for: .signedIn, "Where a person changes the password") {
            try passwordPage($0)
        },
        Endpoint(.post, "/profile/password", for: .signedIn, "Changes the password", takes: .form) { visit in
            do {
                let token = try await changePassword(visit)
                var response = visit.redirect(to: "/profile")
                response.headers[.setCookie] = SessionCookie.header(token, visit.configuration)
                return response
            } catch let error as InvalidFields {
                return try passwordPage(visit, error.problems)
            }
        },
        Endpoint(.post, "/profile/sessions/{id}/end", for: .signedIn, "Ends one of the person's sessions", takes: .form)
        { visit in
            try await visit.platform.sessions.end(
                try visit.id(of: Session.self), of: visit.user.id, by: visit.principal)
            return visit.redirect(to: "/profile", flash: "profile.sessionEnded.done")
        },
        Endpoint(
            .post, "/profile/sessions/end-others", for: .signedIn, "Ends the person's sessions but this one",
            takes: .form
        ) { visit in
            try await visit.platform.sessions.endAll(of: visit.user.id, by: visit.principal)
            return visit.redirect(to: "/profile", flash: "profile.sessionsEnded.done")
        },
        Endpoint(.post, "/profile/keys", for: .may(.manageAPIKeys), "Makes an API key", takes: .form) { visit in
            do {
                let (key, _) = try await createKey(visit)
                return try await page(visit, newKey: key)
            } catch let error as InvalidFields {
                return try await page(visit, error.problems)
            }
        },
        Endpoint(.post, "/profile/keys/{id}/revoke", for: .may(.manageAPIKeys), "Revokes an API key", takes: .form) {
            visit in
            try await visit.platform.apiKeys.revoke(try visit.id(of: APIKey.self), by: visit.principal)
            return visit.redirect(to: "/profile", flash: "profile.keyRevoked.done")
        },
    ]

    private static let api: [Endpoint] = [
        Endpoint(.get, "/api/profile", for: .signedIn, "Who asks", gives: .json(profile)) { visit in
            let permissions = Permission.allCases.filter(visit.principal.may).map(\.rawValue)
            return visit.json(["user": try EntityJSON.value(visit.user), "permissions": Value(permissions)])
        },
        Endpoint(
            .patch, "/api/profile", for: .signedIn, "Changes name and language",
            takes: .json(.object(.may("name", .string), .may("locale", .words(of: Language.self)))),
            gives: .json(.entity(User.self))
        ) { visit in try visit.json(try await edit(visit)) },
        Endpoint(
            .post, "/api/profile/password", for: .signedIn, "Changes the password and starts a new session",
            takes: .json(.object(.must("currentPassword", .string), .must("password", .string))), gives: .nothing
        ) { visit in
            let token = try await changePassword(visit)
            var response = visit.noContent()
            response.headers[.setCookie] = SessionCookie.header(token, visit.configuration)
            return response
        },
        Endpoint(
            .get, "/api/profile/sessions", for: .signedIn, "The person's sessions",
            gives: .json(.object(.must("items", .array(.entity(Session.self)))))
        ) { visit in
            let sessions = try await visit.platform.sessions.list(of: visit.user.id)
            return visit.json(["items": .array(try sessions.map(EntityJSON.value))])
        },
        Endpoint(
            .delete, "/api/profile/sessions/{id}", for: .signedIn, "Ends one of the person's sessions", gives: .nothing
        ) { visit in
            try await visit.platform.sessions.end(
                try visit.id(of: Session.self), of: visit.user.id, by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .delete, "/api/profile/sessions", for: .signedIn, "Ends the person's sessions but this one",
            gives: .json(.object(.must("ended", .integer)))
        ) { visit in
            let ended = try await visit.platform.sessions.endAll(of: visit.user.id, by: visit.principal)
            return visit.json(["ended": .int(ended)])
        },
        Endpoint(
            .get, "/api/keys", for: .may(.manageAPIKeys), "The person's API keys",
            gives: .json(.object(.must("items", .array(.entity(APIKey.self)))))
        ) { visit in
            let keys = try await visit.platform.apiKeys.list(of: visit.user.id)
            return visit.json(["items": .array(try keys.map(EntityJSON.value))])
        },
        Endpoint(
            .post, "/api/keys", for: .may(.manageAPIKeys), "Makes an API key, which is shown this once",
            takes: .json(
                .object(
                    .must("name", .string), .must("scopes", .array(.word(APIKey.Scope.allCases.map(\.rawValue)))),
                    .may("expiresAt", .formatted("date-time")))),
            gives: .json(.object(.must("key", .string), .must("stored", .entity(APIKey.self))), status: .created)
        ) { visit in
            let (key, stored) = try await createKey(visit)
            return visit.json(["key": .string(key), "stored": try EntityJSON.value(stored)], status: .created)
        },
        Endpoint(.delete, "/api/keys/{id}", for: .may(.manageAPIKeys), "Revokes an API key", gives: .nothing) { visit in
            try await visit.platform.apiKeys.revoke(try visit.id(of: APIKey.self), by: visit.principal)
            return visit.noContent()
        },
    ]

    private static let profile: JSONSchema = .object(
        .must("user", .entity(User.self)),
        .must("permissions", .array(.word(Permission.allCases.map(\.rawValue)))))

    private static func edit(_ visit: MemberVisit) async throws -> User {
        try visit.input.allow("name", "locale")
        let language = visit.input.text("locale").map(Language.init(rawValue:))
        return try await visit.platform.users.editOwn(
            visit.principal, name: visit.input.text("name"), language: language)
    }

    private static func changePassword(_ visit: MemberVisit) async throws -> String {
        try visit.input.allow("currentPassword", "password")
        return try await visit.platform.users.changePassword(
            of: visit.principal, from: visit.input.text("currentPassword") ?? "",
            to: visit.input.text("password") ?? "",
            userAgent: visit.userAgent
        ).token
    }

    private static func createKey(_ visit: MemberVisit) async throws -> (key: String, stored: APIKey) {
        try visit.input.allow("name", "scopes", "expiresAt")
        var expiry: Date?
        if let text = visit.input.text("expiresAt"), !text.isEmpty {
            guard let date = try? Date(text, strategy: .iso8601) else { throw InvalidFields(["expiresAt": .notADate]) }
            expiry = date
        }
        return try await visit.platform.apiKeys.create(
            name: visit.input.text("name"), scopes: visit.input.texts("scopes") ?? [], expiresAt: expiry,
            by: visit.principal)
    }

    private static func passwordPage(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) throws -> Response
    {
        let data: PageData = [
            "isFirst": false, "isForced": visit.user.mustChangePassword == true, "errors": visit.sentences(problems),
        ]
        return try visit.page(
            "accounts/password", title: visit.phrase("profile.changePassword"), data,
            trail: [Crumb("/profile", visit.phrase("profile.title"))],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func page(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], typedName: String? = nil, newKey: String? = nil
    ) async throws -> Response {
        guard visit.principal.userId != nil else { throw WebError.notFound }
        let user = try await visit.platform.users.get(visit.user.id)
        let formats = visit.formats
        let sessions = try await visit.platform.sessions.list(of: user.id)
        let mayKeys = visit.may(.manageAPIKeys)
        let keys = mayKeys ? try await visit.platform.apiKeys.list(of: user.id) : []
        let data: PageData = [
            "name": typedName ?? user.name, "email": user.email,
            "languages": Language.known.map { language in
                [
                    "code": language.rawValue, "isChosen": (user.locale ?? visit.language) == language,
                    "name": visit.visit.resources.phrases.text("shell.ownName", language),
                ] as PageData
            },
            "sessions": sessions.map { sessionRow($0, visit) }, "hasOthers": sessions.count > 1,
            "sessionsPath": "/profile/sessions",
            "hasFactor": user.hasSecondFactor, "mayKeys": mayKeys,
            "keys": keys.map { keyRow($0, visit, formats) }, "hasKeys": !keys.isEmpty,
            "scopes": APIKey.Scope.allCases.map {
                ["code": $0.rawValue, "label": visit.phrase("profile.scopes.\($0.rawValue)")]
            },
            "newKey": newKey as Any, "hasNewKey": newKey != nil, "errors": visit.sentences(problems),
        ]
        return try visit.page(
            "accounts/profile", title: visit.phrase("profile.title"), data,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    static func sessionRow(_ session: Session, _ visit: MemberVisit) -> PageData {
        let formats = visit.formats
        return [
            "id": session.id.description, "isThis": session.id == visit.principal.session?.id,
            "device": Browser.name(session.userAgent) ?? visit.phrase("profile.unknownDevice"),
            "address": session.address ?? "–", "lastSeen": formats.dateTime(session.lastSeenAt),
            "machine": formats.machine(session.lastSeenAt),
        ]
    }

    private static func keyRow(_ key: APIKey, _ visit: MemberVisit, _ formats: Formats) -> PageData {
        [
            "id": key.id.description, "name": key.name, "prefix": key.prefix,
            "scopes": key.scopes.map { visit.phrase("profile.scopes.\($0)") }.joined(
                separator: visit.phrase("shell.listSeparator")),
            "lastUsed": key.lastUsedAt.map(formats.dateTime) ?? visit.phrase("profile.neverUsed"),
        ]
    }
}

/// A browser's name for people, from what it says of itself.
enum Browser {
    private static let names = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]
    private static let systems = [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]

    static func name(_ userAgent: String?) -> String? {
        guard let userAgent else { return nil }
        let found = [names, systems].compactMap { table in table.first { userAgent.contains($0.0) }?.1 }
        return found.isEmpty ? nil : found.joined(separator: " · ")
    }
}
