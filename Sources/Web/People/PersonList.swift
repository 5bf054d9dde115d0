import Growth
import Hummingbird
import Store

/// The list of people: what it can be asked, in pages, in the API and for an export.
enum PersonList {
    static let definition = ListDefinition<Person>(
        path: "/people",
        filters: [
            "companyId", "companyNameAr", "jobTitle", "department", "seniorityLevel", "isDecisionMaker", "email",
            "mobile",
            "phone", "linkedinUrl", "dataConfidence", "sourceFile", "importLogId", "ownerId", "fullName", "archivedAt",
            "createdAt", "updatedAt",
        ],
        sorts: ["_id", "createdAt", "seniorityLevel", "isDecisionMaker"], defaultSort: [.descending("_id")],
        search: { ContactQuery($0) == nil ? Companies.words($0) : .all },
        flags: ["hasEmail": .exists("email", true), "hasPhone": .exists("mobile", true)])

    /// Live people, unless the question itself speaks of archived ones; and those that an address or number finds.
    static func scope(_ request: ListRequest<Person>, _ visit: some Visiting) async throws -> Filter {
        let scope = request.filter.names("archivedAt") ? Filter.all : People.live
        guard ContactQuery(request.text) != nil else { return scope }
        return scope && (try await visit.platform.people.matching(request.text))
    }

    static func page(_ visit: some Visiting) async throws -> ListPage<Person> {
        let request = try ListRequest(visit, definition)
        return try await request.page(visit.platform.store, within: try await scope(request, visit))
    }
}
