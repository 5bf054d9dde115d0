import Store

/// What may be asked of a collection's documents: allow-listed fields, questions of its own, and related collections.
public struct FilterFields: Sendable {
    public enum Question: Sendable {
        /// A yes or no.
        case flag(Filter)
        /// Words, in whatever spelling.
        case words(@Sendable (String) -> Filter)
    }

    /// Another collection whose documents belong to this one's.
    public struct Related: Sendable {
        public let relation: Filter.Relation
        /// Which documents of that collection count at all.
        public let scope: Filter
        private let make: @Sendable () -> FilterFields

        init<E: Entity>(
            _ type: E.Type, local: String = "_id", foreign: String, scope: Filter = .all,
            _ fields: @escaping @Sendable () -> FilterFields
        ) {
            relation = Filter.Relation(local: local, E.collection, foreign: foreign)
            self.scope = scope
            make = fields
        }

        /// Made when asked for, because companies relate to people and these to companies.
        public var fields: FilterFields { make() }
    }

    /// In the order in which a person chooses among them.
    public let names: [String]
    public let questions: [String: Question]
    public let relations: [(name: String, related: Related)]
    /// The type of a field that may be asked for; `nil` for any other.
    public let type: @Sendable (String) -> Schema.FieldType?

    public init(
        names: [String], questions: [String: Question] = [:], relations: [(name: String, related: Related)] = [],
        type: @escaping @Sendable (String) -> Schema.FieldType?
    ) {
        self.names = names
        self.questions = questions
        self.relations = relations
        self.type = type
    }

    /// These fields of an entity, and columns kept from imports where it keeps them.
    init<E: Entity>(
        _ entity: E.Type, _ names: [String], questions: [String: Question] = [:],
        relations: [(name: String, related: Related)] = []
    ) {
        let schema = Schema(of: entity)
        let types = Dictionary(
            names.compactMap { name in schema.type(of: name).map { (name, $0) } },
            uniquingKeysWith: { first, _ in first })
        let takesCustom = schema.type(of: "customFields") == .mixed
        self.init(names: names, questions: questions, relations: relations) { field in
            if takesCustom, field.hasPrefix(Self.customPrefix), field.utf8.count > Self.customPrefix.utf8.count {
                return .mixed
            }
            return types[field]
        }
    }

    public static let customPrefix = "customFields."

    public func related(_ name: String) -> Related? { relations.first { $0.name == name }?.related }
}

// MARK: What is asked of whom

extension FilterFields {
    public static let companies: FilterFields = FilterFields(
        Company.self,
        [
            "city", "sector", "subSector", "activity", "region", "country", "entityType", "priority", "status",
            "leadScore", "tags", "website", "linkedinUrl", "ownerId", "importLogId", "sourceFile", "dataConfidence",
            "nameAr", "nameEn", "createdAt", "updatedAt",
        ],
        questions: [
            "name": .words { Companies.words($0) }, "hasEmail": .flag(Companies.withEmail),
            "hasPhone": .flag(Companies.withPhone), "unreachable": .flag(Companies.unreachable),
        ],
        relations: [
            ("people", Related(Person.self, foreign: "companyId", scope: People.live) { FilterFields.people }),
            ("contactPoints", Related(ContactPoint.self, foreign: "companyId") { FilterFields.contactPoints }),
            ("services", Related(ServiceMatch.self, foreign: "companyId") { FilterFields.services }),
            ("mails", Related(CampaignRecipient.self, foreign: "companyId") { FilterFields.mails }),
            ("leads", Related(Lead.self, foreign: "companyId") { FilterFields.leads }),
            ("opportunities", Related(Opportunity.self, foreign: "companyId") { FilterFields.opportunities }),
        ])

    public static let people: FilterFields = FilterFields(
        Person.self,
        [
            "jobTitle", "department", "seniorityLevel", "isDecisionMaker", "companyNameAr", "email", "mobile", "phone",
            "linkedinUrl", "ownerId", "importLogId", "sourceFile", "dataConfidence", "fullName", "createdAt",
            "updatedAt",
        ],
        questions: [
            "name": .words { Companies.words($0) }, "hasEmail": .flag(.exists("email", true)),
            "hasPhone": .flag(.exists("mobile", true)),
        ],
        relations: [
            (
                "company",
                Related(Company.self, local: "companyId", foreign: "_id", scope: Companies.live) {
                    FilterFields.companies
                }
            ),
            ("contactPoints", Related(ContactPoint.self, foreign: "personId") { FilterFields.contactPoints }),
            ("mails", Related(CampaignRecipient.self, foreign: "personId") { FilterFields.mails }),
            ("leads", Related(Lead.self, foreign: "personId") { FilterFields.leads }),
            ("opportunities", Related(Opportunity.self, foreign: "personId") { FilterFields.opportunities }),
        ])

    public static let contactPoints: FilterFields = FilterFields(
        ContactPoint.self,
        [
            "contactType", "entityType", "normalizedValue", "contactValue", "isPrimary", "isVerified",
            "dataConfidence", "consent.status", "consent.basis", "consent.source", "importLogId", "sourceFile",
            "invalidAt", "invalidReason", "createdAt", "updatedAt",
        ],
        questions: ["isValid": .flag(.exists("invalidAt", false))],
        relations: [
            (
                "company",
                Related(Company.self, local: "companyId", foreign: "_id", scope: Companies.live) {
                    FilterFields.companies
                }
            ),
            (
                "person",
                Related(Person.self, local: "personId", foreign: "_id", scope: People.live) { FilterFields.people }
            ),
        ])

    public static let services: FilterFields = FilterFields(
        ServiceMatch.self, ["recommendedService", "fitScore", "priority", "sourceFile", "createdAt"])

    /// What became of the mails of campaigns.
    public static let mails: FilterFields = FilterFields(
        CampaignRecipient.self,
        [
            "campaignId", "status", "skipReason", "sentAt", "openedAt", "clickedAt", "repliedAt", "bouncedAt",
            "createdAt",
        ])

    public static let leads: FilterFields = FilterFields(
        Lead.self,
        [
            "status", "temperature", "leadScore", "priority", "source", "assignedTo", "serviceInterest", "campaignId",
            "convertedAt", "createdAt",
        ], questions: ["open": .flag(Leads.open)])

    public static let opportunities: FilterFields = FilterFields(
        Opportunity.self,
        [
            "stage", "valueEstimate", "probability", "expectedCloseDate", "assignedTo", "lostReason", "wonAt", "lostAt",
            "createdAt",
        ], questions: ["open": .flag(Opportunities.open)])
}
