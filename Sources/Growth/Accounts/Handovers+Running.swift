import Foundation
import Store

extension Handovers {
    /// Records that change hands in one commit.
    private static let batch = 100

    /// Called by the worker that took the job; may be called again after a crash.
    func run(_ job: Job) async throws {
        guard let leaver = job.subjectId.map(EntityID<User>.init) else { return }
        var state = HandoverState(job)
        for holding in Holding.allCases {
            switch holding {
            case .companies: try await pass(Company.self, holding, leaver, job, &state) { .company($0.id) }
            case .people: try await pass(Person.self, holding, leaver, job, &state) { .person($0.id) }
            case .leads: try await pass(Lead.self, holding, leaver, job, &state) { .lead($0.id) }
            case .opportunities: try await pass(Opportunity.self, holding, leaver, job, &state) { .opportunity($0.id) }
            case .tasks: try await pass(WorkTask.self, holding, leaver, job, &state, about: \.subject)
            }
        }
        try await tell(state, job)
    }

    /// What is passed on leaves the filter, so that whoever goes on finds what is left.
    private func pass<E: Entity>(
        _ type: E.Type, _ holding: Holding, _ leaver: EntityID<User>, _ job: Job, _ state: inout HandoverState,
        about subject: (E) -> Timeline.Subject?
    ) async throws {
        while true {
            try Task.checkCancellation()
            let records = try await store.find(Query<E>(holding.filter(of: leaver), limit: Self.batch))
            if records.isEmpty { return }
            var after = state
            var (writes, entries) = (jobs.writes(for: job), [Activity]())
            for record in records {
                let taker = after.next()
                let held = Filter.id(record.id) && .equals(holding.field, Value(leaver))
                writes.update(type, where: held, .set(holding.field, taker.map { Value($0) }), expecting: 1)
                if let subject = subject(record) {
                    entries.append(entry(of: record.id.raw, subject, holding, from: leaver, to: taker, job))
                }
            }
            writes.insertIfAbsent(entries)
            writes.update(Job.self, where: .id(job.id), .set("payload", after.payload))
            do {
                try await store.commit(writes)
                state = after
            } catch StoreError.conflict(let collection) where collection == E.collection {
                // Somebody took one of them meanwhile: what is left is read anew.
            }
        }
    }

    private func entry(
        of record: ObjectID, _ subject: Timeline.Subject, _ holding: Holding, from leaver: EntityID<User>,
        to taker: EntityID<User>?, _ job: Job
    ) -> Activity {
        var change: Document = ["before": Value(leaver)]
        if let taker { change["after"] = Value(taker) }
        var fields: Document = ["fields": .object([holding.field: .object(change)]), "action": "handed_over"]
        if holding == .tasks { fields["taskId"] = .id(record) }
        var activity = timeline.entry(.updated, "Record handed over", fields, of: subject, by: .console)
        activity.createdBy = job.createdBy
        // The same at every run, so that a crash between two writes leaves one.
        activity.id = EntityID(
            StableHash.id(at: job.createdAt ?? now(), job.id.raw, "hand_over", record.description))
        return activity
    }

    /// One message to each who got something.
    private func tell(_ state: HandoverState, _ job: Job) async throws {
        let rows = state.given.sorted { $0.key < $1.key }.compactMap { taker, count -> UserNotification? in
            let metadata: Document = ["reason": "handed_over", "count": .int(count), "name": .string(state.name)]
            var row = Notifications(store: store, now: now).entry(
                .system, "\(count) records of \(state.name) are yours now", to: taker,
                path: "/companies?filter[ownerId]=\(taker)", metadata)
            row?.id = EntityID(
                StableHash.id(at: job.createdAt ?? now(), job.id.raw, "handed_over", taker.description))
            return row
        }
        var writes = jobs.writes(for: job)
        writes.insertIfAbsent(rows)
        try await store.commit(writes)
    }
}
