import Foundation
import Growth
import Store

/// Leads and opportunities of the demo's companies, so that its board and its forecast show something.
enum DemoDeals {
    private static let services = [
        "نظام إدارة المشتريات", "برنامج تدريب القيادات", "استشارات الجودة", "صيانة سنوية", "تطبيق خدمة العملاء",
        "حملة تسويقية", "حلول الطاقة",
    ]

    /// A deal: how far it came, what it is worth, and in how many days it is expected to close.
    private static let deals: [(stages: [String], value: Int, days: Int)] = [
        ([], 48_000, 40), (["contacted"], 120_000, 25), (["contacted", "meeting"], 86_500, 33),
        (["meeting", "proposal"], 240_000, 18), (["proposal", "negotiation"], 175_000, 9),
        (["proposal", "negotiation", "won"], 310_000, -4), (["meeting", "won"], 64_000, -12),
        (["proposal", "lost"], 95_000, -2), (["postponed"], 150_000, 150), (["proposal"], 132_000, -6),
        (["contacted", "meeting"], 54_000, 61), ([], 38_000, 75),
    ]

    static func make(_ connection: Connection) async throws {
        let found = try await connection.get("/api/companies?limit=60").object?["items"]?.array ?? []
        let ids = found.compactMap { $0.object?["_id"]?.string }
        for (number, company) in ids.prefix(26).enumerated() {
            let lead = try await connection.post(
                "/api/leads",
                [
                    "companyId": .string(company), "source": number % 3 == 0 ? "referral" : "import",
                    "serviceInterest": .string(services[number % services.count]),
                ])
            guard let id = lead.object?["_id"]?.string else { continue }
            if number < deals.count {
                try await convert(id, deals[number], connection)
            } else if number % 3 != 0 {
                let status = ["contacted", "qualified", "nurturing"][number % 3]
                _ = try await connection.post("/api/leads/\(id)/status", ["status": .string(status)])
            }
        }
    }

    private static func convert(
        _ lead: String, _ deal: (stages: [String], value: Int, days: Int), _ connection: Connection
    ) async throws {
        let day = Date().addingTimeInterval(Double(deal.days) * 86_400).ISO8601Format().prefix(10)
        let made = try await connection.post(
            "/api/leads/\(lead)/convert",
            ["valueEstimate": .int(deal.value), "expectedCloseDate": .string(String(day))])
        guard let id = made.object?["_id"]?.string else { return }
        for stage in deal.stages {
            var move: Document = ["stage": .string(stage)]
            if stage == "lost" { move["lostReason"] = "price" }
            _ = try await connection.post("/api/opportunities/\(id)/stage", .object(move))
        }
    }
}
