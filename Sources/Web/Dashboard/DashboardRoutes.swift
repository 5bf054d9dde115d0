import Growth
import Hummingbird
import Store

/// The first page: what there is, what came last, what needs a hand.
enum DashboardRoutes {
    static let all: [Endpoint] = [
        Endpoint(.get, "/", for: .may(.readRecords), "The dashboard") { try await page($0) }
    ]

    private static func page(_ visit: MemberVisit) async throws -> Response {
        let store = visit.platform.store
        let companies = try await store.count(Company.self, where: .all, upTo: 10_001)
        let people = try await store.count(Person.self, where: .all, upTo: 10_001)
        let points = try await store.count(ContactPoint.self, where: .all, upTo: 10_001)
        let runs = try await store.find(Query<ImportLog>(sort: [.descending("createdAt")], limit: 5))
        let failed = try await store.count(
            ImportLog.self, where: .isIn("status", [Value(ImportLog.Status.failed)]), upTo: 100)
        let formats = visit.formats
        let isEmpty = companies + people + points == 0 && runs.isEmpty
        let data: PageData = [
            "isEmpty": isEmpty, "greeting": visit.phrase("dashboard.greeting", ["name": visit.user.name]),
            "tiles": [
                tile(visit, "dashboard.companies", companies, "/companies"),
                tile(visit, "dashboard.people", people, "/people"),
                tile(visit, "dashboard.contactPoints", points, "/contact-points"),
            ],
            "runs": runs.map { row($0, visit, formats) }, "hasRuns": !runs.isEmpty,
            "attention": failed > 0 ? [visit.plural("dashboard.failedImports", failed)] : [],
            "needsAttention": failed > 0,
        ]
        return try visit.page("dashboard/index", title: visit.phrase("dashboard.title"), data)
    }

    private static func tile(_ visit: MemberVisit, _ label: String, _ count: Int, _ path: String) -> PageData {
        [
            "label": visit.phrase(label), "count": Formats.number(min(count, 10_000)) + (count > 10_000 ? "+" : ""),
            "path": path,
        ]
    }

    private static func row(_ run: ImportLog, _ visit: MemberVisit, _ formats: Formats) -> PageData {
        let isGood = run.status == .completed
        return [
            "id": run.id.description, "file": run.fileName,
            "status": visit.phrase("dashboard.importStatuses.\(run.status.rawValue)"),
            "sign": isGood
                ? "ok" : run.status == .failed ? "error" : run.status == .partiallyCompleted ? "warn" : "info",
            "at": run.createdAt.map(formats.dateTime) ?? "–", "machine": run.createdAt.map(formats.machine) ?? "",
        ]
    }
}
