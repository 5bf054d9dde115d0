import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// The way of a file from a person's computer to a run: file, columns, preview, run.
enum WizardRoutes {
    static let all: [Endpoint] = files + preview

    private static let files: [Endpoint] = [
        Endpoint(
            .get, "/imports/new", for: .may(.importFiles), "Where a file is chosen",
            query: [QueryParameter("demo", .boolean, "Offers the sample file first")]
        ) { try start($0) },
        Endpoint(.post, "/imports", for: .may(.importFiles), "Takes a file in", takes: .upload) { visit in
            do {
                let file = try await ImportFiles.receive(visit)
                return visit.redirect(to: "/imports/files/\(file.id)")
            } catch let error as any Presentable where !(error.failure.status == .forbidden) {
                return try start(visit, problem: error)
            }
        },
        Endpoint(.post, "/imports/demo", for: .may(.importFiles), "Takes the sample file", takes: .form) { visit in
            visit.redirect(to: "/imports/files/\(try await ImportFiles.demo(visit).id)")
        },
        Endpoint(
            .get, "/imports/files/{file}", for: .may(.importFiles), "What the columns of a file become",
            query: [QueryParameter("type"), QueryParameter("sheet", .integer), QueryParameter("headerRow", .integer)]
        ) { try await MappingPages.show($0) },
        Endpoint(
            .post, "/imports/files/{file}", for: .may(.importFiles), "Settles what the columns become", takes: .form
        ) { try await MappingPages.settle($0) },
    ]

    private static let preview: [Endpoint] = [
        Endpoint(
            .get, "/imports/files/{file}/preview", for: .may(.importFiles), "What a run would do",
            query: ImportSchemas.rowQuery
        ) { try await PreviewPages.show($0) },
        Endpoint(
            .post, "/imports/files/{file}/preview", for: .may(.importFiles), "Makes the preview and waits for it",
            takes: .form
        ) { try await PreviewPages.make($0) },
        Endpoint(
            .get, "/imports/files/{file}/preview/events", for: .may(.importFiles),
            "Makes the preview and says how far it is",
            gives: .events
        ) { try await PreviewMaking.events($0) },
        Endpoint(
            .get, "/imports/files/{file}/preview/progress", for: .may(.importFiles),
            "The same for browsers without streams"
        ) { try await PreviewMaking.poll($0) },
        Endpoint(
            .get, "/imports/files/{file}/preview/counts", for: .may(.importFiles), "The figures after a correction",
            query: [QueryParameter("row"), QueryParameter("column")]
        ) { try await CorrectionPages.counts($0) },
        Endpoint(
            .post, "/imports/files/{file}/corrections", for: .may(.importFiles), "Corrects a cell",
            query: [QueryParameter("sheet", .integer)], takes: .form
        ) { try await CorrectionPages.correct($0) },
        Endpoint(.get, "/imports/files/{file}/rows/{row}", for: .may(.importFiles), "One row of a preview") {
            try await RowPages.show($0)
        },
        Endpoint(
            .post, "/imports/files/{file}/rows/{row}", for: .may(.importFiles),
            "Corrects a row, leaves it out or takes it back",
            takes: .form
        ) { try await RowPages.save($0) },
        Endpoint(
            .post, "/imports/files/{file}/execute", for: .may(.importFiles), "Starts the run that the preview showed",
            takes: .form
        ) { try await PreviewPages.execute($0) },
    ]

    private static func start(_ visit: MemberVisit, problem: (any Presentable)? = nil) throws -> Response {
        var data: PageData = [
            "steps": WizardSteps.data(at: .file, file: nil, visit), "maxBytes": WebLimits.uploadBytes,
            "hasProblem": problem != nil,
            "isDemo": visit.query("demo") == "1",
        ]
        if let failure = problem?.failure {
            data["problem"] = failure.words[visit.language] ?? visit.phrase("errors.\(failure.code)", failure.values)
        }
        return try visit.page(
            "imports/new", title: visit.phrase("imports.newTitle"), data, trail: [RunPages.crumb(visit)],
            status: problem == nil ? .ok : .unprocessableContent)
    }
}

/// The four steps at the top of each page of the wizard.
enum WizardSteps: String, CaseIterable {
    case file, columns, preview, run

    static func data(at current: WizardSteps, file: String?, _ visit: some Visiting) -> [PageData] {
        allCases.map { step in
            let isDone = step.position < current.position
            var data: PageData = [
                "label": visit.phrase("imports.steps.\(step.rawValue)"), "isDone": isDone, "isCurrent": step == current,
                "hasLink": false,
            ]
            if isDone, let file, let path = step.path(file) {
                data["hasLink"] = true
                data["path"] = path
            }
            return data
        }
    }

    private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    private func path(_ file: String) -> String? {
        switch self {
        case .file: "/imports/new"
        case .columns: "/imports/files/\(file)"
        case .preview: "/imports/files/\(file)/preview"
        case .run: nil
        }
    }
}
