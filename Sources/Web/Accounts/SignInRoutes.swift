import Growth
import HTTPTypes
import Hummingbird
import Store

/// Signing in and out, and the links that let somebody in once.
enum SignInRoutes {
    static let all: [Endpoint] = [
        .open(.get, "/sign-in", "The sign-in page") { visit in
            if visit.principal != nil { return visit.redirect(to: "/") }
            return try await page(visit)
        },
        .open(.post, "/sign-in", "Signs in, or asks for the code that the account takes besides", takes: .form) {
            visit in
            do {
                switch try await signIn(visit) {
                case .done(let token, _, _): return entered(token, to: next(visit), visit)
                case .needsCode(let challenge): return try codePage(visit, challenge)
                }
            } catch let error as AccountError {
                return try await page(visit, error: error)
            }
        },
        .open(.post, "/sign-in/code", "The second step of a sign-in", takes: .form) { visit in
            let challenge = visit.input.text("challenge") ?? ""
            do {
                let signedIn = try await visit.platform.users.finishSignIn(
                    challenge: challenge, code: visit.input.text("code") ?? "", address: visit.address,
                    userAgent: visit.userAgent)
                guard case .done(let token, _, _) = signedIn else { throw AccountError.stepExpired }
                if let principal = visit.principal { try await visit.platform.users.signOut(principal) }
                return entered(token, to: next(visit), visit)
            } catch AccountError.stepExpired {
                return try await page(visit, error: .stepExpired)
            } catch let error as AccountError {
                return try codePage(visit, challenge, error: error)
            }
        },
        .open(
            .post, "/api/sign-in", "Signs in and sets the session's cookie; `code` where the account takes one",
            takes: .json(.object(.must("email", .string), .must("password", .string), .may("code", .string))),
            gives: .json(.object(.must("user", .entity(User.self)), .must("csrfToken", .string)))
        ) { visit in
            guard case .done(let token, let session, let user) = try await signIn(visit) else {
                throw AccountError.codeRequired
            }
            var response = visit.json(["user": try EntityJSON.value(user), "csrfToken": .string(session.csrfToken)])
            response.headers[.setCookie] = SessionCookie.header(token, visit.configuration)
            return response
        },
        Endpoint(.post, "/sign-out", for: .signedIn, "Signs out", takes: .form) { visit in
            try await visit.platform.users.signOut(visit.principal)
            var response = visit.redirect(to: "/sign-in")
            response.headers[.setCookie] = SessionCookie.ended(visit.configuration)
            return response
        },
        .open(.get, "/invitations/{token}", "Where an invited person sets a password") { visit in
            let user = try await visit.platform.users.invited(by: try visit.parameter("token"))
            return try linkPage(visit, .invitation, user)
        },
        .open(.post, "/invitations/{token}", "Accepts an invitation", takes: .form) { visit in
            try await follow(visit, .invitation)
        },
        .open(.get, "/resets/{token}", "Where a person sets a new password") { visit in
            let user = try await visit.platform.users.resetting(by: try visit.parameter("token"))
            return try linkPage(visit, .reset, user)
        },
        .open(.post, "/resets/{token}", "Sets the new password", takes: .form) { visit in
            try await follow(visit, .reset)
        },
    ]

    enum Link {
        case invitation, reset
    }

    private static func signIn(_ visit: Visit) async throws -> Users.SignIn {
        let signedIn = try await visit.platform.users.signIn(
            email: visit.input.text("email") ?? "", password: visit.input.text("password") ?? "",
            code: visit.input.text("code"), address: visit.address, userAgent: visit.userAgent)
        // A browser that signs in anew gives its old session up; the new one never takes its token over.
        if case .done = signedIn, let principal = visit.principal {
            try await visit.platform.users.signOut(principal)
        }
        return signedIn
    }

    private static func next(_ visit: Visit) -> String {
        OwnPath.checked(visit.query("next") ?? visit.input.text("next") ?? "/") ?? "/"
    }

    private static func codePage(_ visit: Visit, _ challenge: String, error: AccountError? = nil) throws -> Response {
        let failure = error?.failure
        let data: PageData = [
            "challenge": challenge, "next": next(visit), "hasProblem": failure != nil,
            "problem": failure.map { visit.phrase("errors.\($0.code)", $0.values) } as Any,
        ]
        var response = try visit.page(
            "accounts/code", title: visit.phrase("accounts.signIn"), data, status: failure?.status ?? .ok)
        if let headers = failure?.headers { response.headers.append(contentsOf: headers) }
        return response
    }

    static func entered(_ token: String, to path: String, _ visit: some Visiting) -> Response {
        var response = visit.redirect(to: path)
        response.headers[.setCookie] = SessionCookie.header(token, visit.configuration)
        return response
    }

    private static func page(_ visit: Visit, error: AccountError? = nil) async throws -> Response {
        let failure = error?.failure
        let data: PageData = [
            "needsSetUp": try await visit.platform.users.needsSetUp(), "next": next(visit),
            "email": visit.input.text("email") ?? "",
            "problem": failure.map { visit.phrase("errors.\($0.code)", $0.values) } as Any,
            "hasProblem": failure != nil,
        ]
        var response = try visit.page(
            "accounts/sign-in", title: visit.phrase("accounts.signIn"), data, status: failure?.status ?? .ok)
        if let headers = failure?.headers { response.headers.append(contentsOf: headers) }
        return response
    }

    private static func follow(_ visit: Visit, _ link: Link) async throws -> Response {
        let token = try visit.parameter("token")
        let users = visit.platform.users
        let password = visit.input.text("password") ?? ""
        do {
            let user =
                switch link {
                case .invitation:
                    try await users.acceptInvitation(
                        token, name: visit.input.text("name"), password: password, address: visit.address)
                case .reset: try await users.resetPassword(token, password: password, address: visit.address)
                }
            // A link proves the mailbox, not the phone.
            if user.hasSecondFactor {
                return try codePage(visit, try await visit.platform.users.challenge(for: user))
            }
            let (session, _) = try await visit.platform.sessions.begin(
                for: user.id, userAgent: visit.userAgent, address: visit.address)
            return entered(session, to: "/", visit)
        } catch let error as InvalidFields {
            let user = link == .invitation ? try await users.invited(by: token) : try await users.resetting(by: token)
            return try linkPage(visit, link, user, error.problems)
        }
    }

    private static func linkPage(
        _ visit: Visit, _ link: Link, _ user: User, _ problems: [String: FieldProblem] = [:]
    ) throws -> Response {
        let data: PageData = [
            "isFirst": link == .invitation, "name": visit.input.text("name") ?? user.name, "email": user.email,
            "asksName": link == .invitation,
            "isInvitation": link == .invitation, "errors": visit.sentences(problems),
            "action": visit.request.uri.path,
        ]
        let title = link == .invitation ? visit.phrase("accounts.welcome") : visit.phrase("accounts.newPassword")
        return try visit.page(
            "accounts/link", title: title, data, status: problems.isEmpty ? .ok : .unprocessableContent)
    }
}
