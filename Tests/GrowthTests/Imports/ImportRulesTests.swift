import Foundation
import Growth
import Store
import Testing

struct ImportRulesTests {
    private static let header = "اسم الشركة,المدينة,الجوال,البريد الإلكتروني,القطاع,درجة الثقة\n"

    private func company(_ bench: ImportBench, named name: String) async throws -> Company {
        try #require(try await bench.store.first(Company.self, where: .equals("nameAr", .string(name))))
    }

    // MARK: Policies

    @Test(
        arguments: [
            (ImportPolicy.fillBlanks, "الرياض", "صناعة"), (.overwrite, "جدة", "صناعة"), (.skip, "الرياض", nil),
            (.higherConfidence, "جدة", "صناعة"),
        ] as [(ImportPolicy, String, String?)])
    func `a policy decides what a row may do to a stored company`(
        policy: ImportPolicy, city: String, sector: String?
    ) async throws {
        try await ImportBench.with { bench in
            let first = Self.header + "مصنع الأفق الحديث,الرياض,0501234567,info@ufuq.example,,low\n"
            let second = Self.header + "مصنع الأفق الحديث,جدة,0501234567,info@ufuq.example,صناعة,high\n"
            try await bench.run(try bench.upload(csv: first))
            let log = try await bench.run(try bench.upload(csv: second)) { $0.policy = policy }
            let stored = try await company(bench, named: "مصنع الأفق الحديث")
            #expect(stored.city == city)
            #expect(stored.sector == sector)
            #expect(log.counters.recordsCreated == 0)
            #expect(log.counters.recordsUpdated == (policy == .skip ? 0 : 1))
            #expect(log.counters.duplicatesDetected == 1)
        }
    }

    @Test func `a tie of confidence keeps what is stored`() async throws {
        try await ImportBench.with { bench in
            let rows = { (city: String) in Self.header + "مصنع الأفق الحديث,\(city),0501234567,,,high\n" }
            try await bench.run(try bench.upload(csv: rows("الرياض")))
            try await bench.run(try bench.upload(csv: rows("جدة"))) { $0.policy = .higherConfidence }
            #expect(try await company(bench, named: "مصنع الأفق الحديث").city == "الرياض")
        }
    }

    @Test func `later rows of a file fill the blanks of the first and count as updated, or as skipped`() async throws {
        try await ImportBench.with { bench in
            let csv =
                Self.header + """
                    شركة النخبة للمقاولات,,0501234567,info@nukhba.example,,
                    شركة النخبه للمقاولات,الدمام,+966 50 123 4567,INFO@nukhba.example,,
                    شركة النخبة للمقاولات,الدمام,0501234567,,,
                    """
            let log = try await bench.run(try bench.upload(csv: csv))
            #expect(log.counters.totalRowsFound == 3)
            #expect(log.counters.companiesExtracted == 1)
            #expect(log.counters.contactPointsExtracted == 2)
            #expect(log.counters.recordsCreated == 3)
            #expect(log.counters.recordsUpdated == 1)
            let stored = try await company(bench, named: "شركة النخبة للمقاولات")
            #expect(stored.city == "الدمام")
        }
    }

    // MARK: Cells

    @Test func `a cell with several numbers makes a contact point of each, mobiles apart from landlines`() async throws
    {
        try await ImportBench.with { bench in
            let csv = Self.header + "شركة النخبة,الرياض,0501234567 / 0112345678,\"a@x.example ; b@x.example\",,\n"
            try await bench.run(try bench.upload(csv: csv))
            let points = try await bench.store.find(Query<ContactPoint>())
            let found = Set(points.map { "\($0.contactType.rawValue) \($0.normalizedValue ?? "")" })
            #expect(
                found == [
                    "mobile +966501234567", "phone +966112345678", "email a@x.example", "email b@x.example",
                ])
        }
    }

    @Test func `an invalid phone is kept as digits, marked and warned of; an invalid email is left out`() async throws {
        try await ImportBench.with { bench in
            let csv = Self.header + "شركة النخبة,الرياض,12,not-an-email,,\n"
            let log = try await bench.run(try bench.upload(csv: csv))
            let points = try await bench.store.find(Query<ContactPoint>())
            #expect(points.map(\.normalizedValue) == ["12"])
            #expect(points.first?.invalidReason == "format")
            #expect(log.warnings == 2)
            #expect(log.status == .completed)
        }
    }

    @Test func `an unknown column is kept with the record under its header`() async throws {
        try await ImportBench.with { bench in
            let csv = "اسم الشركة,رقم العضوية\nشركة النخبة,ع-77\n"
            try await bench.run(try bench.upload(csv: csv))
            let stored = try await company(bench, named: "شركة النخبة")
            #expect(stored.customFields["رقم العضوية"] == "ع-77")
        }
    }

    @Test func `a row without a name fails with its person, and the file says which row and what to do`() async throws {
        try await ImportBench.with { bench in
            let csv = "اسم الشركة,اسم المسؤول,الجوال\nشركة النخبة,أحمد,0501234567\n,خالد,0507654321\n"
            let log = try await bench.run(try bench.upload(csv: csv))
            #expect(log.counters.recordsFailed == 3)
            #expect(log.status == .partiallyCompleted)
            #expect(log.errorMessages.count == 1)
            #expect(log.errorMessages.first?.contains("صف 3") == true)
            #expect(try await bench.store.count(Person.self) == 1)
        }
    }

    @Test func `a quote that guards a formula in our own csv is taken off again`() async throws {
        try await ImportBench.with { bench in
            let csv = "اسم الشركة,الجوال\nشركة النخبة,'+966501234567\n"
            try await bench.run(try bench.upload(csv: csv))
            let points = try await bench.store.find(Query<ContactPoint>())
            #expect(points.map(\.contactValue) == ["+966501234567"])
        }
    }

    // MARK: Corrections

    @Test func `a corrected cell is imported as corrected, and an excluded row is not`() async throws {
        try await ImportBench.with { bench in
            let csv = Self.header + "شركة النخبة,الرياض,,,,\nشركة الأفق,جدة,,,,\n"
            let log = try await bench.run(try bench.upload(csv: csv)) { request in
                request.corrections.cells[.init(sheet: 0, row: 2, column: 1)] = "أبها"
                request.corrections.excluded = [.init(sheet: 0, row: 3)]
            }
            #expect(log.counters.totalRowsFound == 1)
            #expect(try await company(bench, named: "شركة النخبة").city == "أبها")
            #expect(try await bench.store.count(Company.self) == 1)
        }
    }

    @Test func `a preview of other corrections has another token, and a token of another file is refused`() async throws
    {
        try await ImportBench.with { bench in
            let file = try bench.upload(csv: Self.header + "شركة النخبة,الرياض,,,,\n")
            let other = try bench.upload(csv: Self.header + "شركة الأفق,الرياض,,,,\n")
            let plain = try await bench.preview(file)
            let corrected = try await bench.preview(file) {
                $0.corrections.cells[.init(sheet: 0, row: 2, column: 1)] = "أبها"
            }
            #expect(plain.token != corrected.token)
            await #expect(throws: ImportError.previewGone) {
                try await bench.imports.execute(plain.token, of: other, by: nil)
            }
        }
    }

    @Test func `a mapping that was used is proposed again for the same headers`() async throws {
        try await ImportBench.with { bench in
            let csv = "العمود أ,العمود ب\nشركة النخبة,الرياض\n"
            try await bench.run(try bench.upload(csv: csv)) { request in
                request.mapping.sheets[0].columns[0].target = .company(.nameAr)
                request.mapping.sheets[0].columns[1].target = .company(.city)
            }
            let again = try await bench.imports.detect(try bench.upload(csv: csv, name: "next.csv"))
            #expect(again.isRemembered)
            #expect(again.proposal.sheets[0].columns.map(\.target) == [.company(.nameAr), .company(.city)])
        }
    }

    // MARK: Provenance

    @Test func `every value knows its file, sheet, row and column`() async throws {
        try await ImportBench.with { bench in
            try await bench.run(try bench.upload(csv: Self.header + "شركة النخبة,,0501234567,,,\n", name: "a.csv"))
            try await bench.run(
                try bench.upload(csv: "المدينة,اسم الشركة,الجوال\n,,\nالدمام,شركة النخبة,0501234567\n", name: "b.csv"))
            let stored = try await company(bench, named: "شركة النخبة")
            let sources = try await Provenance(store: bench.store).sources(of: stored)
            let name = try #require(sources["nameAr"])
            #expect((name.fileName, name.row, name.column) == ("a.csv", 2, "A"))
            let city = try #require(sources["city"])
            #expect((city.fileName, city.row, city.column, city.header) == ("b.csv", 3, "A", "المدينة"))
            let point = try #require(try await bench.store.first(ContactPoint.self, where: .all))
            let source = try #require(try await Provenance(store: bench.store).source(of: point))
            #expect((source.fileName, source.row, source.column) == ("a.csv", 2, "C"))
        }
    }

    // MARK: Undo

    @Test func `undo sets changed fields back, and keeps what somebody changed since`() async throws {
        try await ImportBench.with { bench in
            try await bench.run(
                try bench.upload(csv: Self.header + "شركة النخبة,,0501234567,,,\nشركة الأفق,,0507654321,,,\n"))
            let second = try await bench.run(
                try bench.upload(
                    csv: Self.header + "شركة النخبة,الدمام,0501234567,,صناعة,\nشركة السهم,أبها,0551112223,,,\n"))
            let before = try await company(bench, named: "شركة النخبة")
            var edited = before
            edited.city = "الخبر"
            try await bench.store.save(edited, original: before)
            let report = try await bench.imports.undo(second.id, by: nil)
            #expect(report.companiesDeleted == 1)
            #expect(report.fieldsRestored == 1)
            #expect(report.kept.map(\.field) == ["city"])
            let after = try await company(bench, named: "شركة النخبة")
            #expect(after.city == "الخبر")
            #expect(after.sector == nil)
            #expect(try await bench.store.count(Company.self) == 2)
        }
    }

    @Test func `two runs taken back, the later one first, leave nothing of either`() async throws {
        try await ImportBench.with { bench in
            let first = try await bench.run(
                try bench.upload(csv: "اسم الشركة,المدينة,البريد\nشركة الأفق الأزرق,الرياض,info@ofoq.sa\n"))
            let second = try await bench.run(
                try bench.upload(
                    csv:
                        "اسم الشركة,المدينة,البريد,الجوال,القطاع\nشركة الأفق الأزرق,الرياض,info@ofoq.sa,0501234567,مقاولات\n"
                ))
            #expect(second.counters.recordsUpdated == 1)
            #expect(try await bench.store.count(Company.self, where: Companies.withPhone) == 1)
            #expect(try await bench.imports.undo(second.id, by: nil).keptCount == 0)
            let company = try #require(try await bench.store.first(Company.self, where: .all))
            #expect(company.sector == nil && company.updatedAt == first.startedAt)
            #expect(try await bench.store.count(Company.self, where: Companies.withPhone) == 0)
            #expect(try await bench.store.count(Company.self, where: Companies.withEmail) == 1)
            let report = try await bench.imports.undo(first.id, by: nil)
            #expect(report.companiesDeleted == 1 && report.keptCount == 0)
            #expect(try await bench.store.count(Company.self) == 0)
            #expect(try await bench.store.count(ContactPoint.self) == 0)
        }
    }

    @Test func `a company with an address of a free-mail provider counts as one with an address`() async throws {
        try await ImportBench.with { bench in
            try await bench.run(try bench.upload(csv: "اسم الشركة,البريد\nمؤسسة الندى,nada@gmail.com\nشركة السحاب,\n"))
            #expect(try await bench.store.find(Query<Company>(Companies.withEmail)).map(\.nameAr) == ["مؤسسة الندى"])
        }
    }

    @Test func `a company that a file calls archived is left out of lists, until the run is taken back`() async throws {
        try await ImportBench.with { bench in
            try await bench.run(try bench.upload(csv: Self.header + "شركة النخبة,,0501234567,,,\n"))
            let file = try bench.upload(csv: "اسم الشركة,الجوال,الحالة\nشركة النخبة,0501234567,مؤرشف\n")
            let run = try await bench.run(file) { $0.policy = .overwrite }
            #expect(try await bench.store.count(Company.self, where: Companies.live) == 0)
            try await bench.imports.undo(run.id, by: nil)
            #expect(try await bench.store.count(Company.self, where: Companies.live) == 1)
        }
    }

    @Test func `a score of nought is no change, so the same list again updates nothing`() async throws {
        try await ImportBench.with { bench in
            let text = "اسم الشركة,الجوال,التقييم\nشركة النخبة,0501234567,0\n"
            try await bench.run(try bench.upload(csv: text))
            let again = try await bench.run(try bench.upload(csv: text))
            #expect(again.counters.recordsUpdated == 0 && again.counters.recordsCreated == 0)
        }
    }

    @Test func `a run whose file is not what was sent fails and writes nothing`() async throws {
        try await ImportBench.with { bench in
            let file = try bench.upload(csv: Self.header + "شركة النخبة,,0501234567,,,\n")
            let preview = try await bench.preview(file)
            let log = try await bench.imports.execute(preview.token, of: file, by: nil)
            let kept = bench.folder.appending(path: "imports/\(log.id)/file")
            try Data("اسم الشركة\n".utf8).write(to: kept)
            try await bench.jobs.runUntilIdle()
            let ended = try #require(try await bench.imports.log(log.id))
            #expect(ended.status == .failed && ended.errorMessages.count == 1)
            #expect(try await bench.store.count(Company.self) == 0)
        }
    }

    @Test func `errors are told in the language of the person who imports`() async throws {
        try await ImportBench.with { bench in
            var user = User()
            (user.name, user.email, user.locale) = ("Sara", "sara@example.sa", .english)
            try await bench.store.insert(user)
            let file = try bench.upload(csv: Self.header + ",الرياض,0501234567,,,\n")
            let preview = try await bench.preview(file)
            let log = try await bench.imports.execute(preview.token, of: file, by: user.id)
            try await bench.jobs.runUntilIdle()
            let messages = try #require(try await bench.imports.log(log.id)).errorMessages
            #expect(!messages.isEmpty && messages.allSatisfy { $0.contains("row") || $0.contains("Row") })
        }
    }

    @Test func `undo keeps a company that somebody wrote a note on`() async throws {
        try await ImportBench.with { bench in
            let log = try await bench.run(try bench.upload(csv: Self.header + "شركة النخبة,,0501234567,,,\n"))
            var note = Activity()
            note.entityType = "company"
            note.entityId = try await company(bench, named: "شركة النخبة").id.raw
            note.type = .note
            try await bench.store.insert(note)
            let report = try await bench.imports.undo(log.id, by: nil)
            #expect(report.companiesDeleted == 0)
            #expect(report.kept.map(\.reason) == [.inUse])
            #expect(report.contactPointsDeleted == 1)
        }
    }

    // MARK: Processed

    @Test func `rows with different ids never merge, and a repeated id with other data fails`() async throws {
        try await ImportBench.with { bench in
            let csv =
                "entity_id,name_ar,city,email\nE1,شركة النخبة,الرياض,a@x.example\nE2,شركة النخبة,الرياض,a@x.example\nE1,شركة أخرى,جدة,\nE1,شركة النخبة,الرياض,a@x.example\n"
            let log = try await bench.run(try bench.upload(csv: csv, name: "companies.csv")) { request in
                request.mapping.type = .processed
                request.mapping.sheets[0].role = .companies
                request.mapping.sheets[0].columns[0].target = .entityID
            }
            #expect(try await bench.store.count(Company.self) == 2)
            #expect(log.counters.recordsFailed == 1)
            #expect(log.counters.companiesExtracted == 2)
        }
    }

    // MARK: Stopping

    @Test func `a cancelled run writes no more and can be undone`() async throws {
        try await ImportBench.with { bench in
            let file = try bench.upload(csv: Self.header + "شركة النخبة,,0501234567,,,\n")
            let preview = try await bench.preview(file)
            let log = try await bench.imports.execute(preview.token, of: file, by: nil)
            try await bench.imports.cancel(log.id)
            try await bench.jobs.runUntilIdle()
            let ended = try #require(try await bench.imports.log(log.id))
            #expect(ended.status == .partiallyCompleted)
            #expect(ended.cancelledAt != nil)
            #expect(try await bench.store.count(Company.self) == 0)
            let report = try await bench.imports.undo(log.id, by: nil)
            #expect(report.companiesDeleted == 0)
        }
    }

    @Test func `an upload is gone once its run has begun, and a file that is no spreadsheet is refused politely`()
        async throws
    {
        try await ImportBench.with { bench in
            let file = try bench.upload(csv: Self.header + "شركة النخبة,,0501234567,,,\n")
            let preview = try await bench.preview(file)
            _ = try await bench.imports.execute(preview.token, of: file, by: nil)
            #expect(bench.imports.uploads.file(file.id) == nil)
            let (id, path) = try bench.imports.uploads.newFile()
            try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).write(to: path)
            let picture = try bench.imports.uploads.keep(id, name: "logo.png", owner: nil)
            do {
                _ = try await bench.imports.detect(picture)
                Issue.record("a picture was taken for a spreadsheet")
            } catch {
                #expect(ImportFailure.words(for: error, in: .arabic).contains("xlsx"))
            }
        }
    }
}
