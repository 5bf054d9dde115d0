import Foundation
import Spreadsheet
import Store

/// Makes a preview: plans the file and goes over it as a run would, writing nothing to the store.
struct Previewer {
    let store: any DocumentStore
    let settings: SystemSettings
    let readOptions: ReadOptions

    func preview(
        _ file: Uploads.File, _ request: ImportRequest, into folder: URL, report: @escaping @Sendable (Double) -> Void
    ) async throws -> ImportPreview {
        let workbook = try Workbook(path: file.path.path, options: readOptions)
        let planner = ImportPlanner(store: store, settings: settings, request: request)
        let plan = try await planner.plan(workbook) { _, share in report(share * 0.5) }
        guard plan.rowsTotal > 0 else { throw ImportError.nothingToImport }
        var log = ImportLog()
        log.fileName = file.name
        let context = ImportBatch.Context(
            log: log, ids: RunIDs(of: log), policy: request.policy, mapping: request.mapping, plan: plan,
            stamp: Date(timeIntervalSince1970: 0), title: "")
        let pass = ImportPass(
            store: store, request: request, context: context, personMatchFields: settings.personMatchFields, isDry: true
        )
        let collector = try PreviewCollector(verdicts: VerdictFile(folder: folder), plan: plan, request: request)
        try await pass.run(workbook, from: 0) { batch, done, _ in
            try await collector.add(batch)
            report(0.5 + 0.5 * Double(done) / Double(max(plan.rowsTotal, 1)))
        }
        return try await collector.finish(token: ImportPreview.token(fileHash: file.hash, request: request))
    }
}

private actor PreviewCollector {
    private let writer: VerdictFile.Writer
    private let plan: ImportPlan
    /// Sheet's position in the workbook -> what its rows are offset by in the run.
    private let offsets: [Int: Int]
    private var preview = ImportPreview(
        token: "", counters: ImportCounters(), warnings: 0, actions: [:], rowsWithWarnings: 0)

    init(verdicts: VerdictFile, plan: ImportPlan, request: ImportRequest) throws {
        writer = try verdicts.writer()
        self.plan = plan
        offsets = Dictionary(
            zip(request.mapping.recordSheets.map(\.index), plan.offsets), uniquingKeysWith: { first, _ in first })
    }

    func add(_ batch: ImportBatch) throws {
        preview.counters.add(batch.counters)
        preview.warnings += batch.warnings
        for var verdict in batch.verdicts {
            // People know the rows of their sheet, not those of the run.
            if case .row(let first) = verdict.target { verdict.target = .row(first - (offsets[verdict.sheet] ?? 0)) }
            preview.actions[verdict.action, default: 0] += 1
            if verdict.problems.contains(where: { $0.severity == .warning }) { preview.rowsWithWarnings += 1 }
            try writer.append(verdict)
        }
    }

    func finish(token: String) throws -> ImportPreview {
        try writer.close()
        preview.token = token
        return preview
    }
}
