import Growth
import Hummingbird
import Store

/// The first page: what there is, what came last, what needs a hand.
enum DashboardRoutes {
    static let all: [Endpoint] = [
        Endpoint(.get, "/", for: .may(.readRecords), "The dashboard") { try await page($0) },
        Endpoint(.get, "/dashboard/breakdown", for: .may(.readRecords), "Companies by city and by sector") { visit in
            try visit.fragment("dashboard/breakdown", try await DashboardCharts.breakdown(visit))
        },
    ]

    private static func page(_ visit: MemberVisit) async throws -> Response {
        let store = visit.platform.store
        let companies = try await store.count(Company.self, where: Companies.live, upTo: limit + 1)
        let people = try await store.count(Person.self, where: People.live, upTo: limit + 1)
        let points = try await store.count(ContactPoint.self, where: .all, upTo: limit + 1)
        let runs = try await store.find(Query<ImportLog>(sort: [.descending("createdAt")], limit: 8))
        let attention = try await Attention.found(visit, runs)
        let work = try await DashboardWork(visit)
        let data: PageData = [
            "isEmpty": companies + people + points == 0 && runs.isEmpty && !work.hasDeals, "work": work.tiles(visit),
            "hasDeals": work.hasDeals,
            "deals": ["pipeline", "outcomes"].map {
                ["path": "/reports/\($0)?brief=true", "title": visit.phrase("reports.kinds.\($0)")] as PageData
            }, "hasCompanies": companies > 0,
            "greeting": visit.phrase("dashboard.greeting", ["name": visit.user.name]),
            "tiles": [
                tile(visit, "dashboard.companies", companies, "/companies"),
                tile(visit, "dashboard.people", people, "/people"),
                tile(visit, "dashboard.contactPoints", points, "/contact-points"),
            ],
            "runs": runs.prefix(5).map { row($0, visit) }, "hasRuns": !runs.isEmpty,
            "campaigns": [try await DashboardCampaigns.data(visit)],
            "attention": attention, "needsAttention": !attention.isEmpty,
            "importChart": DashboardCharts.imports(runs, visit),
            "hasImportChart": runs.contains { $0.finishedAt != nil },
        ]
        return try visit.page("dashboard/index", title: visit.phrase("dashboard.title"), data)
    }

    static let limit = 10_000

    private static func tile(_ visit: MemberVisit, _ label: String, _ count: Int, _ path: String) -> PageData {
        ["label": visit.phrase(label), "count": shown(count), "path": path]
    }

    static func shown(_ count: Int) -> String { Formats.number(min(count, limit)) + (count > limit ? "+" : "") }

    private static func row(_ run: ImportLog, _ visit: MemberVisit) -> PageData {
        var row = RunPages.status(of: run, visit)
        row["id"] = run.id.description
        row["file"] = run.fileName
        row["at"] = run.createdAt.map(visit.formats.dateTime) ?? "–"
        row["machine"] = run.createdAt.map(visit.formats.machine) ?? ""
        return row
    }
}

/// What somebody should look at, each with the list where it can be mended.
private enum Attention {
    static func found(_ visit: MemberVisit, _ runs: [ImportLog]) async throws -> [PageData] {
        let store = visit.platform.store, most = DashboardRoutes.limit + 1
        var found: [PageData] = []
        func add(_ name: String, _ count: Int, _ path: String) {
            if count == 0 { return }
            let text = visit.plural("dashboard.attention.\(name)", count, ["count": DashboardRoutes.shown(count)])
            found.append(["text": text, "path": path])
        }
        add(
            "failedImports", try await store.count(ImportLog.self, where: .equals("status", "failed"), upTo: most),
            "/imports?filter%5Bstatus%5D=failed")
        if let run = runs.first(where: { $0.counters.recordsFailed > 0 && $0.undoneAt == nil }) {
            add("failedRecords", run.counters.recordsFailed, "/imports/\(run.id)")
        }
        if visit.may(.manageMailboxes) {
            let locked = try await visit.platform.mailboxes.list().filter { $0.condition == .needsPassword }
            add("lockedMailboxes", locked.count, "/mailboxes")
        }
        let orphans = People.live && .exists("companyId", false)
        add(
            "peopleWithoutCompany", try await store.count(Person.self, where: orphans, upTo: most),
            "/people?filter%5BcompanyId%5D%5Bexists%5D=false")
        add(
            "unreachable",
            try await store.count(Company.self, where: Companies.live && Companies.unreachable, upTo: most),
            "/companies?unreachable=true")
        add(
            "invalidPoints", try await store.count(ContactPoint.self, where: .exists("invalidAt", true), upTo: most),
            "/contact-points?isValid=false")
        return found
    }
}
