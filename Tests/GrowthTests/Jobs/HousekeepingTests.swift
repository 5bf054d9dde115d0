import Foundation
import Store
import Testing

@testable import Growth

@Suite struct HousekeepingTests {
    @Test func `records of an earlier program become searchable, and keep their stamp and what nobody knows`()
        async throws
    {
        try await CompaniesTests.with { platform, _ in
            var company = Company()
            company.nameAr = "مصنع الرواد للتبريد"
            company.status = .archived
            company.extra["__v"] = 0
            let stamp = Date(timeIntervalSince1970: 1_700_000_000)
            company.updatedAt = stamp
            var person = Person()
            person.fullName = "سارة العتيبي"
            try await platform.store.insert(company)
            try await platform.store.insert(person)
            let missing = MissingKeys(store: platform.store)
            #expect(try await missing.count() == (1, 1))
            try await Housekeeping(platform: platform).fillKeys()
            try await platform.jobs.runUntilIdle()
            #expect(try await missing.count() == (0, 0))
            let filled = try #require(try await platform.store.get(company.id))
            #expect(filled.updatedAt == stamp && filled.archivedAt == stamp && filled.extra["__v"] == 0)
            #expect(try await platform.store.count(Company.self, where: Companies.words("رواد")) == 1)
            #expect(try await platform.store.count(Person.self, where: Companies.words("العتيبي")) == 1)
        }
    }

    @Test func `sessions that are over are removed`() async throws {
        try await CompaniesTests.with { platform, principal in
            var old = Session()
            (old.userId, old.tokenHash) = (principal.user.id, "old")
            try await platform.store.insert(old)
            let fresh = try await platform.sessions.begin(for: principal.user.id, userAgent: nil, address: nil)
            try await Housekeeping(platform: platform).tidy()
            #expect(try await platform.store.find(Query<Session>()).map(\.id) == [fresh.session.id])
        }
    }
}
