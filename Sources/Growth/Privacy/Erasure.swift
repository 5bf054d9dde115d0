import Foundation
import Matching
import Store

/// One erasure under way: its writes count only while its worker holds the job, and each can be done again.
struct Erasure: Sendable {
    let store: any DocumentStore
    let jobs: Jobs
    let job: Job
    let now: @Sendable () -> Date

    private static let batch = 200

    func delete<E: Entity>(_ type: E.Type, _ filter: Filter) async throws -> Int {
        var count = 0
        while true {
            try Task.checkCancellation()
            let ids = try await store.find(Query<E>(filter, limit: Self.batch)).map(\.id)
            if ids.isEmpty { return count }
            var writes = jobs.writes(for: job)
            writes.delete(type, where: .ids(ids))
            try await store.commit(writes)
            count += ids.count
        }
    }

    func change<E: Entity>(_ type: E.Type, _ filter: Filter, _ change: @Sendable (inout E) -> Void) async throws -> Int
    {
        var count = 0
        try await store.stream(type, where: filter, batch: Self.batch) { documents in
            try Task.checkCancellation()
            var changes: [(where: Filter, update: Update)] = []
            for document in documents {
                var changed = document
                change(&changed)
                let update = try Update.changes(from: document, to: changed)
                if !update.isEmpty { changes.append((.id(document.id), update)) }
            }
            guard !changes.isEmpty else { return }
            var writes = jobs.writes(for: job)
            writes.update(type, each: changes)
            try await store.commit(writes)
            count += changes.count
        }
        return count
    }

    /// Nobody is mailed again: the address stays on the list, and is put there where it was not, with nothing else.
    func suppress(_ subject: DataSubject) async throws -> Int {
        guard !subject.emails.isEmpty else { return 0 }
        let rows = subject.emails.map { email in
            var row = Suppression()
            row.createdAt = now()
            row.address = email
            return row
        }
        var writes = jobs.writes(for: job)
        writes.insertIfAbsent(rows)
        let own = Filter.isIn("address", subject.addresses)
        writes.update(Suppression.self, where: own, .set("note", nil).set("sourceRecipientId", nil))
        try await store.commit(writes)
        return rows.count
    }

    /// Threads in which nobody else wrote are deleted, the others lose the person.
    func closeThreads(of subject: DataSubject, _ filter: Filter) async throws -> Int {
        let emails = Set(subject.emails)
        var empty: [EntityID<EmailThread>] = []
        try await store.stream(EmailThread.self, where: filter, batch: Self.batch) { threads in
            for thread in threads {
                let messages = Filter.equals("threadId", Value(thread.id))
                if try await store.count(EmailReply.self, where: messages, upTo: 1) == 0 { empty.append(thread.id) }
            }
        }
        let deleted = try await delete(EmailThread.self, .ids(empty))
        let words = subject.words
        let changed = try await change(EmailThread.self, filter) { thread in
            if thread.personId.map(subject.people.contains) ?? false { thread.personId = nil }
            thread.participants.removeAll { emails.contains($0.email) }
            thread.subject = thread.subject.map(words.clean)
            thread.normalizedSubject = thread.normalizedSubject.map(words.clean)
            if thread.lastFromEmail.map(emails.contains) ?? false {
                (thread.lastFromEmail, thread.lastSnippet) = (nil, nil)
            }
            thread.lastSnippet = thread.lastSnippet.map(words.clean)
        }
        return deleted + changed
    }
}

/// How far an erasure is, as its job keeps it: counts, and nothing of the person.
public struct ErasureState: Sendable {
    public let id: EntityID<Job>
    public let status: Job.Status
    /// The id that the record had; `nil` for an address without a record.
    public let person: EntityID<Person>?
    /// Rows of the table that are done.
    public let done: Int
    public let counts: [String: Int]

    public var isRunning: Bool { status == .pending || status == .running }
    public var total: Int { Trace.table.count }

    init(_ job: Job) {
        id = job.id
        status = job.status
        let payload = job.payload?.object
        person = payload?["person"]?.id.map(EntityID.init)
        done = payload?["done"]?.int ?? 0
        counts = Dictionary(
            (payload?["counts"]?.object?.pairs ?? []).compactMap { pair in pair.value.int.map { (pair.key, $0) } },
            uniquingKeysWith: +)
    }
}
