import Foundation
import Store
import StoreTesting
import Testing

@testable import StoreMongo

/// What only the MongoDB engine promises: about documents of other programs, indexes, and a server that is not there.
@Suite(.enabled(if: Engine.allCases.contains(.mongoDB), "ANWAL_TEST_MONGODB names no server"))
struct MongoStoreTests {
    /// As Mongoose writes: `__v`, numbers of every width, types that nothing here knows, fields that nobody declares.
    private static let legacy = """
        {"_id": {"$oid": "64b7f0c2a1b2c3d4e5f60718"}, "name": "شركة", "city": "الرياض", "score": {"$numberInt": "5"},
         "weight": {"$numberInt": "3"}, "count": {"$numberLong": "7"}, "isActive": null,
         "seenAt": {"$date": {"$numberLong": "1700000000123"}}, "tags": ["a", "b"],
         "custom": {"big": {"$numberLong": "9007199254740993"}, "price": {"$numberDecimal": "12.50"}, "nil": null},
         "stats": {"sent": {"$numberDouble": "2.0"}}, "__v": {"$numberInt": "0"},
         "legacyRef": {"$binary": {"base64": "AQID", "subType": "04"}},
         "pattern": {"$regularExpression": {"pattern": "^a", "options": "i"}},
         "stamp": {"$timestamp": {"t": 1700000000, "i": 3}}, "low": {"$minKey": 1},
         "createdAt": {"$date": {"$numberLong": "1689775298000"}}, "updatedAt": {"$date": {"$numberLong": "1689775298000"}}}
        """

    @Test func `a document of another program is read, and an update leaves the rest byte for byte`() async throws {
        try await withMongo { store in
            try await store.prepare([Firm.self])
            let before = try #require(MongoStore.bson(extendedJSON: Self.legacy))
            try await store.insertRaw(before, into: Firm.collection)
            let firm = try #require(try await store.first(Firm.self, where: .equals("city", "الرياض")))
            #expect(firm.score == 5 && firm.weight == 3 && firm.count == 7 && firm.isActive == nil)
            #expect(firm.seenAt == Date(milliseconds: 1_700_000_000_123) && firm.tags == ["a", "b"])
            #expect(firm.custom?.object?["big"]?.int == 9_007_199_254_740_993 && firm.stats["sent"]?.int == 2)
            #expect(firm.extra["__v"] == 0 && firm.extra.keys.contains("legacyRef"))
            var changed = firm
            changed.city = "جدة"
            #expect(try await store.save(changed, original: firm))
            let after = try #require(try await store.raw(Firm.collection).first)
            let (old, new) = (try Self.elements(before), try Self.elements(after))
            #expect(Set(new.keys) == Set(old.keys))
            for (name, bytes) in old where !["city", "updatedAt"].contains(name) {
                #expect(new[name] == bytes, "\(name)")
            }
        }
    }

    @Test func `types that nothing here knows come and go as they were`() throws {
        // A whole number has no width here: it is written in 32 bits where it fits.
        let legacy = Self.legacy.replacing(#"{"$numberLong": "7"}"#, with: #"{"$numberInt": "7"}"#)
        let bytes = try #require(MongoStore.bson(extendedJSON: legacy))
        let document = try bytes.withUnsafeBytes { try BSONReader($0).document() }
        #expect(try BSONWriter.bytes(of: document) == bytes)
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `damaged BSON is an error and never a trap`(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var bytes = try #require(MongoStore.bson(extendedJSON: Self.legacy))
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
            bytes[Int.random(in: 4..<bytes.count - 1, using: &numbers)] = .random(in: 0...255, using: &numbers)
        }
        if seed % 3 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &numbers)) }
        bytes.withUnsafeBytes { bytes in
            // Either reads or throws; the process lives.
            _ = try? BSONReader(bytes).document()
            var reader = try? BSONReader(bytes)
            _ = try? reader?.entity(blank: Firm())
        }
    }

    @Test func `indexes are made where they are missing, and others are named and left alone`() async throws {
        try await withMongo { store in
            let missing = try await store.syncIndexes([Firm.self], dryRun: true)
            #expect(missing.count == Firm.indexes.count && missing.allSatisfy { $0.state == .missing })
            #expect(try await store.syncIndexes([Firm.self], dryRun: false).allSatisfy { $0.state == .created })
            let job = try await store.syncIndexes([Job.self, Firm.self], dryRun: false)
            #expect(job.filter { $0.collection == "firms" }.allSatisfy { $0.state == .present })
            #expect(try await store.syncIndexes([Firm.self], dryRun: true).allSatisfy { $0.state == .present })
        }
    }

    @Test func `an address that is none, and a server that is not there, are said so`() {
        #expect(throws: StoreError.unsupported("MONGODB_URI is no address of MongoDB")) {
            try MongoStore(uri: "nonsense")
        }
        do {
            _ = try MongoStore(uri: "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200")
            Issue.record("connected to nothing")
        } catch let error as StoreError {
            #expect(error.isTransient)
        } catch { Issue.record(error) }
    }

    @Test(arguments: ["insert", "update", "commitTransaction"])
    func `a write during which the connection breaks once is done, once`(_ command: String) async throws {
        try await withMongo { store in
            try await store.prepare([Firm.self])
            let firm = Firm()
            try await store.insert(firm)
            var writes = Writes()
            if command != "update" { writes.insert([Firm()]) }
            if command != "insert" { writes.update(Firm.self, where: .id(firm.id), Update().increment("score", by: 1)) }
            try await store.failing([command], times: 1, with: ["closeConnection": true]) {
                try await store.commit(writes)
            }
            #expect(try await store.count(Firm.self) == (command == "update" ? 1 : 2))
            #expect(try await store.get(firm.id)?.score == (command == "insert" ? nil : 1))
        }
    }

    @Test func `a server that is gone is an error that a retry can help, and when it is back all is well`() async throws
    {
        try await withMongo { store in
            try await store.prepare([Firm.self])
            let firm = Firm()
            for (commands, work) in [
                (["find", "aggregate"], { _ = try await store.count(Firm.self) }),
                (["find"], { _ = try await store.find(Query<Firm>()) }),
                (["insert"], { try await store.insert(firm) }),
            ] as [([String], () async throws -> Void)] {
                try await store.failing(commands, with: ["closeConnection": true]) {
                    _ = await #expect { try await work() } throws: { ($0 as? StoreError)?.isTransient == true }
                }
                try await work()
            }
            #expect(try await store.count(Firm.self) == 1)
        }
    }

    @Test func `a database of another program is left alone`() async throws {
        try await withMongo { store in
            try await store.insertRaw(try #require(MongoStore.bson(extendedJSON: "{\"a\": 1}")), into: "wp_posts")
            _ = await #expect {
                try await store.prepare([Firm.self])
            } throws: {
                "\($0)".contains("another program") && "\($0)".contains("wp_posts")
            }
            #expect(try await store.raw("firms").isEmpty)
        }
    }

    @Test func `a server that takes no writes is said so`() async throws {
        try await withMongo { store in
            try await store.prepare([Firm.self])
            try await store.failing(["insert"], with: ["errorCode": 10_107]) {
                _ = await #expect { try await store.insert(Firm()) } throws: {
                    ($0 as? StoreError)?.isTransient == true
                }
            }
        }
    }

    @Test func `a copy to the other engine and back is the same, also when it is begun twice`() async throws {
        try await withMongo { mongo in
            try await withFolder { folder in
                try await Engine.sqlite.withStore(in: URL(filePath: folder)) { sqlite in
                    let types: [any Entity.Type] = [Firm.self, Note.self]
                    for store in [mongo, sqlite] as [any DocumentStore] { try await store.prepare(types) }
                    try await mongo.insertRaw(
                        try #require(MongoStore.bson(extendedJSON: Self.legacy)), into: Firm.collection)
                    try await mongo.insert((0..<1_500).map { _ in Note() })
                    for _ in 0..<2 { try await StoreCopy(from: mongo, to: sqlite).run(types) { _ in } }
                    let findings = try await StoreCopy(from: mongo, to: sqlite).compare(types) { _ in }
                    #expect(findings.map(\.count) == [1, 1_500] && findings.allSatisfy(\.isSame))
                    try await sqlite.insert(Note())
                    await #expect(throws: StoreError.duplicate(collection: "notes", index: "_id")) {
                        try await StoreCopy(from: mongo, to: sqlite).run(types) { _ in }
                    }
                    let note = try #require(try await sqlite.first(Note.self, where: .all))
                    _ = try await sqlite.update(Note.self, where: .id(note.id), .set("author", "x"))
                    let differs = try await StoreCopy(from: mongo, to: sqlite).compare(types) { _ in }
                    #expect(differs.map(\.isSame) == [true, false])
                }
            }
        }
    }

    /// The value bytes of each element by its name.
    private static func elements(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
        try bytes.withUnsafeBytes { bytes in
            let document = try BSONReader(bytes).document()
            return try Dictionary(
                uniqueKeysWithValues: document.pairs.map {
                    ($0.key, try BSONWriter.bytes(of: Document([Document.Pair("v", $0.value)])))
                })
        }
    }
}
