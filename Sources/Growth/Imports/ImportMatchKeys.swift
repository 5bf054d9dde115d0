import Matching
import Store

/// The keys under which the import finds stored companies and people again.
enum ImportMatchKeys {
    /// Rows that made or changed a record are remembered by this many fingerprints.
    static let maxFingerprints = 20

    /// A row's company, whole: the same file again finds its own records, whatever the matching makes of them.
    static func fingerprint(_ draft: Draft<CompanyField>, _ contacts: [ContactDraft]) -> String {
        var parts = draft.entries.filter { $0.field != .sourceFile }.map { "\($0.field.rawValue)=\($0.text)" }.sorted()
        parts += contacts.filter { $0.owner == .company }.map { "\($0.type.rawValue)=\($0.normalized)" }.sorted()
        return "r:" + String(StableHash.of(parts.joined(separator: "\u{1F}")), radix: 36)
    }

    static func profile(_ row: ParsedRow) -> CompanyProfile? {
        guard let company = row.company else { return nil }
        let own = row.contacts.filter { $0.owner == .company }
        return CompanyProfile(
            nameAr: company[.nameAr] ?? "", nameEn: company[.nameEn] ?? "", city: company[.city] ?? "",
            sector: company[.sector] ?? "", region: company[.region] ?? "",
            domains: [company[.website]].compactMap { $0 } + own.filter { $0.type == .website }.map(\.normalized),
            emails: own.filter { $0.type == .email }.map(\.normalized),
            phones: own.filter { $0.type.isNumber }.map(\.normalized),
            people: [row.person?[.fullName]].compactMap { $0 }, linkedIn: company[.linkedinUrl] ?? "")
    }

    /// A stored company: its addresses and numbers are among its keys.
    static func profile(_ company: Company) -> CompanyProfile {
        func values(_ prefix: String) -> [String] {
            company.matchKeys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        }
        return CompanyProfile(
            nameAr: company.nameAr, nameEn: company.nameEn ?? "", city: company.city ?? "", sector: company.sector ?? "",
            region: company.region ?? "", domains: [company.website].compactMap { $0 } + values("d:"), emails: values("e:"),
            phones: values("p:"), people: [], linkedIn: company.linkedinUrl ?? "")
    }

    /// The key of a contact point, where it tells companies apart.
    static func contactKey(_ type: ContactPoint.Kind, _ normalized: String) -> String? {
        if type == .email { return "e:" + normalized }
        return type.isNumber ? "p:" + normalized : nil
    }

    // MARK: People

    static func personKeys(_ person: Person) -> [String] {
        var keys: [String] = []
        if let email = person.email, EmailAddress(email)?.isRole != true { keys.append("e:" + email.lowercased()) }
        if let mobile = person.mobile { keys.append("m:" + (PhoneNumber(mobile)?.e164 ?? mobile)) }
        keys.append(nameKey(person.fullName, company: person.companyId?.raw))
        return keys
    }

    static func nameKey(_ name: String, company: ObjectID?) -> String {
        "n:" + (company?.description ?? "") + ":" + NameKey.personKey(name)
    }
}

extension ContactPoint.Kind {
    var isNumber: Bool { self == .mobile || self == .phone || self == .whatsapp }
}
