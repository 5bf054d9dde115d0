import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

@Suite struct ReportPagesTests {
    @Test(arguments: Report.Kind.allCases)
    func `each report is a page, a part of the page of all and an answer of the API`(_ kind: Report.Kind) async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            var deal = Opportunity()
            deal.title = "تجهيز"
            (deal.stage, deal.valueEstimate) = (.proposal, 40_000)
            try await site.platform.store.insert(deal)
            let page = try await manager.get("/reports/\(kind.rawValue)?days=30")
            #expect(page.status == .ok && page.text.contains("<html"))
            let api = try await manager.get("/api/reports/\(kind.rawValue)").value()
            #expect(api.object?["kind"]?.string == kind.rawValue)
            if kind == .pipeline { #expect(page.text.contains("40,000") && page.text.contains("data-chart")) }
        }
    }

    @Test func `the page of all asks for each of them`() async throws {
        try await Site.with { site in
            let text = try await site.browser(.viewer).get("/reports?days=365").text
            for kind in Report.Kind.allCases { #expect(text.contains("/reports/\(kind.rawValue)?days=365")) }
        }
    }

    @Test func `a report that is not there, a period and an owner that cannot be are refused`() async throws {
        try await Site.with { site in
            let admin = try await site.browser(.admin)
            for (path, status) in [
                ("/reports/x", 404), ("/reports/people?days=7", 400), ("/api/reports/people?owner=me", 400),
            ] {
                #expect(try await admin.get(path).status.code == status, "\(path)")
            }
        }
    }

    @Test func `the exported table has a line for the sums, and none leaves with a viewer`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager), viewer = try await site.browser(.viewer)
            let file = try await manager.get("/reports/pipeline/export?format=csv")
            #expect(file.status == .ok && file.text.contains("المجموع"))
            #expect(try await viewer.get("/reports/pipeline/export?format=csv").status == .forbidden)
        }
    }
}
