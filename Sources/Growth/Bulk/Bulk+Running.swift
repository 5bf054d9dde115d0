import Foundation
import Store

/// What the jobs do. Each may run again after a crash, from where its progress stands.
extension Bulk {
    func register() {
        jobs.register(Self.doing) { try await self.carryOut($0) }
        jobs.register(Self.undoing) { try await self.takeBack($0) }
    }

    private func carryOut(_ job: Job) async throws {
        var (run, work, principal) = try await taken(job)
        if job.payload?.object?["isListed"] != true { try await list(&run, work, principal, job) }
        while let total = run.total, run.done < total {
            try Task.checkCancellation()
            let ids = try await ids(of: run.id, run.done / Self.stretch)
            guard !ids.isEmpty else { return }
            run.add(try await work.carryOut(ids, run.done, run, principal))
            run.done += ids.count
            try await note(run, job)
        }
    }

    private func takeBack(_ job: Job) async throws {
        var (run, work, principal) = try await taken(job)
        guard let id = run.undoes, let undone = try await store.get(id).flatMap(BulkRun.init) else { return }
        while let total = run.total, run.done < total {
            try Task.checkCancellation()
            let count = min(Self.stretch, total - run.done)
            run.add(try await work.takeBack(count, run.done, undone, run, principal))
            run.done += count
            try await note(run, job)
        }
    }

    /// Takes the list of records, from the beginning if an earlier try did not come to its end: nothing is changed yet.
    private func list(_ run: inout BulkRun, _ work: BulkWork, _ principal: Principal, _ job: Job) async throws {
        guard let filter = run.filter else { return }
        let rows = Filter.equals("subjectId", .id(run.id.raw)) && .equals("kind", .string(Self.listing))
        _ = try await store.delete(Job.self, where: rows)
        var (number, total) = (0, 0)
        // However long it takes: the list goes on behind the request.
        try await ReadLimit.$longest.withValue(nil) {
            try await work.list(filter, principal, Self.stretch) { ids in
                try Task.checkCancellation()
                var writes = jobs.writes(for: job)
                writes.insert([row(ids, number, of: run.id)])
                try await store.commit(writes)
                number += 1
                total += ids.count
                if total > BulkIDs.maxRecords { throw BulkError.notForThese }
            }
        }
        run.total = total
        var writes = jobs.writes(for: job)
        writes.update(Job.self, where: .id(job.id), run.progress.set("payload.isListed", true), expecting: 1)
        try await store.commit(writes)
    }

    private func ids(of run: EntityID<Job>, _ number: Int) async throws -> [ObjectID] {
        let row = try await store.get(BulkIDs(run).stretch(number))
        return row?.payload?.object?["ids"]?.array?.compactMap(\.id) ?? []
    }

    private func note(_ run: BulkRun, _ job: Job) async throws {
        var writes = jobs.writes(for: job)
        writes.update(Job.self, where: .id(job.id), run.progress, expecting: 1)
        try await store.commit(writes)
    }

    private func taken(_ job: Job) async throws -> (BulkRun, BulkWork, Principal) {
        guard let run = BulkRun(job), let work = works[run.collection] else { throw RecordError.notFound }
        guard let id = job.createdBy else { return (run, work, .console) }
        guard let user = try await store.get(id) else { throw RecordError.notFound }
        return (run, work, Principal(user: user, origin: .job))
    }
}
