import Foundation
import Store
import StoreTesting
import Testing

/// One filter over the documents of `FilterTests.firms`, and the names of those that match.
struct FilterCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let filter: Filter
    let names: String

    init(_ description: String, _ filter: Filter, _ names: String) {
        testDescription = description
        self.filter = filter
        self.names = names
    }
}

@Suite struct FilterTests {
    static let moment = Date(milliseconds: 1_700_000_000_000)
    static let parent = EntityID<Firm>()

    /// `a` has everything, `b` other values, `c` the Arabic ones, `d` nothing but its name.
    static let firms: [Firm] = {
        var (a, b, c, d) = (Firm(), Firm(), Firm(), Firm())
        (a.name, b.name, c.name, d.name) = ("a", "b", "c", "d")
        (a.city, b.city, c.city) = ("Riyadh", "JEDDAH 100%", "مكة المكرمة")
        (a.score, b.score, c.score) = (1, 5, -3)
        (a.weight, b.weight, c.weight) = (1.5, 5, -0.25)
        (a.isActive, b.isActive) = (true, false)
        (a.seenAt, b.seenAt) = (moment, moment + 1)
        (a.parentId, b.parentId) = (parent, EntityID())
        (a.kind, b.kind) = ("factory", "former")
        (a.tags, b.tags, c.tags) = (["x", "y"], ["y", "z\0z"], ["قديم"])
        (a.aliases, b.aliases) = (["Alpha", "Aleph"], [])
        (a.words, b.words, c.words) = (
            ["riyadh", "c++", "a\"b"], ["rihla", "jeddah", "two words"], ["شركه", "النور", "riyal"]
        )
        a.custom = ["n": 1, "s": "Text", "list": [1, 2, "two"], "deep": ["er": true], "at": .date(moment)]
        b.custom = ["n": 2.5, "s": nil, "list": [["k": "v"], ["k": "w"]]]
        c.custom = "Plain"
        a.contacts = [Firm.Contact(email: "a@x.sa", isPrimary: true), Firm.Contact(email: "a2@x.sa")]
        b.contacts = [Firm.Contact(email: "b@x.sa")]
        a.stats = ["sent": 10]
        return [a, b, c, d]
    }()

    static let cases: [FilterCase] = [
        FilterCase("all", .all, "abcd"), FilterCase("none", .none, ""),
        FilterCase("equal text", .equals("city", "Riyadh"), "a"),
        FilterCase("equal text minds case", .equals("city", "riyadh"), ""),
        FilterCase("a number is not its text", .equals("score", "1"), ""),
        FilterCase("a text is not a number", .equals("name", 1), ""),
        FilterCase("equal number", .equals("score", 5), "b"),
        FilterCase("a whole double equals an int", .equals("score", 5.0), "b"),
        FilterCase("an int equals a whole double", .equals("weight", 5), "b"),
        FilterCase("a fraction equals no int", .equals("score", 5.5), ""),
        FilterCase("equal double", .equals("weight", -0.25), "c"),
        FilterCase("equal bool", .equals("isActive", true), "a"),
        FilterCase("false is not absent", .equals("isActive", false), "b"),
        FilterCase("a number is no bool", .equals("isActive", 1), ""),
        FilterCase("equal date", .equals("seenAt", .date(moment)), "a"),
        FilterCase("a number is no date", .equals("seenAt", .int(1_700_000_000_000)), ""),
        FilterCase("equal id", .equals("parentId", .id(parent.raw)), "a"),
        FilterCase("the text of an id is no id", .equals("parentId", .string(parent.description)), ""),
        FilterCase("equal _id", .id(firms[1].id), "b"),
        FilterCase("equal choice", .equals("kind", "factory"), "a"),
        FilterCase("a choice nobody knows", .equals("kind", "former"), "b"),
        FilterCase("equals null is absent", .equals("city", .null), "d"),
        FilterCase("equals null of an array", .equals("tags", .null), "d"),
        FilterCase("a field with a default", .equals("count", 0), "abcd"),
        FilterCase("not equal holds for absent", .not(.equals("city", "Riyadh")), "bcd"),
        FilterCase("not of null", .not(.equals("score", .null)), "abc"),
        FilterCase("not of a false constant", .not(.equals("score", "1")), "abcd"),
        FilterCase("not not", .not(.not(.equals("city", "Riyadh"))), "a"),
        FilterCase("not of and", .not(.and([.equals("city", "Riyadh"), .equals("score", 1)])), "bcd"),
        FilterCase("not of or", .not(.or([.equals("city", "Riyadh"), .equals("score", 5)])), "cd"),
        FilterCase("and", .equals("city", "Riyadh") && .equals("score", 1), "a"),
        FilterCase("and of nothing", .and([]), "abcd"), FilterCase("or of nothing", .or([]), ""),
        FilterCase("or", .or([.equals("score", 1), .equals("score", 5), .equals("score", 9)]), "ab"),
        FilterCase("or with absent", .or([.equals("score", .null), .equals("score", 1)]), "ad"),
        FilterCase("in", .isIn("score", [1, 5, 7]), "ab"), FilterCase("in nothing", .isIn("score", []), ""),
        FilterCase("in with null", .isIn("score", [1, .null]), "ad"),
        FilterCase("in of mixed types", .isIn("score", ["1", 5.0, true]), "b"),
        FilterCase("not in holds for absent", .not(.isIn("score", [1])), "bcd"),
        FilterCase("not in nothing", .not(.isIn("score", [])), "abcd"),
        FilterCase("in ids", .ids([firms[0].id, firms[3].id, EntityID()]), "ad"),
        FilterCase("above", .range("score", from: .excluding(1), to: nil), "b"),
        FilterCase("from", .range("score", from: .including(1), to: nil), "ab"),
        FilterCase("below", .range("score", from: nil, to: .excluding(1)), "c"),
        FilterCase("to", .range("score", from: nil, to: .including(1)), "ac"),
        FilterCase("between", .range("score", from: .including(-3), to: .excluding(5)), "ac"),
        FilterCase("an empty range", .range("score", from: .including(5), to: .excluding(5)), ""),
        FilterCase("ints within doubles", .range("score", from: .excluding(0.5), to: .including(4.5)), "a"),
        FilterCase("doubles within ints", .range("weight", from: .including(1), to: .including(5)), "ab"),
        FilterCase("numbers above a text", .range("score", from: .including(""), to: nil), ""),
        FilterCase("a range without bounds", .range("score", from: nil, to: nil), "abc"),
        FilterCase("not within", .not(.range("score", from: .including(1), to: nil)), "cd"),
        FilterCase("texts by code point", .range("city", from: .including("K"), to: nil), "ac"),
        FilterCase("texts below", .range("city", from: nil, to: .excluding("R")), "b"),
        FilterCase("dates from", .range("seenAt", from: .including(.date(moment)), to: nil), "ab"),
        FilterCase("dates above", .range("seenAt", from: .excluding(.date(moment)), to: nil), "b"),
        FilterCase("dates above a number", .range("seenAt", from: .excluding(0), to: nil), ""),
        FilterCase("ids from", .range("_id", from: .including(.id(firms[2].id.raw)), to: nil), "cd"),
        FilterCase("exists", .exists("city", true), "abc"), FilterCase("exists not", .exists("city", false), "d"),
        FilterCase("not exists", .not(.exists("city", true)), "d"),
        FilterCase("an array exists", .exists("tags", true), "abc"),
        FilterCase("an empty array exists", .exists("aliases", true), "ab"),
        FilterCase("createdAt exists", .exists("createdAt", true), "abcd"),
        FilterCase("contains", .contains("city", "iyad"), "a"),
        FilterCase("contains whatever the case", .contains("city", "jEDD"), "b"),
        FilterCase("contains Arabic", .contains("city", "المكر"), "c"),
        FilterCase("contains a percent sign", .contains("city", "0%"), "b"),
        FilterCase("a percent sign is no wildcard", .contains("city", "R%h"), ""),
        FilterCase("a dot is no wildcard", .contains("city", "R.y"), ""),
        FilterCase("contains nothing", .contains("city", ""), "abc"),
        FilterCase("not contains", .not(.contains("city", "a")), "cd"),
        FilterCase("a number contains no text", .contains("score", "1"), ""),
        FilterCase("starts with", .startsWith("city", "Ri"), "a"),
        FilterCase("starts with minds case", .startsWith("city", "ri"), ""),
        FilterCase("starts with Arabic", .startsWith("city", "مك"), "c"),
        FilterCase("starts with nothing", .startsWith("city", ""), "abc"),
        FilterCase("starts with more than there is", .startsWith("city", "Riyadh!"), ""),
        FilterCase("has any", .hasAny("tags", ["x", "قديم"]), "ac"),
        FilterCase("has any of a shared one", .hasAny("tags", ["y"]), "ab"),
        FilterCase("has any with a NUL", .hasAny("tags", ["z\0z"]), "b"),
        FilterCase("has any cut at a NUL", .hasAny("tags", ["z"]), ""),
        FilterCase("has any of nothing", .hasAny("tags", []), ""),
        FilterCase("not has any", .not(.hasAny("tags", ["x"])), "bcd"),
        FilterCase("has any without an index", .hasAny("aliases", ["Aleph"]), "a"),
        FilterCase("an array equals an element", .equals("tags", "y"), "ab"),
        FilterCase("an array equals the whole", .equals("tags", ["x", "y"]), "a"),
        FilterCase("an array equals another order", .equals("tags", ["y", "x"]), ""),
        FilterCase("an element is in", .isIn("aliases", ["Alpha", "Beta"]), "a"),
        FilterCase("an element contains", .contains("aliases", "LEP"), "a"),
        FilterCase("an element starts with", .startsWith("aliases", "Al"), "a"),
        FilterCase("search one word", .search("words", ["النور"]), "c"),
        FilterCase("search a beginning", .search("words", ["ri"]), "abc"),
        FilterCase("search two beginnings", .search("words", ["ri", "jed"]), "b"),
        FilterCase("search no middle", .search("words", ["iyadh"]), ""),
        FilterCase("search signs", .search("words", ["c+"]), "a"),
        FilterCase("search a quote", .search("words", ["a\"b"]), "a"),
        FilterCase("search an operator", .search("words", ["OR"]), ""),
        FilterCase("search a star", .search("words", ["ri*"]), ""),
        FilterCase("a whole word of those searched", .hasAny("words", ["riyadh", "riyal", "ri"]), "ac"),
        FilterCase("no word of an element of two", .hasAny("words", ["two", "words"]), ""),
        FilterCase("an element of two words", .hasAny("words", ["two words"]), "b"),
        FilterCase(
            "one of many words", .hasAny("words", (0..<40).map { .string("x\($0)") } + ["jeddah", "c++"]), "ab"),
        FilterCase("a beginning and a whole word", .search("words", ["ri"]) && .hasAny("words", ["jeddah"]), "b"),
        FilterCase("two searches", .search("words", ["ri"]) && .search("words", ["jed"]), "b"),
        FilterCase("a tag and a word", .hasAny("tags", ["y", "x"]) && .search("words", ["r"]), "ab"),
        FilterCase("search nothing", .search("words", []), "abcd"),
        FilterCase("not search", .not(.search("words", ["ri"])), "d"),
        FilterCase("search and more", .search("words", ["ri"]) && .equals("score", 5), "b"),
        FilterCase("below a mixed field", .equals("custom.n", 1), "a"),
        FilterCase("a double below a mixed field", .equals("custom.n", 2.5), "b"),
        FilterCase("a text below a mixed field", .equals("custom.s", "Text"), "a"),
        FilterCase("null below a mixed field", .equals("custom.s", .null), "bcd"),
        FilterCase("exists below a mixed field", .exists("custom.s", true), "a"),
        FilterCase("not equal below a mixed field", .not(.equals("custom.n", 1)), "bcd"),
        FilterCase("an element below a mixed field", .equals("custom.list", "two"), "a"),
        FilterCase("any element below a mixed field", .hasAny("custom.list", [2, 3]), "a"),
        FilterCase("through an array of objects", .equals("custom.list.k", "w"), "b"),
        FilterCase("two steps down", .equals("custom.deep.er", true), "a"),
        FilterCase("a date below a mixed field", .range("custom.at", from: .including(.date(moment)), to: nil), "a"),
        FilterCase("a range below a mixed field", .range("custom.n", from: .excluding(1), to: .including(3)), "b"),
        FilterCase("a mixed field itself", .equals("custom", "Plain"), "c"),
        FilterCase("contains in a mixed field", .contains("custom", "LAI"), "c"),
        FilterCase("starts with in a mixed field", .startsWith("custom", "Pl"), "c"),
        FilterCase("a mixed field exists", .exists("custom", true), "abc"),
        FilterCase("in below a mixed field", .isIn("custom.n", [1, 2.5]), "ab"),
        FilterCase("in with null below a mixed field", .isIn("custom.n", [1, .null]), "acd"),
        FilterCase("a hostile path", .equals("custom.' OR 1=1 --", "x"), ""),
        FilterCase("a path with quotes", .equals("custom.\"a\".[0].$", "x"), ""),
        FilterCase("below an array of parts", .equals("contacts.email", "a2@x.sa"), "a"),
        FilterCase("any below an array of parts", .hasAny("contacts.email", ["a@x.sa", "b@x.sa"]), "ab"),
        FilterCase("starts with below an array of parts", .startsWith("contacts.email", "a"), "a"),
        FilterCase("a bool below an array of parts", .equals("contacts.isPrimary", true), "a"),
        FilterCase("related to one with the value", related("kind", .equals("score", 1)), "a"),
        FilterCase("related to any", related("kind", .all), "ab"),
        FilterCase("related to none", related("name", .none), ""),
        FilterCase("not related", .not(related("kind", .all)), "cd"),
        FilterCase("related through a search", related("name", .search("words", ["ri"])), "abc"),
        FilterCase(
            "what is asked inside and outside stays apart",
            .equals("custom.s", "Text") && related("name", .equals("custom.n", 1)) && .hasAny("tags", ["x"]), "a"),
        FilterCase("a relation of a relation", related("name", related("kind", .equals("score", 5))), "b"),
        FilterCase("below an object", .range("stats.sent", from: .including(10), to: nil), "a"),
    ]

    private static func related(_ field: String, _ filter: Filter) -> Filter {
        .related(Filter.Relation(local: field, "firms", foreign: field), filter)
    }

    @Test(arguments: Engine.allCases) func `documents are found by those of another collection`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            try await store.insert(Self.firms)
            for (author, length) in [("Riyadh", 3), ("Riyadh", 9), ("nowhere", 9)] {
                var note = Note()
                (note.author, note.length) = (author, length)
                try await store.insert(note)
            }
            let notes = Filter.Relation(local: "city", "notes", foreign: "author")
            let long = Filter.related(notes, .range("length", from: .including(5), to: nil))
            #expect(try await store.find(Query<Firm>(long)).map(\.name) == ["a"])
            #expect(try await store.count(Firm.self, where: .not(long)) == 3)
            #expect(try await store.group(Firm.self, by: "name", sum: nil, where: long, limit: 5).map(\.value) == ["a"])
            #expect(try await store.update(Firm.self, where: long, .set("score", 77)) == 1)
            let kept = try #require(Filter(value: long.value))
            #expect(kept == long)
            #expect(try await store.delete(Firm.self, where: kept) == 1)
        }
    }

    @Test(arguments: Engine.allCases, cases)
    func `a filter finds what it says`(_ engine: Engine, _ item: FilterCase) async throws {
        try await engine.withStore { store in
            try await store.insert(Self.firms)
            let found = try await store.find(Query<Firm>(item.filter, sort: [.ascending("name")])).map(\.name).joined()
            #expect(found == item.names)
            let unordered = try await store.find(Query<Firm>.unordered(item.filter, limit: 10)).map(\.name)
            #expect(unordered.sorted().joined() == item.names)
            let (count, limited) = try await (
                store.count(Firm.self, where: item.filter), store.count(Firm.self, where: item.filter, upTo: 1)
            )
            #expect(count == item.names.count && limited == min(1, item.names.count))
        }
    }

    @Test(arguments: Engine.allCases, cases)
    func `deleting by a filter leaves the others`(_ engine: Engine, _ item: FilterCase) async throws {
        try await engine.withStore { store in
            try await store.insert(Self.firms)
            let gone = try await store.delete(Firm.self, where: item.filter)
            let left = try await store.find(Query<Firm>(sort: [.ascending("name")])).map(\.name).joined()
            #expect(gone == item.names.count)
            #expect(left == "abcd".filter { !item.names.contains($0) })
        }
    }

    @Test(
        arguments: Engine.allCases,
        [
            .equals("nope", 1), .isIn("city; DROP TABLE firms", ["x"]), .exists("name.below", true),
            .not(.and([.contains("x\"y", "z")])), .search("tags", ["x"]), .hasAny("city", ["x"]),
            .range("", from: nil, to: nil), .related(Filter.Relation("nowhere", foreign: "x"), .all),
            related("tags", .all),
            related("name", .equals("nope", 1)),
            .related(Filter.Relation(local: "score", "firms", foreign: "name"), .all),
        ] as [Filter])
    func `a field or an operator that the schema lacks is an error`(_ engine: Engine, _ filter: Filter) async throws {
        try await engine.withStore { store in
            await #expect(throws: StoreError.self) { try await store.find(Query<Firm>(filter)) }
            await #expect(throws: StoreError.self) { try await store.count(Firm.self, where: filter) }
            await #expect(throws: StoreError.self) { try await store.delete(Firm.self, where: filter) }
            await #expect(throws: StoreError.self) {
                try await store.update(Firm.self, where: filter, .set("city", "x"))
            }
        }
    }

    @Test(arguments: Engine.allCases) func `thousands of values and of conditions are no problem`(_ engine: Engine)
        async throws
    {
        try await engine.withStore { store in
            try await store.insert(Self.firms)
            let many = (0..<20_000).map { Value.int($0 + 5) }
            let conditions = (0..<3_000).map { Filter.equals("score", .int($0 + 1)) }
            let (listed, either) = try await (
                store.count(Firm.self, where: .isIn("score", many)), store.count(Firm.self, where: .or(conditions))
            )
            #expect(listed == 1 && either == 2)
        }
    }

    @Test(
        arguments: Engine.allCases,
        [
            ("Straße", "STRASSE", false), ("Ünlü", "ünL", true), ("ΣΟΦΟΣ", "σοφοσ", true), ("İstanbul", "i̇s", true),
            ("ＡＢ", "ａｂ", true),
        ])
    func `contains lower-cases as Unicode does`(_ engine: Engine, _ item: (String, String, Bool)) async throws {
        try await engine.withStore { store in
            var firm = Firm()
            firm.city = item.0
            try await store.insert(firm)
            let found = try await store.count(Firm.self, where: .contains("city", item.1))
            #expect(found == (item.2 ? 1 : 0))
        }
    }
}
