import Growth
import HTTPTypes
import Hummingbird
import Store

/// The audit log, for administrators.
enum AuditRoutes {
    static let list = ListDefinition<AuditLog>(
        path: "/audit", filters: ["action", "userId", "entityType", "entityId", "createdAt"],
        sorts: ["createdAt"], defaultSort: [.descending("createdAt")])

    static let all: [Endpoint] = [
        Endpoint(.get, "/audit", for: .may(.readAuditLog), "Who did what", query: list.parameters) {
            try await page($0)
        },
        Endpoint(
            .get, "/api/audit", for: .may(.readAuditLog), "Who did what", query: list.parameters,
            gives: .json(.list(of: .entity(AuditLog.self)))
        ) { visit in try await list.json(visit) },
    ]

    private static func page(_ visit: MemberVisit) async throws -> Response {
        let page = try await list.page(visit)
        let users = try await visit.platform.store.get(page.items.compactMap(\.userId))
        var data = try await filters(page, visit)
        data["rows"] = page.items.map { row($0, users, visit) }
        data["pager"] = try page.pager(visit)
        data["isEmpty"] = page.items.isEmpty
        return try visit.page("accounts/audit", title: visit.phrase("audit.title"), data)
    }

    private static func row(_ entry: AuditLog, _ users: [EntityID<User>: User], _ visit: MemberVisit) -> PageData {
        [
            "action": visit.phrase("audit.actions.\(entry.action)"), "address": entry.address ?? "–",
            "who": entry.userId.map { users[$0]?.name ?? visit.phrase("audit.deletedUser") }
                ?? visit.phrase("audit.nobody"),
            "at": entry.createdAt.map(visit.formats.dateTime) ?? "–",
            "machine": entry.createdAt.map(visit.formats.machine) ?? "",
            "subject": entry.entityType.map { visit.phrase("audit.subjects.\($0)") } ?? "–",
            "name": entry.metadata?.object?["name"]?.string ?? "", "details": details(of: entry, visit),
        ]
    }

    /// What was chosen or taken along, in words.
    private static func details(of entry: AuditLog, _ visit: MemberVisit) -> String {
        let metadata = entry.metadata?.object ?? Document()
        let words: [(String, (String) -> String)] = [
            ("role", { visit.phrase("users.roles.\($0)") }), ("status", { visit.phrase("users.statuses.\($0)") }),
            ("collection", { visit.phrase("audit.subjects.\($0)") }),
            ("format", { visit.phrase("records.formats.\($0)") }), ("fileName", { $0 }),
        ]
        var parts = words.compactMap { key, word in metadata[key]?.string.map(word) }
        if let rows = metadata["rows"]?.int { parts.append(visit.plural("imports.rows", rows)) }
        if let fields = metadata["fields"]?.array?.compactMap(\.string), !fields.isEmpty {
            parts.append(visit.plural("audit.fields", fields.count))
        }
        return parts.joined(separator: " · ")
    }

    /// The deeds that the log holds, and everybody who could have done them.
    private static func filters(_ page: ListPage<AuditLog>, _ visit: MemberVisit) async throws -> PageData {
        let actions = try await visit.platform.store.group(
            AuditLog.self, by: "action", sum: nil, where: .all, limit: 100)
        let people = try await visit.platform.store.find(Query<User>(limit: 200)).sorted { $0.name < $1.name }
        return [
            "actions": actions.compactMap(\.value.string).map { name in
                option(name, visit.phrase("audit.actions.\(name)"), page.chosen("filter[action]"))
            },
            "people": people.map { option($0.id.description, $0.name, page.chosen("filter[userId]")) },
            "from": page.chosen("filter[createdAt][gte]"), "to": page.chosen("filter[createdAt][lt]"),
            "isFiltered": !page.request.parameters.filter { $0.name.hasPrefix("filter[") && !$0.value.isEmpty }.isEmpty,
        ]
    }

    private static func option(_ code: String, _ label: String, _ chosen: String) -> PageData {
        ["code": code, "label": label, "isChosen": code == chosen]
    }
}
