import Growth
import Hummingbird
import Store

/// The pages that every list has.
extension RecordList {
    var routes: [Endpoint] { listRoutes + (isBulk ? bulkRoutes : []) + (editor == nil ? [] : fieldRoutes) }

    private var listRoutes: [Endpoint] {
        [
            Endpoint(
                .get, path, for: .may(.readRecords), "The list of \(E.collection)",
                query: definition.parameters + Self.pageParameters
            ) { try await show($0) },
            Endpoint(
                .get, "\(path)/values", for: .may(.readRecords), "The frequent values of a field of \(E.collection)",
                query: [QueryParameter("field", .word(suggests))]
            ) { try await values($0) },
            Endpoint(
                .get, "\(path)/condition", for: .may(.readRecords),
                "What a condition on a field of \(E.collection) takes",
                query: [QueryParameter("field")]
            ) { try await condition($0) },
            Endpoint(
                .get, "\(path)/filter", for: .may(.readRecords), "Adds a condition to the list of \(E.collection)",
                query: ["field", "op", "value", "until", "span", "to"].map { QueryParameter($0) }
            ) { try add($0) },
        ]
    }

    static var pageParameters: [QueryParameter] {
        [
            QueryParameter("columns", .string, "Names of columns, with commas between them"),
            QueryParameter("view", .string, "The saved view that is open"),
        ]
    }

    // MARK: Many at once

    private var bulkRoutes: [Endpoint] {
        [
            Endpoint(
                .post, "\(path)/bulk/preview", for: .may(.editRecords),
                "What a change of many of \(E.collection) would do",
                takes: .form
            ) { try await previewBulk($0) },
            Endpoint(.post, "\(path)/bulk", for: .may(.editRecords), "Changes many of \(E.collection)", takes: .form) {
                try await startBulk($0)
            },
            Endpoint(
                .post, "\(path)/bulk/export", for: .may(.exportRecords),
                "The ticked rows of \(E.collection) as a spreadsheet",
                takes: .form, gives: .file("*/*")
            ) { try await exportPicked($0) },
            Endpoint(
                .post, "\(apiPath)/bulk/preview", for: .may(.editRecords),
                "What a change of many of \(E.collection) would do", takes: .json(BulkInput.schema),
                gives: .json(BulkView.previewSchema)
            ) { visit in
                let (order, choice) = try await BulkInput.read(visit, self)
                let preview = try await visit.platform.bulk.preview(
                    order, on: E.collection, choice, by: visit.principal)
                return visit.json(BulkView.value(preview))
            },
            Endpoint(
                .post, "\(apiPath)/bulk", for: .may(.editRecords),
                "Changes many of \(E.collection): up to 200 at once, more in the background",
                takes: .json(BulkInput.schema),
                gives: .json(BulkView.schema)
            ) { visit in
                let (order, choice) = try await BulkInput.read(visit, self)
                let run = try await visit.platform.bulk.start(order, on: E.collection, choice, by: visit.principal)
                return visit.json(BulkView.value(run))
            },
        ]
    }

    // MARK: In place

    private var fieldRoutes: [Endpoint] {
        [
            Endpoint(
                .get, "\(path)/{id}/fields/{field}", for: .may(.editRecords),
                "The input of one field of \(E.collection)"
            ) { try await field($0) },
            Endpoint(
                .post, "\(path)/{id}/fields/{field}", for: .may(.editRecords),
                "Changes one field of \(E.collection) in place",
                query: [QueryParameter("column", .string, "The list's column that shows it")], takes: .form
            ) { try await saveField($0) },
        ]
    }
}
