import Foundation
import Store
import Testing

@testable import Growth

/// What a file says of the consent of those it lists.
struct ImportedConsentTests {
    private static let header = "اسم الشركة,البريد الإلكتروني,الجوال,الموقع,الموافقة,تاريخ الموافقة,مصدر الموافقة\n"

    private func points(_ bench: ImportBench) async throws -> [String: ContactPoint] {
        Dictionary(
            uniqueKeysWithValues: try await bench.store.find(Query<ContactPoint>()).map {
                ($0.normalizedValue ?? "", $0)
            })
    }

    @Test func `columns of a list become the consent of each row's addresses and numbers`() async throws {
        try await ImportBench.with { bench in
            let csv =
                Self.header + """
                    شركة النخبة,a@nukhba.example,0501234567,nukhba.example,نعم,2026-05-01,معرض الرياض
                    شركة أفق,b@ufuq.example,,,Opted out,,
                    شركة ركن,c@rukn.example,,,ربما,أمس,
                    شركة بلا,d@bila.example,,,,,
                    """
            let log = try await bench.run(try bench.upload(csv: csv))
            let points = try await points(bench)
            let given = try #require(points["a@nukhba.example"]?.consent)
            #expect(given.status == "given" && given.source == "معرض الرياض")
            #expect(given.at == CalendarDay.date("2026-05-01"))
            #expect(points["+966501234567"]?.consent == given)
            #expect(points["nukhba.example"] == nil || points["nukhba.example"]?.consent == nil)
            let withdrawn = try #require(points["b@ufuq.example"]?.consent)
            #expect(withdrawn.status == "withdrawn" && withdrawn.source == "list.csv" && withdrawn.at != nil)
            #expect(points["c@rukn.example"]?.consent?.status == "unknown")
            #expect(points["d@bila.example"]?.consent == nil)
            #expect(log.warnings == 2, "an unknown word and no date")
        }
    }

    private func row(_ word: String, at day: String = "", _ source: String = "") -> String {
        "شركة النخبة,a@nukhba.example,,,\(word),\(day),\(source)\n"
    }

    @Test(arguments: ImportPolicy.allCases)
    func `a refusal in a file wins over the consent that is stored`(_ policy: ImportPolicy) async throws {
        try await ImportBench.with { bench in
            try await bench.run(try bench.upload(csv: Self.header + row("given", at: "2026-05-01", "معرض الرياض")))
            let again = try await bench.run(try bench.upload(csv: Self.header + row("نعم"))) { $0.policy = policy }
            #expect(again.warnings == 0)
            let file = try bench.upload(csv: Self.header + row("رفض"), name: "refusals.csv")
            let refused = try await bench.run(file) { $0.policy = policy }
            #expect(refused.warnings == 0)
            let point = try #require(try await points(bench)["a@nukhba.example"])
            #expect(point.consent?.status == "refused" && point.consent?.source == "refusals.csv")
            #expect(point.consent?.basis == nil && point.consent?.at == refused.startedAt)
        }
    }

    @Test func `a refusal that a file brought is told in the timeline and goes back with its run`() async throws {
        try await ImportBench.with { bench in
            try await bench.run(try bench.upload(csv: Self.header + row("given", at: "2026-05-01", "معرض الرياض")))
            let before = try #require(try await points(bench)["a@nukhba.example"])
            let log = try await bench.run(try bench.upload(csv: Self.header + row("سحب الموافقة")))
            let told = try #require(
                try await bench.store.first(
                    Activity.self, where: .equals("entityId", .id(before.entityId)) && .equals("type", "updated")))
            let change = told.metadata?.object?["fields"]?.object?["consent"]?.object
            #expect(change?["before"]?.object?["status"] == "given")
            #expect(change?["after"]?.object?["status"] == "withdrawn")
            #expect(told.metadata?.object?["importLogId"]?.id == log.id.raw)
            let report = try await bench.imports.undo(log.id, by: nil)
            #expect(report.fieldsRestored == 1 && report.keptCount == 0)
            #expect(try await points(bench)["a@nukhba.example"] == before)
        }
    }

    @Test func `a refusal that somebody has changed since stays when its run is undone`() async throws {
        try await ImportBench.with { bench in
            try await bench.run(try bench.upload(csv: Self.header + row("given")))
            let log = try await bench.run(try bench.upload(csv: Self.header + row("رفض")))
            let point = try #require(try await points(bench)["a@nukhba.example"])
            _ = try await ContactPoints(store: bench.store, now: ImportBench.now).edit(
                point.id, RecordEdit(["consentStatus": "withdrawn"]), by: .console)
            let report = try await bench.imports.undo(log.id, by: nil)
            #expect(report.fieldsRestored == 0 && report.kept.map(\.field) == ["consent"])
            #expect(try await points(bench)["a@nukhba.example"]?.consent?.status == "withdrawn")
        }
    }

    @Test(arguments: ImportPolicy.allCases)
    func `a consent in a file does not undo a stored refusal, and the row warns`(_ policy: ImportPolicy) async throws {
        try await ImportBench.with { bench in
            try await bench.run(try bench.upload(csv: Self.header + row("refused")))
            let before = try await points(bench)
            let given = try await bench.run(try bench.upload(csv: Self.header + row("given"))) { $0.policy = policy }
            let asked = try await bench.run(try bench.upload(csv: Self.header + row("withdrawn"))) {
                $0.policy = policy
            }
            #expect(try await points(bench) == before)
            #expect(given.warnings == 1 && asked.warnings == 0)
            #expect(given.warningMessages.first?.contains("رفض") == true)
        }
    }

    @Test func `in one file a refusal wins wherever it stands, over thousands of rows too`() async throws {
        try await ImportBench.with { bench in
            let others = (0..<2_500).map { "شركة \($0),c\($0)@other.example,,,,,\n" }.joined()
            let file = Self.header + row("given") + row("رفض") + row("given") + others + row("withdrawn")
            let log = try await bench.run(try bench.upload(csv: file))
            #expect(try await points(bench)["a@nukhba.example"]?.consent?.status == "refused")
            #expect(log.warnings == 1)
            let rukn = { (word: String) in "شركة ركن,b@rukn.example,,,\(word),,\n" }
            let late = Self.header + rukn("given") + others + rukn("رفض")
            let preview = try await bench.preview(try bench.upload(csv: late))
            let second = try await bench.run(try bench.upload(csv: late))
            #expect(try await points(bench)["b@rukn.example"]?.consent?.status == "refused")
            #expect(preview.counters.recordsUpdated == second.counters.recordsUpdated)
            let report = try await bench.imports.undo(second.id, by: nil)
            #expect(report.contactPointsDeleted == 1 && report.keptCount == 0)
        }
    }

    @Test(arguments: [SheetRole.simple, .companies, .people, .contactPoints])
    func `every sheet with contact points knows the headers, in both languages`(_ role: SheetRole) {
        let headers = ["consent", "الموافقة", "opt-in", "تاريخ الموافقة", "Legal basis", "مصدر الموافقة"]
        let found = headers.map { header in
            ColumnGuess.columns(of: [SampleRow(number: 1, cells: [0: header])], headerRow: 1, role: role)[0].target
        }
        let status = ColumnTarget.contact(.consentStatus)
        #expect(
            found == [
                status, status, status, .contact(.consentAt), .contact(.consentBasis), .contact(.consentSource),
            ])
    }

    @Test func `warnings read as sentences of their language`() {
        let problem = ImportProblem(
            .invalidEmail, row: 5, sheet: "List", column: 1, header: "Mail", value: "x@")
        let (first, last) = ("\u{2068}", "\u{2069}")
        let place = "Sheet “\(first)List\(last)”, row 5, column \(first)B\(last) (“\(first)Mail\(last)”)"
        #expect(problem.place(in: .english) == place)
        #expect(problem.words(in: .english).hasPrefix("“\(first)x@\(last)” is not"))
        #expect(problem.place(in: .arabic).hasPrefix("ورقة «\(first)List\(last)»"))
        #expect(ImportProblem(.errorCell, row: 2).sentence(in: .english).hasPrefix("Row 2: The cell"))
    }
}
