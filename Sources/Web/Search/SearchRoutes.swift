import Growth
import HTTPTypes
import Hummingbird
import Store

/// The search across all records: a dialog on every page, and the API.
enum SearchRoutes {
    static let all: [Endpoint] = [
        Endpoint(
            .get, "/search", for: .may(.readRecords), "The first hits of a search, for the dialog of every page",
            query: [query]
        ) { visit in
            let text = try text(visit)
            let hits = try await visit.platform.search.find(text, by: visit.principal)
            return try visit.fragment(
                "search/hits",
                [
                    "hits": hits.map { data($0, visit) }, "hasHits": !hits.isEmpty,
                    "isEmpty": hits.isEmpty && !text.isEmpty, "text": text,
                ])
        },
        Endpoint(
            .get, "/api/search", for: .may(.readRecords), "Records of every kind, the best first",
            query: [query, QueryParameter("limit", .integer, "How many, 10 unless told")],
            gives: .json(.object(.must("items", .array(hit))))
        ) { visit in
            let limit = visit.query("limit").map(Int.init) ?? 10
            guard let limit, Search.limits.contains(limit) else { throw WebError.badParameter("limit") }
            let hits = try await visit.platform.search.find(try text(visit), limit: limit, by: visit.principal)
            return visit.json(["items": .array(hits.map(value))])
        },
    ]

    private static let query = QueryParameter("q", .string, "Words of a name, an address, a number or a domain")

    private static let hit = JSONSchema.object(
        .must("kind", .word(Search.Hit.Kind.allCases.map(\.rawValue))), .must("id", .string), .must("title", .string),
        .must("details", .array(.string)), .must("path", .string))

    private static func text(_ visit: MemberVisit) throws -> String {
        let text = visit.query("q") ?? ""
        guard text.utf8.count <= 400 else { throw WebError.badParameter("q") }
        return text
    }

    private static func value(_ hit: Search.Hit) -> Value {
        .object([
            "kind": .string(hit.kind.rawValue), "id": .string(hit.id.description), "title": .string(hit.title),
            "details": Value(hit.details), "path": .string(path(hit)),
        ])
    }

    private static func path(_ hit: Search.Hit) -> String {
        let type = hit.subject?.type ?? hit.kind.rawValue
        let page = "\(pages[type] ?? "")/\(hit.subject?.id ?? hit.id)"
        return hit.kind == .activity ? page + "#timeline" : page
    }

    private static let pages = [
        "company": "/companies", "person": "/people", "lead": "/leads", "opportunity": "/opportunities",
        "task": "/tasks", "campaign": "/campaigns", "segment": "/segments", "template": "/templates",
        "mailbox": "/mailboxes",
    ]
    private static let icons: [Search.Hit.Kind: String] = [
        .company: "company", .person: "people", .lead: "lead", .opportunity: "board", .task: "task", .activity: "note",
        .campaign: "campaign", .segment: "segment", .template: "template", .mailbox: "mail",
    ]

    private static func data(_ hit: Search.Hit, _ visit: MemberVisit) -> PageData {
        [
            "path": path(hit), "icon": icons[hit.kind] ?? "search",
            "kind": visit.phrase("search.kinds.\(hit.kind.rawValue)"), "title": hit.title,
            "details": details(hit, visit),
        ]
    }

    /// A deal's first detail is where it stands, as a word of its enumeration.
    private static func details(_ hit: Search.Hit, _ visit: MemberVisit) -> [String] {
        let (noun, field): (RecordNoun, String)
        switch hit.kind {
        case .lead: (noun, field) = (.leads, "status")
        case .opportunity: (noun, field) = (.opportunities, "stage")
        case .task: (noun, field) = (.tasks, "status")
        case .campaign: (noun, field) = (.campaigns, "status")
        case .segment: (noun, field) = (.segments, "type")
        case .company, .person, .activity, .template, .mailbox: return hit.details
        }
        return hit.details.prefix(1).map { RecordWords.label(visit, noun, field, $0) } + hit.details.dropFirst()
    }
}
