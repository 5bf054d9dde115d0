import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Store
import StoreMongo
import StoreTesting
import Testing

@testable import Web

/// A server of the database that goes away while the program runs.
@Suite(.enabled(if: Engine.ofProduct == .mongoDB, "an embedded store has no server"))
struct LostDatabaseTests {
    @Test
    func `a database that is gone is 503 for everybody and nobody is signed out, and all is well when it is back`()
        async throws
    {
        try await Site.with { site in
            let mongo = try #require(site.platform.store as? MongoStore)
            let browser = try await site.browser(.manager)
            #expect(try await browser.get("/companies").status == .ok)
            try await mongo.failing(["find", "update", "findAndModify"], with: ["closeConnection": true]) {
                for path in ["/companies", "/api/companies", "/imports"] {
                    let answer = try await browser.get(path)
                    #expect(answer.status == .serviceUnavailable, "\(path)")
                    #expect(answer.headers[.retryAfter] != nil && answer.sessionToken == nil)
                }
                let refused = try await browser.json(.post, "/api/companies", ["companyNameAr": "الأفق"])
                #expect(refused.status == .serviceUnavailable)
                #expect(try await browser.get("/healthz").status == .ok)
            }
            #expect(try await browser.get("/companies").status == .ok)
            #expect(try await mongo.count(Company.self) == 0)
        }
    }
}
