import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import Matching
import Store
import Testing

@testable import Web

/// The wizard as a browser without JavaScript goes through it, and the parts that htmx asks for.
@Suite struct ImportsPagesTests {
    private static func settled(_ manager: Browsing, _ more: [(String, String)] = []) async throws -> String {
        let sent = try await manager.upload("/imports", SmallList.csv)
        #expect(sent.status == .seeOther, "\(sent.text.prefix(300))")
        let path = try #require(sent.headers[.location])
        let page = try await manager.get(path)
        #expect(page.text.contains("target.0.0") && page.text.contains("value=\"company.nameAr\" selected"))
        let fields = [
            ("type", "simple"), ("sheet", "0"), ("headerRow", "1"), ("policy", "fillBlanks"), ("tags", "معرض، الرياض"),
        ]
        let settled = try await manager.post(path, fields + more)
        #expect(
            settled.status == .seeOther && settled.headers[.location] == "\(path)/preview",
            "\(settled.text.prefix(300))")
        return path
    }

    @Test func `an import that is being taken back says so and not that it is completed`() async throws {
        try await Site.with { site in
            var log = ImportLog()
            (log.fileName, log.status, log.progress) = ("list.xlsx", .completed, ImportProgress())
            log.progress?.phase = .undoing
            try await site.platform.store.insert(log)
            let viewer = try await site.browser(.viewer)
            for path in ["/imports", "/imports/\(log.id)"] {
                let badges = try await viewer.get(path).text.matches(of: #/<span class="badge [a-z]*">([^<]*)</#)
                #expect(badges.map { String($0.1) } == ["جارٍ التراجع"], "\(path)")
            }
        }
    }

    @Test func `without JavaScript a file goes from upload to report and back`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let path = try await Self.settled(manager)
            #expect(try await manager.get("\(path)/preview").text.contains("<noscript>"))
            #expect(try await manager.post("\(path)/preview").status == .seeOther)
            let before = try await manager.get("\(path)/preview").text
            #expect(before.contains("data-row=\"5\"") && before.contains("class=\"badge error\""))
            let row = try await manager.get("\(path)/rows/0-5").text
            #expect(row.contains("name=\"cell.A\"") && row.contains("alert error"))
            _ = try await manager.post("\(path)/rows/0-5", [("do", "correct"), ("cell.A", "شركة الدمام")])
            _ = try await manager.post("\(path)/rows/0-6", [("do", "exclude")])
            _ = try await manager.post("\(path)/preview")
            let after = try await manager.get("\(path)/preview").text
            #expect(!after.contains("class=\"badge error\"") && !after.contains("data-row=\"6\""))
            #expect(try await manager.get("\(path)/preview?excluded=true").text.contains("data-row=\"6\""))
            let token = try #require(after.firstMatch(of: #/name="token" value="([0-9a-f]{32})"/#)?.1)
            let started = try await manager.post("\(path)/execute", [("token", String(token))])
            let run = try #require(started.headers[.location])
            #expect(try await manager.get(run).text.contains("sse-connect=\"\(run)/events\""))
            try await site.platform.jobs.runUntilIdle()
            let report = try await manager.get(run).text
            #expect(report.contains("\(run)/undo") && report.contains("badge ok"))
            #expect(try await site.platform.store.find(Query<Company>()).allSatisfy { $0.tags == ["معرض", "الرياض"] })
            #expect(try await manager.get("\(run)/undo").status == .ok)
            #expect(try await site.platform.store.count(Company.self) == 3)
            #expect(try await manager.post("\(run)/undo").headers[.location] == run)
            #expect(try await manager.get(run).text.contains("sse-connect=\"\(run)/events\""))
            try await site.platform.jobs.runUntilIdle()
            #expect(try await manager.get(run).text.contains("stat-value"))
            #expect(try await site.platform.store.count(Company.self) == 0)
            #expect(try await manager.get("/imports").text.contains("list.csv"))
        }
    }

    @Test func `a cell that is corrected in the sheet brings its row, then the new figures`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let path = try await Self.settled(manager)
            _ = try await manager.post("\(path)/preview")
            let stale = try #require(
                try await manager.get("\(path)/preview").text.firstMatch(of: #/name="token" value="([0-9a-f]{32})"/#)?.1
            )
            let headers: HTTPFields = [
                .contentType: "application/x-www-form-urlencoded", .origin: "http://localhost", .hxRequest: "true",
                .csrfToken: manager.csrf ?? "",
            ]
            let row = try await manager.send(
                .post, "\(path)/corrections?sheet=0", headers, "row=3&column=C&value=info%40rowad.example")
            #expect(
                row.status == .ok && row.text.hasPrefix("<tr data-row=\"3\"") && row.text.contains("info@rowad.example")
            )
            #expect(row.text.contains("aria-busy=\"true\""))
            let counts = try await manager.get("\(path)/preview/counts?row=0-3&column=C", [.hxRequest: "true"])
            #expect(
                counts.status == .ok && counts.text.contains("id=\"lead-0-3\"")
                    && counts.text.contains("id=\"cell-0-3-C\""))
            #expect(counts.text.contains("class=\"ok\"") && !counts.text.contains("aria-busy"))
            // What was seen before the correction is not what would run now.
            #expect(try await manager.post("\(path)/execute", [("token", String(stale))]).status == .conflict)
        }
    }

    @Test func `the preview's stream makes it and leads to it`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let path = try await Self.settled(manager)
            let events = try await manager.get("\(path)/preview/events").text
            #expect(
                events.contains("event: progress\n") && events.contains("data-done") && events.contains("event: done\n")
            )
            #expect(try await manager.get("\(path)/preview").text.contains("class=\"sheet\""))
            #expect(try await manager.get("\(path)/preview/progress").text.contains("data-done"))
        }
    }

    @Test func `columns that make no record are refused on the same page with what was chosen`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let sent = try await manager.upload("/imports", SmallList.csv)
            let path = try #require(sent.headers[.location])
            let fields = [
                ("type", "simple"), ("sheet", "0"), ("headerRow", "1"), ("target.0.0", "ignored"),
                ("target.0.1", "company.region"),
            ]
            let response = try await manager.post(path, fields)
            #expect(response.status == .unprocessableContent && response.text.contains("role=\"alert\""))
            #expect(response.text.contains("value=\"company.region\" selected"))
            for broken in [("target.0.0", "company.colour"), ("policy", "maybe"), ("type", "other")] {
                #expect(
                    try await manager.post(path, fields.filter { $0.0 != broken.0 } + [broken]).status
                        == .unprocessableContent)
            }
        }
    }

    @Test func `the header can be another row, and the type another`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let path = try #require(try await manager.upload("/imports", SmallList.csv).headers[.location])
            let none = try await manager.get("\(path)?type=simple&sheet=0&headerRow=0").text
            #expect(none.contains("value=\"0\" selected"))
            #expect(try await manager.get("\(path)?type=processed").status == .ok)
            #expect(try await manager.get("\(path)?type=simple&sheet=7").status == .unprocessableContent)
            #expect(try await manager.get("\(path)?type=simple&sheet=0&headerRow=-5").status == .unprocessableContent)
        }
    }

    @Test func `the next file with the same headers is mapped as the last one was, and says so`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let path = try await Self.settled(manager, [("target.0.4", "company.subSector")])
            _ = try await manager.post("\(path)/preview")
            let token = try #require(
                try await manager.get("\(path)/preview").text.firstMatch(of: #/name="token" value="([0-9a-f]{32})"/#)?.1
            )
            #expect(try await manager.post("\(path)/execute", [("token", String(token))]).status == .seeOther)
            let next = try #require(try await manager.upload("/imports", SmallList.csv).headers[.location])
            let page = try await manager.get(next).text
            #expect(page.contains("alert ok") && page.contains("value=\"company.subSector\" selected"))
        }
    }

    @Test func `the sample file shows what an import can do`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let path = try #require(try await manager.post("/imports/demo").headers[.location])
            let file = try #require(site.platform.imports.uploads.file(String(path.split(separator: "/").last ?? "")))
            let found = try await site.platform.imports.detect(file)
            let request = ImportRequest(fileName: file.name, mapping: found.proposal)
            let preview = try await site.platform.imports.preview(file, request)
            #expect(found.file.type == .simple && preview.counters.totalRowsFound == 60)
            #expect((preview.actions[.fail] ?? 0) == 1 && preview.rowsWithWarnings >= 2)
            #expect(preview.counters.duplicatesDetected >= 6)
            #expect((48...53).contains(preview.counters.companiesExtracted))
        }
    }

    @Test func `every word that an import can show is there in both languages`() throws {
        let phrases = try Phrases(folder: LocaleFolder.url)
        var keys = Reason.Kind.allCases.map { "imports.reasons.\($0.rawValue)" }
        keys += ImportLog.Status.known.map { "imports.statuses.\($0.rawValue)" }
        keys += ImportProgress.Phase.known.map { "imports.phases.\($0.rawValue)" }
        keys += SheetRole.allCases.map { "imports.roles.\($0.rawValue)" }
        keys += ImportPolicy.allCases.flatMap {
            ["imports.policies.\($0.rawValue).label", "imports.policies.\($0.rawValue).note"]
        }
        keys += RowVerdict.Action.allCases.flatMap { action in
            ["actions", "tabs", "tiles"].map { "imports.\($0).\(action.rawValue)" }
        }
        var targets: [ColumnTarget] = [.entityID, .personID, .custom, .ignored]
        targets += CompanyField.allCases.map { .company($0) }
        targets += PersonField.allCases.map { .person($0) }
        targets += ContactField.allCases.map { .contact($0) }
        targets += ServiceField.allCases.map { .service($0) }
        for owner in ContactPoint.Owner.known {
            targets += ContactPoint.Kind.known.map { .contactPoint(owner: owner, type: $0) }
        }
        keys += targets.map { "imports.targets.\($0.name)" }
        #expect(keys.filter { !phrases.has($0) } == [])
    }
}
