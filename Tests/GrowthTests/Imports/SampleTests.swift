import Foundation
import Growth
import Store
import Testing

@Suite(.enabled(if: SharedData.isPresent, "the shared samples are missing"))
struct SampleTests {
    private func expected(_ sample: String) throws -> Document {
        let text = try String(contentsOf: SharedData.sample("expected.json"), encoding: .utf8)
        return try #require(try Value(json: text).object?[sample]?.object)
    }

    @Test func `the processed workbook gives the figures that were counted while it was written`() async throws {
        try await ImportBench.with { bench in
            let log = try await bench.run(try bench.upload(SharedData.sample("processed.xlsx")))
            let counters = try #require(try expected("processed.xlsx")["counters"]?.object)
            for pair in counters.pairs {
                #expect(log.counters.document[pair.key] == pair.value, "\(pair.key)")
            }
            #expect(try await bench.store.count(Company.self) == 1200)
            #expect(try await bench.store.count(Person.self) == 1215)
            #expect(try await bench.store.count(ContactPoint.self) == 4115)
            #expect(try await bench.store.count(ServiceMatch.self) == 1596)
        }
    }

    @Test func `the preview of the processed workbook counts what the run then does`() async throws {
        try await ImportBench.with { bench in
            let file = try bench.upload(SharedData.sample("processed.xlsx"))
            let preview = try await bench.preview(file)
            let log = try await bench.run(file)
            var counters = log.counters
            // The workbook's own sheets of duplicates and issues are counted with the run.
            counters.duplicatesDetected = preview.counters.duplicatesDetected
            counters.issuesFound = preview.counters.issuesFound
            #expect(preview.counters == counters)
        }
    }

    @Test func `the dirty list is read below its titles, and only rows without a name fail`() async throws {
        try await ImportBench.with { bench in
            let file = try bench.upload(SharedData.sample("simple-dirty.xlsx"))
            let detected = try await bench.imports.detect(file)
            #expect(detected.file.type == .simple)
            #expect(detected.proposal.sheets.map(\.name) == ["قائمة الموردين"])
            #expect(detected.proposal.sheets[0].headerRow == 4)
            let custom = detected.proposal.sheets[0].columns.filter { $0.target == .custom }.map(\.header)
            #expect(custom == ["م", "تاريخ التسجيل", "عمود غير معروف"])
            let log = try await bench.run(file)
            #expect(log.counters.totalRowsFound == 400)
            #expect(log.counters.companiesExtracted == 395)
            #expect(log.status == .partiallyCompleted)
            #expect(log.errorMessages.count == 5)
            #expect(try await bench.imports.errorsWorkbook(of: log.id) != nil)
        }
    }

    @Test(arguments: ["simple-clean.xlsx", "simple-dirty.xlsx", "processed.xlsx", "windows-1256.csv", "utf-16.tsv"])
    func `the same file again makes no new record`(sample: String) async throws {
        try await ImportBench.with { bench in
            let first = try await bench.run(try bench.upload(SharedData.sample(sample)))
            #expect(first.counters.recordsCreated > 0)
            let again = try await bench.run(try bench.upload(SharedData.sample(sample)))
            #expect(again.counters.recordsCreated == 0)
            #expect(again.counters.recordsFailed == first.counters.recordsFailed)
        }
    }

    @Test func `the clean list finds its known duplicates`() async throws {
        try await ImportBench.with { bench in
            let log = try await bench.run(try bench.upload(SharedData.sample("simple-clean.xlsx")))
            let duplicates = try #require(try expected("simple-clean.xlsx")["duplicateRows"]?.int)
            #expect(log.counters.totalRowsFound == 2000)
            #expect(log.status == .completed)
            #expect(abs(log.counters.companiesExtracted - (2000 - duplicates)) <= 30)
        }
    }

    @Test(arguments: ["simple-clean.xlsx", "processed.xlsx"])
    func `undoing a run leaves nothing of it`(sample: String) async throws {
        try await ImportBench.with { bench in
            let log = try await bench.run(try bench.upload(SharedData.sample(sample)))
            let preview = try await bench.imports.previewUndo(log.id)
            let report = try await bench.imports.undo(log.id, by: nil)
            #expect(report == preview)
            #expect(report.keptCount == 0)
            #expect(try await bench.store.count(Company.self) == 0)
            #expect(try await bench.store.count(Person.self) == 0)
            #expect(try await bench.store.count(ContactPoint.self) == 0)
            #expect(try await bench.store.count(ServiceMatch.self) == 0)
            #expect(try await bench.store.count(Activity.self) == 0)
            await #expect(throws: ImportError.alreadyUndone) { try await bench.imports.undo(log.id, by: nil) }
        }
    }
}
