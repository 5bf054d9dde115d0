import Foundation
import Store
import StoreTesting
import Testing

@Suite struct WritingTests {
    static func full() -> Firm {
        var firm = Firm()
        firm.name = "شركة النور للمقاولات"
        firm.city = "الرياض"
        firm.website = "https://example.com"
        firm.kind = "factory"
        firm.score = 42
        firm.weight = 1.5
        firm.isActive = true
        firm.seenAt = Date(milliseconds: 1_700_000_000_123)
        firm.parentId = EntityID()
        firm.tags = ["vip", "جديد"]
        firm.aliases = ["النور"]
        firm.words = ["شركه", "النور"]
        firm.custom = ["صف": 1, "رقم": [1, 2.5, nil, true], "at": .date(Date(milliseconds: 5)), "id": .id(ObjectID())]
        firm.contacts = [Firm.Contact(email: "a@b.c", isPrimary: true)]
        firm.stats = ["sent": 3]
        firm.count = 7
        return firm
    }

    @Test(arguments: Engine.allCases) func `every type of field comes back as it was written`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            let firm = Self.full()
            try await store.insert(firm)
            var found = try #require(try await store.get(firm.id))
            #expect(found.createdAt != nil && found.updatedAt == found.createdAt)
            (found.createdAt, found.updatedAt) = (nil, nil)
            #expect(found == firm)
        }
    }

    @Test(arguments: Engine.allCases) func `absent fields stay absent`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            let firm = Firm()
            try await store.insert(firm)
            let found = try #require(try await store.get(firm.id))
            #expect(found.city == nil && found.score == nil && found.custom == nil && found.aliases == nil)
            #expect(found.name == "" && found.count == 0)
        }
    }

    @Test(arguments: Engine.allCases) func `an empty text and an empty array are not absent`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            var firm = Firm()
            (firm.city, firm.aliases, firm.custom) = ("", [], .array([]))
            try await store.insert(firm)
            let found = try #require(try await store.get(firm.id))
            #expect(found.city == "" && found.aliases == [] && found.custom == .array([]))
        }
    }

    @Test(arguments: Engine.allCases) func `fields that nobody declares survive updates`(_ engine: Engine) async throws
    {
        try await engine.withStore { store in
            var firm = Firm()
            firm.extra = ["legacy": ["a": 1, "$b": "c", "$date": 5], "other": .id(ObjectID())]
            try await store.insert(firm)
            _ = try await store.update(Firm.self, where: .id(firm.id), .set("city", "جدة").increment("count", by: 2))
            let found = try #require(try await store.get(firm.id))
            #expect(found.extra == firm.extra)
            #expect(found.city == "جدة" && found.count == 2)
        }
    }

    @Test(arguments: Engine.allCases) func `an id is taken once`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            let firm = Firm()
            try await store.insert(firm)
            await #expect(throws: StoreError.duplicate(collection: "firms", index: "_id")) {
                try await store.insert(firm)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a sparse unique index takes many documents without the field and one of each value`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            try await store.insert([Firm(), Firm(), Firm()])
            var firm = Firm()
            firm.website = "x"
            try await store.insert(firm)
            firm.id = EntityID()
            await #expect(throws: StoreError.duplicate(collection: "firms", index: "website")) {
                try await store.insert(firm)
            }
            #expect(try await store.count(Firm.self) == 4)
        }
    }

    @Test(arguments: Engine.allCases) func `a unique index that is not sparse takes one document without the field`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            try await store.insert(Job())
            await #expect(throws: StoreError.duplicate(collection: "jobs", index: "key")) {
                try await store.insert(Job())
            }
        }
    }

    @Test(arguments: Engine.allCases) func `a sparse unique index of two fields counts an absent one as a value`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            func firm(_ a: String?, _ b: String?) -> Firm {
                var firm = Firm()
                (firm.a, firm.b) = (a, b)
                return firm
            }
            try await store.insert([
                firm("1", "1"), firm("1", "2"), firm("1", nil), firm(nil, "1"), firm(nil, nil), firm(nil, nil),
            ])
            for (a, b) in [("1", "1"), ("1", nil), (nil, "1")] as [(String?, String?)] {
                await #expect(throws: StoreError.duplicate(collection: "firms", index: "a_b")) {
                    try await store.insert(firm(a, b))
                }
            }
        }
    }

    @Test(arguments: Engine.allCases) func `insert if absent leaves out what exists and keeps the rest`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            var known = Firm()
            known.website = "x"
            known.tags = ["old"]
            try await store.insert(known)
            var same = Firm()
            same.website = "x"
            same.tags = ["new"]
            var again = known
            again.name = "again"
            let fresh = Firm()
            var writes = Writes()
            writes.insertIfAbsent([same, again, fresh])
            try await store.commit(writes)
            #expect(try await store.count(Firm.self) == 2)
            #expect(try await store.get(known.id)?.name == "")
            #expect(try await store.count(Firm.self, where: .hasAny("tags", ["new"])) == 0)
        }
    }

    @Test(arguments: Engine.allCases) func `a commit is kept whole or not at all`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            let first = Firm()
            try await store.insert(first)
            var writes = Writes()
            writes.insert([Firm(), Firm()])
            writes.update(Firm.self, where: .id(first.id), .set("city", "x"))
            writes.update(Firm.self, where: .equals("city", "nowhere"), .set("city", "y"), expecting: 1)
            await #expect(throws: StoreError.conflict(collection: "firms")) { try await store.commit(writes) }
            #expect(try await store.count(Firm.self) == 1)
            #expect(try await store.get(first.id)?.city == nil)
        }
    }

    @Test(arguments: Engine.allCases) func `the steps of a commit see each other in order`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            var firm = Firm()
            firm.city = "one"
            var writes = Writes()
            writes.insert([firm])
            writes.update(Firm.self, where: .equals("city", "one"), .set("city", "two"), expecting: 1)
            writes.insert([Firm()])
            writes.delete(Firm.self, where: .exists("city", false))
            try await store.commit(writes)
            #expect(try await store.find(Query<Firm>()).map(\.city) == ["two"])
        }
    }

    @Test(arguments: Engine.allCases) func `many changes, each its own, go in one commit, in order`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            let firms = (0..<1_200).map { _ in Firm() }
            try await store.insert(firms)
            var changes = firms.enumerated().map { number, firm in
                (where: Filter.id(firm.id), update: Update.set("score", .int(number)))
            }
            changes.append((.equals("score", 7), Update().increment("score", by: 10_000)))
            changes.append((.equals("city", "nowhere"), .set("city", "x")))
            var writes = Writes()
            writes.update(Firm.self, each: changes)
            try await store.commit(writes)
            let scores = try await store.find(Query<Firm>()).compactMap(\.score)
            #expect(scores == (0..<1_200).map { $0 == 7 ? 10_007 : $0 })
            writes = Writes()
            writes.update(
                Firm.self, each: firms.prefix(3).map { (.id($0.id), .set("website", "same.sa")) })
            await #expect(throws: StoreError.duplicate(collection: "firms", index: "website")) {
                try await store.commit(writes)
            }
            #expect(try await store.count(Firm.self, where: .exists("website", true)) == 0)
        }
    }

    @Test(arguments: Engine.allCases) func `of two failing jobs beside good ones only those two fail`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            var taken = Job()
            taken.key = "taken"
            try await store.insert(taken)
            let failures = await withTaskGroup(of: Bool.self) { group in
                for i in 0..<40 {
                    group.addTask {
                        var job = Job()
                        job.key = i % 20 == 7 ? "taken" : "\(i)"
                        do {
                            try await store.insert(job)
                            return false
                        } catch { return true }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(failures == 2)
            #expect(try await store.count(Job.self) == 39)
        }
    }

    @Test(arguments: Engine.allCases) func `a hundred creators of twenty keys leave one document of each`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            let created = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        var count = 0
                        for key in 0..<20 {
                            var job = Job()
                            job.key = "k\(key)"
                            do {
                                try await store.insert(job)
                                count += 1
                            } catch {
                                #expect(error as? StoreError == .duplicate(collection: "jobs", index: "key"))
                            }
                        }
                        return count
                    }
                }
                return await group.reduce(0, +)
            }
            let stored = try await store.count(Job.self)
            #expect(created == 20 && stored == 20)
        }
    }

    @Test(arguments: Engine.allCases) func `deleting returns how many went and frees their keys`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            var firm = WritingTests.full()
            try await store.insert(firm)
            try await store.insert(Firm())
            #expect(try await store.delete(Firm.self, where: .equals("city", "الرياض")) == 1)
            #expect(try await store.delete(Firm.self, where: .equals("city", "الرياض")) == 0)
            #expect(try await store.count(Firm.self, where: .hasAny("tags", ["vip"])) == 0)
            #expect(try await store.count(Firm.self, where: .search("words", ["النور"])) == 0)
            firm.id = EntityID()
            try await store.insert(firm)
            #expect(try await store.count(Firm.self) == 2)
        }
    }

    @Test(arguments: Engine.allCases) func `dates are kept to the millisecond`(_ engine: Engine) async throws {
        try await engine.withStore(now: { Date(timeIntervalSince1970: 1_700_000_000.123_456) }) { store in
            var firm = Firm()
            firm.seenAt = Date(timeIntervalSince1970: 1_600_000_000.987_654)
            try await store.insert(firm)
            let found = try #require(try await store.get(firm.id))
            #expect(found.seenAt == Date(milliseconds: 1_600_000_000_988))
            #expect(found.createdAt == Date(milliseconds: 1_700_000_000_123))
        }
    }

    @Test(arguments: Engine.allCases) func `stamps that are given are kept`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            var firm = Firm()
            (firm.createdAt, firm.updatedAt) = (Date(milliseconds: 1000), Date(milliseconds: 2000))
            try await store.insert(firm)
            let found = try #require(try await store.get(firm.id))
            #expect(found.createdAt == Date(milliseconds: 1000) && found.updatedAt == Date(milliseconds: 2000))
            _ = try await store.update(
                Firm.self, where: .id(firm.id), .set("updatedAt", .date(Date(milliseconds: 3000))))
            #expect(try await store.get(firm.id)?.updatedAt == Date(milliseconds: 3000))
        }
    }

    @Test(arguments: Engine.allCases) func `numbers at the ends of their range come back`(_ engine: Engine) async throws
    {
        try await engine.withStore { store in
            for (int, double) in [
                (Int.max, Double.greatestFiniteMagnitude), (Int.min, -0.0), (0, .leastNonzeroMagnitude), (1, .infinity),
            ] {
                var firm = Firm()
                (firm.score, firm.weight) = (int, double)
                firm.custom = .array([.int(int), .double(double)])
                try await store.insert(firm)
                let found = try #require(try await store.get(firm.id))
                #expect(found.score == int && found.weight == double && found.custom == firm.custom)
            }
        }
    }

    @Test(arguments: Engine.allCases) func `a value nested too deep is refused and nothing is written`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            var deep = Value.int(1)
            for _ in 0..<150 { deep = .array([deep]) }
            var firm = Firm()
            firm.custom = deep
            let refused = firm
            await #expect(throws: StoreError.self) { try await store.insert([Firm(), refused]) }
            let stored = try await store.count(Firm.self)
            #expect(stored == 0)
        }
    }

    @Test(arguments: Engine.allCases) func `a collection that was not prepared is an error`(_ engine: Engine)
        async throws
    {
        struct Stranger: Entity {
            static let collection = "strangers"
            static let indexes: [Index] = []
            var id = EntityID<Stranger>()
            var createdAt: Date?
            var updatedAt: Date?
            var extra = Document()
            mutating func visit(_ fields: inout some FieldVisitor) throws {}
        }
        try await engine.withStore { store in
            await #expect(throws: StoreError.self) { try await store.insert(Stranger()) }
            await #expect(throws: StoreError.self) { try await store.count(Stranger.self) }
        }
    }
}
