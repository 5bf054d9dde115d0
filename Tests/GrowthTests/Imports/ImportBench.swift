import Foundation
import Growth
import Store
import StoreTesting
import Synchronization

/// A store in a folder of its own and imports over it: the real parts, together.
struct ImportBench {
    let folder: URL
    let store: any DocumentStore
    let jobs: Jobs
    let settings: Settings
    let imports: Imports

    /// A second later each time it is asked.
    static let now: @Sendable () -> Date = {
        Date(
            timeIntervalSince1970: 1_760_000_000
                + Double(
                    seconds.withLock {
                        $0 += 1; return $0
                    }))
    }
    private static let seconds = Mutex(0)

    private init(_ store: any DocumentStore, _ folder: URL) async throws {
        self.folder = folder
        self.store = store
        try await store.prepare(GrowthSchema.entities)
        jobs = Jobs(store: store, now: Self.now)
        settings = Settings(store: store, audit: AuditTrail(store: store, now: Self.now), now: Self.now)
        imports = Imports(store: store, settings: settings, jobs: jobs, folder: folder, now: Self.now)
        let imports = imports
        jobs.register("import") { try await imports.run($0) }
    }

    /// Runs `body` on a fresh bench and removes it afterwards.
    static func with<T>(_ body: (ImportBench) async throws -> T) async throws -> T {
        try await withFolder { path in
            let folder = URL(filePath: path)
            return try await Engine.ofProduct.withStore(in: folder) { store in
                try await body(try await ImportBench(store, folder))
            }
        }
    }

    /// Another process on the same store, with a data folder of its own.
    func neighbour(in folder: URL) async throws -> ImportBench { try await ImportBench(store, folder) }

    func upload(_ file: URL) throws -> Uploads.File {
        let (id, path) = try imports.uploads.newFile()
        try FileManager.default.copyItem(at: file, to: path)
        return try imports.uploads.keep(id, name: file.lastPathComponent, owner: nil)
    }

    func upload(csv text: String, name: String = "list.csv") throws -> Uploads.File {
        let (id, path) = try imports.uploads.newFile()
        try Data(text.utf8).write(to: path)
        return try imports.uploads.keep(id, name: name, owner: nil)
    }

    func preview(_ file: Uploads.File, _ change: (inout ImportRequest) -> Void = { _ in }) async throws -> ImportPreview
    {
        let detected = try await imports.detect(file)
        var request = ImportRequest(fileName: file.name, mapping: detected.proposal)
        change(&request)
        return try await imports.preview(file, request)
    }

    /// Imports with the proposed mapping and waits for the end.
    @discardableResult
    func run(_ file: Uploads.File, _ change: (inout ImportRequest) -> Void = { _ in }) async throws -> ImportLog {
        let preview = try await preview(file, change)
        let log = try await imports.execute(preview.token, of: file, by: nil)
        try await jobs.runUntilIdle()
        guard let finished = try await imports.log(log.id) else { throw StoreError.conflict(collection: "import_logs") }
        return finished
    }
}

/// The shared test data: `ANWAL_SHARED`, or the folder beside the checkout.
enum SharedData {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["ANWAL_SHARED"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared").standardized
    }()

    static func sample(_ name: String) -> URL { folder.appending(path: "samples").appending(path: name) }
    static var isPresent: Bool { FileManager.default.fileExists(atPath: sample("expected.json").path) }
}
