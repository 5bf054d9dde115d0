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
        try await endIfCancelled(run, job)
        while let total = run.total, run.done < total {
            try Task.checkCancellation()
            let ids = try await ids(of: run.id, run.done / Self.stretch).dropFirst(run.done % Self.stretch)
            guard !ids.isEmpty else { return }
            let piece = Array(ids.prefix(Self.piece))
            run.add(try await work.carryOut(piece, run.done, run, principal))
            run.done += piece.count
            try await note(run, job)
        }
    }

    private func takeBack(_ job: Job) async throws {
        var (run, work, principal) = try await taken(job)
        guard let id = run.undoes, let undone = try await store.get(id).flatMap(BulkRun.init) else { return }
        try await endIfCancelled(run, job)
        while let total = run.total, run.done < total {
            try Task.checkCancellation()
            let count = min(Self.piece, total - run.done)
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
                try await endIfCancelled(run, job)
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
        // What was searched for may be a name, and is needed no more.
        let listed = run.progress.set("payload.isListed", true).set("payload.filter", nil)
        writes.update(Job.self, where: .id(job.id), listed, expecting: 1)
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
        if run.done < run.total ?? .max { try await endIfCancelled(run, job) }
    }

    /// Where somebody has asked for it: nothing is under way at this place, and how far it came is noted.
    private func endIfCancelled(_ run: BulkRun, _ job: Job) async throws {
        guard try await store.get(job.id).flatMap(BulkRun.init)?.isCancelling == true else { return }
        var writes = jobs.writes(for: job)
        writes.update(Job.self, where: .id(job.id), ending, expecting: 1)
        // What an undo has left can be taken back by another one.
        if let undone = run.undoes {
            writes.update(Job.self, where: .id(undone), .set("payload.undoneBy", nil))
        }
        try await store.commit(writes)
        throw Jobs.Cancelled()
    }

    private func taken(_ job: Job) async throws -> (BulkRun, BulkWork, Principal) {
        guard let run = BulkRun(job), let work = works[run.collection] else { throw RecordError.notFound }
        guard let id = job.createdBy else { return (run, work, .console) }
        guard let user = try await store.get(id) else { throw RecordError.notFound }
        return (run, work, Principal(user: user, origin: .job))
    }
}
