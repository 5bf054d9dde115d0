import Foundation
import Matching
import Store

/// The addresses behind the members of a segment: for a company its primary valid email, else its best decision maker's; for a person
/// their own; one for each member, with what a mail would call them.
struct Audience: Sendable {
    let store: any DocumentStore
    /// Whether an address without a recorded consent is left out.
    let requiresConsent: Bool

    /// One member of the segment.
    struct Candidate: Sendable {
        var companyId: EntityID<Company>?
        var personId: EntityID<Person>?
        var contactPointId: EntityID<ContactPoint>?
        /// Normalised; `nil` where there is none.
        var email: String?
        var company: Company?
        var person: Person?
        var service: String?
        /// Why it gets no mail, as far as its own record tells.
        var skip: CampaignRecipient.SkipReason?
    }

    private static let companyFields: Set<String> = ["nameAr", "nameEn", "sector", "city", "status"]
    private static let personFields: Set<String> = [
        "fullName", "jobTitle", "email", "companyId", "companyNameAr", "isDecisionMaker", "seniorityLevel",
    ]
    private static let pointFields: Set<String> = [
        "entityType", "companyId", "personId", "contactValue", "normalizedValue", "isPrimary", "invalidAt", "consent",
        "contactType",
    ]

    /// Those of a batch of the segment that begins behind `last`, in the order of their ids; and where the next begins, `nil` at the end.
    func batch(
        of target: Segment.Target, where filter: Filter, after last: ObjectID?, size: Int
    ) async throws -> (candidates: [Candidate], next: ObjectID?) {
        switch target {
        case .companies:
            let companies: [Company] = try await page(filter, last, size, Self.companyFields)
            return (try await candidates(companies), next(companies, size))
        case .people:
            let people: [Person] = try await page(filter, last, size, Self.personFields)
            return (try await candidates(people), next(people, size))
        default:
            let points: [ContactPoint] = try await page(filter, last, size, Self.pointFields)
            return (try await candidates(points), next(points, size))
        }
    }

    private func page<E: Entity>(_ filter: Filter, _ last: ObjectID?, _ size: Int, _ fields: Set<String>) async throws
        -> [E]
    {
        var query = Query<E>(filter, limit: size, page: last.map { Page(values: [], id: $0) })
        query.fields = fields
        return try await store.find(query)
    }

    private func next<E: Entity>(_ page: [E], _ size: Int) -> ObjectID? { page.count == size ? page.last?.id.raw : nil }

    // MARK: By kind

    private func candidates(_ companies: [Company]) async throws -> [Candidate] {
        let ids = companies.map { Value.id($0.id.raw) }
        async let found = points("companyId", ids, of: .company)
        async let services = services(of: ids)
        let points = Dictionary(grouping: try await found) { $0.companyId }
        let without = companies.filter { best(points[$0.id] ?? []) == nil }
        let people = try await decisionMakers(of: without.map { .id($0.id.raw) })
        let own = try await self.points("personId", people.values.map { .id($0.id.raw) })
        let pointsOfPeople = Dictionary(grouping: own) { $0.personId }
        let suiting = try await services
        return companies.map { company in
            var candidate = Candidate(companyId: company.id, company: company, service: suiting[company.id])
            let point = self.best(points[company.id] ?? [])
            if point == nil, let person = people[company.id] {
                (candidate.personId, candidate.person) = (person.id, person)
                choose(self.best(pointsOfPeople[person.id] ?? []), or: person.email, for: &candidate)
            } else {
                choose(point ?? points[company.id]?.first, or: nil, for: &candidate)
            }
            return candidate
        }
    }

    private func candidates(_ people: [Person]) async throws -> [Candidate] {
        let ids = people.map { Value.id($0.id.raw) }
        let companyIds = Set(people.compactMap(\.companyId)).map { Value.id($0.raw) }
        async let found = points("personId", ids)
        async let services = services(of: companyIds)
        let companies = try await companies(companyIds)
        let points = Dictionary(grouping: try await found) { $0.personId }
        let suiting = try await services
        return people.map { person in
            var candidate = Candidate(companyId: person.companyId, personId: person.id, person: person)
            if let id = person.companyId { (candidate.company, candidate.service) = (companies[id], suiting[id]) }
            let own = points[person.id] ?? []
            choose(self.best(own) ?? own.first, or: person.email, for: &candidate)
            return candidate
        }
    }

    private func candidates(_ points: [ContactPoint]) async throws -> [Candidate] {
        let people = try await people(Set(points.compactMap(\.personId)).map { .id($0.raw) })
        let companyIds = Set(points.compactMap { $0.companyId ?? $0.personId.flatMap { people[$0]?.companyId } })
        let values = companyIds.map { Value.id($0.raw) }
        async let services = services(of: values)
        let companies = try await companies(values)
        let suiting = try await services
        return points.map { point in
            var candidate = Candidate(companyId: point.companyId, personId: point.personId)
            candidate.person = point.personId.flatMap { people[$0] }
            if let id = point.companyId ?? candidate.person?.companyId {
                (candidate.companyId, candidate.company, candidate.service) = (id, companies[id], suiting[id])
            }
            if point.contactType == .email {
                choose(point, or: nil, for: &candidate)
            } else {
                candidate.skip = .missingEmail
            }
            return candidate
        }
    }

    /// Takes the address of a contact point, else the record's own, and says why it cannot be written to.
    private func choose(_ point: ContactPoint?, or email: String?, for candidate: inout Candidate) {
        let text = point.map { $0.normalizedValue ?? $0.contactValue } ?? email
        candidate.contactPointId = point?.id
        candidate.email = text.flatMap { EmailAddress($0)?.normalized }
        let consent = point?.consent?.status
        if candidate.company?.status == .blacklisted {
            candidate.skip = .blacklisted
        } else if text?.isEmpty ?? true {
            candidate.skip = .missingEmail
        } else if candidate.email == nil || point?.invalidAt != nil {
            candidate.skip = .invalidEmail
            candidate.email = candidate.email ?? text
        } else if consent == "refused" || consent == "withdrawn" || requiresConsent && consent != "given" {
            candidate.skip = .noConsent
        }
    }

    /// The one that mail goes to: primary before others, then the one that was there first.
    private func best(_ points: [ContactPoint]) -> ContactPoint? {
        points.filter { $0.invalidAt == nil }.min { a, b in
            let (first, second) = (a.isPrimary == true, b.isPrimary == true)
            return first != second ? first : a.id.raw < b.id.raw
        }
    }

    // MARK: Reading beside

    /// Email addresses by whose they are.
    private func points(_ field: String, _ ids: [Value], of owner: ContactPoint.Owner? = nil) async throws
        -> [ContactPoint]
    {
        if ids.isEmpty { return [] }
        var filter = Filter.isIn(field, ids) && .equals("contactType", Value(ContactPoint.Kind.email))
        if let owner { filter = filter && .equals("entityType", Value(owner)) }
        var query = Query<ContactPoint>(filter)
        (query.lead, query.fields) = (field, Self.pointFields)
        return try await store.find(query)
    }

    private func companies(_ ids: [Value]) async throws -> [EntityID<Company>: Company] {
        if ids.isEmpty { return [:] }
        var query = Query<Company>(.isIn("_id", ids))
        query.fields = Self.companyFields
        return Dictionary(try await store.find(query).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func people(_ ids: [Value]) async throws -> [EntityID<Person>: Person] {
        if ids.isEmpty { return [:] }
        var query = Query<Person>(.isIn("_id", ids))
        query.fields = Self.personFields
        return Dictionary(try await store.find(query).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Of each company the person with an address who decides, or is nearest to it.
    private func decisionMakers(of companies: [Value]) async throws -> [EntityID<Company>: Person] {
        if companies.isEmpty { return [:] }
        var query = Query<Person>(
            .isIn("companyId", companies) && .exists("email", true) && .exists("archivedAt", false))
        (query.lead, query.fields) = ("companyId", Self.personFields)
        var best: [EntityID<Company>: Person] = [:]
        for person in try await store.find(query) {
            guard let company = person.companyId else { continue }
            if let other = best[company], Self.rank(other) >= Self.rank(person) { continue }
            best[company] = person
        }
        return best
    }

    /// Greater is nearer to the decision.
    private static func rank(_ person: Person) -> Int {
        let decides = ["yes": 20, "maybe": 10, "no": -10][person.isDecisionMaker?.rawValue ?? ""] ?? 0
        let level = ["owner": 6, "ceo": 5, "executive": 4, "manager": 3, "specialist": 2, "admin": 1]
        return decides + (level[person.seniorityLevel?.rawValue ?? ""] ?? 0)
    }

    /// The service that suits each company best.
    private func services(of companies: [Value]) async throws -> [EntityID<Company>: String] {
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
