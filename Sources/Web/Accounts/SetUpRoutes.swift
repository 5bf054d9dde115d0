import Growth
import HTTPTypes
import Hummingbird

/// The first start: one link, one administrator, then closed.
enum SetUpRoutes {
    static let all: [Endpoint] = [
        .open(.get, "/set-up/{token}", "Where the first administrator is made") { visit in
            guard try await visit.platform.users.needsSetUp() else { throw AccountError.setUpClosed }
            return try page(visit, [:])
        },
        .open(.post, "/set-up/{token}", "Makes the first administrator", takes: .form) { visit in
            do {
                let user = try await visit.platform.users.setUp(
                    token: try visit.parameter("token"), name: visit.input.text("name"),
                    email: visit.input.text("email"),
                    password: visit.input.text("password") ?? "", language: visit.language, address: visit.address)
                let (token, _) = try await visit.platform.sessions.begin(
                    for: user.id, userAgent: visit.userAgent, address: visit.address)
                return SignInRoutes.entered(token, to: "/", visit)
            } catch let error as InvalidFields {
                return try page(visit, error.problems)
            }
        },
    ]

    private static func page(_ visit: Visit, _ problems: [String: FieldProblem]) throws -> Response {
        let data: PageData = [
            "isFirst": true,
            "name": visit.input.text("name") ?? "", "email": visit.input.text("email") ?? "",
            "errors": visit.sentences(problems), "action": visit.request.uri.path,
        ]
        return try visit.page(
            "accounts/set-up", title: visit.phrase("accounts.setUp"), data,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }
}
