import Growth
import HTTPTypes
import Hummingbird
import Store

/// The code besides the password: how a person turns it on and off.
enum SecondFactorRoutes {
    static let all: [Endpoint] = pages + api

    private static let pages: [Endpoint] = [
        Endpoint(.get, "/profile/second-factor", for: .signedIn, "Sign-in in two steps, on or off") {
            try await page($0)
        },
        Endpoint(.post, "/profile/second-factor", for: .signedIn, "Turns sign-in in two steps on", takes: .form) {
            visit in
            do {
                return try codesPage(visit, try await begin(visit), isNew: true)
            } catch let error as InvalidFields {
                return try await page(visit, error.problems)
            } catch AccountError.stepExpired {
                return visit.redirect(to: "/profile/second-factor")
            }
        },
        Endpoint(.post, "/profile/second-factor/end", for: .signedIn, "Turns sign-in in two steps off", takes: .form) {
            visit in
            do {
                try await end(visit)
                return visit.redirect(to: "/profile", flash: "profile.factor.off.done")
            } catch let error as InvalidFields {
                return try await page(visit, error.problems)
            }
        },
        Endpoint(.post, "/profile/second-factor/codes", for: .signedIn, "Makes new recovery codes", takes: .form) {
            visit in
            do {
                return try codesPage(visit, try await renew(visit), isNew: false)
            } catch let error as InvalidFields {
                return try await page(visit, error.problems)
            }
        },
    ]

    private static let proof: JSONSchema = .object(.must("currentPassword", .string), .must("code", .string))
    private static let codes: JSONSchema = .object(.must("recoveryCodes", .array(.string)))

    private static let api: [Endpoint] = [
        Endpoint(
            .get, "/api/profile/second-factor", for: .signedIn, "Whether signing in takes a code besides the password",
            gives: .json(.object(.must("isOn", .boolean), .must("recoveryCodesLeft", .nullable(.integer))))
        ) { visit in
            let user = try await own(visit)
            let left = try await visit.platform.users.recoveryCodesLeft(of: user)
            return visit.json(["isOn": .bool(user.hasSecondFactor), "recoveryCodesLeft": left.map(Value.int) ?? .null])
        },
        Endpoint(
            .post, "/api/profile/second-factor/offer", for: .signedIn,
            "A new secret for an authenticator app; nothing changes yet",
            gives: .json(.object(.must("secret", .string), .must("uri", .string), .must("setUp", .string)))
        ) { visit in
            let offer = try await visit.platform.users.offerSecondFactor(to: visit.principal, issuer: issuer(visit))
            return visit.json([
                "secret": .string(offer.secret), "uri": .string(offer.uri), "setUp": .string(offer.setUp),
            ])
        },
        Endpoint(
            .post, "/api/profile/second-factor", for: .signedIn,
            "Turns it on: `setUp` of the offer, the password and the first code. The recovery codes are shown this once",
            takes: .json(.object(.must("setUp", .string), .must("currentPassword", .string), .must("code", .string))),
            gives: .json(codes)
        ) { visit in visit.json(["recoveryCodes": Value(try await begin(visit))]) },
        Endpoint(
            .delete, "/api/profile/second-factor", for: .signedIn, "Turns it off", takes: .json(proof), gives: .nothing
        ) { visit in
            try await end(visit)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/profile/second-factor/codes", for: .signedIn, "Makes new recovery codes in place of the old",
            takes: .json(proof), gives: .json(codes)
        ) { visit in visit.json(["recoveryCodes": Value(try await renew(visit))]) },
    ]

    private static func begin(_ visit: MemberVisit) async throws -> [String] {
        try visit.input.allow("setUp", "currentPassword", "code")
        return try await visit.platform.users.beginSecondFactor(
            of: visit.principal, setUp: visit.input.text("setUp") ?? "",
            password: visit.input.text("currentPassword") ?? "", code: visit.input.text("code") ?? "")
    }

    private static func end(_ visit: MemberVisit) async throws {
        try visit.input.allow("currentPassword", "code")
        try await visit.platform.users.endSecondFactor(
            of: visit.principal, password: visit.input.text("currentPassword") ?? "",
            code: visit.input.text("code") ?? "")
    }

    private static func renew(_ visit: MemberVisit) async throws -> [String] {
        try visit.input.allow("currentPassword", "code")
        return try await visit.platform.users.renewRecoveryCodes(
            of: visit.principal, password: visit.input.text("currentPassword") ?? "",
            code: visit.input.text("code") ?? "")
    }

    /// As it is stored now: the session's copy may be older.
    private static func own(_ visit: MemberVisit) async throws -> User {
        guard let id = visit.principal.userId else { throw WebError.notFound }
        return try await visit.platform.users.get(id)
    }

    /// What the authenticator app calls the account. Short, so that the square stays easy to read.
    private static func issuer(_ visit: MemberVisit) -> String {
        String((visit.settings.branding.platformName ?? visit.phrase("shell.platform")).prefix(30))
    }

    private static func page(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let user = try await own(visit)
        var data: PageData = ["errors": visit.sentences(problems), "isOn": user.hasSecondFactor, "email": user.email]
        data["isRequired"] = visit.settings.requiresSecondFactor
        data["isHeldUp"] = visit.settings.requiresSecondFactor && !user.hasSecondFactor
        if user.hasSecondFactor {
            let left = try await visit.platform.users.recoveryCodesLeft(of: user)
            data["codesLeft"] = left.map { visit.plural("profile.factor.codesLeft", $0) } ?? ""
            data["isLow"] = left.map { $0 < 4 } ?? false
        } else {
            for (key, value) in try await offer(visit) { data[key] = value }
        }
        return try visit.page(
            "accounts/second-factor", title: visit.phrase("profile.factor.title"), data,
            trail: [Crumb("/profile", visit.phrase("profile.title"))],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// The secret to scan: after a mistake the same one as before.
    private static func offer(_ visit: MemberVisit) async throws -> PageData {
        let users = visit.platform.users
        let offer: SecondFactorOffer
        if let setUp = visit.input.text("setUp"), !setUp.isEmpty {
            offer = try await users.offer(again: setUp, to: visit.principal, issuer: issuer(visit))
        } else {
            offer = try await users.offerSecondFactor(to: visit.principal, issuer: issuer(visit))
        }
        let groups = stride(from: 0, to: offer.secret.count, by: 4).map { String(offer.secret.dropFirst($0).prefix(4)) }
        var data: PageData = [
            "secret": groups.joined(separator: " "), "uri": offer.uri, "setUp": offer.setUp, "hasSquare": false,
        ]
        if let square = QRCode(offer.uri) {
            data["hasSquare"] = true
            data["square"] = ["path": square.path, "size": square.outerSize] as PageData
        }
        return data
    }

    private static func codesPage(_ visit: MemberVisit, _ codes: [String], isNew: Bool) throws -> Response {
        var response = try visit.page(
            "accounts/recovery-codes", title: visit.phrase("profile.factor.codesTitle"),
            ["codes": codes, "isNew": isNew, "all": codes.joined(separator: " ")],
            trail: [Crumb("/profile", visit.phrase("profile.title"))])
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
