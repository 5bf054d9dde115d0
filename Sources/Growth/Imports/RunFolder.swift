import Foundation
import Store

/// What a run keeps while it lasts: its file, its plan; and afterwards the workbook of failed rows.
struct RunFolder: Sendable {
    let path: URL
    private let shared: SharedFiles

    init(of log: EntityID<ImportLog>, in folder: URL, _ shared: SharedFiles) {
        path = folder.appending(path: log.description)
        self.shared = shared
    }

    private var file: URL { path.appending(path: "file") }
    private static let errorsName = "errors.xlsx"
    private var errors: URL { path.appending(path: Self.errorsName) }

    /// Takes the bytes of an upload over, durably: the run is promised after it. The upload may then be removed.
    func take(_ upload: Uploads.File) async throws {
        try FileManager.default.createDirectory(
            at: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if !FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.linkItem(at: upload.path, to: file)
        }
        let runs = path.deletingLastPathComponent()
        for path in [file, path, runs, runs.deletingLastPathComponent()] { try DurableFile.synchronize(path) }
        try await shared.share(file)
    }

    /// Whether the run's file is to be had.
    func hasFile() async throws -> Bool { try await shared.holds(file) }

    /// The run's file, here. Throws `ImportError.fileGone` when it is not what was sent: rows would be missing and
    /// nobody told.
    func readFile(hash: String?) async throws -> URL {
        guard try await shared.fetch(file) else { throw ImportError.fileGone }
        if let hash, try Uploads.digest(of: file).0 != hash { throw ImportError.fileGone }
        return file
    }

    /// Durable when it returns: the first record is written after it. Every attempt at a run has a plan of its own
    /// name, since two workers may be at it when one of them was taken for dead.
    func keep(_ plan: ImportPlan, as name: String) async throws {
        let path = path.appending(path: name)
        try DurableFile.write(Data(plan.bytes()), to: path)
        try await shared.share(path)
    }

    /// Throws `ImportError.fileGone` when it is lost: another plan would tell other records apart.
    func plan(_ name: String) async throws -> ImportPlan {
        let path = path.appending(path: name)
        guard try await shared.fetch(path), let plan = ImportPlan(bytes: Array(try Data(contentsOf: path))) else {
            throw ImportError.fileGone
        }
        return plan
    }

    /// `write` puts the workbook of failed rows at the path that it is given.
    func keepErrors(_ write: (URL) throws -> Void) async throws {
        try write(errors)
        try await shared.share(errors)
    }

    func hasErrors() async throws -> Bool { try await shared.holds(errors) }

    /// The workbook of failed rows, here; `nil` when there is none.
    func readErrors() async throws -> URL? { try await shared.fetch(errors) ? errors : nil }

    /// The runs of which more is kept, here or in the store, than the failed rows.
    static func unfinished(in folder: URL, _ shared: SharedFiles) async throws -> [EntityID<ImportLog>] {
        // A folder that cannot be read is looked at again in an hour.
        func names(_ path: URL) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? [] }
        let here = names(folder).filter { names(folder.appending(path: $0)) != [errorsName] }
        let elsewhere = try await shared.folders(below: folder, besides: errorsName)
        return elsewhere.union(here).compactMap(EntityID<ImportLog>.init)
    }

    /// The run was never queued.
    func remove() async throws {
        removeHere(except: [])
        try await shared.forget(below: path)
    }

    /// The run is over: only the failed rows stay.
    func finish() async throws {
        removeHere(except: [Self.errorsName])
        try await shared.forget(below: path, except: errors)
    }

    private func removeHere(except kept: Set<String>) {
        // Left-overs cost space and nothing else.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
        for name in names where !kept.contains(name) {
            try? FileManager.default.removeItem(at: path.appending(path: name))
        }
        rmdir(path.path)
    }
}
