import Foundation
import Store
import StoreTesting
import Testing

@Suite struct ReadingTests {
    /// Few values each, many ties, and a fifth absent.
    static func notes(_ count: Int, seed: UInt64) -> [Note] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<count).map { _ in
            var note = Note()
            if Int.random(in: 0..<5, using: &numbers) > 0 {
                note.author = ["ا", "ب", "a", ""].randomElement(using: &numbers)
            }
            if Int.random(in: 0..<5, using: &numbers) > 0 {
                note.at = Date(milliseconds: Int64.random(in: -2..<3, using: &numbers))
            }
            if Int.random(in: 0..<5, using: &numbers) > 0 { note.length = Int.random(in: 0..<4, using: &numbers) }
            return note
        }
    }

    static let orders: [[Sort]] = [
        [], [.ascending("_id")], [.descending("_id")], [.ascending("author")], [.descending("author")],
        [.ascending("author"), .ascending("at")], [.descending("author"), .descending("at")],
        [.ascending("author"), .descending("at")],
        [.descending("length"), .ascending("author"), .descending("at")],
        [.ascending("author"), .descending("_id"), .ascending("at")],
        [.descending("updatedAt"), .ascending("length")],
    ]

    /// What the order means, said without any engine: absent first, ties by id in the direction of the last field.
    static func sorted(_ notes: [Note], _ sort: [Sort]) -> [EntityID<Note>] {
        func key(_ note: Note, _ field: String) -> [UInt8]? {
            func bytes(_ number: Int64?) -> [UInt8]? { number.map { Array(String($0 + 5_000_000).utf8) } }
            return switch field {
            case "author": note.author.map { Array($0.utf8) }
            case "at": bytes(note.at?.milliseconds)
            case "length": bytes(note.length.map(Int64.init))
            case "_id": Array(note.id.description.utf8)
            default: []
            }
        }
        let keys = sort + [Sort.ascending("_id")].map { sort.last?.isDescending == true ? .descending($0.field) : $0 }
        return notes.sorted { a, b in
            for item in keys {
                let (x, y) = (key(a, item.field), key(b, item.field))
                if x == y { continue }
                let isBefore = x == nil ? true : y == nil ? false : (x ?? []).lexicographicallyPrecedes(y ?? [])
                return isBefore != item.isDescending
            }
            return false
        }.map(\.id)
    }

    @Test(arguments: Engine.allCases, orders)
    func `pages forward and backward give every document once, in order`(_ engine: Engine, _ sort: [Sort]) async throws
    {
        try await engine.withStore { store in
            for (size, seed) in [(1, 1), (3, 2), (7, 3), (40, 4)] as [(Int, UInt64)] {
                _ = try await store.delete(Note.self, where: .all)
                var notes = Self.notes(35, seed: seed)
                for i in notes.indices { notes[i].updatedAt = Date(milliseconds: 7) }
                try await store.insert(notes.shuffled())
                let expected = Self.sorted(notes, sort)
                #expect(try await store.find(Query<Note>(sort: sort)).map(\.id) == expected)
                var forward: [Note] = []
                var page: Page?
                repeat {
                    let found = try await store.find(Query<Note>(sort: sort, limit: size, page: page))
                    forward += found
                    page = try found.last.map { try Page(at: $0, sort: sort) }
                } while page != nil
                #expect(forward.map(\.id) == expected)
                var backward: [Note] = []
                page = try forward.last.map { try Page(at: $0, sort: sort, isBackward: true) }
                while let here = page {
                    let found = try await store.find(Query<Note>(sort: sort, limit: size, page: here))
                    backward = found + backward
                    page = try found.first.map { try Page(at: $0, sort: sort, isBackward: true) }
                }
                #expect(backward.map(\.id) == expected.dropLast())
            }
        }
    }

    @Test(arguments: Engine.allCases, orders)
    func `a page goes on behind a document that is gone`(_ engine: Engine, _ sort: [Sort]) async throws {
        try await engine.withStore { store in
            let notes = Self.notes(30, seed: 9)
            try await store.insert(notes)
            let all = try await store.find(Query<Note>(.exists("length", true), sort: sort))
            let page = try Page(at: all[10], sort: sort)
            _ = try await store.delete(Note.self, where: .id(all[10].id))
            let rest = try await store.find(Query<Note>(.exists("length", true), sort: sort, page: page))
            #expect(rest.map(\.id) == all[11...].map(\.id))
        }
    }

    @Test(arguments: Engine.allCases) func `a sort that has no order is an error`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            for sort in [Sort.ascending("tags"), .ascending("custom"), .ascending("custom.n"), .ascending("nope")] {
                await #expect(throws: StoreError.self) { try await store.find(Query<Firm>(sort: [sort])) }
            }
            let wrong = Page(values: [], id: ObjectID())
            await #expect(throws: StoreError.self) {
                try await store.find(Query<Firm>(sort: [.ascending("city")], page: wrong))
            }
            let mistyped = Page(values: [5], id: ObjectID())
            await #expect(throws: StoreError.self) {
                try await store.find(Query<Firm>(sort: [.ascending("city")], page: mistyped))
            }
        }
    }

    @Test(arguments: Engine.allCases, [0, -1, 1, 5, 100]) func `a limit bounds what is found`(
        _ engine: Engine, _ limit: Int
    ) async throws {
        try await engine.withStore { store in
            try await store.insert(Self.notes(20, seed: 5))
            let found = try await store.find(Query<Note>(limit: limit))
            let count = try await store.count(Note.self, where: .all, upTo: limit)
            #expect(found.count == max(0, min(limit, 20)) && count == found.count)
        }
    }

    @Test(arguments: Engine.allCases) func `groups come the most frequent first and absent as null`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            func note(_ author: String?, _ length: Int?) -> Note {
                var note = Note()
                (note.author, note.length) = (author, length)
                return note
            }
            try await store.insert([
                note("ب", 1), note("ا", 2), note("ا", nil), note(nil, 4), note("c", 8), note("ا", 16),
            ])
            let groups = try await store.group(Note.self, by: "author", sum: "length", where: .all, limit: 10)
            #expect(
                groups == [
                    Group(value: "ا", count: 3, sum: 18), Group(value: .null, count: 1, sum: 4),
                    Group(value: "c", count: 1, sum: 8),
                    Group(value: "ب", count: 1, sum: 1),
                ])
            let few = try await store.group(Note.self, by: "author", sum: nil, where: .exists("author", true), limit: 2)
            #expect(few == [Group(value: "ا", count: 3, sum: 0), Group(value: "c", count: 1, sum: 0)])
            let lengths = try await store.group(
                Note.self, by: "length", sum: nil, where: .equals("length", 16), limit: 5)
            #expect(lengths == [Group(value: 16, count: 1, sum: 0)])
            for (field, sum) in [("nope", nil), ("author", "author"), ("author", "nope")] as [(String, String?)] {
                await #expect(throws: StoreError.self) {
                    try await store.group(Note.self, by: field, sum: sum, where: .all, limit: 5)
                }
            }
        }
    }

    @Test(arguments: Engine.allCases, [1, 7, 20, 100]) func `a stream gives every match once, by id, in batches`(
        _ engine: Engine, _ batch: Int
    ) async throws {
        try await engine.withStore { store in
            let notes = Self.notes(40, seed: 6)
            try await store.insert(notes.shuffled())
            var seen: [EntityID<Note>] = []
            try await store.stream(Note.self, where: .exists("author", true), batch: batch) { found in
                #expect(!found.isEmpty && found.count <= batch)
                seen += found.map(\.id)
            }
            #expect(seen == notes.filter { $0.author != nil }.map(\.id).sorted())
        }
    }

    @Test(arguments: Engine.allCases) func `a stream may delete what it was given`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            try await store.insert(Self.notes(30, seed: 7))
            try await store.stream(Note.self, where: .all, batch: 4) { found in
                _ = try await store.delete(Note.self, where: .ids(found.map(\.id)))
            }
            #expect(try await store.count(Note.self) == 0)
        }
    }

    @Test(arguments: Engine.allCases) func `many ids are read at once`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            let notes = Self.notes(300, seed: 8)
            try await store.insert(notes)
            let found = try await store.get(notes.map(\.id) + [EntityID<Note>()])
            #expect(Set(found.keys) == Set(notes.map(\.id)))
            #expect(try await store.get([EntityID<Note>]()).isEmpty)
        }
    }

    @Test(arguments: Engine.allCases) func `of documents only the fields that were asked for are read`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            var firm = WritingTests.full()
            firm.extra = ["legacy": "kept"]
            try await store.insert(firm)
            var query = Query<Firm>(.equals("score", 42), sort: [.ascending("score")], limit: 2)
            query.fields = ["words", "score", "no such field"]
            for query in [query, .unordered(query.filter, limit: 2, fields: query.fields)] {
                let found = try #require(try await store.find(query).first)
                #expect(found.id == firm.id)
                #expect(found.words == firm.words && found.score == firm.score)
                #expect(
                    found.website == Firm().website && found.tags == Firm().tags && found.contacts == Firm().contacts)
                #expect(found.createdAt == nil && found.updatedAt == nil && found.extra.isEmpty)
            }
        }
    }

    @Test(arguments: Engine.allCases) func `reads see every write that returned before`(_ engine: Engine) async throws {
        try await engine.withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        for _ in 0..<10 {
                            let note = Note()
                            try await store.insert(note)
                            let found = try await store.get(note.id)
                            #expect(found?.id == note.id)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: Engine.allCases) func `during and after a load reads and unique indexes hold`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            var first = WritingTests.full()
            try await store.insert(first)
            first.id = EntityID()
            let again = first
            func expectFound(_ count: Int, others: Int = 0) async throws {
                #expect(try await store.count(Firm.self, where: .hasAny("tags", ["vip"])) == count)
                #expect(try await store.count(Firm.self, where: .search("words", ["شرك"])) == count)
                #expect(try await store.count(Firm.self, where: .equals("contacts.email", "a@b.c")) == count)
                #expect(
                    try await store.find(Query<Firm>(.equals("score", 42), sort: [.ascending("score")])).count == count
                        + others)
            }
            try await store.loading([Firm.self, Note.self], expecting: 100_000) {
                try await expectFound(1)
                await #expect(throws: StoreError.duplicate(collection: "firms", index: "website")) {
                    try await store.insert(again)
                }
                for i in 0..<10 {
                    var firm = again
                    (firm.id, firm.website, firm.a) = (EntityID(), "w\(i)", "\(i)")
                    try await store.insert(firm)
                }
                _ = try await store.update(
                    Firm.self, where: .equals("website", "w3"), .set("tags", ["other"]).set("words", nil))
                _ = try await store.update(Firm.self, where: .equals("website", "w3"), .set("contacts", nil))
                _ = try await store.delete(Firm.self, where: .equals("website", "w4"))
                try await expectFound(9, others: 1)
                try await store.loading([Firm.self], expecting: 100_000) { try await expectFound(9, others: 1) }
            }
            try await expectFound(9, others: 1)
            #expect(try await store.delete(Firm.self, where: .search("words", ["شركه"])) == 9)
            #expect(try await store.count(Firm.self) == 1)
        }
    }

    @Test(arguments: Engine.allCases) func `after a load of distinct rows unique indexes hold again`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            var first = WritingTests.full()
            try await store.loading([Firm.self], expecting: 100_000, areDistinct: true) {
                for i in 0..<10 {
                    (first.id, first.website, first.a) = (EntityID(), "w\(i)", "\(i)")
                    try await store.insert(first)
                }
            }
            (first.id, first.a) = (EntityID(), "other")
            let again = first
            await #expect(throws: StoreError.duplicate(collection: "firms", index: "website")) {
                try await store.insert(again)
            }
            #expect(try await store.count(Firm.self, where: .equals("website", "w3")) == 1)
        }
    }

    @Test(arguments: Engine.allCases) func `a load of rows that are not distinct is told and can be taken back`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            let first = WritingTests.full()
            var second = first
            (second.id, second.a) = (EntityID(), "other")
            let again = second
            await #expect(throws: StoreError.duplicate(collection: "firms", index: "website")) {
                try await store.loading([Firm.self], expecting: 100_000, areDistinct: true) {
                    try await store.insert(first)
                    try await store.insert(again)
                }
            }
            _ = try await store.delete(Firm.self, where: .all)
            try await store.loading([Firm.self], expecting: 100_000, areDistinct: true) {}
            try await store.insert(first)
            await #expect(throws: StoreError.duplicate(collection: "firms", index: "website")) {
                try await store.insert(again)
            }
        }
    }

    @Test func `loads of distinct rows come one after another`() async throws {
        try await Engine.sqlite.withStore { store in
            let first = WritingTests.full()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await store.loading([Firm.self], expecting: 100_000, areDistinct: true) {
                            #expect(try await store.count(Firm.self) == 0)
                            try await store.insert(first)
                            _ = try await store.delete(Firm.self, where: .all)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await store.insert(first)
            #expect(try await store.count(Firm.self) == 1)
        }
    }

    @Test(arguments: Engine.allCases) func `the index that a query names does not change what it finds`(
        _ engine: Engine
    ) async throws {
        try await engine.withStore { store in
            let first = WritingTests.full()
            try await store.insert(first)
            var query = Query<Firm>(.isIn("website", [.string(first.website ?? "")]) && .equals("score", 42))
            (query.lead, query.fields) = ("website", ["score"])
            let found = try await store.find(query)
            #expect(found.map(\.id) == [first.id] && found.map(\.score) == [42] && found.map(\.website) == [nil])
        }
    }
}
