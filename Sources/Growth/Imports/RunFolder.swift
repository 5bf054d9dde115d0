import Foundation
import Store

/// What a run keeps on disk while it lasts: its file, its plan; and afterwards the workbook of failed rows.
struct RunFolder: Sendable {
    let path: URL

    init(of log: EntityID<ImportLog>, in folder: URL) {
        path = folder.appending(path: log.description)
    }

    var file: URL { path.appending(path: "file") }
    var errors: URL { path.appending(path: "errors.xlsx") }
    private var plan: URL { path.appending(path: "plan") }

    /// Takes the bytes of an upload over, durably: the run is promised after it. The upload may then be removed.
    func take(_ upload: Uploads.File) throws {
        try FileManager.default.createDirectory(
            at: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if !FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.linkItem(at: upload.path, to: file)
        }
        let runs = path.deletingLastPathComponent()
        for path in [file, path, runs, runs.deletingLastPathComponent()] { try DurableFile.synchronize(path) }
    }

    /// Durable when it returns: the first record is written after it.
    func keep(_ plan: ImportPlan) throws {
        try DurableFile.write(Data(plan.bytes()), to: self.plan)
    }

    /// `nil` when there is none, or it is not whole: then nothing was written yet.
    func keptPlan() -> ImportPlan? {
        guard let data = try? Data(contentsOf: plan) else { return nil }
        return ImportPlan(bytes: Array(data))
    }

    /// The run was never queued.
    func remove() {
        // Left-overs cost space and nothing else.
        try? FileManager.default.removeItem(at: path)
    }

    /// The run is over: only the failed rows stay.
    func finish() {
        // Left-overs cost space and nothing else.
        try? FileManager.default.removeItem(at: file)
        try? FileManager.default.removeItem(at: plan)
    }
}
