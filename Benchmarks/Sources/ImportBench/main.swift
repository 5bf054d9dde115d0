import Foundation
import Growth
import Store
import StoreSQLite

// usage: ImportBench IN.(xlsx|csv) FOLDER
//
// A whole import as the product does it, into an empty store: upload, detection, plan, companies, people, contact points,
// provenance, activities, indexes. Prints the seconds of each phase and the rows a second of all of it.

guard CommandLine.arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: ImportBench IN.(xlsx|csv) FOLDER\n".utf8))
    exit(64)
}
Allocator.beThrifty()
let file = URL(filePath: CommandLine.arguments[1])
let folder = URL(filePath: CommandLine.arguments[2])
try? FileManager.default.removeItem(at: folder)  // A folder that is not there yet is what is wanted.

let now: @Sendable () -> Date = { Date() }
let store = try SQLiteStore(folder: folder)
try await store.prepare(GrowthSchema.entities)
let jobs = Jobs(store: store, now: now)
let settings = Settings(store: store, audit: AuditTrail(store: store, now: now), now: now)
let imports = Imports(store: store, settings: settings, jobs: jobs, folder: folder, now: now)
jobs.register("import") { try await imports.run($0) }

let clock = ContinuousClock()
let start = clock.now
func report(_ phase: String, since began: ContinuousClock.Instant) {
    print("\(phase): \((clock.now - began) / .seconds(1)) s")
}

let (id, path) = try imports.uploads.newFile()
try FileManager.default.copyItem(at: file, to: path)
let upload = try imports.uploads.keep(id, name: file.lastPathComponent, owner: nil)
let detected = try await imports.detect(upload)
report("upload and detection", since: start)
let ran = clock.now
let request = ImportRequest(fileName: upload.name, mapping: detected.proposal)
let log = try await imports.execute(request, of: upload, by: nil)
try await jobs.runUntilIdle()
report("run", since: ran)
await store.close()

let reopened = try SQLiteStore(folder: folder)
try await reopened.prepare(GrowthSchema.entities)
guard let finished = try await reopened.get(log.id), finished.status == .completed else {
    FileHandle.standardError.write(Data("the import did not complete\n".utf8))
    exit(1)
}
await reopened.close()
let seconds = (clock.now - start) / .seconds(1)
let rows = finished.counters.totalRowsFound
print(
    "import \(file.lastPathComponent) rows \(rows) companies \(finished.counters.companiesExtracted)"
        + " people \(finished.counters.peopleExtracted) contact points \(finished.counters.contactPointsExtracted)"
        + " duplicates \(finished.counters.duplicatesDetected) seconds \(seconds) rows_per_s \(Int(Double(rows) / seconds))"
)
