import Matching
import Store

extension Company {
    /// Brings `searchKeys` and `matchKeys` up to what the company is now.
    ///
    /// - Parameter contacts: the company's own contact points, all of them; those of its people are left out.
    public mutating func refreshKeys(contacts: [ContactPoint]) {
        let own = contacts.filter { $0.entityType == .company && $0.invalidAt == nil }
        searchKeys = wordsForSearch
        var keys = MatchKeys.keys(for: profile(own))
        for point in own.prefix(Self.maxContactKeys) {
            guard let normalized = point.normalizedValue,
                let key = ImportMatchKeys.contactKey(point.contactType, normalized), !keys.contains(key)
            else { continue }
            keys.append(key)
        }
        keys += ImportMatchKeys.marks(own.map(\.contactType))
        // Fingerprints of rows, and whatever a later program keeps here, tell nothing of the fields.
        matchKeys = keys + matchKeys.filter { key in !Self.derivedKeys.contains { key.hasPrefix($0) } }
    }

    private static let derivedKeys = ["e:", "p:", "d:", "n:", "has:"]
    private static let maxContactKeys = 40

    private func profile(_ contacts: [ContactPoint]) -> CompanyProfile {
        func values(_ isWanted: (ContactPoint.Kind) -> Bool) -> [String] {
            contacts.filter { isWanted($0.contactType) }.compactMap(\.normalizedValue)
        }
        return CompanyProfile(
            nameAr: nameAr, nameEn: nameEn ?? "", city: city ?? "", sector: sector ?? "", region: region ?? "",
            domains: [website].compactMap { $0 } + values { $0 == .website }, emails: values { $0 == .email },
            phones: values(\.isNumber), people: [], linkedIn: linkedinUrl ?? "")
    }
}
