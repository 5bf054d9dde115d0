import Foundation
import Store

extension Users {
    /// Changes what an administrator may change; `nil` leaves a thing as it is.
    ///
    /// - Parameter more: written in the same commit when something changes.
    public func edit(
        _ id: EntityID<User>, name: String? = nil, role: User.Role? = nil, status: User.Status? = nil,
        mustChangePassword: Bool? = nil, also more: Writes = Writes(), by principal: Principal
    ) async throws -> User {
        let user = try await get(id)
        var problems: [String: FieldProblem] = [:]
        var update = Update()
        if name != nil, let name = TextLine.read(name, "name", required: true, limit: 120, &problems), name != user.name
        {
            update = update.set("name", .string(name))
        }
        let role = role ?? user.role
        let status = status ?? user.status
        if !role.isKnown { problems["role"] = .notInList }
        // Only an invitation makes somebody invited, and only accepting it makes them active.
        let isReachable =
            status == user.status || (user.status != .invited && status != .invited) || status == .disabled
        if !status.isKnown || !isReachable { problems["status"] = .notInList }
        try InvalidFields(problems).throwIfAny()
        let losesRights = role != user.role || status != user.status
        if losesRights { try await guardAdministrators(user, newRole: role, newStatus: status, by: principal) }
        if role != user.role { update = update.set("role", Value(role)) }
        if status != user.status {
            update = update.set("status", Value(status)).set("inviteTokenHash", nil).set("inviteExpiresAt", nil)
                .set("resetTokenHash", nil).set("resetExpiresAt", nil)
        }
        if let must = mustChangePassword, must != (user.mustChangePassword ?? false) {
            update = update.set("mustChangePassword", must ? .bool(true) : nil)
        }
        guard !update.isEmpty else { return user }
        var writes = more
        if losesRights { demand(principal, &writes) }
        try await write(user, update, endsSessions: losesRights, by: principal, role, status, writes)
        return try await get(id)
    }

    private func write(
        _ user: User, _ update: Update, endsSessions: Bool, by principal: Principal, _ role: User.Role,
        _ status: User.Status, _ more: Writes
    ) async throws {
        if endsSessions {
            let metadata: Document = ["role": Value(role), "status": Value(status)]
            try await change(user, update, "user_changed", by: principal, metadata: metadata, first: more)
        } else {
            var writes = more
            writes.update(User.self, where: .id(user.id), update, expecting: 1)
            writes.insert([audit.entry("user_changed", by: principal, on: .init(user))])
            try await store.commit(writes)
        }
    }

    /// Deletes the account with its sessions and keys. Records that name the person keep their id.
    public func delete(_ id: EntityID<User>, also more: Writes = Writes(), by principal: Principal) async throws {
        let user = try await get(id)
        try await guardAdministrators(user, newRole: nil, newStatus: nil, by: principal)
        var writes = more
        demand(principal, &writes)
        writes.delete(User.self, where: .id(id))
        writes.delete(Session.self, where: Sessions.all(of: id))
        writes.delete(APIKey.self, where: .equals("userId", Value(id)))
        writes.insert([audit.entry("user_deleted", by: principal, on: .init(user))])
        try await store.commit(writes)
    }

    /// A person's own name and language.
    public func editOwn(_ principal: Principal, name: String?, language: Language?) async throws -> User {
        var problems: [String: FieldProblem] = [:]
        var update = Update()
        if name != nil, let name = TextLine.read(name, "name", required: true, limit: 120, &problems) {
            update = update.set("name", .string(name))
        }
        if let language {
            if !language.isKnown { problems["locale"] = .notInList }
            update = update.set("locale", Value(language))
        }
        try InvalidFields(problems).throwIfAny()
        if !update.isEmpty { _ = try await store.update(User.self, where: .id(principal.user.id), update) }
        return try await get(principal.user.id)
    }

    /// Makes the writes fail unless who acts is still an active administrator: of two who take each other's rights at
    /// once, one comes too late.
    func demand(_ principal: Principal, _ writes: inout Writes) {
        guard let actor = principal.userId else { return }
        let isStill =
            Filter.id(actor) && .equals("role", Value(User.Role.admin)) && .equals("status", Value(User.Status.active))
        writes.update(User.self, where: isStill, .set("role", Value(User.Role.admin)), expecting: 1)
    }

    private func guardAdministrators(
        _ user: User, newRole: User.Role?, newStatus: User.Status?, by principal: Principal
    ) async throws {
        if user.id == principal.user.id { throw AccountError.ownAccount }
        guard user.role == .admin, user.status == .active, newRole != .admin || newStatus != .active else { return }
        let others =
            Filter.equals("role", Value(User.Role.admin))
            && .equals("status", Value(User.Status.active)) && .not(.id(user.id))
        if try await store.count(User.self, where: others, upTo: 1) == 0 { throw AccountError.lastAdministrator }
    }
}
