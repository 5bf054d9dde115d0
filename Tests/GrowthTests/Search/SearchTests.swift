import Foundation
import Growth
import Store
import StoreTesting
import Testing

@Suite struct SearchTests {
    @Test func `the whole name comes before its beginning, and that before its words, in whatever spelling`()
        async throws
    {
        try await Self.with { search in
            let titles = try await search.find("الافق").map(\.title)
            #expect(titles == ["الأفق", "الأفق العالي للمقاولات", "سعد الأفق", "مصنع الأفق الحديث"])
            #expect(try await search.find("الاف").count == 4)
        }
    }

    @Test func `an address, a part of a number and a domain find their company`() async throws {
        try await Self.with { search in
            for text in ["info@ofoq.sa", "0551234567", "٠٥٥١٢٣", "ofoq.sa"] {
                let titles = try await search.find(text).map(\.title)
                #expect(titles == ["الأفق"], "\(text)")
            }
        }
    }

    @Test func `archived records, empty texts and strange ones find nothing`() async throws {
        try await Self.with { search in
            for text in ["مؤرشفة", "", "   ", "!!!", "zzzz", "%_'\"\u{0}"] {
                let hits = try await search.find(text)
                #expect(hits == [], "\(text)")
            }
        }
    }

    @Test func `no more come than were asked for`() async throws {
        try await Self.with { search in
            let hits = try await search.find("الأفق", limit: 2)
            #expect(hits.count == 2)
        }
    }

    private static func with(_ body: (Search) async throws -> Void) async throws {
        try await ImportBench.with { bench in
            let store = bench.store
            for name in ["مصنع الأفق الحديث", "الأفق", "الأفق العالي للمقاولات", "شركة مؤرشفة"] {
                var company = Company()
                company.nameAr = name
                if name.hasSuffix("مؤرشفة") { company.archivedAt = ImportBench.now() }
                let points = name == "الأفق" ? ["info@ofoq.sa", "+966551234567"].map { point($0, company.id) } : []
                if name == "الأفق" { company.website = "https://ofoq.sa" }
                company.refreshKeys(contacts: points)
                try await store.insert(company)
                try await store.insert(points)
            }
            var person = Person()
            person.fullName = "سعد الأفق"
            person.refreshKeys()
            try await store.insert(person)
            try await body(Search(store: store, now: ImportBench.now))
        }
    }

    private static func point(_ value: String, _ company: EntityID<Company>) -> ContactPoint {
        var point = ContactPoint()
        point.entityType = .company
        point.entityId = company.raw
        point.companyId = company
        point.contactType = value.contains("@") ? .email : .mobile
        point.contactValue = value
        point.normalizedValue = value
        return point
    }
}
