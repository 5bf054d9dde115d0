import Growth
import Store

/// What there is to do and to win, for the first page.
struct DashboardWork {
    private let due: Int
    private let leads: Int
    private let open: Group

    var hasDeals: Bool { leads > 0 || open.count > 0 }

    init(_ visit: MemberVisit) async throws {
        let store = visit.platform.store, principal = visit.principal
        due = try await visit.platform.tasks.dueCount(of: principal)
        leads = try await store.count(
            Lead.self, where: Leads.visible(to: principal) && .equals("status", Value(Lead.Status.new)),
            upTo: DashboardRoutes.limit + 1)
        let stages = try await store.group(
            Opportunity.self, by: "stage", sum: "valueEstimate", where: principal.ownRecords && Opportunities.open,
            limit: 20)
        open = Group(
            value: .null, count: stages.reduce(0) { $0 + $1.count }, sum: stages.reduce(0) { $0 + $1.sum })
    }

    func tiles(_ visit: MemberVisit) -> [PageData] {
        [
            [
                "label": visit.phrase("dashboard.work.due"), "count": Formats.number(due), "path": "/tasks",
                "note": visit.phrase("dashboard.work.dueNote"),
            ],
            [
                "label": visit.phrase("dashboard.work.newLeads"), "count": DashboardRoutes.shown(leads),
                "path": "/leads?filter%5Bstatus%5D=new", "note": visit.phrase("dashboard.work.newLeadsNote"),
            ],
            [
                "label": visit.phrase("dashboard.work.open"), "count": DealWords.money(open.sum, visit),
                "path": "/opportunities", "isMoney": true,
                "note": visit.plural("dashboard.work.openNote", open.count, ["count": Formats.number(open.count)]),
            ],
        ]
    }
}
