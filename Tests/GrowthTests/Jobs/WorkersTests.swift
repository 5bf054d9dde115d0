import Foundation
import Growth
import Store
import StoreTesting
import Testing

/// Several processes on one store.
@Suite struct WorkersTests {
    @Test func `a worker whose job another has taken over writes nothing more`() async throws {
        try await ImportBench.with { bench in
            let store = bench.store
            let (first, second) = (Jobs(store: store, now: ImportBench.now), Jobs(store: store, now: ImportBench.now))
            second.register("list") { try await Self.list("Second", second.writes(for: $0), store) }
            first.register("list") { job in
                // What a pause of the whole process looks like to the others.
                _ = try await store.update(
                    Job.self, where: .id(job.id), .set("leaseUntil", .date(Date(timeIntervalSince1970: 0))))
                try await second.runUntilIdle()
                await #expect(throws: StoreError.conflict(collection: "jobs")) {
                    try await Self.list("First", first.writes(for: job), store)
                }
            }
            let job = first.job("list", on: ObjectID(), by: nil)
            try await store.insert(job)
            try await first.runUntilIdle()
            #expect(try await store.find(Query<Company>()).map(\.nameAr) == ["Second"])
            let done = try #require(try await store.get(job.id))
            #expect(done.status == .done && done.attempts == 2)
        }
    }

    @Test func `a database that takes one process refuses a second until the first is gone`() async throws {
        try await ImportBench.with { bench in
            // Stands still: beside all the other tests the lease would else run out between two lines.
            let now = Date(timeIntervalSince1970: 1_760_000_000)
            let first = SoleProcess(store: bench.store, now: { now })
            let second = SoleProcess(store: bench.store, now: { now })
            try await first.take(patience: .zero)
            await #expect(throws: SoleProcess.Occupied.self) { try await second.take(patience: .zero) }
            let lease = try #require(try await bench.store.first(Job.self, where: .equals("kind", "sole_process")))
            let past = Date(timeIntervalSince1970: 0)
            _ = try await bench.store.update(Job.self, where: .id(lease.id), .set("leaseUntil", .date(past)))
            try await second.take(patience: .zero)
            await #expect(throws: SoleProcess.Occupied.self) { try await first.take(patience: .zero) }
        }
    }

    private static func list(_ name: String, _ begun: Writes, _ store: any DocumentStore) async throws {
        var (writes, company) = (begun, Company())
        company.nameAr = name
        writes.insert([company])
        try await store.commit(writes)
    }

    @Test func `a run that was cut off before its first record imports every row`() async throws {
        try await ImportBench.with { bench in
            let file = try bench.upload(csv: "اسم الشركة,المدينة\nالأفق,الرياض\nالنخبة,جدة\n")
            let preview = try await bench.preview(file)
            let run = try await bench.imports.execute(preview.token, of: file, by: nil)
            // Matched to the end, and then the power went.
            var progress = ImportProgress()
            (progress.phase, progress.rowsTotal, progress.rowsDone) = (.matching, 1_000, 1_000)
            _ = try await bench.store.update(
                ImportLog.self, where: .id(run.id), .set("progress", .object(try Document(part: progress))))
            try await bench.jobs.runUntilIdle()
            let log = try #require(try await bench.imports.log(run.id))
            #expect(log.status == .completed && log.counters.companiesExtracted == 2)
        }
    }

    @Test(.enabled(if: Engine.ofProduct == .mongoDB, "an embedded store has one process"))
    func `a run is done by whoever takes it, wherever its file was sent to`() async throws {
        try await ImportBench.with { here in
            try await withFolder { path in
                let there = try await here.neighbour(in: URL(filePath: path))
                let file = try here.upload(
                    csv: "اسم الشركة,المدينة,الموقع الإلكتروني\nالأفق,الرياض,ofoq.sa\n,جدة,noname.sa\n")
                let preview = try await here.preview(file)
                let run = try await here.imports.execute(preview.token, of: file, by: nil)
                try await there.jobs.runUntilIdle()
                let log = try #require(try await here.imports.log(run.id))
                #expect(log.status == .partiallyCompleted && log.counters.companiesExtracted == 1)
                let failed = try #require(try await here.imports.errorsWorkbook(of: run.id))
                #expect(failed.path.hasPrefix(here.folder.path) && FileManager.default.fileExists(atPath: failed.path))
                let kept = try await here.store.find(Query<FilePiece>()).map(\.name)
                #expect(kept == ["imports/\(run.id)/errors.xlsx"])
            }
        }
    }
}
