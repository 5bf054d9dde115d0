import Foundation
import Store

/// Makes one of two records, and two of one again.
public struct Merges: Sendable {
    let store: any DocumentStore
    let jobs: Jobs
    let timeline: Timeline
    let now: @Sendable () -> Date

    /// Up to this many rows a merge is one commit. A larger one is begun in one commit, which says all that is to be done, and
    /// finished by a job.
    let maxRowsAtOnce: Int
    static let finishing = "finish_merge"

    public init(
        store: any DocumentStore, jobs: Jobs, now: @escaping @Sendable () -> Date, maxRowsAtOnce: Int = 5_000
    ) {
        self.maxRowsAtOnce = maxRowsAtOnce
        self.store = store
        self.jobs = jobs
        self.now = now
        timeline = Timeline(store: store, now: now)
    }

    /// What somebody wants merged.
    public struct Request: Sendable {
        public var survivor: ObjectID
        public var other: ObjectID
        public var choices: [String: MergeField.Choice]
        /// The `updatedAt` of each that the person saw; `nil` asks for no such check.
        public var survivorSeen: Date?
        public var otherSeen: Date?

        public init(
            _ survivor: ObjectID, _ other: ObjectID, choices: [String: MergeField.Choice] = [:],
            survivorSeen: Date? = nil, otherSeen: Date? = nil
        ) {
            self.survivor = survivor
            self.other = other
            self.choices = choices
            self.survivorSeen = survivorSeen
            self.otherSeen = otherSeen
        }
    }

    /// Throws `MergeError` for two that cannot be one, `InvalidFields` for choices that there are not, and
    /// `StoreError.conflict` when one of them changed since it was seen.
    public func plan<R: MergeableRecord>(_ type: R.Type, _ request: Request) async throws -> MergePlan<R> {
        if request.survivor == request.other { throw MergeError.same }
        let survivor: R = try await record(request.survivor), other: R = try await record(request.other)
        for record in [survivor, other] where record.mergedInto != nil {
            let end = try await self.survivor(of: record)
            throw MergeError.merged(into: end.displayName)
        }
        for record in [survivor, other] where record.isOutOfLists {
            throw MergeError.archived(name: record.displayName)
        }
        for (record, seen) in [(survivor, request.survivorSeen), (other, request.otherSeen)] {
            if let seen, seen.milliseconds != record.updatedAt?.milliseconds {
                throw StoreError.conflict(collection: R.collection)
            }
        }
        return try await MergePlanner<R>(store: store, now: now().millisecond).plan(survivor, other, request.choices)
    }

    /// Returns the survivor and the entry of its timeline with which the merge can be taken back.
    @discardableResult
    public func merge<R: MergeableRecord>(
        _ type: R.Type, _ request: Request, by principal: Principal
    ) async throws -> (survivor: R, entry: EntityID<Activity>) {
        let plan = try await plan(type, request)
        let activity = try entry(of: plan, by: principal)
        var writes = try head(of: plan)
        try await carryOut(plan.journal, .forth, activity, &writes, by: principal)
        return (try await record(request.survivor), activity.id)
    }

    /// The record that a merged one became part of, over several merges. Throws `MergeError.circle` where they lead back.
    public func survivor<R: MergeableRecord>(of record: R) async throws -> R {
        var (current, seen): (R, Set<EntityID<R>>) = (record, [record.id])
        while let next = current.mergedInto {
            guard seen.insert(next).inserted else { throw MergeError.circle }
            guard let found = try await store.get(next) else { throw MergeError.gone }
            current = found
        }
        return current
    }

    private func record<R: MergeableRecord>(_ id: ObjectID) async throws -> R {
        if let record = try await store.get(EntityID<R>(id)) { return record }
        let isOfOtherKind =
            try await R.kind == .company
            ? store.get(EntityID<Person>(id)) != nil : store.get(EntityID<Company>(id)) != nil
        if isOfOtherKind { throw MergeError.differentKinds }
        throw RecordError.notFound
    }

    // MARK: Writing

    /// The two records, only if nobody was at either of them since the plan was made.
    private func head<R: MergeableRecord>(of plan: MergePlan<R>) throws -> Writes {
        var left = plan.other
        left.leave(for: plan.survivor.id, at: now())
        var writes = Writes()
        try writes.touch(left, original: plan.other)
        try writes.touch(plan.merged, original: plan.survivor)
        return writes
    }

    private func entry<R: MergeableRecord>(of plan: MergePlan<R>, by principal: Principal) throws -> Activity {
        var fields = Document()
        for field in plan.changes { fields[field.name] = ChangedFields.change(field.survivor, field.result) }
        var other: Document = ["id": .id(plan.other.id.raw), "name": .string(plan.other.displayName)]
        if let status = try Document(plan.other)["status"] { other["status"] = status }
        let fingerprints = plan.merged.matchKeys.filter { !plan.survivor.matchKeys.contains($0) && $0.hasPrefix("r:") }
        var journal = plan.journal.document
        journal["survivor"] = .id(plan.survivor.id.raw)
        journal["kind"] = Value(R.kind)
        journal["fingerprints"] = fingerprints.isEmpty ? nil : Value(fingerprints)
        let counts = plan.moving.map { Document.Pair($0.collection, .int($0.count)) }
        var metadata: Document = ["merged": .object(other), "mergeJournal": .object(journal)]
        if !fields.isEmpty { metadata["fields"] = .object(fields) }
        if !counts.isEmpty { metadata["moved"] = .object(Document(counts)) }
        return timeline.entry(.merged, "Merged", metadata, of: plan.survivor.subject, by: principal)
    }

    /// Commits `head` with the journal's writes, or, where they are many, with a job that goes through them.
    func carryOut(
        _ journal: MergeJournal, _ direction: MergeJournal.Direction, _ entry: Activity, original: Activity? = nil,
        _ head: inout Writes, by principal: Principal
    ) async throws {
        var entry = entry
        if journal.rows > maxRowsAtOnce {
            entry.set("isMoving", direction == .forth ? "forth" : "back")
            head.insert([jobs.job(Self.finishing, on: entry.id.raw, by: principal.userId)])
        } else {
            for piece in try await pieces(of: journal, direction) { head.append(piece) }
        }
        if let original { try head.save(entry, original: original) } else { head.insert([entry]) }
        try await store.commit(head)
        jobs.wake()
    }

    /// Finishes what a large merge, or its undoing, began. Called by the worker that took the job; may run again.
    public func finish(_ job: Job) async throws {
        guard let subject = job.subjectId, let original = try await store.get(EntityID<Activity>(subject)),
            let direction = original.metadata?.object?["isMoving"]?.string
        else { return }
        let journal = MergeJournal(original.mergeJournal ?? Document())
        for piece in try await pieces(of: journal, direction == "back" ? .back : .forth) {
            try Task.checkCancellation()
            var writes = jobs.writes(for: job)
            writes.append(piece)
            try await store.commit(writes)
        }
        var entry = original
        entry.set("isMoving", nil)
        var writes = jobs.writes(for: job)
        try writes.save(entry, original: original)
        try await store.commit(writes)
    }

    private func pieces(of journal: MergeJournal, _ direction: MergeJournal.Direction) async throws -> [Writes] {
        try journal.writes(direction) + (try await keys(of: journal, direction))
    }

    /// The keys of people name their company: they are made anew for the company that each will have.
    private func keys(of journal: MergeJournal, _ direction: MergeJournal.Direction) async throws -> [Writes] {
        let edits = journal.edits.filter { $0.collection == Person.collection && $0.fields["companyId"] != nil }
        var pieces: [Writes] = []
        for chunk in edits.chunks(of: MergeJournal.batch) {
            let people = try await store.get(chunk.map { EntityID<Person>($0.id) })
            var writes = Writes()
            for edit in chunk {
                let change = edit.fields["companyId"]?.object
                guard var person = people[EntityID(edit.id)],
                    let company = change?[direction == .forth ? "after" : "before"]?.id
                else { continue }
                person.companyId = EntityID(company)
                person.refreshKeys()
                writes.update(
                    Person.self, where: .id(person.id) && .equals("companyId", .id(company)),
                    .set("matchKeys", Value(person.matchKeys)))
            }
            pieces.append(writes)
        }
        return pieces
    }
}

extension MergeableRecord {
    var isOutOfLists: Bool { archivedAt != nil || (self as? Company)?.isArchived == true }
}

extension Activity {
    /// What a merge did; only of a `merged` entry of ours.
    var mergeJournal: Document? { metadata?.object?["mergeJournal"]?.object }

    /// Whether the entry tells of a merge that can still be taken back.
    public var isUndoableMerge: Bool { type == .merged && mergeJournal != nil && undoneAt == nil }
    public var undoneAt: Date? { metadata?.object?["undoneAt"]?.date }

    mutating func set(_ key: String, _ value: Value?) {
        var document = metadata?.object ?? Document()
        document[key] = value
        metadata = .object(document)
    }
}

extension Writes {
    /// Writes what differs, and at least the stamp, on the condition that the record is as `original` was read.
    mutating func touch<R: MergeableRecord>(_ record: R, original: R) throws {
        let keys = try Document(record)["searchKeys"]
        let update = try Update.changes(from: original, to: record).set("searchKeys", keys)
        var unchanged = Filter.id(record.id) && .equals("mergedInto", original.mergedInto.map { Value($0) } ?? .null)
        if let at = original.updatedAt { unchanged = unchanged && .equals("updatedAt", .date(at)) }
        self.update(R.self, where: unchanged, update, expecting: 1)
    }
}

extension Platform {
    public var merges: Merges { Merges(store: store, jobs: jobs, now: now) }
}
