import Foundation
import Store
import StoreTesting
import Testing

/// One field of each type, and an index of each kind.
struct Firm: Entity {
    static let collection = "firms"
    static let indexes: [Index] = [
        .on("city", "score"), .on("score"), .on("website", unique: true, sparse: true),
        .on("a", "b", unique: true, sparse: true),
        .elements(of: "tags"), .words(of: "words"), .elements(of: "contacts.email"), .text("name"),
    ]

    struct Kind: Choice {
        var rawValue: String
        static let known: [Kind] = ["factory", "office"]
    }

    struct Contact: Part {
        var email: String?
        var isPrimary: Bool?

        mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("email", &email)
            try fields("isPrimary", &isPrimary)
        }
    }

    var id = EntityID<Firm>()
    var createdAt: Date?
    var updatedAt: Date?
    var extra = Document()

    var name = ""
    var city: String?
    var website: String?
    var a: String?
    var b: String?
    var kind: Kind?
    var score: Int?
    var weight: Double?
    var isActive: Bool?
    var seenAt: Date?
    var parentId: EntityID<Firm>?
    var tags: [String] = []
    var aliases: [String]?
    var words: [String] = []
    var custom: Value?
    var contacts: [Contact] = []
    var stats = Document()
    var count = 0

    mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("city", &city)
        try fields("website", &website)
        try fields("a", &a)
        try fields("b", &b)
        try fields("kind", &kind)
        try fields("score", &score)
        try fields("weight", &weight)
        try fields("isActive", &isActive)
        try fields("seenAt", &seenAt)
        try fields("parentId", &parentId)
        try fields("tags", &tags)
        try fields("aliases", &aliases)
        try fields("words", &words)
        try fields("custom", &custom)
        try fields("contacts", &contacts)
        try fields("stats", &stats)
        try fields("count", &count)
    }
}

/// Something to be claimed by one worker at a time.
struct Job: Entity {
    static let collection = "jobs"
    static let indexes: [Index] = [.on("status", "rank"), .on("key", unique: true)]

    var id = EntityID<Job>()
    var createdAt: Date?
    var updatedAt: Date?
    var extra = Document()
    var status = "open"
    var rank = 0
    var owner: String?
    var key: String?

    mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("status", &status)
        try fields("rank", &rank)
        try fields("owner", &owner)
        try fields("key", &key)
    }
}

/// Many documents without any unique field.
struct Note: Entity {
    static let collection = "notes"
    static let indexes: [Index] = [.on("author", "at"), .on("at")]

    var id = EntityID<Note>()
    var createdAt: Date?
    var updatedAt: Date?
    var extra = Document()
    var author: String?
    var at: Date?
    var length: Int?
    var text: String?

    mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("author", &author)
        try fields("at", &at)
        try fields("length", &length)
        try fields("text", &text)
    }
}

/// Repeats the same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension Engine: CustomTestStringConvertible {
    public var testDescription: String { rawValue }

    /// A store of its own, prepared for these entities.
    func withStore<T: Sendable>(
        now: @escaping @Sendable () -> Date = { Date() }, _ body: (any DocumentStore) async throws -> T
    ) async throws -> T {
        try await withFolder { folder in
            try await withStore(in: URL(filePath: folder), now: now) { store in
                try await store.prepare([Firm.self, Job.self, Note.self])
                return try await body(store)
            }
        }
    }
}
