import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import Web

/// A site with a manager and two sales people, and what they work on.
struct DealSite {
    let site: Site
    let manager: Browsing
    let noura: Browsing
    let sami: Browsing
    let nouraId: String

    static func with(_ body: @Sendable (DealSite) async throws -> Void) async throws {
        try await Site.with { site in
            let noura = try await site.person(.sales, "Noura")
            try await body(
                DealSite(
                    site: site, manager: try await site.browser(try await site.person(.manager, "Maha")),
                    noura: try await site.browser(noura),
                    sami: try await site.browser(try await site.person(.sales, "Sami")), nouraId: noura.id.description))
        }
    }

    func company(_ name: String = "شركة أفق البناء") async throws -> String {
        try await id(manager.json(.post, "/api/companies", ["nameAr": .string(name)]))
    }

    func lead(_ company: String, by browsing: Browsing? = nil) async throws -> String {
        try await id((browsing ?? noura).json(.post, "/api/leads", ["companyId": .string(company)]))
    }

    func opportunity(_ title: String = "نظام مشتريات", value: Int = 1_000, by browsing: Browsing? = nil) async throws
        -> String
    {
        let company = try await company(title)
        return try await id(
            (browsing ?? noura).json(
                .post, "/api/opportunities",
                ["title": .string(title), "companyId": .string(company), "valueEstimate": .int(value)]))
    }

    func id(_ answer: TestResponse) throws -> String {
        #expect(answer.status == .created, "\(answer.text)")
        return try #require(try answer.value().object?["_id"]?.string)
    }
}
