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
        var firm: Firm?
        var contact: Contact?
        var service: String?
        /// Why it gets no mail, as far as its own record tells.
        var skip: CampaignRecipient.SkipReason?
    }

    /// Those of a batch of the segment that begins behind `last`, in the order of their ids; and where the next begins, `nil` at the end.
    func batch(
        of target: Segment.Target, where filter: Filter, after last: ObjectID?, size: Int
    ) async throws -> (candidates: [Candidate], next: ObjectID?) {
        switch target {
        case .companies:
            let (firms, next) = try await page(filter, last, size, Firm.fields, Firm.init)
            return (try await candidates(firms), next)
        case .people:
            let (contacts, next) = try await page(filter, last, size, Contact.fields, Contact.init)
            return (try await candidates(contacts), next)
        default:
            let (addresses, next) = try await page(filter, last, size, Address.fields, Address.init)
            return (try await candidates(addresses), next)
        }
    }

    // MARK: By kind

    private func candidates(_ firms: [Firm]) async throws -> [Candidate] {
        let ids = firms.map { Value.id($0.id.raw) }
        async let found = addresses("companyId", ids, of: .company)
        async let services = services(of: ids)
        let addresses = Dictionary(grouping: try await found) { $0.companyId }
        let without = firms.filter { best(addresses[$0.id] ?? []) == nil }
        let people = try await decisionMakers(of: without.map { .id($0.id.raw) })
        let own = try await self.addresses("personId", people.values.map { .id($0.id.raw) })
        let addressesOfPeople = Dictionary(grouping: own) { $0.personId }
        let suiting = try await services
        return firms.map { firm in
            var candidate = Candidate(companyId: firm.id, firm: firm, service: suiting[firm.id])
            let its = addresses[firm.id] ?? [], address = best(its)
            if address == nil, let person = people[firm.id] {
                (candidate.personId, candidate.contact) = (person.id, person)
                choose(best(addressesOfPeople[person.id] ?? []), or: person.email, for: &candidate)
            } else {
                choose(address ?? its.first, or: nil, for: &candidate)
            }
            return candidate
        }
    }

    private func candidates(_ contacts: [Contact]) async throws -> [Candidate] {
        let ids = contacts.map { Value.id($0.id.raw) }
        let companyIds = Set(contacts.compactMap(\.companyId)).map { Value.id($0.raw) }
        async let found = addresses("personId", ids)
        async let services = services(of: companyIds)
        let firms = try await firms(companyIds)
        let addresses = Dictionary(grouping: try await found) { $0.personId }
        let suiting = try await services
        return contacts.map { contact in
            var candidate = Candidate(companyId: contact.companyId, personId: contact.id, contact: contact)
            if let id = contact.companyId { (candidate.firm, candidate.service) = (firms[id], suiting[id]) }
            let own = addresses[contact.id] ?? []
            choose(best(own) ?? own.first, or: contact.email, for: &candidate)
            return candidate
        }
    }

    private func candidates(_ addresses: [Address]) async throws -> [Candidate] {
        let people = try await contacts(Set(addresses.compactMap(\.personId)).map { .id($0.raw) })
        let companyIds = Set(addresses.compactMap { $0.companyId ?? $0.personId.flatMap { people[$0]?.companyId } })
        let values = companyIds.map { Value.id($0.raw) }
        async let services = services(of: values)
        let firms = try await firms(values)
        let suiting = try await services
        return addresses.map { address in
            var candidate = Candidate(companyId: address.companyId, personId: address.personId)
            candidate.contact = address.personId.flatMap { people[$0] }
            if let id = address.companyId ?? candidate.contact?.companyId {
                (candidate.companyId, candidate.firm, candidate.service) = (id, firms[id], suiting[id])
            }
            if address.isEmail {
                choose(address, or: nil, for: &candidate)
            } else {
                candidate.skip = .missingEmail
            }
            return candidate
        }
    }

    /// Takes the address of a contact point, else the record's own, and says why it cannot be written to.
    private func choose(_ address: Address?, or email: String?, for candidate: inout Candidate) {
        let text = address?.text ?? email
        candidate.contactPointId = address?.id
        candidate.email = text.flatMap { EmailAddress($0)?.normalized }
        let consent = address?.consent
        if candidate.firm?.isBlacklisted == true {
            candidate.skip = .blacklisted
        } else if text?.isEmpty ?? true {
            candidate.skip = .missingEmail
        } else if candidate.email == nil || address?.isInvalid == true {
            candidate.skip = .invalidEmail
            candidate.email = candidate.email ?? text
        } else if ContactPoint.Consent.refusals.contains(consent ?? "") || requiresConsent && consent != "given" {
            candidate.skip = .noConsent
        }
    }

    /// The one that mail goes to: primary before others, then the one that was there first.
    private func best(_ addresses: [Address]) -> Address? {
        addresses.filter { !$0.isInvalid }.min { a, b in
            a.isPrimary != b.isPrimary ? a.isPrimary : a.id.raw < b.id.raw
        }
    }
}
