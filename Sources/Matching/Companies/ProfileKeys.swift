/// The identifiers of a profile as hashes.
enum ProfileKeys {
    /// More identifiers than this say nothing new.
    static let maxPerRow = 16

    static func read(_ p: CompanyProfile, _ emit: (UInt64) -> Void) {
        for text in p.emails {
            for email in EmailAddress.all(in: text).valid where !email.isFreeMail {
                emit(key(email.normalized, .email))
                if let own = ownDomain(email.domain) { emit(own) }
            }
        }
        for text in p.domains {
            if let domain = WebDomain(text), !domain.isShared { emit(key(domain.registrable, .domain)) }
        }
        for text in p.phones {
            for phone in PhoneNumber.all(in: text) where isTelling(phone) { emit(key(phone.e164, kind(phone))) }
        }
        if let page = LinkedInAddress(p.linkedIn) { emit(key(page.url, page.isCompany ? .linkedIn : .person)) }
        for person in p.people {
            let name = NameKey.personKey(person)
            // One word is a first name: too little to know a person by.
            if name.utf8.contains(0x2D) { emit(key(name, .person)) }
        }
    }

    /// The domain of an address, unless it is one of many companies.
    private static func ownDomain(_ host: String) -> UInt64? {
        var host = host
        return host.withUTF8 { host in
            guard let start = PublicSuffixes.registrable(of: host), !SharedHosts.contains(host, registrable: start)
            else { return nil }
            return key(Hash.of(HostName.Bytes(rebasing: host[start...])), .domain)
        }
    }

    private static func key(_ text: String, _ kind: KeyKind) -> UInt64 { key(Hash.of(text), kind) }

    private static func key(_ hash: UInt64, _ kind: KeyKind) -> UInt64 { hash & ~KeyKind.mask | kind.rawValue }

    private static func kind(_ phone: PhoneNumber) -> KeyKind {
        switch phone.kind {
        case .mobile, .international: .mobile
        case .landline: .landline
        case .unified, .tollFree: .sharedLine
        case .unknown: .badPhone
        }
    }

    /// Short or uniform digits ("0000000", "123") are placeholders.
    private static func isTelling(_ phone: PhoneNumber) -> Bool {
        let digits = phone.e164.utf8.suffix(7)
        guard digits.count == 7, let first = digits.first else { return false }
        return digits.contains { $0 != first }
    }
}
