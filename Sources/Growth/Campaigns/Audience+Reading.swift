import Store

/// What a list of recipients needs of the records behind it, and no more: a million of them go through here, and each whole record is
/// sixty fields to carry about.
extension Audience {
    struct Firm: Sendable {
        let id: EntityID<Company>
        let name: String
        let sector: String?
        let city: String?
        let isBlacklisted: Bool

        static let fields: Set<String> = ["nameAr", "nameEn", "sector", "city", "status"]

        init(_ company: Company) {
            (id, name, sector, city) = (company.id, company.displayName, company.sector, company.city)
            isBlacklisted = company.status == .blacklisted
        }
    }

    struct Contact: Sendable {
        let id: EntityID<Person>
        let companyId: EntityID<Company>?
        let companyName: String?
        let name: String
        let jobTitle: String?
        let email: String?
        /// Greater is nearer to the decision.
        let rank: Int

        static let fields: Set<String> = [
            "fullName", "jobTitle", "email", "companyId", "companyNameAr", "isDecisionMaker", "seniorityLevel",
        ]
        private static let decisions = ["yes": 20, "maybe": 10, "no": -10]
        private static let levels = ["owner": 6, "ceo": 5, "executive": 4, "manager": 3, "specialist": 2, "admin": 1]

        init(_ person: Person) {
            (id, companyId, companyName) = (person.id, person.companyId, person.companyNameAr)
            (name, jobTitle, email) = (person.fullName, person.jobTitle, person.email)
            rank =
                (Self.decisions[person.isDecisionMaker?.rawValue ?? ""] ?? 0)
                + (Self.levels[person.seniorityLevel?.rawValue ?? ""] ?? 0)
        }
    }

    /// A contact point.
    struct Address: Sendable {
        let id: EntityID<ContactPoint>
        let companyId: EntityID<Company>?
        let personId: EntityID<Person>?
        let isEmail: Bool
        let text: String
        let isPrimary: Bool
        let isInvalid: Bool
        let consent: String?

        static let fields: Set<String> = [
            "companyId", "personId", "contactValue", "normalizedValue", "isPrimary", "invalidAt", "consent",
            "contactType",
        ]

        init(_ point: ContactPoint) {
            (id, companyId, personId) = (point.id, point.companyId, point.personId)
            (isEmail, text) = (point.contactType == .email, point.normalizedValue ?? point.contactValue)
            (isPrimary, isInvalid) = (point.isPrimary == true, point.invalidAt != nil)
            consent = point.consent?.status
        }
    }

    /// A batch of the segment, in the order of ids, and where the next begins; `nil` at the end.
    func page<E: Entity, Record>(
        _ filter: Filter, _ last: ObjectID?, _ size: Int, _ fields: Set<String>, _ read: (E) -> Record
    ) async throws -> (records: [Record], next: ObjectID?) {
        var query = Query<E>(filter, limit: size, page: last.map { Page(values: [], id: $0) })
        query.fields = fields
        let found = try await store.find(query)
        return (found.map(read), found.count == size ? found.last?.id.raw : nil)
    }

    /// Email addresses by whose they are.
    func addresses(_ field: String, _ ids: [Value], of owner: ContactPoint.Owner? = nil) async throws -> [Address] {
        if ids.isEmpty { return [] }
        var filter = Filter.isIn(field, ids) && .equals("contactType", Value(ContactPoint.Kind.email))
        if let owner { filter = filter && .equals("entityType", Value(owner)) }
        var query = Query<ContactPoint>(filter)
        (query.lead, query.fields) = (field, Address.fields)
        return try await store.find(query).map(Address.init)
    }

    func firms(_ ids: [Value]) async throws -> [EntityID<Company>: Firm] {
        try await byId(ids, Firm.fields, Firm.init)
    }

    func contacts(_ ids: [Value]) async throws -> [EntityID<Person>: Contact] {
        try await byId(ids, Contact.fields, Contact.init)
    }

    private func byId<E: Entity, Record>(
        _ ids: [Value], _ fields: Set<String>, _ read: (E) -> Record
    ) async throws -> [EntityID<E>: Record] {
        if ids.isEmpty { return [:] }
        var query = Query<E>(.isIn("_id", ids))
        query.fields = fields
        return Dictionary(
            try await store.find(query).map { ($0.id, read($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Of each company the person with an address who decides, or is nearest to it.
    func decisionMakers(of companies: [Value]) async throws -> [EntityID<Company>: Contact] {
        if companies.isEmpty { return [:] }
        var query = Query<Person>(
            .isIn("companyId", companies) && .exists("email", true) && .exists("archivedAt", false))
        (query.lead, query.fields) = ("companyId", Contact.fields)
        var best: [EntityID<Company>: Contact] = [:]
        for person in try await store.find(query) {
            let contact = Contact(person)
            guard let company = contact.companyId else { continue }
            if let other = best[company], other.rank >= contact.rank { continue }
            best[company] = contact
        }
        return best
    }

    /// The service that suits each company best.
    func services(of companies: [Value]) async throws -> [EntityID<Company>: String] {
        if companies.isEmpty { return [:] }
        var query = Query<ServiceMatch>(.isIn("companyId", companies))
        query.fields = ["companyId", "recommendedService", "fitScore"]
        var best: [EntityID<Company>: ServiceMatch] = [:]
        for match in try await store.find(query) where (best[match.companyId]?.fitScore ?? -1) < match.fitScore ?? 0 {
            best[match.companyId] = match
        }
        return best.mapValues(\.recommendedService)
    }
}
