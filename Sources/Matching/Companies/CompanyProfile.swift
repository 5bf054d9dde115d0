/// One company as the matcher sees it: what a row says, as typed. Empty means absent.
public struct CompanyProfile: Sendable {
    public var nameAr: String
    public var nameEn: String
    public var city: String
    public var sector: String
    public var region: String
    /// Websites, in any spelling.
    public var domains: [String]
    public var emails: [String]
    public var phones: [String]
    /// Names of people at the company.
    public var people: [String]
    public var linkedIn: String

    public init(
        nameAr: String = "", nameEn: String = "", city: String = "", sector: String = "", region: String = "",
        domains: [String] = [], emails: [String] = [], phones: [String] = [], people: [String] = [],
        linkedIn: String = ""
    ) {
        self.nameAr = nameAr
        self.nameEn = nameEn
        self.city = city
        self.sector = sector
        self.region = region
        self.domains = domains
        self.emails = emails
        self.phones = phones
        self.people = people
        self.linkedIn = linkedIn
    }
}

/// The values of the setting `companyMatchFields`.
public enum MatchField: String, Sendable, CaseIterable {
    case website, email, phone, name
}

public struct MatchOptions: Sendable {
    /// 0…1; what scores at least this is the same company.
    public var threshold: Double
    /// Fields whose equality identifies a company. The others only support or contradict.
    public var fields: Set<MatchField>
    /// Also look for likeness over several fields where no identifying field is shared (`autoDuplicateDetection`).
    public var fuzzy: Bool
    /// False for a processed workbook, whose rows carry ids: its rows match stored companies only, and likeness among
    /// them is reported as possible.
    public var mergesRows: Bool
    /// How many companies the store holds, when only candidates among them are added; 0 if all are.
    public var population: Int
    /// At most this many pairs below the threshold are kept for showing.
    public var maxPossible: Int

    public init(
        threshold: Double = 0.85, fields: Set<MatchField> = [.website, .email, .phone], fuzzy: Bool = true,
        mergesRows: Bool = true, population: Int = 0, maxPossible: Int = 10_000
    ) {
        self.threshold = threshold.isFinite ? min(max(threshold, 0.05), 1) : 0.85
        self.fields = fields
        self.fuzzy = fuzzy
        self.mergesRows = mergesRows
        self.population = max(0, population)
        self.maxPossible = max(0, maxPossible)
    }
}

/// One thing that a score rests on.
public struct Reason: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case sameEmail, sameDomain, samePhone, sameLinkedIn
        /// All words that matter are equal.
        case sameName
        /// `likeness` says how alike.
        case similarName
        /// The names meet across the scripts.
        case transliteratedName
        case differentName
        case sameCity, differentCity, sameSector, differentSector, samePerson, differentPerson
        case differentDomain, differentEmail, differentPhone
        /// Only the names agree, which never decides.
        case nameAlone
        /// The very row was imported before.
        case sameRow
    }

    public let kind: Kind
    /// Evidence in bits: +1 doubles the odds that the two are the same, −1 halves them.
    public let weight: Double
    /// 0…1, for names only.
    public let likeness: Double?

    public init(kind: Kind, weight: Double, likeness: Double? = nil) {
        self.kind = kind
        self.weight = weight
        self.likeness = likeness
    }
}

/// Two companies held to be, or suspected to be, the same. Ids are those that `add` and `addExisting` returned.
public struct CompanyMatch: Sendable {
    public let row: Int
    /// The first of the cluster: a stored company if one is in it, else the earliest row.
    public let other: Int
    /// The member of the cluster that `row` was matched with; its reasons are given.
    public let via: Int
    /// 0…1, the probability that both are the same.
    public let score: Double
    public let reasons: [Reason]
}
