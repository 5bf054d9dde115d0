import Growth
import Hummingbird
import Store

/// The list of contact points: what it can be asked, in pages, in the API and for an export.
enum ContactPointList {
    static let definition = ListDefinition<ContactPoint>(
        path: "/contact-points",
        filters: [
            "contactType", "entityType", "entityId", "companyId", "personId", "normalizedValue", "contactValue",
            "isPrimary",
            "isVerified", "dataConfidence", "sourceFile", "importLogId", "invalidAt", "invalidReason", "createdAt",
            "updatedAt", "consent.status", "consent.basis", "consent.source",
        ],
        sorts: ["_id", "createdAt", "normalizedValue", "contactType"], defaultSort: [.descending("_id")],
        search: { text in
            let plain = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
            return plain.isEmpty ? .all : ContactQuery(text)?.filter ?? .startsWith("normalizedValue", plain)
        },
        flags: ["isValid": .exists("invalidAt", false)])

    static func page(_ visit: some Visiting) async throws -> ListPage<ContactPoint> {
        try await definition.page(visit)
    }
}
