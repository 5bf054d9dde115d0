import Foundation
import Glibc
import Store
import StoreTesting
import Testing

@testable import StoreSQLite

/// What only the embedded engine promises: about its file, its process and its settings.
@Suite struct SQLiteFileTests {
    private func open(_ folder: String) async throws -> SQLiteStore {
        let store = try SQLiteStore(folder: folder)
        try await store.prepare([Firm.self, Job.self, Note.self])
        return store
    }

    @Test(arguments: [
        ("journal_mode", "wal", "wal"), ("synchronous", "2", "2"), ("foreign_keys", "1", "1"),
        ("busy_timeout", "5000", "5000"),
        ("trusted_schema", "0", "0"), ("cell_size_check", "1", "1"), ("query_only", "0", "1"),
        ("wal_autocheckpoint", "0", "0"),
        ("fullfsync", "1", "0"), ("checkpoint_fullfsync", "1", "0"), ("user_version", "1", "1"),
    ])
    func `every connection has the settings that durability rests on`(
        _ name: String, _ writer: String, _ reader: String
    ) async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            #expect(try await store.pragma(name, ofReader: false) == writer)
            #expect(try await store.pragma(name, ofReader: true) == reader)
            await store.close()
        }
    }

    @Test func `a folder has one owner, and the next one gets it when the first is done`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            #expect(throws: StoreError.inUse(folder: folder)) { try SQLiteStore(folder: folder) }
            #expect(SQLiteStore.owner(of: folder) == Int(getpid()))
            await store.close()
            #expect(SQLiteStore.owner(of: folder) == nil)
        }
    }

    /// Another opening of the file stands for another process: a lock of flock(2) belongs to the opening, not to the process.
    @Test func `whoever comes second is refused, on either side`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            #expect(try Self.lock(folder + "/lock") == nil)
            await store.close()
        }
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let held = try #require(try Self.lock(folder + "/lock"))
            #expect(throws: StoreError.inUse(folder: folder)) { try SQLiteStore(folder: folder) }
            close(held)
        }
    }

    /// The file, locked; `nil` when it is locked already.
    private static func lock(_ path: String) throws -> Int32? {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
        close(file)
        return nil
    }

    @Test func `the folder and its files are the owner's only`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            for (name, mode) in [("", 0o700), ("/anwal.sqlite", 0o600), ("/anwal.sqlite-wal", 0o600), ("/lock", 0o600)]
            {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + name)
                #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
            }
            await store.close()
        }
    }

    @Test(arguments: [
        "", "SQLite", "not a database at all, but longer than the five hundred and twelve bytes of a header", nil,
    ])
    func `a file that was emptied, cut or replaced is refused and left alone`(_ content: String?) async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try await store.insert(Firm())
            await store.close()
            let path = folder + "/anwal.sqlite"
            let bytes = content.map { Data(String(repeating: $0, count: 9).utf8) }
            if let bytes {
                try bytes.write(to: URL(fileURLWithPath: path))
            } else {
                try FileManager.default.removeItem(atPath: path)
            }
            let error = #expect(throws: StoreError.self) { try SQLiteStore(folder: folder) }
            #expect(error?.isDamage == true)
            #expect(FileManager.default.contents(atPath: path) == bytes)
        }
    }

    @Test func `a database cut in the middle is noticed`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try await store.insert((0..<2_000).map { _ in Firm() })
            await store.close()
            let file = try #require(FileHandle(forUpdatingAtPath: folder + "/anwal.sqlite"))
            try file.truncate(atOffset: 65_536)
            try file.close()
            await #expect(throws: StoreError.self) {
                let store = try await open(folder)
                _ = try await store.find(Query<Firm>(sort: [.ascending("city")]))
            }
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `flipped bits are noticed or change values, and never crash or hang`(_ seed: UInt64) async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try await store.insert(
                (0..<300).map { _ in WritingTests.full() }.enumerated().map { i, firm in
                    var firm = firm
                    (firm.website, firm.a) = ("w\(i)", "\(i)")
                    return firm
                })
            await store.close()
            let url = URL(fileURLWithPath: folder + "/anwal.sqlite")
            var bytes = try Data(contentsOf: url)
            var numbers = SeededNumbers(seed: seed)
            for _ in 0..<20 {
                bytes[Int.random(in: 100..<bytes.count, using: &numbers)] ^=
                    1 << UInt8.random(in: 0..<8, using: &numbers)
            }
            try bytes.write(to: url)
            // As after a crash, so that the check at the start runs.
            try Data("1".utf8).write(to: URL(fileURLWithPath: folder + "/lock"))
            do {
                let store = try await open(folder)
                let found = try await store.find(Query<Firm>(.exists("name", true), sort: [.descending("score")]))
                let searched = try await store.count(
                    Firm.self, where: .search("words", ["شركه"]) && .hasAny("tags", ["vip"]))
                #expect(found.count <= 300 && searched <= 300)
                await store.close()
            } catch {
                #expect(error is StoreError, "\(error)")
            }
        }
    }

    @Test func `a database of a later program is refused and not touched`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try store.writer.connection.sync { try $0.runOnce("PRAGMA user_version = 99") }
            await store.close()
            let path = folder + "/anwal.sqlite"
            let before = FileManager.default.contents(atPath: path)
            #expect(throws: StoreError.tooNew(found: 99, known: Connection.formatVersion)) {
                try SQLiteStore(folder: folder)
            }
            #expect(FileManager.default.contents(atPath: path) == before)
        }
    }

    @Test func `what was stored is there after closing and opening, and preparing again changes nothing`() async throws
    {
        try await withFolder { folder in
            let firm = WritingTests.full()
            let first = try await open(folder)
            try await first.insert(firm)
            await first.close()
            let again = try await open(folder)
            try await again.prepare([Firm.self])
            #expect(
                try await again.count(Firm.self, where: .search("words", ["النور"]) && .hasAny("tags", ["vip"])) == 1)
            #expect(try await again.get(firm.id)?.name == firm.name)
            await again.close()
            await #expect(throws: StoreError.unavailable("the store is closed")) { try await again.count(Firm.self) }
            await #expect(throws: StoreError.unavailable("the store is closed")) { try await again.insert(Firm()) }
        }
    }

    @Test func `indexes that a crash in a load left out are made by the next prepare`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try await store.insert(WritingTests.full())
            try store.writer.connection.sync {
                for index in ["firms.city_score", "firms.score"] { try $0.runOnce("DROP INDEX \"\(index)\"") }
                for table in ["firms.tags.elements", "firms.words.words"] { try $0.runOnce("DROP TABLE \"\(table)\"") }
            }
            #expect(
                try await store.count(Firm.self, where: .search("words", ["النور"]) && .hasAny("tags", ["vip"])) == 1)
            await store.close()
            let again = try await open(folder)
            let names = try again.writer.connection.sync { try $0.texts("SELECT name FROM sqlite_schema") }
            #expect(
                Set(["firms.city_score", "firms.score", "firms.tags.elements", "firms.words.words"]).isSubset(of: names)
            )
            #expect(
                try await again.count(Firm.self, where: .search("words", ["النور"]) && .hasAny("tags", ["vip"])) == 1)
            await again.close()
        }
    }

    @Test func `a field that becomes declared takes the value that was kept for it`() async throws {
        struct Before: Entity {
            static let collection = "things"
            static let indexes: [Index] = []
            var id = EntityID<Before>()
            var createdAt: Date?
            var updatedAt: Date?
            var extra = Document()
            mutating func visit(_ fields: inout some FieldVisitor) throws {}
        }
        struct After: Entity {
            static let collection = "things"
            static let indexes: [Index] = [.on("size"), .elements(of: "labels")]
            var id = EntityID<After>()
            var createdAt: Date?
            var updatedAt: Date?
            var extra = Document()
            var size: Int?
            var labels: [String] = []
            var due: Date?
            mutating func visit(_ fields: inout some FieldVisitor) throws {
                try fields("size", &size)
                try fields("labels", &labels)
                try fields("due", &due)
            }
        }
        try await withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try await store.prepare([Before.self])
            var thing = Before()
            thing.extra = ["size": 3, "labels": ["x"], "due": "not a date", "other": 1]
            try await store.insert(thing)
            try await store.prepare([After.self])
            let found = try await store.find(Query<After>(.equals("size", 3) && .hasAny("labels", ["x"])))
            #expect(found.map(\.labels) == [["x"]])
            #expect(found.first?.due == nil && found.first?.extra == ["due": "not a date", "other": 1])
            await store.close()
        }
    }

    @Test func `a row that another program damaged reads as far as it can`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            let firm = WritingTests.full()
            try await store.insert(firm)
            try store.writer.connection.sync {
                try $0.runOnce(
                    "UPDATE firms SET score='x', city=5.5, seenAt='never', custom='{', tags='[1,\"a\"', parentId='zz', isActive=x'00', _extra='[]'"
                )
            }
            let found = try #require(try await store.get(firm.id))
            #expect(found.name == firm.name && found.score == nil && found.seenAt == nil && found.custom == nil)
            #expect(found.tags == [] && found.parentId == nil && found.isActive == nil && found.extra.isEmpty)
            #expect(try await store.count(Firm.self, where: .equals("custom.n", 1)) == 0)
            await store.close()
        }
    }

    @Test func `the log stays short while readers never pause`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            let text = String(repeating: "ن", count: 1_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        while !Task.isCancelled {
                            // Short ones: the log can start anew once every read that was under way has ended.
                            _ = try await store.find(Query<Note>(limit: 100))
                        }
                    }
                }
                for _ in 0..<40 {
                    try await store.insert(
                        (0..<1_200).map { _ in
                            var note = Note()
                            note.text = text
                            return note
                        })
                    let size = DatabaseFile.size(of: folder + "/anwal.sqlite-wal") ?? 0
                    #expect(size <= 64 << 20)
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try await store.count(Note.self) == 48_000)
            await store.close()
            #expect((DatabaseFile.size(of: folder + "/anwal.sqlite-wal") ?? 0) == 0)
        }
    }

    @Test func `a full disk fails the write that does not fit and nothing else`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            let pages = Int(try await store.pragma("page_count", ofReader: false)) ?? 0
            try store.writer.connection.sync { try $0.runOnce("PRAGMA max_page_count = \(pages + 20)") }
            var big = Note()
            big.text = String(repeating: "x", count: 200_000)
            let (refused, small) = (big, Note())
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { await #expect(throws: StoreError.diskFull) { try await store.insert(refused) } }
                }
                group.addTask { await #expect(throws: Never.self) { try await store.insert(small) } }
            }
            #expect(try await store.find(Query<Note>()).map(\.id) == [small.id])
            try store.writer.connection.sync { try $0.runOnce("PRAGMA max_page_count = 1000000") }
            try await store.insert(refused)
            #expect(try await store.get(refused.id)?.text?.count == 200_000)
            await store.close()
        }
    }

    @Test func `after a failed sync nothing is written until the store is opened again`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            try await store.insert(Note())
            let failure = StoreError.io("a sync failed")
            await #expect(throws: failure) { try await store.writer.perform { _ in throw failure } }
            await #expect(throws: failure) { try await store.insert(Note()) }
            #expect(try await store.count(Note.self) == 1)
            await store.close()
            let again = try await open(folder)
            try await again.insert(Note())
            #expect(try await again.count(Note.self) == 2)
            await again.close()
        }
    }

    @Test func `writers that wait together share a sync`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            let before = store.writer.transactions
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 { group.addTask { try await store.insert(Note()) } }
                try await group.waitForAll()
            }
            #expect(try await store.count(Note.self) == 200)
            #expect(store.writer.transactions - before < 150)
            await store.close()
        }
    }

    @Test func `facts name the engine and what durability means`() async throws {
        try await withFolder { folder in
            let store = try await open(folder)
            let facts = try await store.facts()
            #expect(facts.map(\.name) == facts.map(\.name).sorted())
            #expect(facts.contains { $0.name == "journal" && $0.value == "wal" })
            await store.close()
        }
    }
}

extension StoreError {
    fileprivate var isDamage: Bool { if case .damaged = self { true } else { false } }
}
