import Growth
import Store

/// Who answers for a company or a person: shown by name, chosen among those who may.
enum OwnerField {
    static let name = "ownerId"

    /// As the partial `records/field` draws a choice. Whoever is the owner now stays choosable.
    static func data(
        _ visit: MemberVisit, noun: RecordNoun, owner: EntityID<User>?, isNew: Bool, _ problems: [String: FieldProblem]
    ) async throws -> PageData {
        let chosen = visit.input.typed(name) ?? owner?.description ?? ""
        var users = try await visit.platform.users.list().filter(\.mayAnswer)
        if let owner, !users.contains(where: { $0.id == owner }), let user = try await visit.platform.store.get(owner) {
            users.append(user)
        }
        var data = FormField(name: name, kind: .choice([]))
            .data(visit, noun: noun, stored: owner?.description ?? "", isNew: isNew, problems: problems)
        var options = users.map { user in
            let isMe = user.id == visit.principal.userId
            return [
                "code": user.id.description,
                "label": isMe ? visit.phrase("records.owner.me", ["name": user.name]) : user.name,
                "isChosen": user.id.description == chosen,
            ] as PageData
        }
        if !chosen.isEmpty && !options.contains(where: { $0["isChosen"] as? Bool == true }) {
            options.append(["code": chosen, "label": visit.phrase("audit.deletedUser"), "isChosen": true])
        }
        data["options"] = options
        return data
    }

    static func fact(_ owner: EntityID<User>?, noun: RecordNoun, _ visit: MemberVisit) async throws -> Fact? {
        guard let owner else { return nil }
        let user = try await visit.platform.store.get(owner)
        return Fact(
            field: name, label: visit.phrase(noun.field(name)), value: user?.name ?? visit.phrase("audit.deletedUser"))
    }
}
