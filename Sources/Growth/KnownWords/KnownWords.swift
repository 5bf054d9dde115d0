import Foundation
import Store

/// The tags and the headers of columns kept from imports that records have, to choose from without looking through them.
///
/// Whoever writes a record writes the rows of its words in the same commit, and the store takes each once. What an earlier
/// program wrote is learnt by a job that reads every record, at the first start and after an import was taken back,
/// which also forgets what no record has any more.
public struct KnownWords: Sendable {
    let store: any DocumentStore
    let jobs: Jobs

    public enum Kind: String, CaseIterable, Sendable { case customFields, tags }

    /// A list offers no more than these.
    public static let most = 500
    static let job = "learn_words"
    private static let batch = 500
    private static let none = ObjectID(high: 0, low: 0)

    /// In the order of the alphabet.
    public func list(_ kind: Kind, of collection: String) async throws -> [String] {
        let own = Filter.equals("recordType", .string(collection)) && .equals("field", .string(kind.rawValue))
        let query = Query<KnownWord>(own, sort: [.ascending("word")], limit: Self.most)
        return try await store.find(query).map(\.word).sorted()
    }

    // MARK: Learning

    /// The rows of the words that a record has and did not have before.
    static func rows<E: Entity>(of record: E, before: E? = nil) -> [KnownWord] {
        Kind.allCases.flatMap { kind -> [KnownWord] in
            let old = before.map { words(kind, $0) } ?? []
            return rows(kind, E.collection, words(kind, record).filter { !old.contains($0) })
        }
    }

    /// The same for many at once, each word once.
    static func rows<E: Entity>(of records: [E]) -> [KnownWord] {
        Kind.allCases.flatMap { rows($0, E.collection, Array(allWords($0, records))) }
    }

    private static func rows(_ kind: Kind, _ collection: String, _ words: [String]) -> [KnownWord] {
        words.map { word in
            var row = KnownWord()
            row.id = EntityID(
                StableHash.id(at: .init(timeIntervalSince1970: 0), none, "\(collection).\(kind.rawValue)", word))
            (row.recordType, row.field, row.word) = (collection, kind.rawValue, word)
            return row
        }
    }

    private static func words<E: Entity>(_ kind: Kind, _ record: E) -> [String] {
        switch (kind, record) {
        case (.customFields, let company as Company): company.customFields.keys
        case (.customFields, let person as Person): person.customFields.keys
        case (.tags, let company as Company): company.tags
        default: []
        }
    }

    private static func allWords<E: Entity>(_ kind: Kind, _ records: [E]) -> Set<String> {
        var all: Set<String> = []
        var last: [String] = []
        for record in records {
            // Of one file most records have the same columns.
            let words = words(kind, record)
            if words == last { continue }
            last = words
            all.formUnion(words)
        }
        return all
    }

    // MARK: Learning all

    /// Asks for the words of every record, unless they have been learnt: at the start.
    public func learnOnce() async throws {
        if try await store.count(Job.self, where: Self.learning, upTo: 1) == 0 { try await learnAgain() }
    }

    /// Asks for them anew: records are gone.
    func learnAgain() async throws {
        let waiting = Self.learning && .equals("status", Value(Job.Status.pending))
        if try await store.count(Job.self, where: waiting, upTo: 1) > 0 { return }
        try await store.insert(jobs.job(Self.job, on: Self.learner, by: nil))
        jobs.wake()
    }

    private static let learner = StableHash.id(at: .init(timeIntervalSince1970: 0), none, job, "")
    private static let learning = Filter.equals("subjectId", .id(learner))

    /// The job. May be done again after a crash.
    func learn() async throws {
        try await learn(Company.self)
        try await learn(Person.self)
    }

    private func learn<E: Entity>(_ type: E.Type) async throws {
        let own = Filter.equals("recordType", .string(E.collection))
        let begun = try await store.find(Query<KnownWord>(own)).map(\.id)
        var found: Set<EntityID<KnownWord>> = []
        let some = Filter.or(Kind.allCases.map { Filter.exists($0.rawValue, true) })
        let known = Schema(of: E.self).type(of: "tags") == nil ? Filter.exists("customFields", true) : some
        // However long it takes: nobody waits.
        try await ReadLimit.$longest.withValue(nil) {
            try await store.stream(E.self, where: known, batch: Self.batch) { records in
                try Task.checkCancellation()
                let rows = Self.rows(of: records).filter { found.insert($0.id).inserted }
                if rows.isEmpty { return }
                var writes = Writes()
                writes.insertIfAbsent(rows)
                try await store.commit(writes)
            }
        }
        // One that somebody adds again at this very moment is offered again when the next record has it.
        let gone = begun.filter { !found.contains($0) }
        if !gone.isEmpty { _ = try await store.delete(KnownWord.self, where: .ids(gone)) }
    }
}

extension Platform {
    public var knownWords: KnownWords { KnownWords(store: store, jobs: jobs) }
}
