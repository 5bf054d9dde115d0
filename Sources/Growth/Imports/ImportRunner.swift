import Foundation
import Logging
import Matching
import Spreadsheet
import Store

/// Carries a run out: plan, batches, failed rows. Goes on where a crash left it.
struct ImportRunner {
    let store: any DocumentStore
    let settings: SystemSettings
    let files: RunFolder
    let readOptions: ReadOptions
    let logger: Logger
    let job: Job
    /// Those in which every commit is to begin: they come through while this worker holds `job`.
    let writes: @Sendable () -> Writes

    func run(_ id: EntityID<ImportLog>) async throws {
        guard let log = try await store.get(id), log.isRunning else { return }
        guard log.cancelledAt == nil else { return try await finish(log) }
        do {
            try await write(log)
        } catch let error as SpreadsheetError {
            try await fail(log, error)
        } catch let error as ImportError {
            try await fail(log, error)
        } catch let error as StoreError {
            guard case .conflict = error, let now = try await store.get(id), now.cancelledAt != nil else { throw error }
            // Somebody cancelled it: what is written stays, and can be undone.
            try await finish(now)
        }
    }

    private func write(_ log: ImportLog) async throws {
        guard let request = ImportRequest(of: log) else { throw ImportError.fileGone }
        let workbook = try Workbook(path: try await files.readFile(hash: log.fileHash).path, options: readOptions)
        let language = try await language(of: log)
        var log = log
        let plan: ImportPlan
        if log.progress?.phase == .writing {
            plan = try await files.plan(log.mapping?.object?["plan"]?.string ?? "plan")
        } else {
            plan = try await ImportPlanner(store: store, settings: settings, request: request).plan(workbook) {
                phase, share in
                try await report(phase, share, of: log.id)
            }
            let name = "plan-\(job.attempts)"
            try await files.keep(plan, as: name)
            log = try await begin(log, plan, name)
        }
        let context = context(for: log, request, plan)
        let pass = ImportPass(
            store: store, request: request, context: context, personMatchFields: settings.personMatchFields,
            isDry: false)
        let ledger = ImportLedger(log: log, store: store, language: language, writes: writes)
        let types: [any Entity.Type] = [
            Company.self, Person.self, ContactPoint.self, ServiceMatch.self, Activity.self, ImportChange.self,
        ]
        try await store.loading(types, expecting: plan.rowsTotal - plan.storedCompanies.count) {
            try await pass.run(workbook, from: log.progress?.rowsDone ?? 0) { batch, done, lastRow in
                try await ledger.commit(batch, done: done, lastRow: lastRow)
            }
        }
        let finished = await ledger.log
        if finished.counters.recordsFailed > 0 {
            let failed = ErrorsWorkbook(
                request: request, context: context, language: language,
                personMatchFields: settings.personMatchFields)
            try await files.keepErrors { try failed.write(workbook, to: $0) }
        }
        try await finish(finished)
    }

    func context(for log: ImportLog, _ request: ImportRequest, _ plan: ImportPlan) -> ImportBatch.Context {
        let words = settings.defaultLanguage == .arabic ? "استيراد من" : "Imported from"
        return ImportBatch.Context(
            log: log, ids: RunIDs(of: log), policy: request.policy, mapping: request.mapping, plan: plan,
            stamp: log.startedAt ?? Date(timeIntervalSince1970: 0), title: "\(words) \u{2068}\(log.fileName)\u{2069}")
    }

    /// That of the person who asked for the run, in which its errors are told.
    private func language(of log: ImportLog) async throws -> Language {
        guard let id = log.createdBy, let user = try await store.get(id), let own = user.locale, own.isKnown else {
            return settings.defaultLanguage
        }
        return own
    }

    /// Marks the run as writing by this plan, and keeps what tells the rows of its records: the plan's numbers.
    private func begin(_ log: ImportLog, _ plan: ImportPlan, _ name: String) async throws -> ImportLog {
        var begun = log
        // From the first row: what stands there may be how far a try got with matching that was cut off.
        var progress = ImportProgress()
        progress.phase = .writing
        progress.rowsTotal = plan.rowsTotal
        begun.progress = progress
        begun.status = .processing
        var mapping = log.mapping?.object ?? Document()
        mapping["offsets"] = .array(plan.offsets.map(Value.int))
        mapping["plan"] = .string(name)
        begun.mapping = .object(mapping)
        let update = try Update.changes(from: log, to: begun)
        var writes = writes()
        writes.update(ImportLog.self, where: ImportLedger.isWanted(log.id), update, expecting: 1)
        try await store.commit(writes)
        return begun
    }

    private func report(_ phase: ImportProgress.Phase, _ share: Double, of id: EntityID<ImportLog>) async throws {
        var progress = ImportProgress()
        progress.phase = phase
        progress.rowsTotal = 1_000
        progress.rowsDone = Int(share * 1_000)
        let value = Value.object(try Document(part: progress))
        var writes = writes()
        writes.update(ImportLog.self, where: ImportLedger.isWanted(id), .set("progress", value), expecting: 1)
        try await store.commit(writes)
    }

    private func finish(_ log: ImportLog) async throws {
        var ended = log
        let figures = log.counters
        if log.cancelledAt != nil {
            ended.status = .partiallyCompleted
        } else if figures.recordsFailed == 0 {
            ended.status = .completed
        } else {
            let written = figures.recordsCreated + figures.recordsUpdated + figures.recordsSkipped
            ended.status = written > 0 ? .partiallyCompleted : .failed
        }
        ended.finishedAt = Date()
        ended.progress?.phase = .finished
        var writes = writes()
        if log.cancelledAt == nil { writes.insertIfAbsent(told(of: ended)) }
        writes.update(ImportLog.self, where: .id(log.id), try Update.changes(from: log, to: ended))
        if let source = log.sourceId {
            let extracted =
                figures.companiesExtracted + figures.peopleExtracted + figures.contactPointsExtracted
                + figures.serviceMatchesExtracted
            writes.update(Source.self, where: .id(source), .set("recordsExtracted", .int(extracted)))
        }
        try await store.commit(writes)
        try await files.finish()
    }

    /// The file cannot be imported: says why, in the log of the run.
    private func fail(_ log: ImportLog, _ error: any Error) async throws {
        let words = ImportFailure.words(for: error, in: try await language(of: log))
        let update = Update.set("status", Value(ImportLog.Status.failed)).set("finishedAt", .date(Date()))
            .append("errorMessages", [.string(words)])
        var writes = writes()
        var failed = log
        failed.status = .failed
        writes.insertIfAbsent(told(of: failed))
        writes.update(ImportLog.self, where: .id(log.id), update)
        try await store.commit(writes)
        logger.warning("An import failed", metadata: ["import": "\(log.id)", "error": "\(error)"])
        if log.progress?.rowsDone ?? 0 == 0 { try await files.finish() }
    }

    /// The row that tells whoever started the run how it ended. Its id follows from the run and its job, so that an end
    /// which is written again after a crash tells once.
    private func told(of log: ImportLog) -> [UserNotification] {
        let figures = log.counters
        let words: Document = [
            "name": .string(log.fileName), "created": .int(figures.recordsCreated),
            "updated": .int(figures.recordsUpdated), "failed": .int(figures.recordsFailed),
        ]
        let hasFailed = log.status == .failed
        var row = Notifications(store: store) { Date() }.entry(
            hasFailed ? .importFailed : .importFinished, hasFailed ? "Import failed" : "Import finished",
            to: log.createdBy, path: "/imports/\(log.id)", words)
        let at = log.startedAt ?? Date(timeIntervalSince1970: 0)
        row?.id = EntityID(StableHash.id(at: at, log.id.raw, "told", job.id.description))
        return row.map { [$0] } ?? []
    }
}

extension ImportRequest {
    /// What a stored run was asked to do.
    init?(of log: ImportLog) {
        guard let stored = log.mapping?.object, let exact = stored["exact"]?.object,
            let mapping = ImportMapping(exact: exact)
        else { return nil }
        let policy = ImportPolicy(rawValue: stored["policy"]?.string ?? "") ?? .fillBlanks
        self.init(fileName: log.fileName, mapping: mapping, policy: policy)
        guard let corrections = try? Corrections(stored, in: mapping) else { return nil }
        self.corrections = corrections
        if let fields = stored["matchFields"]?.array {
            matchFields = Set(fields.compactMap { $0.string.flatMap(MatchField.init(rawValue:)) })
        }
    }

    /// The form that `init(of:)` reads.
    var stored: Document {
        var stored = document
        stored["exact"] = .object(mapping.exact)
        if let matchFields { stored["matchFields"] = Value(matchFields.map(\.rawValue).sorted()) }
        return stored
    }
}
