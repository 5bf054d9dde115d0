import Foundation
import Store
import Testing

@testable import Growth

/// The tags and the columns kept from imports that a list offers.
@Suite struct KnownWordsTests {
    @Test func `edits, bulk work and new records bring their words along, once each`() async throws {
        try await CompaniesTests.with { platform, noura in
            let words = platform.knownWords
            let company = try await platform.companies.create(
                RecordEdit(["nameAr": "شركة", "tags": "vip، معرض"], custom: ["رقم السجل": "1010"]), by: noura)
            _ = try await platform.companies.edit(
                company.id, RecordEdit(["tags": "vip، شريك"], custom: ["المندوب": "سامي"]), by: noura)
            _ = try await platform.bulk.start(
                BulkOrder(.addTags, value: "new"), on: "companies", .ids([company.id.raw]), by: noura)
            _ = try await platform.people.create(
                RecordEdit(["fullName": "سعد"], custom: ["رقم الموظف": "7"]), by: noura)
            #expect(try await words.list(.tags, of: "companies") == ["new", "vip", "شريك", "معرض"])
            #expect(try await words.list(.customFields, of: "companies") == ["المندوب", "رقم السجل"])
            #expect(try await words.list(.customFields, of: "people") == ["رقم الموظف"])
            #expect(try await words.list(.tags, of: "people") == [])
        }
    }

    @Test func `an import brings its columns and tags, and its undo takes those that nobody else has`() async throws {
        try await CompaniesTests.with { platform, noura in
            _ = try await platform.companies.create(
                RecordEdit(["nameAr": "شركة قديمة"], custom: ["المندوب": "سامي"]), by: noura)
            let (id, path) = try platform.imports.uploads.newFile()
            let text = "اسم الشركة,الوسوم,المندوب,رقم السجل\nشركة النخبة,معرض,هدى,1010\nشركة أفق,,,\n"
            try Data(text.utf8).write(to: path)
            let file = try platform.imports.uploads.keep(id, name: "list.csv", owner: nil)
            let detected = try await platform.imports.detect(file)
            let preview = try await platform.imports.preview(
                file, ImportRequest(fileName: file.name, mapping: detected.proposal))
            #expect(try await platform.knownWords.list(.tags, of: "companies") == [])
            let run = try await platform.imports.execute(preview.token, of: file, by: nil)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.knownWords.list(.tags, of: "companies") == ["معرض"])
            #expect(try await platform.knownWords.list(.customFields, of: "companies") == ["المندوب", "رقم السجل"])
            try await platform.imports.requestUndo(run.id, by: noura.userId)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.store.count(Company.self) == 1)
            #expect(try await platform.knownWords.list(.tags, of: "companies") == [])
            #expect(try await platform.knownWords.list(.customFields, of: "companies") == ["المندوب"])
        }
    }

    @Test func `what an earlier program wrote is learnt at the first start, and not again`() async throws {
        try await CompaniesTests.with { platform, _ in
            let companies = (0..<1_200).map { number in
                var company = Company()
                company.nameAr = "شركة \(number)"
                company.customFields = number == 1_100 ? ["نادر": "1"] : ["شائع": "2"]
                company.tags = number < 3 ? ["t\(number)"] : []
                return company
            }
            try await platform.store.insert(companies)
            try await platform.knownWords.learnOnce()
            try await platform.knownWords.learnOnce()
            let waiting = Filter.equals("kind", "learn_words")
            #expect(try await platform.store.count(Job.self, where: waiting) == 1)
            try await platform.jobs.runUntilIdle()
            #expect(try await platform.knownWords.list(.customFields, of: "companies") == ["شائع", "نادر"])
            #expect(try await platform.knownWords.list(.tags, of: "companies") == ["t0", "t1", "t2"])
            try await platform.knownWords.learnOnce()
            #expect(try await platform.store.count(Job.self, where: waiting) == 1)
        }
    }
}
