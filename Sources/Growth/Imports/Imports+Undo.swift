import Foundation
import Store

/// Taking a run back, which may take as long as the run took: looked at first, then done in the background.
extension Imports {
    /// What undoing the run would do.
    public func previewUndo(_ id: EntityID<ImportLog>) async throws -> UndoReport {
        var undo = ImportUndo(store: store, log: try await undoable(id), now: now(), isDry: true)
        return try await undo.run()
    }

    /// Queues the undoing of a run.
    public func requestUndo(_ id: EntityID<ImportLog>, by user: EntityID<User>?) async throws {
        let log = try await undoable(id)
        if log.isUndoing { throw ImportError.notNow(log.status) }
        var writes = Writes()
        writes.update(ImportLog.self, where: Self.isUndoable(id), try Self.mark(log, .undoing, 0), expecting: 1)
        writes.insert([jobs.job(Self.undoing, on: id.raw, by: user)])
        do {
            try await store.commit(writes)
        } catch StoreError.conflict {
            // Another tab was quicker.
            throw ImportError.notNow(log.status)
        }
        jobs.wake()
    }

    /// Undoes the run. Called by the worker that took the job; may be called again after a crash.
    @discardableResult
    public func undo(_ id: EntityID<ImportLog>, by user: EntityID<User>?) async throws -> UndoReport {
        let log = try await undoable(id)
        var undo = ImportUndo(store: store, log: log, now: now().millisecond, isDry: false)
        do {
            let report = try await undo.run { share in
                _ = try await store.update(ImportLog.self, where: .id(id), try Self.mark(log, .undoing, share))
            }
            var update = try Self.mark(log, .finished, 1).set("undoneAt", .date(now()))
                .set("status", Value(ImportLog.Status.partiallyCompleted))
            if let user { update = update.set("undoneBy", Value(user)) }
            var writes = Writes()
            writes.update(ImportLog.self, where: .id(id), update)
            writes.update(Job.self, where: Self.job(of: id), .set("payload", .object(report.document)))
            try await store.commit(writes)
            return report
        } catch let error as StoreError where !error.isTransient {
            // So that a person can try again.
            _ = try await store.update(ImportLog.self, where: .id(id), try Self.mark(log, .finished, 0))
            throw error
        }
    }

    /// What undoing the run did; `nil` for a run that was not undone, or not in the background.
    public func undoReport(_ id: EntityID<ImportLog>) async throws -> UndoReport? {
        let job = try await store.first(Job.self, where: Self.job(of: id), sort: [.descending("createdAt")])
        return job?.payload?.object.flatMap(UndoReport.init(document:))
    }

    static let undoing = "undo_import"

    private static func job(of id: EntityID<ImportLog>) -> Filter {
        .equals("kind", .string(undoing)) && .equals("subjectId", .id(id.raw))
    }

    private static func isUndoable(_ id: EntityID<ImportLog>) -> Filter {
        .id(id) && .exists("undoneAt", false) && .not(.isIn("status", ["pending", "processing"]))
            && .not(.equals("progress.phase", Value(ImportProgress.Phase.undoing)))
    }

    private static func mark(_ log: ImportLog, _ phase: ImportProgress.Phase, _ share: Double) throws -> Update {
        var progress = log.progress ?? ImportProgress()
        progress.phase = phase
        if phase == .undoing {
            progress.rowsTotal = 1_000
            progress.rowsDone = Int(share * 1_000)
        }
        return .set("progress", .object(try Document(part: progress)))
    }

    private func undoable(_ id: EntityID<ImportLog>) async throws -> ImportLog {
        guard let log = try await store.get(id) else { throw ImportError.fileGone }
        guard log.undoneAt == nil else { throw ImportError.alreadyUndone }
        guard !log.isRunning else { throw ImportError.notNow(log.status) }
        return log
    }
}

extension ImportLog {
    /// Whether it waits for a worker or is being worked on.
    public var isRunning: Bool { [.pending, .processing].contains(status) }

    /// Whether it is being taken back now.
    public var isUndoing: Bool { undoneAt == nil && progress?.phase == .undoing }
}
