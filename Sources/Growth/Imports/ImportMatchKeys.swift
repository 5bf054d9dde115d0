import Matching
import Store

/// The keys under which the import finds stored companies and people again.
enum ImportMatchKeys {
    /// Rows that made or changed a record are remembered by this many fingerprints.
    static let maxFingerprints = 20

    /// A row's company, whole and in any order: the same file again finds its own records, whatever the matching makes of
    /// them.
    static func fingerprint(_ draft: Draft<CompanyField>, _ contacts: [ContactDraft]) -> String {
        var parts: [UInt64] = []
        parts.reserveCapacity(draft.entries.count + contacts.count)
        for entry in draft.entries where entry.field != .sourceFile {
            parts.append(StableHash.of(entry.text, seed: StableHash.of(entry.field.rawValue)))
        }
        for contact in contacts where contact.owner == .company {
            parts.append(StableHash.of(contact.normalized, seed: StableHash.of(contact.type.rawValue, seed: 1)))
        }
        parts.sort()
        return "r:" + String(parts.withUnsafeBytes { StableHash.of($0) }, radix: 36)
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
            nameAr: company.nameAr, nameEn: company.nameEn ?? "", city: company.city ?? "",
            sector: company.sector ?? "",
            region: company.region ?? "", domains: [company.website].compactMap { $0 } + values("d:"),
            emails: values("e:"),
            phones: values("p:"), people: [], linkedIn: company.linkedinUrl ?? "")
    }

    /// The key of a contact point, where it tells companies apart.
    static func contactKey(_ type: ContactPoint.Kind, _ normalized: String) -> String? {
        if type == .email { return "e:" + normalized }
        return type.isNumber ? "p:" + normalized : nil
    }

    /// Which ways there are to reach a company, so that lists can be narrowed to those that have one. Beside the keys,
    /// since they tell nobody apart.
    static func marks(_ kinds: some Sequence<ContactPoint.Kind>) -> [String] {
        var (hasEmail, hasPhone) = (false, false)
        for kind in kinds {
            if kind == .email { hasEmail = true }
            if kind.isNumber { hasPhone = true }
        }
        if !hasEmail, !hasPhone { return [unreachableMark] }
        return (hasEmail ? [hasEmailMark] : []) + (hasPhone ? [hasPhoneMark] : [])
    }

    /// Adds keys and marks that are not there yet.
    static func add(_ more: [String], to keys: inout [String]) {
        keys += more.filter { !keys.contains($0) }
        if keys.contains(hasEmailMark) || keys.contains(hasPhoneMark) { keys.removeAll { $0 == unreachableMark } }
    }

    static let hasEmailMark = "has:email"
    static let hasPhoneMark = "has:phone"
    static let unreachableMark = "has:none"

    // MARK: People

    /// - Parameter name: what `NameKey` makes of the name, where it is known already.
    static func personKeys(_ person: Person, name: String? = nil) -> [String] {
        var keys: [String] = []
        if let email = person.email, EmailAddress(email)?.isRole != true { keys.append("e:" + email.lowercased()) }
        if let mobile = person.mobile { keys.append("m:" + (PhoneNumber(mobile)?.e164 ?? mobile)) }
        keys.append("n:" + (person.companyId?.description ?? "") + ":" + (name ?? NameKey.personKey(person.fullName)))
        return keys
    }
}

extension ContactPoint.Kind {
    var isNumber: Bool { self == .mobile || self == .phone || self == .whatsapp }
}
