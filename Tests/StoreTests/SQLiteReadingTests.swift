import Foundation
import Store
import StoreTesting
import Testing

@testable import StoreSQLite

/// How the embedded engine reads: by which index, with which text, for how long.
@Suite struct SQLiteReadingTests {
    private func open(_ folder: String) async throws -> SQLiteStore {
        let store = try SQLiteStore(folder: folder)
        try await store.prepare([Firm.self, Job.self, Note.self])
        return store
    }

    @Test func `a read beyond the time of its task ends, and the next one reads on`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try await store.insert(
                (0..<3_000).map { _ in
                    var note = Note()
                    note.text = String(repeating: "ن", count: 400)
                    return note
                })
            let query = Query<Note>(.contains("text", "x"))
            for _ in 0..<8 {
                await #expect(throws: StoreError.tookTooLong) {
                    try await ReadLimit.$longest.withValue(.zero) { try await store.find(query) }
                }
            }
            #expect(try await ReadLimit.$longest.withValue(.seconds(60)) { try await store.find(query) }.isEmpty)
            #expect(try await store.find(Query<Note>(.contains("text", "ن"))).count == 3_000)
            await store.close()
        }
    }

    @Test func `pages of a word that thousands have are the same as those of a word that few have`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            var numbers = SeededNumbers(seed: 5)
            let firms = (0..<5_000).map { number in
                var firm = Firm()
                firm.words = number % 50 == 0 ? ["common", "seldom"] : ["common"]
                firm.score = Int.random(in: 0..<40, using: &numbers)
                return firm
            }
            try await store.insert(firms)
            for (word, count) in [("common", 5_000), ("seldom", 100)] {
                let wanted = firms.filter { $0.words.contains(word) }
                for sort in [[Sort.descending("_id")], [.ascending("score")]] {
                    var query = Query<Firm>(.search("words", [word]) && .exists("score", true), sort: sort, limit: 700)
                    var seen: [Firm] = []
                    while case let found = try await store.find(query), let last = found.last {
                        seen += found
                        query.page = try Page(at: last, sort: sort)
                    }
                    let inOrder = wanted.sorted { a, b in
                        sort[0].field == "_id" ? a.id > b.id : (a.score ?? 0, a.id) < (b.score ?? 0, b.id)
                    }
                    #expect(seen.map(\.id) == inOrder.map(\.id) && seen.count == count)
                }
            }
            await store.close()
        }
    }

    @Test(
        arguments: [
            ([Sort.descending("score")], Filter.all), ([.ascending("city"), .ascending("score")], .all), ([], .all),
            ([.descending("score")], .equals("city", "x")), ([.ascending("score")], .equals("city", "x")),
            ([.descending("city"), .descending("score")], .range("city", from: .including("a"), to: nil)),
        ] as [([Sort], Filter)])
    func `a page at any depth is read off an index without sorting`(_ sort: [Sort], _ filter: Filter) async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            let layout = try store.layouts.layout(Firm.self)
            try store.writer.connection.sync { connection in
                for isBackward in [false, true] {
                    for value in [Value.null, "x", 5] {
                        guard let page = Self.page(sort, value, isBackward) else { continue }
                        let order = try SQLPage(sort: sort, page: page, layout: layout)
                        let compiled = try SQLFilter(filter, layout, sides: [])
                        for range in order.ranges {
                            let plan = try connection.texts(
                                """
                                EXPLAIN QUERY PLAN SELECT \(layout.selectList) FROM \(layout.table) \
                                WHERE \(compiled.sql) AND \(range.sql) ORDER BY \(order.order) LIMIT 25
                                """, column: 3)
                            #expect(
                                !plan.isEmpty && !plan.contains { $0.contains("TEMP B-TREE") }, "\(range.sql): \(plan)")
                        }
                    }
                }
            }
            await store.close()
        }
    }

    /// `nil` when a sort field does not take the value.
    private static func page(_ sort: [Sort], _ value: Value, _ isBackward: Bool) -> Page? {
        let values = sort.map { item -> Value in
            switch (item.field, value) {
            case ("city", 5): "y"
            case ("score", "x"): 7
            default: value
            }
        }
        return Page(values: values, id: ObjectID(), isBackward: isBackward)
    }

    @Test(arguments: FilterTests.cases) func `no value of a filter becomes part of the SQL`(_ item: FilterCase) throws {
        let layout = try Layout(Schema(of: Firm.self))
        let compiled = try SQLFilter(item.filter, layout, sides: layout.sides, others: { _ in (layout, layout.sides) })
        // What is left without the quoted names of the schema is made of these alone.
        let rest = compiled.sql.replacing(/"[A-Za-z_.]+"/, with: "")
        let words = rest.split { !$0.isLetter && $0 != "_" }
        let known: Set = [
            "AND", "OR", "IS", "NOT", "NULL", "TRUE", "IN", "SELECT", "FROM", "WHERE", "MATCH", "rowid", "anwal_match",
            "anwal_contains",
        ]
        #expect(words.allSatisfy { known.contains(String($0)) }, "\(compiled.sql)")
        #expect(!rest.contains("'") && !rest.contains("\""))
    }

    @Test func `more different statements than are kept do no harm`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try await store.insert(WritingTests.full())
            for i in 1...600 {
                // Each number is another text of SQL.
                let conditions = (0..<10).map {
                    i >> $0 & 1 == 1 ? Filter.exists("name", true) : .exists("count", true)
                }
                let filter = Filter.and(conditions) && .equals("city", "الرياض")
                let (count, changed) = try await (
                    store.count(Firm.self, where: filter),
                    store.update(Firm.self, where: filter, .set("tags", ["vip", .string("\(i)")]))
                )
                #expect(count == 1 && changed == 1)
            }
            await store.close()
        }
    }
}
