import Foundation
import Store

/// Everything that happened, as far as somebody may see it, and what they may change of it.
public struct Activities: Sendable {
    let store: any DocumentStore
    let timeline: Timeline
    let tasks: Tasks
    let now: @Sendable () -> Date

    /// A salesperson with more leads, opportunities or tasks of one kind sees the entries of the newest of them.
    static let maxOwn = 5_000
    /// Kinds of entries that people write.
    public static let written: [Activity.Kind] = [.note, .call, .meeting]

    public init(store: any DocumentStore, settings: Settings, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.now = now
        timeline = Timeline(store: store, now: now)
        tasks = Tasks(store: store, settings: settings, now: now)
    }

    // MARK: Who sees what

    /// The entries that `principal` may see, of one record or of all: for sales people those of leads, opportunities and
    /// tasks only where they are their own, on whatever record they are told.
    public func scope(of principal: Principal, on subject: Timeline.Subject? = nil) async throws -> Filter {
        let about = try await about(subject)
        guard principal.ownRecordsOf != nil else { return about }
        let leads = try await ids(Lead.self, principal.ownRecords)
        let opportunities = try await ids(Opportunity.self, principal.ownRecords)
        let tasks = try await ids(WorkTask.self, principal.ownTasks)
        func within(_ field: String, _ ids: [Value]) -> Filter { .or([.exists(field, false), .isIn(field, ids)]) }
        let told =
            within("metadata.leadId", leads) && within("metadata.opportunityId", opportunities)
            && within("metadata.taskId", tasks)
        func own(_ type: String, _ ids: [Value]) -> Filter {
            .equals("entityType", .string(type)) && .isIn("entityId", ids)
        }
        let open = Filter.not(.isIn("entityType", ["lead", "opportunity", "task"]))
        return about && told
            && .or([open, own("lead", leads), own("opportunity", opportunities), own("task", tasks)])
    }

    /// What happened to a task is told in the timeline of what the task is about, and in its own.
    private func about(_ subject: Timeline.Subject?) async throws -> Filter {
        guard let subject else { return .all }
        let own = Timeline.filter(of: subject)
        guard subject.type == "task", let related = try await store.get(EntityID<WorkTask>(subject.id))?.subject else {
            return own
        }
        // Both ids at once, so that either engine reads them off the one index.
        let both = [subject, related]
        return .isIn("entityType", both.map { .string($0.type) }) && .isIn("entityId", both.map { .id($0.id) })
            && .or([own, Timeline.filter(of: related) && .equals("metadata.taskId", .id(subject.id))])
    }

    private func ids<E: Entity>(_ type: E.Type, _ filter: Filter) async throws -> [Value] {
        try await store.find(Query<E>(filter, sort: [.descending("_id")], limit: Self.maxOwn)).map { Value($0.id) }
    }

    /// One entry. What somebody may not see is not found.
    public func get(_ id: EntityID<Activity>, by principal: Principal) async throws -> Activity {
        let scope = try await scope(of: principal)
        guard let entry = try await store.first(Activity.self, where: .id(id) && scope) else {
            throw RecordError.notFound
        }
        return entry
    }

    // MARK: Writing

    /// Logs a call or a meeting, with its follow-up task where one is asked for, in one commit.
    ///
    /// - Parameter edit: the fields of `Conversation`, and `followUp`, `followUpDue`.
    public func log(
        _ kind: Activity.Kind, _ edit: RecordEdit, on subject: Timeline.Subject, by principal: Principal
    ) async throws -> Activity {
        try await visible(subject, principal)
        var conversation = Conversation(kind: kind)
        var problems: [String: FieldProblem] = [:]
        let own = edit.fields.filter { !Conversation.followUpFields.contains($0.key) }
        do {
            try conversation.apply(RecordEdit(own), try await tasks.calendar())
        } catch let error as InvalidFields { problems = error.problems }
        var writes = Writes()
        if let title = edit.fields["followUp"].flatMap({ $0 }), !title.isEmpty {
            do { try await addFollowUp(title, edit, on: subject, &writes, by: principal) } catch let error
                as InvalidFields
            { problems.merge(error.problems) { first, _ in first } }
        }
        try InvalidFields(problems).throwIfAny()
        var entry = timeline.entry(kind, conversation.title, conversation.metadata, of: subject, by: principal)
        writes.insert(try await timeline.mentioned(in: conversation.text ?? "", of: &entry, by: principal))
        writes.insert([entry])
        try await store.commit(writes)
        try await LeadScoring(store: store, now: now).refresh(of: subject)
        return entry
    }

    private func addFollowUp(
        _ title: String, _ edit: RecordEdit, on subject: Timeline.Subject, _ writes: inout Writes,
        by principal: Principal
    ) async throws {
        let due = edit.fields["followUpDue"].flatMap { $0 }
        let fields: [String: String?] = [
            "title": title, "dueAt": due, "relatedEntityType": subject.type,
            "relatedEntityId": subject.id.description,
        ]
        do {
            _ = try await tasks.add(RecordEdit(fields), to: &writes, by: principal)
        } catch let error as InvalidFields {
            let names = ["title": "followUp", "dueAt": "followUpDue"]
            throw InvalidFields(
                Dictionary(error.problems.map { (names[$0.key] ?? $0.key, $0.value) }) { first, _ in first })
        }
    }

    /// A note on any record that has a timeline.
    public func addNote(_ text: String?, to subject: Timeline.Subject, by principal: Principal) async throws -> Activity
    {
        try await visible(subject, principal)
        return try await timeline.addNote(text, to: subject, by: principal)
    }

    private func visible(_ subject: Timeline.Subject, _ principal: Principal) async throws {
        let card = try await Subjects(store: store).cards([subject], for: principal)
        if card.isEmpty { throw RecordError.notFound }
    }

    // MARK: One's own entries

    /// Changes a note, call or meeting that the asker wrote.
    public func edit(_ id: EntityID<Activity>, _ edit: RecordEdit, by principal: Principal) async throws -> Activity {
        let original = try await own(id, by: principal)
        if let expected = edit.expected, let stored = original.updatedAt, expected.milliseconds != stored.milliseconds {
            throw StoreError.conflict(collection: Activity.collection)
        }
        var entry = original
        var metadata = original.metadata?.object ?? Document()
        let text: String
        if original.type == .note {
            text = try Timeline.note(edit.fields["text"].flatMap { $0 } ?? metadata["text"]?.string)
            let other = edit.fields.keys.filter { $0 != "text" }
            try InvalidFields(Dictionary(other.map { ($0, .notWritable) }) { first, _ in first }).throwIfAny()
            entry.title = Timeline.title(of: text)
            metadata["text"] = .string(text)
        } else {
            var conversation = Conversation(original)
            try conversation.apply(edit, try await tasks.calendar())
            text = conversation.text ?? ""
            for name in Conversation.fields { metadata[name] = conversation.metadata[name] }
            entry.title = conversation.title
        }
        entry.metadata = .object(metadata)
        guard entry != original else { return original }
        metadata["editedAt"] = .date(now())
        entry.metadata = .object(metadata)
        var writes = Writes()
        writes.insert(try await timeline.mentioned(in: text, of: &entry, by: principal))
        try writes.save(entry, original: original)
        try await store.commit(writes)
        return try await store.get(id) ?? entry
    }

    /// Takes the words of one's own entry off the record. That there was one, and that it was removed, stays.
    public func remove(_ id: EntityID<Activity>, by principal: Principal) async throws -> Activity {
        let original = try await own(id, by: principal)
        var entry = original
        var metadata: Document = ["withdrawnAt": .date(now())]
        metadata["withdrawn"] = original.metadata
        metadata["withdrawnTitle"] = .string(original.title)
        entry.title = ""
        entry.metadata = .object(metadata)
        return try await store(entry, original)
    }

    /// Brings one's own removed entry back as it was.
    public func bringBack(_ id: EntityID<Activity>, by principal: Principal) async throws -> Activity {
        let original = try await own(id, by: principal, isWithdrawn: true)
        var entry = original
        entry.title = original.metadata?.object?["withdrawnTitle"]?.string ?? ""
        entry.metadata = original.metadata?.object?["withdrawn"]
        return try await store(entry, original)
    }

    private func store(_ entry: Activity, _ original: Activity) async throws -> Activity {
        var writes = Writes()
        try writes.save(entry, original: original)
        try await store.commit(writes)
        return try await store.get(entry.id) ?? entry
    }

    private func own(
        _ id: EntityID<Activity>, by principal: Principal, isWithdrawn: Bool = false
    ) async throws -> Activity {
        let entry = try await get(id, by: principal)
        guard entry.isOwn(of: principal), entry.isWithdrawn == isWithdrawn else { throw RecordError.notFound }
        return entry
    }
}

extension Activity {
    /// Whether its words were taken off the record by who wrote them.
    public var isWithdrawn: Bool { metadata?.object?["withdrawnAt"] != nil }

    /// Whether `principal` wrote it by hand.
    public func isOwn(of principal: Principal) -> Bool {
        guard let me = principal.userId else { return false }
        return Activities.written.contains(type) && createdBy == me && metadata?.object?["importLogId"] == nil
    }

    /// The entry without the words that were taken off it.
    public var published: Activity {
        guard isWithdrawn else { return self }
        var copy = self
        var metadata = metadata?.object ?? Document()
        metadata["withdrawn"] = nil
        metadata["withdrawnTitle"] = nil
        copy.metadata = .object(metadata)
        return copy
    }
}

extension Platform {
    public var activities: Activities { Activities(store: store, settings: settings, now: now) }
}
