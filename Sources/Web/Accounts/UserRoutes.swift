import Growth
import HTTPTypes
import Hummingbird
import Store

/// The team: administrators invite people, give roles and take them away.
enum UserRoutes {
    static let all: [Endpoint] = pages + UserSessionRoutes.all + LeavingRoutes.all + api

    private static let pages: [Endpoint] = [
        Endpoint(.get, "/users", for: .may(.manageUsers), "The people who may sign in") { try await list($0) },
        Endpoint(.post, "/users", for: .may(.manageUsers), "Invites somebody", takes: .form) { visit in
            do {
                let (user, token) = try await invite(visit)
                return try linkPage(visit, user, "/invitations/\(token)", isInvitation: true)
            } catch let error as InvalidFields {
                return try await list(visit, error.problems)
            }
        },
        Endpoint(.get, "/users/{id}", for: .may(.manageUsers), "One account") { try await show($0) },
        Endpoint(.post, "/users/{id}", for: .may(.manageUsers), "Changes name, role or status", takes: .form) { visit in
            do {
                let user = try await edit(visit)
                return visit.redirect(to: "/users/\(user.id)", flash: "users.saved")
            } catch let error as InvalidFields {
                return try await show(visit, error.problems)
            }
        },
        Endpoint(.post, "/users/{id}/reset", for: .may(.manageUsers), "Makes a link for a new password", takes: .form) {
            visit in
            let user = try await visit.platform.users.get(try visit.id())
            let token = try await visit.platform.users.offerReset(user.id, by: visit.principal)
            return try linkPage(visit, user, "/resets/\(token)", isInvitation: false)
        },
        Endpoint(.post, "/users/{id}/invite", for: .may(.manageUsers), "Makes a new invitation link", takes: .form) {
            visit in
            let user = try await visit.platform.users.get(try visit.id())
            let token = try await visit.platform.users.inviteAgain(user.id, by: visit.principal)
            return try linkPage(visit, user, "/invitations/\(token)", isInvitation: true)
        },
    ]

    private static let role = JSONSchema.words(of: User.Role.self)
    private static let item: JSONSchema = .entity(User.self, and: .must("hasSecondFactor", .boolean))
    private static let link: JSONSchema = .object(.must("user", .entity(User.self)), .must("link", .string))

    private static let api: [Endpoint] = [
        Endpoint(
            .get, "/api/users", for: .may(.manageUsers), "The people who may sign in",
            gives: .json(.object(.must("items", .array(item))))
        ) { visit in
            let users = try await visit.platform.users.list()
            return visit.json(["items": .array(try users.map(value))])
        },
        Endpoint(
            .post, "/api/users", for: .may(.manageUsers), "Invites somebody; the link is in the answer",
            takes: .json(.object(.must("name", .string), .must("email", .string), .must("role", role))),
            gives: .json(link, status: .created)
        ) { visit in
            let (user, token) = try await invite(visit)
            return try linkJSON(visit, user, "/invitations/\(token)", .created)
        },
        Endpoint(.get, "/api/users/{id}", for: .may(.manageUsers), "One account", gives: .json(item)) { visit in
            visit.json(try value(try await visit.platform.users.get(try visit.id())))
        },
        Endpoint(
            .patch, "/api/users/{id}", for: .may(.manageUsers),
            "Changes name, role or status; `handOverTo` with the status `disabled`: who gets the records",
            takes: .json(
                .object(
                    .may("name", .string), .may("role", role), .may("status", .words(of: User.Status.self)),
                    .may("mustChangePassword", .boolean), .may("handOverTo", .string))),
            gives: .json(item)
        ) { visit in
            if let heir = try LeavingRoutes.heir(visit.input.text("handOverTo")) {
                try visit.input.allow("status", "handOverTo")
                guard visit.input.text("status") == User.Status.disabled.rawValue else {
                    throw InvalidFields(["handOverTo": .notWritable])
                }
                return visit.json(
                    try value(
                        try await visit.platform.handovers.disable(try visit.id(), heir: heir, by: visit.principal)))
            }
            return visit.json(try value(try await edit(visit)))
        },
        Endpoint(
            .delete, "/api/users/{id}", for: .may(.manageUsers), "Deletes an account",
            query: [QueryParameter("handOverTo", .string, "Who gets the records: an id, `round_robin` or `nobody`")],
            gives: .nothing
        ) { visit in
            let heir = try LeavingRoutes.heir(visit.query("handOverTo"))
            try await visit.platform.handovers.delete(try visit.id(), heir: heir, by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .post, "/api/users/{id}/reset", for: .may(.manageUsers), "Makes a link for a new password",
            gives: .json(link)
        ) { visit in
            let user = try await visit.platform.users.get(try visit.id())
            let token = try await visit.platform.users.offerReset(user.id, by: visit.principal)
            return try linkJSON(visit, user, "/resets/\(token)", .ok)
        },
        Endpoint(
            .post, "/api/users/{id}/invite", for: .may(.manageUsers), "Makes a new invitation link", gives: .json(link)
        ) { visit in
            let user = try await visit.platform.users.get(try visit.id())
            let token = try await visit.platform.users.inviteAgain(user.id, by: visit.principal)
            return try linkJSON(visit, user, "/invitations/\(token)", .ok)
        },
    ]

    private static func value(_ user: User) throws -> Value {
        var document = try EntityJSON.value(user).object ?? Document()
        document["hasSecondFactor"] = .bool(user.hasSecondFactor)
        return .object(document)
    }

    private static func invite(_ visit: MemberVisit) async throws -> (user: User, token: String) {
        try visit.input.allow("name", "email", "role")
        return try await visit.platform.users.invite(
            name: visit.input.text("name"), email: visit.input.text("email"),
            role: User.Role(rawValue: visit.input.text("role") ?? ""), by: visit.principal)
    }

    private static func edit(_ visit: MemberVisit) async throws -> User {
        try visit.input.allow("name", "role", "status", "mustChangePassword", "handOverTo")
        return try await visit.platform.users.edit(
            try visit.id(), name: visit.input.text("name"),
            role: visit.input.text("role").map(User.Role.init(rawValue:)),
            status: visit.input.text("status").map(User.Status.init(rawValue:)),
            mustChangePassword: visit.input.flag("mustChangePassword"), by: visit.principal)
    }

    private static func linkJSON(
        _ visit: MemberVisit, _ user: User, _ path: String, _ status: HTTPResponse.Status
    ) throws -> Response {
        visit.json(
            ["user": try EntityJSON.value(user), "link": .string(visit.configuration.link(path))], status: status)
    }

    private static func linkPage(_ visit: MemberVisit, _ user: User, _ path: String, isInvitation: Bool) throws
        -> Response
    {
        let data: PageData = [
            "link": visit.configuration.link(path), "name": user.name, "isInvitation": isInvitation,
        ]
        return try visit.page("accounts/link-made", title: visit.phrase("users.linkMade"), data, trail: [crumb(visit)])
    }

    private static func list(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let users = try await visit.platform.users.list()
        let formats = visit.formats
        var rows: [PageData] = []
        for user in users {
            let held = try await visit.platform.handovers.held(by: user.id)
            rows.append(row(user, visit, formats).merging(heldData(held, visit)) { _, new in new })
        }
        let data: PageData = [
            "users": rows, "total": visit.plural("users.count", users.count),
            "roles": roles(visit, chosen: User.Role(rawValue: visit.input.text("role") ?? "sales")),
            "name": visit.input.text("name") ?? "", "email": visit.input.text("email") ?? "",
            "errors": visit.sentences(problems), "isInviting": !problems.isEmpty,
        ]
        return try visit.page(
            "accounts/users", title: visit.phrase("users.title"), data,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func show(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let user = try await visit.platform.users.get(try visit.id())
        let sessions = try await visit.platform.sessions.list(of: user.id)
        let data: PageData = [
            "user": row(user, visit, visit.formats), "roles": roles(visit, chosen: user.role),
            "isDisabled": user.status == .disabled, "hasFactor": user.hasSecondFactor,
            "sessions": sessions.map { ProfileRoutes.sessionRow($0, visit) }, "hasSessions": !sessions.isEmpty,
            "sessionsPath": "/users/\(user.id)/sessions",
            "held": heldData(try await visit.platform.handovers.held(by: user.id), visit),
            "isSelf": user.id == visit.principal.user.id, "isInvited": user.status == .invited,
            "isActive": user.status == .active, "errors": visit.sentences(problems),
        ]
        return try visit.page(
            "accounts/user", title: user.name, data, trail: [crumb(visit)],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func row(_ user: User, _ visit: MemberVisit, _ formats: Formats) -> PageData {
        [
            "id": user.id.description, "name": user.name, "email": user.email,
            "role": visit.phrase("users.roles.\(user.role.rawValue)"),
            "status": visit.phrase("users.statuses.\(user.status.rawValue)"),
            "sign": user.status == .active ? "ok" : user.status == .invited ? "info" : "error",
            "lastSignIn": user.lastLoginAt.map(formats.dateTime) ?? "–", "hasFactor": user.hasSecondFactor,
        ]
    }

    /// How much somebody answers for: of all kinds, and each.
    private static func heldData(_ held: HeldRecords, _ visit: MemberVisit) -> PageData {
        let kinds = Holding.allCases.filter { held[$0] > 0 }.map { holding in
            let isMore = held[holding] >= HeldRecords.countLimit
            return visit.phrase("users.leave.held.\(holding.rawValue)") + ": "
                + visit.formats.number(held[holding]) + (isMore ? "+" : "")
        }
        let total = visit.formats.number(held.total)
        return [
            "holdsAny": held.total > 0, "records": total,
            "recordKinds": kinds.joined(separator: visit.phrase("shell.listSeparator")),
        ]
    }

    private static func roles(_ visit: MemberVisit, chosen: User.Role) -> [PageData] {
        User.Role.known.map {
            [
                "code": $0.rawValue, "label": visit.phrase("users.roles.\($0.rawValue)"),
                "note": visit.phrase("users.roleNotes.\($0.rawValue)"), "isChosen": $0 == chosen,
            ]
        }
    }

    private static func crumb(_ visit: MemberVisit) -> Crumb { Crumb("/users", visit.phrase("users.title")) }
}
