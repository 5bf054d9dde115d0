import Growth
import HTTPTypes
import Hummingbird
import Store

/// Making leads of what an import brought in.
enum LeadsFromImportPage {
    static let all: [Endpoint] = [
        Endpoint(
            .get, "/leads/from-import/{id}", for: .may(.manageSales), "The form that makes leads of an import"
        ) { try await page($0) },
        Endpoint(
            .get, "/leads/from-import/{id}/progress", for: .may(.manageSales), "How far the making of leads is"
        ) { visit in
            let run: EntityID<ImportLog> = try visit.id()
            let progress = try await visit.platform.leadsFromImport.progress(run)
            guard let progress else { throw WebError.notFound }
            return try visit.fragment("leads/progress", data(progress, run, visit))
        },
        Endpoint(
            .post, "/leads/from-import/{id}", for: .may(.manageSales), "Makes leads of an import", takes: .form
        ) { visit in
            let run: EntityID<ImportLog> = try visit.id()
            do {
                try await visit.platform.leadsFromImport.request(
                    run, try records(visit.input), assign: try OwnerInput.assignment(visit.input), by: visit.principal)
                return visit.redirect(to: "/leads/from-import/\(run)")
            } catch let error as InvalidFields {
                return try await page(visit, error.problems)
            } catch let error as LeadError {
                return try await page(visit, refusal: visit.phrase("errors.\(error.failure.code)"))
            }
        },
    ]

    static func records(_ input: Input) throws -> LeadsFromImport.Records {
        guard let records = LeadsFromImport.Records(rawValue: input.text("records") ?? "companies") else {
            throw InvalidFields(["records": .notInList])
        }
        return records
    }

    private static func page(
        _ visit: MemberVisit, _ problems: [String: FieldProblem] = [:], refusal: String? = nil
    ) async throws -> Response {
        let run: EntityID<ImportLog> = try visit.id()
        guard let log = try await visit.platform.imports.log(run) else { throw WebError.notFound }
        let maker = visit.platform.leadsFromImport
        let progress = try await maker.progress(run)
        var kinds: [PageData] = []
        for kind in LeadsFromImport.Records.allCases {
            let count = try await maker.count(run, kind)
            kinds.append([
                "code": kind.rawValue, "label": visit.phrase("leads.fromImport.\(kind.rawValue)"),
                "count": Formats.number(count), "isChosen": kind == .companies,
            ])
        }
        var data: PageData = [
            "id": run.description, "file": log.fileName, "kinds": kinds, "hasProgress": progress != nil,
            "isAtWork": progress?.isAtWork ?? false, "hasRefusal": refusal != nil, "refusal": refusal ?? "",
            "ownerError": DealWords.error("assignedTo", problems, visit),
            "owners": DealWords.owners(try await visit.platform.leads.turns.owners(), chosen: "", visit),
        ]
        if let progress { data["progress"] = self.data(progress, run, visit) }
        return try visit.page(
            "leads/from-import", title: visit.phrase("leads.fromImport.title"), data,
            trail: [RunPages.crumb(visit), Crumb("/imports/\(run)", log.fileName)],
            status: refusal != nil ? .conflict : problems.isEmpty ? .ok : .unprocessableContent)
    }

    private static func data(
        _ progress: LeadsFromImport.Progress, _ run: EntityID<ImportLog>, _ visit: MemberVisit
    ) -> PageData {
        [
            "run": run.description, "isAtWork": progress.isAtWork, "hasFailed": progress.hasFailed,
            "isDone": !progress.isAtWork && !progress.hasFailed, "done": Formats.number(progress.done),
            "total": Formats.number(progress.total), "value": String(progress.done),
            "most": String(max(1, progress.total)), "made": visit.plural("leads.fromImport.made", progress.made),
            "skipped": visit.plural("leads.fromImport.skipped", progress.skipped), "hasSkipped": progress.skipped > 0,
        ]
    }
}
