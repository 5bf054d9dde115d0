import Growth
import HTTPTypes
import Hummingbird
import Store

/// When somebody leaves: who goes on with the records, and how far the passing on is.
enum LeavingRoutes {
    static let all: [Endpoint] = pages + api

    private static let pages: [Endpoint] = [
        Endpoint(
            .get, "/users/{id}/leave", for: .may(.manageUsers), "What somebody holds, and who could go on with it"
        ) { try await page($0) },
        Endpoint(
            .post, "/users/{id}/leave", for: .may(.manageUsers),
            "Disables or deletes an account and passes its records on",
            takes: .form
        ) { visit in
            do {
                return try await leave(visit)
            } catch let error as InvalidFields {
                return try await page(visit, error.problems)
            }
        },
        Endpoint(
            .get, "/users/{id}/hand-over", for: .may(.manageUsers), "How far the passing on of somebody's records is"
        ) { try await progress($0) },
    ]

    static let report: JSONSchema = .named(
        "Handover",
        .object(
            .must(
                "held",
                .object(Holding.allCases.map { .must($0.rawValue, .integer) }, isOpen: false)),
            .must(
                "latest",
                .nullable(
                    .object(
                        .must("status", .words(of: Job.Status.self)), .must("to", .string), .must("total", .integer),
                        .must("done", .integer))))))

    private static let api: [Endpoint] = [
        Endpoint(
            .get, "/api/users/{id}/hand-over", for: .may(.manageUsers),
            "What somebody holds, and how far the latest passing on of it is", gives: .json(report)
        ) { visit in
            let id: EntityID<User> = try visit.id()
            guard try await exists(id, visit) else { throw AccountError.userNotFound }
            return visit.json(try await value(of: id, visit))
        },
        Endpoint(
            .post, "/api/users/{id}/hand-over", for: .may(.manageUsers),
            "Passes on what somebody holds, in the background, to a user's id, `round_robin` or `nobody`",
            takes: .json(.object(.must("to", .string))), gives: .json(report, status: .accepted)
        ) { visit in
            try visit.input.allow("to")
            let id: EntityID<User> = try visit.id()
            guard let heir = Heir(visit.input.text("to") ?? "") else { throw InvalidFields(["to": .notInList]) }
            try await visit.platform.handovers.start(id, heir: heir, by: visit.principal)
            return visit.json(try await value(of: id, visit), status: .accepted)
        },
    ]

    /// An account, or one that is deleted and whose records are passed on.
    private static func exists(_ id: EntityID<User>, _ visit: MemberVisit) async throws -> Bool {
        if try await visit.platform.store.get(id) != nil { return true }
        return try await visit.platform.handovers.state(of: id) != nil
    }

    private static func value(of id: EntityID<User>, _ visit: MemberVisit) async throws -> Value {
        let held = try await visit.platform.handovers.held(by: id)
        let state = try await visit.platform.handovers.state(of: id)
        let latest: Value? = state.map {
            [
                "status": Value($0.status), "to": .string($0.heir.description), "total": .int($0.total),
                "done": .int($0.done),
            ]
        }
        return [
            "held": .object(Document(Holding.allCases.map { .init($0.rawValue, .int(held[$0])) })),
            "latest": latest ?? .null,
        ]
    }

    /// The heir that a request names: absent for none asked.
    static func heir(_ text: String?) throws -> Heir? {
        guard let text, !text.isEmpty else { return nil }
        guard let heir = Heir(text) else { throw InvalidFields(["handOverTo": .notInList]) }
        return heir
    }

    // MARK: Pages

    private static func leave(_ visit: MemberVisit) async throws -> Response {
        try visit.input.allow("deed", "handOverTo", "colleague")
        let id: EntityID<User> = try visit.id()
        let choice = visit.input.text("handOverTo")
        let heir = try heir(choice == "colleague" ? visit.input.text("colleague") : choice)
        if choice == "colleague" && heir == nil { throw InvalidFields(["handOverTo": .required]) }
        let handovers = visit.platform.handovers
        switch visit.input.text("deed") {
        case "delete": try await handovers.delete(id, heir: heir, by: visit.principal)
        case "disable": _ = try await handovers.disable(id, heir: heir, by: visit.principal)
        case "hand_over": if let heir { try await handovers.start(id, heir: heir, by: visit.principal) }
        default: throw InvalidFields(["deed": .notInList])
        }
        if heir != nil, try await handovers.state(of: id)?.isRunning == true {
            return visit.redirect(to: "/users/\(id)/hand-over")
        }
        let isGone = visit.input.text("deed") == "delete"
        return visit.redirect(to: "/users", flash: isGone ? "users.deleted.done" : "users.saved")
    }

    private static func page(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let user = try await visit.platform.users.get(try visit.id())
        let held = try await visit.platform.handovers.held(by: user.id)
        let colleagues = try await visit.platform.users.list().filter { $0.mayAnswer && $0.id != user.id }
        let hasSales = colleagues.contains { $0.role == .sales }
        let chosen = visit.input.text("handOverTo") ?? (colleagues.isEmpty ? "nobody" : "colleague")
        let data: PageData = [
            "id": user.id.description, "name": user.name, "email": user.email, "hasRecords": held.total > 0,
            "held": Holding.allCases.map { heldRow($0, held, user.id, visit) },
            "colleagues": colleagues.map {
                [
                    "id": $0.id.description, "name": $0.name,
                    "role": visit.phrase("users.roles.\($0.role.rawValue)"),
                    "isChosen": $0.id.description == visit.input.text("colleague"),
                ] as PageData
            },
            "hasColleagues": !colleagues.isEmpty, "hasSales": hasSales, "isColleague": chosen == "colleague",
            "isRoundRobin": chosen == "round_robin", "isNobody": chosen == "nobody",
            "isSelf": user.id == visit.principal.userId, "isDisabled": user.status == .disabled,
            "errors": visit.sentences(problems),
        ]
        return try visit.page(
            "accounts/leave", title: visit.phrase("users.leave.title", ["name": user.name]), data,
            trail: [
                Crumb("/users", visit.phrase("users.title")), Crumb("/users/\(user.id)", user.name),
            ],
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func heldRow(
        _ holding: Holding, _ held: HeldRecords, _ user: EntityID<User>, _ visit: MemberVisit
    ) -> PageData {
        let count = held[holding]
        let isMore = count >= HeldRecords.countLimit
        return [
            "label": visit.phrase("users.leave.held.\(holding.rawValue)"),
            "count": visit.formats.number(count) + (isMore ? "+" : ""),
            "href": "/\(holding.rawValue)?filter[\(holding.field)]=\(user)",
        ]
    }

    private static func progress(_ visit: MemberVisit) async throws -> Response {
        let id: EntityID<User> = try visit.id()
        guard let state = try await visit.platform.handovers.state(of: id) else { throw WebError.notFound }
        let takers = try await visit.platform.store.get(Array(state.given.keys))
        let total = max(state.total, state.done, 1)
        let data: PageData = [
            "id": id.description, "name": state.name, "isRunning": state.isRunning, "isFailed": state.status == .failed,
            "isDone": state.status == .done, "done": visit.formats.number(state.done),
            "total": visit.formats.number(state.total), "percent": String(state.done * 100 / total),
            "summary": visit.plural("users.handOver.summary", state.done),
            "given": state.given.sorted { $0.value > $1.value }.map { taker, count in
                [
                    "name": takers[taker]?.name ?? visit.phrase("audit.deletedUser"),
                    "count": visit.formats.number(count),
                ] as PageData
            },
            "hasGiven": !state.given.isEmpty, "isToNobody": state.heir == .nobody,
        ]
        return try visit.page(
            "accounts/hand-over", title: visit.phrase("users.handOver.title"), data,
            trail: [Crumb("/users", visit.phrase("users.title"))])
    }
}
