import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Store
import Testing

@testable import Web

@Suite struct ImportsAPITests {
    @Test(.enabled(if: Samples.arePresent, "the shared samples are missing"))
    func `the processed sample goes from detection to undo with the figures that were counted while it was written`()
        async throws
    {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let detected = try await manager.upload(
                "/api/imports/detect", try Samples.bytes("samples/processed.xlsx"), name: "processed.xlsx")
            #expect(SchemaCheck.problems(try detected.value(), ImportSchemas.detected) == [])
            let file = try #require(try detected.value().object)
            #expect(file["type"]?.string == "processed" && file["fileName"]?.string == "processed.xlsx")
            let response = try await manager.json(.post, "/api/imports/preview", ["fileId": file["fileId"] ?? .null])
            #expect(SchemaCheck.problems(try response.value(), ImportSchemas.preview) == [])
            let log = try await manager.run(try #require(try response.value().object))
            let counters = try #require(try Samples.expected("processed.xlsx")["counters"]?.object)
            for pair in counters.pairs { #expect(log[pair.key] == pair.value, "\(pair.key)") }
            #expect(log["status"]?.string == "partially_completed")
            let id = try #require(log["_id"]?.string)
            let dry = try await manager.json(.post, "/api/imports/\(id)/undo?dryRun=true")
            #expect(SchemaCheck.problems(try dry.value(), ImportSchemas.undo) == [])
            #expect(try await site.platform.store.count(Company.self) == 1200)
            #expect(try await manager.get("/api/imports/\(id)/undo").status == .notFound)
            let asked = try await manager.json(.post, "/api/imports/\(id)/undo")
            #expect(asked.status == .accepted)
            #expect(SchemaCheck.problems(try asked.value(), ImportSchemas.log) == [])
            let twice = try await manager.json(.post, "/api/imports/\(id)/undo")
            #expect(try twice.status == .conflict && twice.refusal().code == "not_now")
            try await site.platform.jobs.runUntilIdle()
            let undone = try await manager.get("/api/imports/\(id)/undo")
            #expect(try undone.value() == dry.value())
            #expect(try await site.platform.store.count(Company.self) == 0)
            let again = try await manager.json(.post, "/api/imports/\(id)/undo")
            #expect(again.status == .conflict)
            #expect(try again.refusal().code == "already_undone")
        }
    }

    @Test(.enabled(if: Samples.arePresent, "the shared samples are missing"))
    func `the clean sample's rows are paged and narrowed as they were counted`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let preview = try await manager.preview(
                try Samples.bytes("samples/simple-clean.xlsx"), name: "simple-clean.xlsx")
            let token = try #require(preview["planToken"]?.string)
            let counts = try #require(preview["rows"]?.object)
            #expect(counts.pairs.compactMap(\.value.int).reduce(0, +) == 2000)
            for action in RowVerdict.Action.allCases {
                let page = try await manager.get(
                    "/api/imports/preview/\(token)/rows?action=\(action.rawValue)&limit=20"
                ).value()
                #expect(SchemaCheck.problems(page, ImportSchemas.rows) == [])
                #expect(page.object?["total"] == counts[action.rawValue])
                #expect(
                    page.object?["items"]?.array?.allSatisfy { $0.object?["action"]?.string == action.rawValue } == true
                )
            }
            let last = try await manager.get("/api/imports/preview/\(token)/rows?from=1990&limit=20").value().object
            #expect(last?["items"]?.array?.count == 10)
            let log = try await manager.run(preview)
            #expect(log["totalRowsFound"]?.int == 2000 && log["status"]?.string == "completed")
            for pair in try #require(preview["counters"]?.object).pairs {
                #expect(log[pair.key] == pair.value, "\(pair.key)")
            }
        }
    }

    @Test func `a correction and an excluded row change what the preview counts`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let before = try await manager.preview(SmallList.csv)
            #expect(before["rows"]?.object?["fail"]?.int == 1)
            let after = try await manager.preview(
                SmallList.csv,
                [
                    "corrections": [
                        ["row": 5, "column": "A", "value": "شركة الدمام"],
                        ["row": 3, "column": "C", "value": "info@rowad.example"],
                    ],
                    "excludedRows": [6],
                ])
            #expect(after["rows"]?.object?["fail"]?.int == 0)
            #expect(after["counters"]?.object?["totalRowsFound"]?.int == 4)
            #expect(before["rowsWithWarnings"]?.int == 1 && after["rowsWithWarnings"]?.int == 0)
            #expect(before["planToken"] != after["planToken"])
            let log = try await manager.run(after)
            #expect(log["status"]?.string == "completed")
            let points = try await site.platform.store.find(
                Query<ContactPoint>(.equals("normalizedValue", "info@rowad.example")))
            #expect(points.count == 1)
        }
    }

    @Test func `a failed row comes back in a workbook with its reason`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let log = try await manager.run(try await manager.preview(SmallList.csv))
            #expect(log["recordsFailed"]?.int ?? 0 > 0)
            let id = try #require(log["_id"]?.string)
            let file = try await manager.get("/api/imports/\(id)/errors.xlsx")
            #expect(file.status == .ok && file.text.hasPrefix("PK"))
            #expect(file.headers[.contentDisposition]?.contains("attachment") == true)
            let again = try await manager.detect(Data(file.body.readableBytesView), name: "errors.xlsx")
            #expect(again["sheets"]?.array?.first?.object?["rows"]?.int == 1)
            let sales = try await site.browser(.sales)
            #expect(try await sales.get("/api/imports/\(id)/errors.xlsx").status == .forbidden)
            #expect(try await sales.get("/api/imports/\(id)").status == .ok)
        }
    }

    @Test func `the stream tells of a run until it has ended`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let preview = try await manager.preview(SmallList.csv)
            let started = try await manager.json(
                .post, "/api/imports/execute", ["planToken": preview["planToken"] ?? .null])
            let id = try #require(try started.value().object?["_id"]?.string)
            async let stream = manager.get("/api/imports/\(id)/events")
            async let page = manager.get("/imports/\(id)/events")
            try await site.platform.jobs.runUntilIdle()
            let events = try await stream
            #expect(events.headers[.contentType] == "text/event-stream")
            #expect(events.text.contains("event: progress\n") && events.text.contains("event: done\n"))
            #expect(events.text.contains("\"status\":\"partially_completed\""))
            #expect(try await page.text.contains("data-done"))
        }
    }

    @Test func `a run is cancelled once, and only while it goes on`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let preview = try await manager.preview(SmallList.csv)
            let started = try await manager.json(
                .post, "/api/imports/execute", ["planToken": preview["planToken"] ?? .null])
            let id = try #require(try started.value().object?["_id"]?.string)
            #expect(try await manager.json(.post, "/api/imports/\(id)/undo").status == .conflict)
            let cancelled = try await manager.json(.post, "/api/imports/\(id)/cancel")
            #expect(cancelled.status == .accepted)
            #expect(try cancelled.value().object?["cancelledAt"]?.string != nil)
            try await site.platform.jobs.runUntilIdle()
            #expect(
                try await manager.get("/api/imports/\(id)").value().object?["status"]?.string == "partially_completed")
            #expect(try await site.platform.store.count(Company.self) == 0)
            for deed in ["cancel", "resume"] {
                let refused = try await manager.json(.post, "/api/imports/\(id)/\(deed)")
                #expect(refused.status == .conflict)
                #expect(try refused.refusal().code == "not_now")
            }
        }
    }

    @Test func `what people do with imports is in the audit log`() async throws {
        try await Site.with { site in
            let manager = try await site.browser(.manager)
            let log = try await manager.run(try await manager.preview(SmallList.csv))
            _ = try await manager.json(.post, "/api/imports/\(log["_id"]?.string ?? "")/undo")
            try await site.platform.jobs.runUntilIdle()
            let actions = try await site.platform.store.find(Query<AuditLog>()).map(\.action)
            for action in ["file_uploaded", "import_started", "import_undone"] {
                #expect(actions.contains(action), "\(action)")
            }
            let list = try await manager.get("/api/imports/history").value().object
            #expect(list?["items"]?.array?.count == 1 && list?["items"]?.array?.first?.object?["undoneAt"] != nil)
        }
    }
}
