import Growth
import Hummingbird
import Store

/// The list of companies: what it can be asked, in pages, in the API and for an export.
enum CompanyList {
    static let definition = ListDefinition<Company>(
        path: "/companies",
        filters: [
            "city", "sector", "subSector", "activity", "region", "country", "entityType", "priority", "status",
            "dataConfidence", "leadScore", "tags", "sourceFile", "importLogId", "ownerId", "website", "linkedinUrl",
            "nameAr",
            "nameEn", "archivedAt", "createdAt", "updatedAt",
        ],
        sorts: ["_id", "leadScore", "createdAt", "city", "sector", "entityType", "priority"],
        defaultSort: [.descending("_id")],
        search: { ContactQuery($0) == nil ? Companies.words($0) : .all },
        flags: [
            "hasEmail": Companies.withEmail, "hasPhone": Companies.withPhone, "unreachable": Companies.unreachable,
        ])

    /// Live companies, unless the question itself speaks of archived ones; and those that an address or number finds.
    static func scope(_ request: ListRequest<Company>, _ visit: some Visiting) async throws -> Filter {
        let isAboutArchived = request.filter.names("archivedAt") || request.filter.names("status", "archived")
        let scope = isAboutArchived ? Filter.all : Companies.live
        guard ContactQuery(request.text) != nil else { return scope }
        return scope && (try await visit.platform.companies.matching(request.text))
    }

    static func page(_ visit: some Visiting) async throws -> ListPage<Company> {
        let request = try ListRequest(visit, definition)
        return try await request.page(visit.platform.store, within: try await scope(request, visit))
    }
}

extension Filter {
    /// Whether a condition on `field`, and where given of this value, is in it.
    func names(_ field: String, _ value: String? = nil) -> Bool {
        switch self {
        case .equals(let name, let found): return name == field && (value == nil || found.string == value)
        case .isIn(let name, let values), .hasAny(let name, let values):
            return name == field && (value == nil || values.contains { $0.string == value })
        case .exists(let name, _), .contains(let name, _), .startsWith(let name, _), .search(let name, _),
            .range(let name, _, _):
            return name == field && value == nil
        case .and(let filters), .or(let filters): return filters.contains { $0.names(field, value) }
        case .not(let filter): return filter.names(field, value)
        case .related(let relation, _): return relation.local == field && value == nil
        case .all, .none: return false
        }
    }
}
