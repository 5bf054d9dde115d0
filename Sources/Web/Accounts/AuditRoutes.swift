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
        Endpoint(.get, "/audit", for: .may(.readAuditLog), "Who did what", query: list.parameters) { visit in
            let page = try await list.page(visit)
            let users = try await visit.platform.store.get(page.items.compactMap(\.userId))
            let formats = visit.formats
            let rows: [PageData] = page.items.map { entry in
                [
                    "action": visit.phrase("audit.actions.\(entry.action)"), "address": entry.address ?? "–",
                    "who": entry.userId.map { users[$0]?.name ?? visit.phrase("audit.deletedUser") }
                        ?? visit.phrase("audit.nobody"),
                    "at": entry.createdAt.map(formats.dateTime) ?? "–",
                    "machine": entry.createdAt.map(formats.machine) ?? "",
                    "subject": entry.entityType.map { visit.phrase("audit.subjects.\($0)") } ?? "–",
                ]
            }
            let data: PageData = ["rows": rows, "pager": try page.pager(visit), "isEmpty": rows.isEmpty]
            return try visit.page("accounts/audit", title: visit.phrase("audit.title"), data)
        },
        Endpoint(
            .get, "/api/audit", for: .may(.readAuditLog), "Who did what", query: list.parameters,
            gives: .json(.list(of: .entity(AuditLog.self)))
        ) { visit in try await list.json(visit) },
    ]
}
