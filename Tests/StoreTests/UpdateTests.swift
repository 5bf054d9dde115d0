import Foundation
import Store
import StoreTesting
import Testing

/// A change of one document, and what a field of it is then.
struct UpdateCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let update: Update
    let field: String
    let value: Value?

    init(_ description: String, _ update: Update, _ field: String, _ value: Value?) {
        testDescription = description
        self.update = update
        self.field = field
        self.value = value
    }
}

@Suite struct UpdateTests {
    static let cases: [UpdateCase] = [
        UpdateCase("set", .set("city", "مكة"), "city", "مكة"),
        UpdateCase("unset", .set("city", nil), "city", nil),
        UpdateCase("set null", .set("city", .null), "city", nil),
        UpdateCase("set a whole double", .set("score", 5.0), "score", 5),
        UpdateCase("set an int as double", .set("weight", 5), "weight", 5.0),
        UpdateCase("set a bool", .set("isActive", false), "isActive", false),
        UpdateCase("set a date", .set("seenAt", .date(Date(milliseconds: 7))), "seenAt", .date(Date(milliseconds: 7))),
        UpdateCase("set an array", .set("tags", ["q"]), "tags", ["q"]),
        UpdateCase("increment", Update().increment("score", by: 4), "score", 46),
        UpdateCase("decrement", Update().increment("count", by: -9), "count", -2),
        UpdateCase("increment a double", Update().increment("weight", by: 2), "weight", 3.5),
        UpdateCase("increment below", Update().increment("stats.sent", by: 2), "stats", ["sent": 5]),
        UpdateCase(
            "increment what is absent below", Update().increment("stats.opened", by: 2), "stats",
            ["sent": 3, "opened": 2]),
        UpdateCase("set below", .set("stats.a.b", "c"), "stats", ["sent": 3, "a": ["b": "c"]]),
        UpdateCase("unset below", .set("stats.sent", nil), "stats", nil),
        UpdateCase("add to a set", Update().addToSet("tags", ["vip", "new"]), "tags", ["vip", "جديد", "new"]),
        UpdateCase("append", Update().append("tags", ["vip"]), "tags", ["vip", "جديد", "vip"]),
        UpdateCase("remove", Update().remove("tags", ["vip", "other"]), "tags", ["جديد"]),
        UpdateCase("append to what is absent", Update().append("custom.list", [1]), "custom", ["list": [1]]),
        UpdateCase("add to a set twice", Update().addToSet("aliases", ["a", "a"]), "aliases", ["النور", "a"]),
    ]

    @Test(arguments: Engine.allCases, cases)
    func `a change does what it says and nothing else`(_ engine: Engine, _ item: UpdateCase) async throws {
        try await engine.withStore { store in
            var firm = WritingTests.full()
            firm.custom = nil
            let other = Firm()
            try await store.insert([firm, other])
            let matched = try await store.update(Firm.self, where: .id(firm.id), item.update)
            let found = try #require(try await store.get(firm.id))
            var expected = try Document(firm)
            expected[item.field] = item.value
            var actual = try Document(found)
            (actual["createdAt"], actual["updatedAt"]) = (nil, nil)
            #expect(matched == 1 && Set(actual.pairs) == Set(expected.pairs))
            let untouched = try #require(try await store.get(other.id))
            #expect(untouched.updatedAt == untouched.createdAt && untouched.tags.isEmpty)
        }
    }

    @Test(
        arguments: Engine.allCases,
        [
            .set("nope", 1), .set("_id", .id(ObjectID())), .set("city", 5), .set("score", "5"), .set("score", 1.5),
            .set("tags", "x"),
            .set("tags", [1]), .set("seenAt", 5), .set("parentId", "x"), Update().increment("city", by: 1),
            Update().append("city", ["x"]),
            Update().append("tags", [1]), .set("name.below", "x"),
        ] as [Update])
    func `a change that the schema does not take is an error`(_ engine: Engine, _ update: Update) async throws {
        try await engine.withStore { store in
            let firm = WritingTests.full()
            try await store.insert(firm)
            await #expect(throws: StoreError.self) { try await store.update(Firm.self, where: .all, update) }
            let found = try #require(try await store.get(firm.id))
            #expect(found.updatedAt == found.createdAt)
        }
    }

    @Test(arguments: Engine.allCases) func `updatedAt grows with every write, also while the clock stands`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore(now: { Date(milliseconds: 1_000_000) }) { store in
            let firm = Firm()
            try await store.insert(firm)
            var last = try #require(try await store.get(firm.id)?.updatedAt)
            for i in 0..<5 {
                _ = try await store.update(
                    Firm.self, where: .all, i % 2 == 0 ? .set("score", .int(i)) : Update().append("tags", ["t"]))
                let next = try #require(try await store.get(firm.id)?.updatedAt)
                #expect(next > last)
                last = next
            }
        }
    }

    @Test(arguments: Engine.allCases) func `saving writes what differs and refuses what somebody else changed`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            let firm = WritingTests.full()
            try await store.insert(firm)
            let read = try #require(try await store.get(firm.id))
            var mine = read
            mine.city = "mine"
            #expect(try await store.save(mine, original: read))
            #expect(try await store.save(mine, original: mine) == false)
            var theirs = read
            theirs.score = 1
            await #expect(throws: StoreError.conflict(collection: "firms")) {
                try await store.save(theirs, original: read)
            }
            let found = try #require(try await store.get(firm.id))
            #expect(found.city == "mine" && found.score == 42)
        }
    }

    @Test(arguments: Engine.allCases) func `a change into a taken unique key fails and changes nothing`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            var (first, second) = (Firm(), Firm())
            (first.website, second.website) = ("1", "2")
            try await store.insert([first, second])
            await #expect(throws: StoreError.duplicate(collection: "firms", index: "website")) {
                try await store.update(Firm.self, where: .id(second.id), .set("website", "1").append("tags", ["t"]))
            }
            let found = try #require(try await store.get(second.id))
            #expect(found.website == "2" && found.tags.isEmpty)
        }
    }

    @Test(arguments: Engine.allCases) func `indexes of elements and words follow every change`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            let firm = WritingTests.full()
            try await store.insert([firm, Firm()])
            _ = try await store.update(Firm.self, where: .id(firm.id), .set("tags", ["b"]).set("words", ["neu"]))
            _ = try await store.update(Firm.self, where: .id(firm.id), Update().append("tags", ["c"]))
            let part = Value.object(["email": "new@x.sa"])
            _ = try await store.update(Firm.self, where: .id(firm.id), .set("contacts", [part]))
            func count(_ filter: Filter) async throws -> Int { try await store.count(Firm.self, where: filter) }
            #expect(try await count(.hasAny("tags", ["vip"])) == 0)
            #expect(try await count(.hasAny("tags", ["b"])) == 1)
            #expect(try await count(.hasAny("tags", ["c"])) == 1)
            #expect(try await count(.search("words", ["شركه"])) == 0)
            #expect(try await count(.search("words", ["ne"])) == 1)
            #expect(try await count(.equals("contacts.email", "a@b.c")) == 0)
            #expect(try await count(.equals("contacts.email", "new@x.sa")) == 1)
            _ = try await store.update(Firm.self, where: .all, .set("tags", nil).set("words", nil))
            #expect(try await count(.or([.hasAny("tags", ["b", "c"]), .search("words", ["n"])])) == 0)
        }
    }

    @Test(arguments: Engine.allCases) func `each of many workers claims another job`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            try await store.insert(
                (0..<50).map { i in
                    var job = Job()
                    (job.rank, job.key) = (50 - i, "\(i)")
                    return job
                })
            let claimed = try await withThrowingTaskGroup(of: [Job].self) { group in
                for worker in 0..<64 {
                    group.addTask {
                        let change = Update.set("status", "taken").set("owner", .string("\(worker)"))
                        let job = try await store.findAndUpdate(
                            Job.self, where: .equals("status", "open"), sort: [.ascending("rank")], change)
                        #expect(job?.owner ?? "\(worker)" == "\(worker)")
                        return job.map { [$0] } ?? []
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let left = try await store.count(Job.self, where: .equals("status", "open"))
            #expect(claimed.count == 50 && Set(claimed.map(\.id)).count == 50 && left == 0)
        }
    }

    @Test(arguments: Engine.allCases) func `find and update takes the first in the order asked for`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            for rank in [3, 1, 2] {
                var job = Job()
                (job.rank, job.key) = (rank, "\(rank)")
                try await store.insert(job)
            }
            var ranks: [Int] = []
            while let job = try await store.findAndUpdate(
                Job.self, where: .equals("status", "open"), sort: [.descending("rank")], .set("status", "done"))
            {
                #expect(job.status == "done")
                ranks.append(job.rank)
            }
            #expect(ranks == [3, 2, 1])
        }
    }
}
