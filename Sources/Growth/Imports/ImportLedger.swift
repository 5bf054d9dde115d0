import Store

/// The figures of a running import, written with each batch in the same commit.
actor ImportLedger {
    private(set) var log: ImportLog
    private let store: any DocumentStore
    private let language: Language
    /// Those in which a commit is to begin.
    private let writes: @Sendable () -> Writes

    static let maxMessages = 100

    init(log: ImportLog, store: any DocumentStore, language: Language, writes: @escaping @Sendable () -> Writes) {
        self.writes = writes
        self.log = log
        self.store = store
        self.language = language
    }

    /// The run still exists and nobody has cancelled it.
    static func isWanted(_ id: EntityID<ImportLog>) -> Filter {
        .id(id) && .exists("cancelledAt", false) && .isIn("status", ["pending", "processing"])
    }

    /// Writes the batch and the mark behind it. Throws `StoreError.conflict` when the run was cancelled or another
    /// worker has taken it over.
    func commit(_ batch: ImportBatch, done: Int, lastRow: Int) async throws {
        var next = log
        next.counters.add(batch.counters)
        next.warnings = (log.warnings ?? 0) + batch.warnings
        let room = max(0, Self.maxMessages - log.errorMessages.count)
        let remarksLeft = max(0, Self.maxMessages - log.warningMessages.count)
        next.warningMessages += batch.remarks.prefix(remarksLeft).map { $0.sentence(in: language) }
        next.errorMessages += batch.messages.prefix(room).map { $0.sentence(in: language) }
        next.progress?.rowsDone = done
        next.progress?.batches += 1
        var writes = writes()
        try batch.add(to: &writes, lastRow: lastRow)
        writes.update(
            ImportLog.self, where: Self.isWanted(log.id), try Update.changes(from: log, to: next), expecting: 1)
        try await store.commit(writes)
        log = next
    }
}

extension ImportCounters {
    mutating func add(_ other: ImportCounters) {
        totalRowsFound += other.totalRowsFound
        companiesExtracted += other.companiesExtracted
        peopleExtracted += other.peopleExtracted
        contactPointsExtracted += other.contactPointsExtracted
        serviceMatchesExtracted += other.serviceMatchesExtracted
        recordsCreated += other.recordsCreated
        recordsUpdated += other.recordsUpdated
        recordsSkipped += other.recordsSkipped
        recordsFailed += other.recordsFailed
        duplicatesDetected += other.duplicatesDetected
        issuesFound += other.issuesFound
    }
}
