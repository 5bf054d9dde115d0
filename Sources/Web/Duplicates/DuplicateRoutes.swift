import Growth
import Hummingbird
import Store

/// Records that may be the same: found, reviewed, merged.
enum DuplicateRoutes {
    static let all: [Endpoint] =
        queue + PairPages.routes(Company.self, .companies) + PairPages.routes(Person.self, .people) + undo
        + DuplicateAPI.all

    static let list = ListDefinition<DuplicateReview>(
        path: "/duplicates", filters: ["entityType", "status", "recommendedAction", "groupId", "createdAt"],
        sorts: ["groupId"], defaultSort: Duplicates.order)

    private static let queue: [Endpoint] = [
        Endpoint(
            .get, "/duplicates", for: .may(.readRecords), "Pairs that may be the same, the surest first",
            query: list.parameters
        ) { try await DuplicatePages.index($0) },
        Endpoint(.get, "/duplicates/progress", for: .may(.readRecords), "How far the search for duplicates is") {
            visit in
            var data = try await DuplicatePages.search(visit)
            data["isPart"] = true
            return try visit.fragment("duplicates/progress", data)
        },
        Endpoint(.post, "/duplicates/search", for: .may(.editRecords), "Looks for duplicates", takes: .form) { visit in
            try await visit.platform.duplicates.startSearch(by: visit.principal.userId)
            return visit.redirect(to: "/duplicates")
        },
        Endpoint(
            .post, "/duplicates/search/cancel", for: .may(.editRecords), "Stops the search for duplicates", takes: .form
        ) { visit in
            try await visit.platform.duplicates.cancelSearch()
            return visit.redirect(to: "/duplicates")
        },
        Endpoint(
            .get, "/duplicates/next", for: .may(.readRecords), "Leads to the next pair that waits",
            query: [
                QueryParameter("kind", .word(["companies", "people"])), QueryParameter("after", .id, "A pair"),
            ]
        ) { visit in
            let after = visit.query("after").flatMap { EntityID<DuplicateReview>($0) }
            return try await DuplicatePages.next(visit, try DuplicatePages.kind(visit.query("kind")), after: after)
        },
        Endpoint(
            .get, "/companies/{id}/duplicates", for: .may(.readRecords), "Companies that may be the same as this one"
        ) { try await CandidatePages.company($0) },
        Endpoint(.get, "/people/{id}/duplicates", for: .may(.readRecords), "People who may be the same as this one") {
            try await CandidatePages.person($0)
        },
    ]

    static let undoPath = "/merges/undo"

    private static let undo: [Endpoint] = [
        Endpoint(.post, undoPath, for: .may(.editRecords), "Takes a merge back", takes: .form) { visit in
            guard let entry = visit.input.text("entry").flatMap({ EntityID<Activity>($0) }) else {
                throw WebError.notFound
            }
            let report = try await visit.platform.merges.undo(entry, by: visit.principal)
            let noun: RecordNoun = report.kind == .person ? .people : .companies
            let told = report.isWhole ? "duplicates.undone.done" : "duplicates.undonePartly.done"
            return visit.redirect(to: "/\(noun.rawValue)/\(report.other)", flash: told)
        }
    ]
}
