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

    @Test func `a stored contact point keeps its own, and a refusal that was not taken is told`() async throws {
        try await ImportBench.with { bench in
            let row = { (word: String) in Self.header + "شركة النخبة,a@nukhba.example,,,\(word),,\n" }
            try await bench.run(try bench.upload(csv: row("given")))
            let same = try await bench.run(try bench.upload(csv: row("نعم")))
            let refused = try await bench.run(try bench.upload(csv: row("رفض")))
            #expect(try await points(bench)["a@nukhba.example"]?.consent?.status == "given")
            #expect(same.warnings == 0 && refused.warnings == 1)
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
