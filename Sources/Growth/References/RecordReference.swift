import Store

/// A field of a collection that holds the id of a company, a person or a contact point.
///
/// `all` is the one table of them: merging moves what it names, and whoever shows, exports or erases everything about a
/// record walks over it. A test demands a row for every field of the schema that refers to such a record.
public struct RecordReference: Sendable {
    public enum Target: String, Sendable, CaseIterable { case company, person, contactPoint }

    public enum Role: Sendable {
        /// Goes along when the record it refers to is merged into another.
        case moves
        /// Tells of the record as it was: journals and the audit log.
        case stays
    }

    public let target: Target
    public let entity: any Entity.Type
    public let field: String
    /// The field that says what kind of record the id is of, and its word; `nil` where the id is always of this kind.
    public let kind: (field: String, word: String)?
    /// Whether the field is an array of ids.
    public let isArray: Bool
    public let role: Role

    public var collection: String { entity.collection }

    /// Everything that refers to the record through this field.
    public func filter(of id: ObjectID) -> Filter {
        let refers: Filter = isArray ? .hasAny(field, [.id(id)]) : .equals(field, .id(id))
        guard let kind else { return refers }
        return .equals(kind.field, .string(kind.word)) && refers
    }

    public func count(of id: ObjectID, in store: any DocumentStore, within scope: Filter = .all) async throws -> Int {
        func count<E: Entity>(_ type: E.Type) async throws -> Int {
            try await store.count(type, where: filter(of: id) && scope)
        }
        return try await count(entity)
    }

    /// The ids of everything that refers to the record, in their order.
    public func ids(of id: ObjectID, in store: any DocumentStore) async throws -> [ObjectID] {
        func ids<E: Entity>(_ type: E.Type) async throws -> [ObjectID] {
            var found: [ObjectID] = []
            try await store.stream(type, where: filter(of: id), batch: 500) { found += $0.map(\.id.raw) }
            return found
        }
        return try await ids(entity)
    }

    public static func of(_ target: Target) -> [RecordReference] { all.filter { $0.target == target } }

    public static let all: [RecordReference] = companies + people + points

    private init(
        _ target: Target, _ entity: any Entity.Type, _ field: String, kind: (field: String, word: String)? = nil,
        isArray: Bool = false, _ role: Role = .moves
    ) {
        self.target = target
        self.entity = entity
        self.field = field
        self.kind = kind
        self.isArray = isArray
        self.role = role
    }

    private static let companies: [RecordReference] =
        [
            RecordReference(.company, Person.self, "companyId"),
            RecordReference(.company, ContactPoint.self, "entityId", kind: ("entityType", "company")),
            RecordReference(.company, ContactPoint.self, "companyId"),
            RecordReference(.company, ServiceMatch.self, "companyId"),
            RecordReference(.company, Segment.self, "staticIds", kind: ("targetType", "companies"), isArray: true),
            RecordReference(.company, EmailReply.self, "linkedCompanyId"),
            RecordReference(.company, ImportChange.self, "recordId", kind: ("recordType", "companies"), .stays),
            RecordReference(.company, AuditLog.self, "entityId", kind: ("entityType", "companies"), .stays),
            RecordReference(.company, Company.self, "mergedInto", .stays),
        ] + both(.company, "companyId")

    private static let people: [RecordReference] =
        [
            RecordReference(.person, ContactPoint.self, "entityId", kind: ("entityType", "person")),
            RecordReference(.person, ContactPoint.self, "personId"),
            RecordReference(.person, Segment.self, "staticIds", kind: ("targetType", "people"), isArray: true),
            RecordReference(.person, EmailReply.self, "linkedPersonId"),
            RecordReference(.person, ImportChange.self, "recordId", kind: ("recordType", "people"), .stays),
            RecordReference(.person, AuditLog.self, "entityId", kind: ("entityType", "people"), .stays),
            RecordReference(.person, Person.self, "mergedInto", .stays),
        ] + both(.person, "personId")

    private static let points: [RecordReference] = [
        RecordReference(.contactPoint, CampaignRecipient.self, "contactPointId"),
        RecordReference(.contactPoint, SequenceRecipient.self, "contactPointId"),
        RecordReference(
            .contactPoint, Segment.self, "staticIds", kind: ("targetType", "contact_points"), isArray: true),
    ]

    /// What refers to companies and to people in the same way.
    private static func both(_ target: Target, _ field: String) -> [RecordReference] {
        let word = target.rawValue
        let plain: [any Entity.Type] = [
            Lead.self, Opportunity.self, EmailThread.self, EmailReply.self, EmailMessage.self, CampaignRecipient.self,
            SequenceRecipient.self,
        ]
        return plain.map { RecordReference(target, $0, field) } + [
            RecordReference(target, Activity.self, "entityId", kind: ("entityType", word)),
            RecordReference(target, WorkTask.self, "relatedEntityId", kind: ("relatedEntityType", word)),
            RecordReference(target, AIClassification.self, "sourceId", kind: ("sourceType", word)),
            RecordReference(target, UserNotification.self, "entityId", kind: ("entityType", word)),
            RecordReference(target, DuplicateReview.self, "entityId1", kind: ("entityType", word)),
            RecordReference(target, DuplicateReview.self, "entityId2", kind: ("entityType", word)),
        ]
    }
}
