import Foundation
import Growth
import Hummingbird
import Store

/// Who gets no mail, in the browser and for other programs.
enum SuppressionRoutes {
    private static let item = JSONSchema.entity(Suppression.self)
    private static let definition = ListDefinition<Suppression>(
        path: "/suppressions", filters: ["address", "reason", "sourceCampaignId", "createdAt"],
        sorts: ["_id", "createdAt", "address"], defaultSort: [.descending("createdAt")],
        search: { .startsWith("address", $0.trimmingCharacters(in: .whitespaces).lowercased()) })

    static let all: [Endpoint] = [
        Endpoint(
            .get, "/suppressions", for: .may(.readRecords), "Who gets no mail", query: definition.parameters
        ) { try await show($0) },
        Endpoint(.post, "/suppressions", for: .may(.manageCampaigns), "Adds an address or a domain", takes: .form) {
            visit in
            do {
                try await add(visit)
                return visit.redirect(to: "/suppressions", flash: "suppressions.added.done")
            } catch let error as InvalidFields {
                return try await show(visit, error.problems)
            }
        },
        Endpoint(
            .post, "/suppressions/{id}/delete", for: .may(.manageCampaigns), "Lets mail go to it again", takes: .form
        ) {
            visit in
            try await remove(visit)
            return visit.redirect(to: "/suppressions", flash: "suppressions.removed.done")
        },
        Endpoint(
            .get, "/api/suppressions", for: .may(.readRecords), "Who gets no mail", query: definition.parameters,
            gives: .json(.list(of: item))
        ) { visit in visit.json(try await definition.page(visit).value()) },
        Endpoint(
            .post, "/api/suppressions", for: .may(.manageCampaigns), "Adds an address or a whole domain",
            takes: .json(.object(.must("address", .string), .may("note", .nullable(.string)))),
            gives: .json(item, status: .created)
        ) { visit in
            try visit.input.allow("address", "note")
            return try visit.json(try await add(visit), status: .created)
        },
        Endpoint(
            .delete, "/api/suppressions/{id}", for: .may(.manageCampaigns), "Lets mail go to it again", gives: .nothing
        ) { visit in
            try await remove(visit)
            return visit.noContent()
        },
    ]

    @discardableResult
    private static func add(_ visit: MemberVisit) async throws -> Suppression {
        try await visit.platform.suppressions.add(
            visit.input.text("address") ?? "", note: visit.input.text("note"), by: visit.principal,
            audit: visit.platform.audit)
    }

    private static func remove(_ visit: MemberVisit) async throws {
        try await visit.platform.suppressions.remove(try visit.id(), by: visit.principal, audit: visit.platform.audit)
    }

    private static func show(_ visit: MemberVisit, _ problems: [String: FieldProblem] = [:]) async throws -> Response {
        let page = try await definition.page(visit)
        return try visit.page(
            "campaigns/suppressions", title: visit.phrase("suppressions.title"),
            [
                "rows": page.items.map { row -> PageData in
                    [
                        "id": row.id.description, "address": row.address,
                        "reason": visit.phrase("suppressions.reasons.\(row.reason.rawValue)"),
                        "at": row.createdAt.map(visit.formats.dateTime) ?? "",
                        "machine": row.createdAt.map(visit.formats.machine) ?? "", "hasNote": row.note != nil,
                        "note": row.note ?? "", "hasCampaign": row.sourceCampaignId != nil,
                        "campaign": row.sourceCampaignId.map { "/campaigns/\($0)" } ?? "",
                    ]
                },
                "isEmpty": page.items.isEmpty, "q": page.request.text, "hasQuery": !page.request.text.isEmpty,
                "pager": try page.pager(visit), "mayManage": visit.may(.manageCampaigns),
                "address": visit.input.text("address") ?? "", "note": visit.input.text("note") ?? "",
                "errors": visit.sentences(problems),
            ], status: problems.isEmpty ? .ok : .unprocessableContent)
    }
}
