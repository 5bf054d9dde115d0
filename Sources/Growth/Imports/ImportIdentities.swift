import Matching
import Store

/// Says of each row which records it is about, in the order of the run.
///
/// Rests on the plan and on the rows before, never on the store; so that a run that goes on after a crash reads the rows
/// before its mark again and knows what it knew.
struct ImportIdentities {
    struct Identity {
        var company: Reference<Company>?
        var person: Reference<Person>?
        /// Parallel to the row's contacts; `nil` where the owner is not known.
        var contacts: [Contact?] = []
        var service: Service?
        var problems: [ImportProblem] = []
        /// The row repeats an id with the same content.
        var isRepetition = false
    }

    struct Reference<E: Sendable>: Sendable {
        var id: EntityID<E>
        /// This row makes the record.
        var isNew: Bool
        /// No row of the file spoke of it before.
        var isFirst: Bool
        /// It was stored before the run.
        var isStored: Bool
    }

    struct Contact {
        var owner: ObjectID
        var company: EntityID<Company>?
        var person: EntityID<Person>?
        /// Its owner was stored before the run and may have it already.
        var ownerIsStored: Bool
        /// What an earlier cell of the file has made of the same value and owner.
        var earlier: EntityID<ContactPoint>?
    }

    struct Service {
        var id: EntityID<ServiceMatch>
        var company: EntityID<Company>
        var companyIsStored: Bool
        /// An earlier row named the same service for the company.
        var earlier: EntityID<ServiceMatch>?
        /// An earlier row scored it at least as high.
        var isBeaten: Bool
    }

    let plan: ImportPlan
    let ids: RunIDs
    let isProcessed: Bool
    private let personFields: Set<String>

    private var companiesByKey: [UInt64: (id: ObjectID, content: UInt64, isStored: Bool)] = [:]
    private var companiesByName: [UInt64: (id: ObjectID, isStored: Bool)] = [:]
    private var peopleByKey: [UInt64: (id: ObjectID, content: UInt64, company: ObjectID?, isStored: Bool)] = [:]
    private var people: [UInt64: (id: ObjectID, name: String)] = [:]
    /// The row and slot of the first cell, as the ids of the run have it.
    private var points: [UInt64: UInt32] = [:]
    private var services: [UInt64: (id: ObjectID, score: Double)] = [:]
    private var mentioned: Set<ObjectID> = []

    init(plan: ImportPlan, ids: RunIDs, type: ImportType, personMatchFields: [String]) {
        self.plan = plan
        self.ids = ids
        isProcessed = type == .processed
        personFields = Set(personMatchFields)
    }

    mutating func identify(_ parsed: ParsedRow, row: Int, role: SheetRole) -> Identity {
        var identity = Identity()
        guard !parsed.isFailed else { return identity }
        switch role {
        case .simple: simple(parsed, row, &identity)
        case .companies: company(parsed, row, &identity)
        case .people: person(parsed, row, &identity)
        case .contactPoints: contactPoint(parsed, row, &identity)
        case .serviceMatches: service(parsed, row, &identity)
        default: break
        }
        return identity
    }

    // MARK: Simple

    private mutating func simple(_ parsed: ParsedRow, _ row: Int, _ identity: inout Identity) {
        if parsed.company != nil { identity.company = companyReference(row) }
        if let person = parsed.person {
            identity.person = personReference(person, parsed.personName, row, company: identity.company?.id.raw)
        }
        for contact in parsed.contacts {
            if contact.owner == .company, let company = identity.company {
                let isAlone = company.isNew && !plan.hasFollowers(row)
                identity.contacts.append(
                    point(contact, of: company.id.raw, company.id, nil, stored: company.isStored, isAlone: isAlone, row)
                )
            } else if let person = identity.person {
                identity.contacts.append(
                    point(
                        contact, of: person.id.raw, identity.company?.id, person.id, stored: person.isStored,
                        isAlone: false, row))
            } else {
                identity.contacts.append(nil)
            }
        }
    }

    private mutating func companyReference(_ row: Int) -> Reference<Company> {
        switch plan.target(of: row) {
        case .new:
            return Reference(id: EntityID(ids.id(row: row, .company)), isNew: true, isFirst: true, isStored: false)
        case .row(let first):
            return Reference(id: EntityID(ids.id(row: first, .company)), isNew: false, isFirst: false, isStored: false)
        case .stored(let id):
            let isFirst = mentioned.insert(id).inserted
            return Reference(id: EntityID(id), isNew: false, isFirst: isFirst, isStored: true)
        }
    }

    /// Stored people first, then those whom earlier rows made, by the keys of `personMatchFields`.
    private mutating func personReference(
        _ draft: Draft<PersonField>, _ name: String?, _ row: Int, company: ObjectID?
    ) -> Reference<Person> {
        var person = Person(draft)
        person.companyId = company.map(EntityID.init)
        let keys = matchKeys(of: person, name)
        for key in keys {
            if let id = plan.people[key] {
                return Reference(id: EntityID(id), isNew: false, isFirst: mentioned.insert(id).inserted, isStored: true)
            }
        }
        if !isProcessed {
            for key in keys {
                // One switchboard number does not make two people one.
                if let found = people[key], NameKey.similarity(found.name, person.fullName) >= 0.75 {
                    return Reference(id: EntityID(found.id), isNew: false, isFirst: false, isStored: false)
                }
            }
        }
        let id = ids.id(row: row, .person)
        if !isProcessed { for key in keys where people[key] == nil { people[key] = (id, person.fullName) } }
        return Reference(id: EntityID(id), isNew: true, isFirst: true, isStored: false)
    }

    private func matchKeys(of person: Person, _ name: String?) -> [UInt64] {
        ImportMatchKeys.personKeys(person, name: name).filter { key in
            switch key.first {
            case "e": personFields.contains("email")
            case "m": personFields.contains("mobile")
            default: personFields.contains("fullName")
            }
        }.map { StableHash.of($0) }
    }

    private mutating func point(
        _ contact: ContactDraft, of owner: ObjectID, _ company: EntityID<Company>?, _ person: EntityID<Person>?,
        stored: Bool, isAlone: Bool, _ row: Int
    ) -> Contact {
        var found = Contact(owner: owner, company: company, person: person, ownerIsStored: stored)
        guard !isAlone else { return found }
        let key = StableHash.of(owner, contact.type.rawValue, contact.normalized)
        if let first = points[key] {
            found.earlier = EntityID(ObjectID(high: ids.high, low: first))
        } else {
            points[key] = ids.id(row: row, .contact(column: contact.contactColumn, value: contact.position)).low
        }
        return found
    }

    // MARK: Processed

    private mutating func company(_ parsed: ParsedRow, _ row: Int, _ identity: inout Identity) {
        var reference = companyReference(row)
        if let key = parsed.entityKey {
            let hash = StableHash.of(key)
            if let earlier = companiesByKey[hash] {
                refuse(key, earlier.content == parsed.content, parsed, &identity)
                return
            }
            companiesByKey[hash] = (reference.id.raw, parsed.content, reference.isStored)
        }
        reference.isFirst = true
        if let name = parsed.company?[.nameAr] {
            let hash = StableHash.of(FoldedText.fold(name))
            if companiesByName[hash] == nil { companiesByName[hash] = (reference.id.raw, reference.isStored) }
        }
        identity.company = reference
        for contact in parsed.contacts {
            identity.contacts.append(
                point(contact, of: reference.id.raw, reference.id, nil, stored: reference.isStored, isAlone: false, row)
            )
        }
    }

    private mutating func person(_ parsed: ParsedRow, _ row: Int, _ identity: inout Identity) {
        guard let draft = parsed.person else { return }
        let hash = parsed.personKey.map { StableHash.of($0) }
        if let hash, let earlier = peopleByKey[hash] {
            refuse(parsed.personKey ?? "", earlier.content == parsed.content, parsed, &identity)
            return
        }
        var company = parsed.entityKey.flatMap { companiesByKey[StableHash.of($0)] }.map {
            (id: $0.id, isStored: $0.isStored)
        }
        if company == nil, let name = draft[.companyNameAr] {
            company = companiesByName[StableHash.of(FoldedText.fold(name))]
        }
        if company == nil {
            identity.problems.append(ImportProblem(.personWithoutCompany, row: parsed.row, value: parsed.entityKey))
        } else if let company {
            identity.company = Reference(
                id: EntityID(company.id), isNew: false, isFirst: false, isStored: company.isStored)
        }
        let reference = personReference(draft, parsed.personName, row, company: company?.id)
        if let hash { peopleByKey[hash] = (reference.id.raw, parsed.content, company?.id, reference.isStored) }
        identity.person = reference
        for contact in parsed.contacts {
            identity.contacts.append(
                point(
                    contact, of: reference.id.raw, company.map { EntityID($0.id) }, reference.id,
                    stored: reference.isStored,
                    isAlone: false, row))
        }
    }

    /// An id that stands twice: merged if the rows are equal, else a conflict, and the first row stays.
    private func refuse(_ key: String, _ isEqual: Bool, _ parsed: ParsedRow, _ identity: inout Identity) {
        identity.isRepetition = isEqual
        if !isEqual { identity.problems.append(ImportProblem(.duplicateIDConflict, row: parsed.row, value: key)) }
    }

    /// The owner: `owner_type` if given; else a person's id means the person; else the id of a company, then of a person.
    private mutating func contactPoint(_ parsed: ParsedRow, _ row: Int, _ identity: inout Identity) {
        guard let contact = parsed.contacts.first else { return }
        let asPerson = [parsed.personKey, parsed.entityKey].compactMap { $0 }.lazy.compactMap { [peopleByKey] key in
            peopleByKey[StableHash.of(key)]
        }.first
        let asCompany = parsed.entityKey.flatMap { companiesByKey[StableHash.of($0)] }
        if contact.owner == .person, let person = asPerson {
            identity.contacts = [
                point(
                    contact, of: person.id, person.company.map(EntityID.init), EntityID(person.id),
                    stored: person.isStored,
                    isAlone: false, row)
            ]
        } else if let company = asCompany {
            identity.contacts = [
                point(contact, of: company.id, EntityID(company.id), nil, stored: company.isStored, isAlone: false, row)
            ]
        } else if let person = asPerson {
            identity.contacts = [
                point(
                    contact, of: person.id, person.company.map(EntityID.init), EntityID(person.id),
                    stored: person.isStored,
                    isAlone: false, row)
            ]
        } else {
            let key = parsed.personKey ?? parsed.entityKey
            identity.problems.append(ImportProblem(.orphanContactPoint, row: parsed.row, value: key))
        }
    }

    private mutating func service(_ parsed: ParsedRow, _ row: Int, _ identity: inout Identity) {
        guard let draft = parsed.service, let name = draft[.recommendedService] else { return }
        guard let company = parsed.entityKey.flatMap({ companiesByKey[StableHash.of($0)] }) else {
            identity.problems.append(ImportProblem(.orphanService, row: parsed.row, value: parsed.entityKey))
            return
        }
        let key = StableHash.of(company.id, "service", FoldedText.fold(name))
        let score = draft[.fitScore].flatMap(Double.init) ?? -1
        let earlier = services[key]
        let id = earlier?.id ?? ids.id(row: row, .service)
        let isBeaten = earlier.map { $0.score >= score } ?? false
        if !isBeaten { services[key] = (id, score) }
        identity.service = Service(
            id: EntityID(id), company: EntityID(company.id), companyIsStored: company.isStored,
            earlier: earlier.map { EntityID($0.id) }, isBeaten: isBeaten)
    }
}

extension Person {
    init(_ draft: Draft<PersonField>) {
        self.init()
        for entry in draft.entries { self[entry.field] = entry.text }
        customFields = draft.custom
    }
}

extension Company {
    init(_ draft: Draft<CompanyField>) {
        self.init()
        for entry in draft.entries { self[entry.field] = entry.text }
        customFields = draft.custom
    }
}
