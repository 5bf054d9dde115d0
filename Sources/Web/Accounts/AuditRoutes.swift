import Growth
import HTTPTypes
import Hummingbird
import Store

/// The audit log, for administrators.
enum AuditRoutes {
    static let list = ListDefinition<AuditLog>(
        path: "/audit", filters: ["action", "userId", "entityType", "entityId", "address", "createdAt"],
        sorts: ["createdAt"], defaultSort: [.descending("createdAt")])

    static let all: [Endpoint] = [
        Endpoint(.get, "/audit", for: .may(.readAuditLog), "Who did what", query: list.parameters) {
            try await page($0)
        },
        Endpoint(
            .get, "/audit/export", for: .may(.readAuditLog), "The log as a spreadsheet",
            query: list.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await export($0) },
        Endpoint(
            .get, "/api/audit", for: .may(.readAuditLog), "Who did what", query: list.parameters,
            gives: .json(.list(of: .entity(AuditLog.self)))
        ) { visit in try await list.json(visit) },
        Endpoint(
            .get, "/api/audit/export", for: .may(.readAuditLog), "The log as a spreadsheet",
            query: list.parameters + ExportAnswer.parameters, gives: .file("*/*")
        ) { try await export($0) },
    ]

    private static func page(_ visit: MemberVisit) async throws -> Response {
        let page = try await list.page(visit)
        let names = try await AuditNames(page.items, visit)
        var data = try await filters(page, visit)
        data["rows"] = page.items.map { row($0, names, visit) }
        data["pager"] = try page.pager(visit)
        data["isEmpty"] = page.items.isEmpty
        data["exports"] = ListExports.links(page, [], visit)
        return try visit.page("accounts/audit", title: visit.phrase("audit.title"), data)
    }

    private static func export(_ visit: MemberVisit) async throws -> Response {
        let request = try ExportAnswer.listed(visit, list)
        let format = ExportAnswer.format(visit)
        let columns = ["at", "who", "action", "subject", "name", "details", "address"]
        let file = try await visit.platform.exports.auditLog(
            request.wholeFilter(), format: format, sheet: visit.phrase("audit.title"),
            isRightToLeft: visit.language == .arabic,
            header: columns.map { visit.phrase("audit.columns.\($0)") }, by: visit.principal
        ) { entries in
            let names = try await AuditNames(entries, visit)
            return entries.map { entry in
                let row = row(entry, names, visit)
                return columns.map { row[$0] as? String ?? "" }
            }
        }
        return try ExportAnswer.response(file, name: "audit-log", format: format)
    }

    private static func row(_ entry: AuditLog, _ names: AuditNames, _ visit: MemberVisit) -> PageData {
        let action = "audit.actions.\(entry.action)"
        var row: PageData = [
            "action": visit.visit.resources.phrases.has(action) ? visit.phrase(action) : entry.action,
            "address": entry.address ?? "–", "who": names.who(entry, visit),
            "at": entry.createdAt.map(visit.formats.dateTime) ?? "–",
            "machine": entry.createdAt.map(visit.formats.machine) ?? "", "isLinked": false,
            "subject": entry.entityType.map { RecordWords.subject(visit, $0) } ?? "–",
            "name": names.name(of: entry) ?? "", "details": details(of: entry, besides: names.name(of: entry), visit),
        ]
        if let path = names.path(of: entry) {
            row["isLinked"] = true
            row["path"] = path
        }
        return row
    }

    /// What was chosen or taken along, in words.
    private static func details(of entry: AuditLog, besides name: String?, _ visit: MemberVisit) -> String {
        let metadata = entry.metadata?.object ?? Document()
        let words: [(String, (String) -> String)] = [
            ("role", { visit.phrase("users.roles.\($0)") }), ("status", { visit.phrase("users.statuses.\($0)") }),
            ("collection", { RecordWords.subject(visit, $0) }), ("to", { heir($0, visit) }),
            ("format", { visit.phrase("records.formats.\($0)") }), ("fileName", { $0 }),
        ]
        var parts = words.compactMap { key, word in metadata[key]?.string.map(word) }.filter { $0 != name }
        if let rows = metadata["rows"]?.int { parts.append(visit.plural("imports.rows", rows)) }
        if let fields = metadata["fields"]?.array?.compactMap(\.string), !fields.isEmpty {
            parts.append(visit.plural("audit.fields", fields.count))
        }
        return parts.joined(separator: " · ")
    }

    /// Who got the records of somebody who left; a colleague's name stands in the progress of it.
    private static func heir(_ text: String, _ visit: MemberVisit) -> String {
        let key = "users.leave.heirs.\(text)"
        return visit.visit.resources.phrases.has(key) ? visit.phrase(key) : visit.phrase("users.leave.colleague")
    }

    /// The deeds that the log holds, and everybody who could have done them.
    private static func filters(_ page: ListPage<AuditLog>, _ visit: MemberVisit) async throws -> PageData {
        let actions = try await visit.platform.store.group(
            AuditLog.self, by: "action", sum: nil, where: .all, limit: 100)
        let kinds = try await visit.platform.store.group(
            AuditLog.self, by: "entityType", sum: nil, where: .exists("entityType", true), limit: 50)
        let people = try await visit.platform.store.find(Query<User>(limit: 200)).sorted { $0.name < $1.name }
        return [
            "actions": actions.compactMap(\.value.string).map { name in
                let key = "audit.actions.\(name)"
                let label = visit.visit.resources.phrases.has(key) ? visit.phrase(key) : name
                return option(name, label, page.chosen("filter[action]"))
            },
            "subjects": kinds.compactMap(\.value.string).map { name in
                option(name, RecordWords.subject(visit, name), page.chosen("filter[entityType]"))
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
