import Store

/// A field of a company that a column can fill. Raw values are the names in the schema.
public enum CompanyField: String, CaseIterable, Sendable {
    case nameAr, nameEn, entityType, sector, subSector, activity, city, region, country, website, linkedinUrl, address,
        description, semanticNotes, tags, sourceFile, dataConfidence, leadScore, priority, status
}

/// A field of a person that a column can fill. `companyName` links the person where no id does.
public enum PersonField: String, CaseIterable, Sendable {
    case fullName, jobTitle, department, seniorityLevel, isDecisionMaker, decisionMakerReason, email, mobile, phone,
        linkedinUrl, sourceFile, dataConfidence, notes, companyNameAr
}

/// A column of a `contact_points` sheet. Those of the consent stand in every sheet that has contact points, and are about
/// all of a row's addresses and numbers.
public enum ContactField: String, CaseIterable, Sendable {
    case ownerType, contactType, contactValue, normalizedValue, isPrimary, isVerified, dataConfidence, sourceFile, notes
    case consentStatus, consentBasis, consentSource, consentAt

    public static let consent: [ContactField] = [.consentStatus, .consentBasis, .consentSource, .consentAt]
}

/// A column of a `service_matches` sheet.
public enum ServiceField: String, CaseIterable, Sendable {
    case recommendedService, fitScore, fitReason, priority, sourceFile
}

/// What the cells of a column become.
public enum ColumnTarget: Hashable, Sendable {
    case company(CompanyField)
    case person(PersonField)
    case contactPoint(owner: ContactPoint.Owner, type: ContactPoint.Kind)
    case contact(ContactField)
    case service(ServiceField)
    /// The ids that link the sheets of a processed workbook.
    case entityID, personID
    /// Kept with the record under its header.
    case custom
    case ignored
}

extension ColumnTarget {
    /// The spelling in a mapping: `company.nameAr`, `contactPoint.person.mobile`, `custom`.
    public var name: String {
        switch self {
        case .company(let field): "company.\(field.rawValue)"
        case .person(let field): "person.\(field.rawValue)"
        case .contactPoint(let owner, let type): "contactPoint.\(owner.rawValue).\(type.rawValue)"
        case .contact(let field): "contact.\(field.rawValue)"
        case .service(let field): "service.\(field.rawValue)"
        case .entityID: "entityId"
        case .personID: "personId"
        case .custom: "custom"
        case .ignored: "ignored"
        }
    }

    public init?(name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("entityId", 1): self = .entityID
        case ("personId", 1): self = .personID
        case ("custom", 1): self = .custom
        case ("ignored", 1): self = .ignored
        case ("company", 2):
            guard let field = CompanyField(rawValue: parts[1]) else { return nil }
            self = .company(field)
        case ("person", 2):
            guard let field = PersonField(rawValue: parts[1]) else { return nil }
            self = .person(field)
        case ("contact", 2):
            guard let field = ContactField(rawValue: parts[1]) else { return nil }
            self = .contact(field)
        case ("service", 2):
            guard let field = ServiceField(rawValue: parts[1]) else { return nil }
            self = .service(field)
        case ("contactPoint", 3):
            guard let owner = ContactPoint.Owner(known: parts[1]), let type = ContactPoint.Kind(known: parts[2])
            else { return nil }
            self = .contactPoint(owner: owner, type: type)
        default: return nil
        }
    }
}
