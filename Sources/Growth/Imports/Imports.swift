import Crypto
import Foundation
import Logging
import Matching
import Spreadsheet
import Store

/// Bringing lists in: detect, preview, run, watch, cancel, resume, undo.
public struct Imports: Sendable {
    let store: any DocumentStore
    let settings: Settings
    let jobs: Jobs
    public let uploads: Uploads
    private let runs: URL
    private let shared: SharedFiles
    let now: @Sendable () -> Date
    let readOptions: ReadOptions
    let logger: Logger
    private let previewing = PreviewProgress()
    private let detections = Detections()
    public let drafts: ImportDrafts

    /// Runs at the same time; more wait in the queue of jobs.
    public static let maxParallel = 2
    /// Previews that are made at the same time.
    static let maxPreviews = 2

    public init(
        store: any DocumentStore, settings: Settings, jobs: Jobs, folder: URL, now: @escaping @Sendable () -> Date,
        readOptions: ReadOptions = ReadOptions(), logger: Logger = Logger(label: "anwal.imports")
    ) {
        self.store = store
        self.settings = settings
        self.jobs = jobs
        uploads = Uploads(folder: folder.appending(path: "uploads"), now: now)
        drafts = ImportDrafts(uploads: uploads)
        runs = folder.appending(path: "imports")
        shared = SharedFiles(store: store, folder: folder)
        self.now = now
        self.readOptions = readOptions
        self.logger = logger
    }

    // MARK: Before the run

    /// What the program makes of an uploaded file. A mapping that was used for the same headers before is proposed again.
    public func detect(_ file: Uploads.File) async throws -> (
        file: DetectedFile, proposal: ImportMapping, isRemembered: Bool
    ) {
        let detected = try detected(file)
        guard detected.sheets.contains(where: { $0.rowCount > 0 }) else { throw ImportError.nothingToImport }
        if let saved = try await remembered(for: detected) { return (detected, saved, true) }
        return (detected, detected.proposal, false)
    }

    public func detected(_ file: Uploads.File) throws -> DetectedFile {
        try detections.detected(file, readOptions)
    }

    private func remembered(for file: DetectedFile) async throws -> ImportMapping? {
        guard file.type == .simple, let sheet = file.mainSheet else { return nil }
        let fingerprint = SavedMapping.fingerprint(of: sheet.columns.map(\.header))
        guard let saved = try await store.first(SavedMapping.self, where: .equals("fingerprint", .string(fingerprint))),
            var document = saved.mapping?.object
        else { return nil }
        document["sheet"] = .string(sheet.name)
        document["headerRow"] = .int(sheet.headerRow)
        // A mapping that does not fit any more is no help.
        return try? ImportMapping(document, for: file)
    }

    /// What a run would do, row by row. Takes as long as reading and matching the file takes.
    public func preview(_ file: Uploads.File, _ request: ImportRequest) async throws -> ImportPreview {
        let token = ImportPreview.token(fileHash: file.hash, request: request)
        guard previewing.begin(token) else { throw ImportError.tooManyAtOnce }
        defer { previewing.end(token) }
        let folder = previewFolder(file.id, token)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let previewer = Previewer(store: store, settings: try await settings.current(), readOptions: readOptions)
        let preview = try await previewer.preview(file, request, into: folder) { previewing.report($0, of: token) }
        try uploads.write(.object(preview.stored), as: "preview-\(token)/preview.json", of: file.id)
        try uploads.write(.object(request.stored), as: "preview-\(token)/request.json", of: file.id)
        return preview
    }

    /// 0–1 while the preview is being made, else `nil`.
    public func previewProgress(_ file: Uploads.File, _ request: ImportRequest) -> Double? {
        previewProgress(previewToken(request, of: file))
    }

    func previewProgress(_ token: String) -> Double? { previewing.progress(of: token) }

    /// A preview that was made before, and what it was asked.
    public func preview(_ token: String, of file: Uploads.File) throws -> (
        preview: ImportPreview, request: ImportRequest
    ) {
        guard Self.isToken(token),
            let preview = uploads.read("preview-\(token)/preview.json", of: file.id)?.object.flatMap(
                ImportPreview.init(stored:)),
            let stored = uploads.read("preview-\(token)/request.json", of: file.id)?.object
        else { throw ImportError.previewGone }
        var log = ImportLog()
        log.fileName = file.name
        log.mapping = .object(stored)
        guard let request = ImportRequest(of: log),
            ImportPreview.token(fileHash: file.hash, request: request) == token
        else { throw ImportError.previewGone }
        return (preview, request)
    }

    /// Rows of a preview, narrowed to those that end in `action` or that have a warning, with the text of their cells.
    public func previewRows(
        _ token: String, of file: Uploads.File, action: RowVerdict.Action? = nil, withWarnings: Bool = false,
        from: Int = 0,
        limit: Int = 50
    ) throws -> (rows: [PreviewRow], total: Int) {
        let (_, request) = try preview(token, of: file)
        let narrowing: VerdictFile.Narrowing = withWarnings ? .warnings : action.map { .action($0) } ?? .all
        let page = try VerdictFile(folder: previewFolder(file.id, token)).page(
            narrowing, from: max(0, from), limit: min(max(1, limit), 500))
        let workbook = try Workbook(path: file.path.path, options: readOptions)
        let cells = try PreviewRow.cells(of: page.rows, in: workbook, request)
        return (zip(page.rows, cells).map { PreviewRow(verdict: $0, cells: $1) }, page.total)
    }

    func previewFolder(_ file: String, _ token: String) -> URL {
        uploads.folder.appending(path: file).appending(path: "preview-\(token)")
    }

    static func isToken(_ token: String) -> Bool {
        token.utf8.count == 32 && token.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    // MARK: The run

    /// Queues the run that a preview showed. The file belongs to the run from then on.
    public func execute(_ token: String, of file: Uploads.File, by user: EntityID<User>?) async throws -> ImportLog {
        let (_, request) = try preview(token, of: file)
        return try await execute(request, of: file, by: user)
    }

    public func execute(_ request: ImportRequest, of file: Uploads.File, by user: EntityID<User>?) async throws
        -> ImportLog
    {
        // A second press of the button, or another tab, must not make a second run.
        guard try uploads.claim(file.id) else { throw ImportError.fileGone }
        do {
            return try await begin(request, of: file, by: user)
        } catch {
            uploads.release(file.id)
            throw error
        }
    }

    private func begin(_ request: ImportRequest, of file: Uploads.File, by user: EntityID<User>?) async throws
        -> ImportLog
    {
        var source = Source()
        source.fileName = file.name
        source.fileType = String(file.name.split(separator: ".").last ?? "").lowercased()
        source.importType = request.mapping.type
        source.uploadedBy = user
        source.notes = try SourceNotes(readOptions: readOptions).read(file)
        var log = ImportLog()
        log.sourceId = source.id
        log.importType = request.mapping.type
        log.fileName = file.name
        log.fileHash = file.hash
        log.startedAt = now().millisecond
        log.createdBy = user
        log.mapping = .object(request.stored)
        log.progress = ImportProgress()
        let extra = SourceNotes.legacyCounts(try detected(file), request)
        log.counters.issuesFound = extra.issues
        log.counters.duplicatesDetected = extra.duplicates
        try await files(of: log.id).take(file)
        var writes = Writes()
        writes.insert([source])
        writes.insert([log])
        writes.insert([jobs.job("import", on: log.id.raw, by: user)])
        try await store.commit(writes)
        try await remember(request, file, by: user)
        uploads.remove(file.id)
        jobs.wake()
        return log
    }

    /// Keeps the mapping for the next file with these headers.
    private func remember(_ request: ImportRequest, _ file: Uploads.File, by user: EntityID<User>?) async throws {
        guard request.mapping.type == .simple, let sheet = request.mapping.recordSheets.first else { return }
        let headers = sheet.columns.map(\.header)
        let fingerprint = SavedMapping.fingerprint(of: headers)
        var saved = SavedMapping()
        saved.fingerprint = fingerprint
        saved.headers = headers
        saved.createdBy = user
        var writes = Writes()
        writes.insertIfAbsent([saved])
        writes.update(
            SavedMapping.self, where: .equals("fingerprint", .string(fingerprint)),
            Update().set("mapping", .object(request.mapping.document)).set("fileName", .string(file.name)).increment(
                "uses", by: 1))
        try await store.commit(writes)
    }

    /// Called by the worker that took the job.
    public func run(_ job: Job) async throws {
        guard let subject = job.subjectId else { return }
        let id = EntityID<ImportLog>(subject)
        let runner = ImportRunner(
            store: store, settings: try await settings.current(), files: files(of: id), readOptions: readOptions,
            logger: logger, job: job, writes: { [jobs] in jobs.writes(for: job) })
        try await runner.run(id)
    }

    /// Removes uploads that have waited too long, and what runs that a crash cut off at their very beginning or end
    /// left behind.
    public func sweep() async throws {
        uploads.sweep()
        for id in try await RunFolder.unfinished(in: runs, shared) {
            if let log = try await store.get(id) {
                if [.completed, .partiallyCompleted].contains(log.status) { try await files(of: id).finish() }
            } else if now().timeIntervalSince(id.raw.date) > Uploads.lifetime {
                // Not before: the file is there a moment earlier than the log.
                try await files(of: id).remove()
            }
        }
    }

    func files(of id: EntityID<ImportLog>) -> RunFolder { RunFolder(of: id, in: runs, shared) }

    public func log(_ id: EntityID<ImportLog>) async throws -> ImportLog? { try await store.get(id) }

    /// The latest runs first.
    public func history(limit: Int = 25, page: Page? = nil) async throws -> [ImportLog] {
        try await store.find(Query<ImportLog>(sort: [.descending("createdAt")], limit: limit, page: page))
    }

    /// The workbook of failed rows, if there are any.
    public func errorsWorkbook(of id: EntityID<ImportLog>) async throws -> URL? { try await files(of: id).readErrors() }

    /// Whether there is a workbook of failed rows.
    public func hasErrorsWorkbook(_ id: EntityID<ImportLog>) async throws -> Bool {
        try await files(of: id).hasErrors()
    }

    /// Stops a run at the end of the batch that it is writing.
    public func cancel(_ id: EntityID<ImportLog>) async throws {
        guard let log = try await store.get(id) else { throw ImportError.fileGone }
        let cancelled = try await store.update(
            ImportLog.self, where: ImportLedger.isWanted(id), .set("cancelledAt", .date(now())))
        if cancelled == 0 { throw ImportError.notNow(log.status) }
        jobs.wake()
    }

    /// Goes on with a run that stopped: after a full disk, a failed store, a crash.
    public func resume(_ id: EntityID<ImportLog>, by user: EntityID<User>?) async throws {
        guard let log = try await store.get(id) else { throw ImportError.fileGone }
        guard log.status == .failed || log.status == .processing || log.status == .pending, log.cancelledAt == nil,
            !log.isUndoing, log.undoneAt == nil
        else {
            throw ImportError.notNow(log.status)
        }
        guard try await files(of: id).hasFile() else { throw ImportError.fileGone }
        if try await jobs.isActive("import", on: id.raw) { return }
        var writes = Writes()
        writes.update(
            ImportLog.self, where: .id(id), .set("status", Value(ImportLog.Status.pending)).set("finishedAt", nil))
        writes.insert([jobs.job("import", on: id.raw, by: user)])
        try await store.commit(writes)
        jobs.wake()
    }
}

extension SavedMapping {
    static func fingerprint(of headers: [String]) -> String {
        let text = headers.map(AliasKey.of).joined(separator: "\u{1F}")
        return SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }
}

extension Date {
    /// As the store keeps it.
    var millisecond: Date { Date(timeIntervalSince1970: (timeIntervalSince1970 * 1000).rounded() / 1000) }
}
