import Foundation
import Matching
import Store

extension Privacy {
    static let job = "erase_person"

    /// Queues the erasure of everything of a person. Cannot be taken back, so the name must be typed.
    /// Throws `InvalidFields` unless it is, in whatever spelling, that of the record.
    public func requestErasure(
        of id: EntityID<Person>, confirm: String?, by principal: Principal
    ) async throws -> ErasureState {
        guard let person = try await store.get(id) else { throw RecordError.notFound }
        try Self.check(confirm, against: person.fullName)
        return try await queue(["person": Value(id)], on: id.raw, .init(id), by: principal)
    }

    /// The same for an address that is in nobody's record. Throws `RecordError.notFound` where a record has it.
    public func requestErasure(
        ofAddress address: String, confirm: String?, by principal: Principal
    ) async throws -> ErasureState {
        let subject = try await subject(address: address)
        guard let known = (subject.emails + subject.numbers).first else { throw RecordError.notFound }
        try Self.check(confirm, against: address)
        // The address stands in the job only while it runs.
        return try await queue(["address": .string(known)], on: ObjectID(), nil, by: principal)
    }

    private static func check(_ typed: String?, against name: String) throws {
        let typed = FoldedText.fold(typed ?? "")
        guard !typed.isEmpty, typed == FoldedText.fold(name) else { throw InvalidFields(["confirm": .notConfirmed]) }
    }

    private func queue(
        _ payload: Document, on subject: ObjectID, _ record: AuditTrail.Subject?, by principal: Principal
    ) async throws -> ErasureState {
        if let running = try await running(on: subject) { return ErasureState(running) }
        var job = jobs.job(Self.job, on: subject, by: principal.userId)
        job.payload = .object(payload)
        var writes = Writes()
        writes.insert([job])
        writes.insert([audit.entry("erasure_asked", by: principal, on: record)])
        try await store.commit(writes)
        jobs.wake()
        return ErasureState(job)
    }

    private func running(on subject: ObjectID) async throws -> Job? {
        try await store.first(
            Job.self,
            where: .equals("kind", .string(Self.job)) && .equals("subjectId", .id(subject))
                && .isIn("status", ["pending", "running"]))
    }

    public func erasure(_ id: EntityID<Job>) async throws -> ErasureState {
        guard let job = try await store.get(id), job.kind == Self.job else { throw RecordError.notFound }
        return ErasureState(job)
    }

    /// Called by the worker that took the job; may be called again after a crash, and then finds what is left.
    func erase(_ job: Job) async throws {
        let payload = job.payload?.object ?? Document()
        let subject: DataSubject
        do {
            if let id = payload["person"]?.id {
                subject = try await self.subject(EntityID<Person>(id))
            } else if let address = payload["address"]?.string {
                subject = try await self.subject(address: address)
            } else {
                return
            }
        } catch RecordError.notFound {
            // The record went with the last commit of a worker that died right after it.
            return
        }
        let erasure = Erasure(store: store, jobs: jobs, job: job, now: now)
        var counts = ErasureState(job).counts
        let last: Set = ["contact_points", "people"]
        for (number, trace) in Trace.table.enumerated() where !last.contains(trace.name) {
            let count = try await trace.erase(erasure, subject)
            if count > 0 { counts[trace.name, default: 0] += count }
            var writes = jobs.writes(for: job)
            writes.update(Job.self, where: .id(job.id), .set("payload", Self.payload(payload, number + 1, counts)))
            try await store.commit(writes)
        }
        try await finish(job, payload, subject, &counts)
    }

    /// The record goes last and at once, with whatever was written to it meanwhile.
    private func finish(
        _ job: Job, _ payload: Document, _ subject: DataSubject, _ counts: inout [String: Int]
    ) async throws {
        counts["contact_points"] = subject.points.count
        counts["people"] = subject.people.count
        var done = payload
        done["address"] = nil
        var entry = audit.entry(
            "person_erased", by: nil, on: subject.person.map { .init($0.id) },
            metadata: ["rows": .int(counts.values.reduce(0, +))])
        entry.userId = job.createdBy
        var writes = jobs.writes(for: job)
        let ids = subject.peopleIDs
        writes.insert([entry])
        writes.update(
            Job.self, where: .id(job.id), .set("payload", Self.payload(done, Trace.table.count, counts)))
        writes.delete(Activity.self, where: .equals("entityType", "person") && .isIn("entityId", ids))
        writes.delete(WorkTask.self, where: .equals("relatedEntityType", "person") && .isIn("relatedEntityId", ids))
        writes.delete(ContactPoint.self, where: .ids(subject.points))
        writes.delete(
            ContactPoint.self,
            where: .equals("entityType", Value(ContactPoint.Owner.person)) && .isIn("entityId", ids))
        writes.delete(Person.self, where: .ids(subject.people))
        try await store.commit(writes)
    }

    private static func payload(_ start: Document, _ done: Int, _ counts: [String: Int]) -> Value {
        var payload = start
        payload["done"] = .int(done)
        payload["counts"] = .object(
            Document(counts.sorted { $0.key < $1.key }.filter { $0.value > 0 }.map { .init($0.key, .int($0.value)) }))
        return .object(payload)
    }
}

extension FieldProblem {
    public static let notConfirmed = FieldProblem("not_confirmed")
}
