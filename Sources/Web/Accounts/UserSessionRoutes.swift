import Growth
import Hummingbird
import Store

/// What an administrator can end of somebody else's: sessions, and a second factor whose phone is lost.
enum UserSessionRoutes {
    static let all: [Endpoint] = [
        Endpoint(.post, "/users/{id}/sessions/end", for: .may(.manageUsers), "Ends somebody's sessions", takes: .form) {
            visit in
            let user = try await visit.platform.users.get(try visit.id())
            try await visit.platform.sessions.endAll(of: user.id, by: visit.principal)
            return visit.redirect(to: "/users/\(user.id)", flash: "users.sessionsEnded.done")
        },
        Endpoint(
            .post, "/users/{id}/sessions/{session}/end", for: .may(.manageUsers), "Ends one of somebody's sessions",
            takes: .form
        ) { visit in
            let user: EntityID<User> = try visit.id()
            try await visit.platform.sessions.end(try visit.id("session"), of: user, by: visit.principal)
            return visit.redirect(to: "/users/\(user)", flash: "users.sessionsEnded.done")
        },
        Endpoint(
            .post, "/users/{id}/second-factor/reset", for: .may(.manageUsers),
            "Takes off somebody's second step of sign-in",
            takes: .form
        ) { visit in
            let user: EntityID<User> = try visit.id()
            try await visit.platform.users.resetSecondFactor(user, by: visit.principal)
            return visit.redirect(to: "/users/\(user)", flash: "users.factorReset.done")
        },
        Endpoint(
            .get, "/api/users/{id}/sessions", for: .may(.manageUsers), "Where somebody is signed in",
            gives: .json(.object(.must("items", .array(.entity(Session.self)))))
        ) { visit in
            let user = try await visit.platform.users.get(try visit.id())
            let sessions = try await visit.platform.sessions.list(of: user.id)
            return visit.json(["items": .array(try sessions.map(EntityJSON.value))])
        },
        Endpoint(
            .delete, "/api/users/{id}/sessions", for: .may(.manageUsers), "Ends somebody's sessions",
            gives: .json(.object(.must("ended", .integer)))
        ) { visit in
            let user = try await visit.platform.users.get(try visit.id())
            return visit.json([
                "ended": .int(try await visit.platform.sessions.endAll(of: user.id, by: visit.principal))
            ])
        },
        Endpoint(
            .delete, "/api/users/{id}/sessions/{session}", for: .may(.manageUsers), "Ends one of somebody's sessions",
            gives: .nothing
        ) { visit in
            try await visit.platform.sessions.end(try visit.id("session"), of: try visit.id(), by: visit.principal)
            return visit.noContent()
        },
        Endpoint(
            .delete, "/api/users/{id}/second-factor", for: .may(.manageUsers),
            "Takes off somebody's second step of sign-in and ends their sessions", gives: .nothing
        ) { visit in
            try await visit.platform.users.resetSecondFactor(try visit.id(), by: visit.principal)
            return visit.noContent()
        },
    ]
}
