import Foundation
import Growth
import Store

/// The list of templates, in pages and in the API.
enum TemplateList {
    static let definition = ListDefinition<EmailTemplate>(
        path: "/templates", filters: ["status", "language", "category", "name", "subject", "createdAt", "updatedAt"],
        sorts: ["_id", "createdAt", "status"], defaultSort: [.descending("_id")],
        search: { text in
            let text = text.trimmingCharacters(in: .whitespaces)
            return .or([.contains("name", text), .contains("subject", text)])
        })

    static let list = RecordList<EmailTemplate>(
        .templates, definition,
        words: ListWords(
            title: "templates.title", search: "templates.search", hint: "templates.searchHint", none: "templates.none",
            noneHint: "templates.noneHint", new: "templates.new"),
        columns: [
            ListColumn("name", "templates.fields.name", fields: ["name", "subject"], isHead: true),
            ListColumn("status", "templates.fields.status", sort: "status"),
            ListColumn("language", "templates.fields.language"),
            ListColumn("problems", "templates.problems", fields: []),
            ListColumn("category", "templates.fields.category", isExtra: true),
            ListColumn("createdAt", "templates.fields.createdAt", sort: "createdAt"),
        ],
        tokens: [
            "status": EmailTemplate.Status.known.map(\.rawValue), "language": MailLanguage.known.map(\.rawValue),
        ],
        controls: [
            .choice("status", all: "templates.allStatuses"), .choice("language", all: "templates.allLanguages"),
        ],
        newPath: "/templates/new", newPermission: .manageCampaigns, scene: "scene-inbox", isImported: false,
        isExported: false, rows: rows)

    private static func rows(_ templates: [EmailTemplate], _ visit: MemberVisit) async throws -> [ListRow] {
        var rows: [ListRow] = []
        for template in templates {
            let grave = try await visit.platform.templates.problems(of: template).filter(\.isGrave).count
            func word(_ field: String, _ token: String) -> String {
                RecordWords.label(visit, .templates, field, token)
            }
            let cells: [String: ListCell?] = [
                "name": .title(template.name, href: "/templates/\(template.id)", below: template.subject),
                "status": .badge(word("status", template.status.rawValue), sign: sign(template.status)),
                "language": .plain(word("language", template.language.rawValue)),
                "problems": grave == 0
                    ? .badge(visit.phrase("templates.ready"), sign: "ok")
                    : .badge(visit.plural("templates.graveCount", grave), sign: "error"),
                "category": .text(template.category), "createdAt": .time(template.createdAt, visit),
            ]
            rows.append(ListRow(template, cells.compactMapValues { $0 }))
        }
        return rows
    }

    static func sign(_ status: EmailTemplate.Status) -> String {
        switch status {
        case .active: "ok"
        case .draft: "info"
        default: ""
        }
    }
}
