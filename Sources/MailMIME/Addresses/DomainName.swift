import Foundation

/// Domains as the Domain Name System knows them: letters, digits and hyphens, international labels as `xn--…`.
public enum DomainName {
    /// The ASCII form in lower case. International labels must be valid in IDNA 2008 (RFC 5891, 5892, 5893).
    public static func ascii(_ domain: String) throws(AddressError) -> String { try ascii(Array(domain.utf8)) }

    static func ascii(_ domain: [UInt8]) throws(AddressError) -> String {
        if domain.allSatisfy({ $0 < 0x80 }) {
            let isLower = !domain.contains { $0 >= 0x41 && $0 <= 0x5A }
            let text =
                isLower ? String(decoding: domain, as: UTF8.self) : String(decoding: domain, as: UTF8.self).lowercased()
            try check(text)
            return text
        }
        guard let text = String(validating: domain, as: UTF8.self) else { throw .badDomain }
        // People type a full stop of their own script (RFC 3490 section 3.1).
        let mapped = InternationalLabel.mapped(
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { "\u{3002}\u{FF0E}\u{FF61}".unicodeScalars.contains($0) ? "." : $0 })))
        var labels: [String] = []
        for label in mapped.split(separator: ".", omittingEmptySubsequences: false) {
            labels.append(try InternationalLabel.ascii(String(label)))
        }
        let ascii = labels.joined(separator: ".")
        try check(ascii)
        return ascii
    }

    /// What a person reads: `xn--…` turned back into letters where that is possible.
    public static func unicode(_ domain: String) -> String {
        domain.split(separator: ".", omittingEmptySubsequences: false).map { label in
            guard label.hasPrefix("xn--"), let decoded = Punycode.decode(label.dropFirst(4)) else {
                return String(label)
            }
            return decoded
        }.joined(separator: ".")
    }

    private static func check(_ domain: String) throws(AddressError) {
        guard domain.utf8.count <= MailLimits.maxDomainBytes else { throw .domainTooLong }
        var isNumber = true
        for label in domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !label.isEmpty, label.first != 0x2D, label.last != 0x2D else { throw .badDomain }
            guard label.count <= MailLimits.maxLabelBytes else { throw .domainTooLong }
            guard label.allSatisfy({ CharacterClass.isAlphanumeric($0) || $0 == 0x2D }) else { throw .badDomain }
            isNumber = label.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        }
        // No top-level domain is a number; what ends in one is an IPv4 address without its brackets.
        guard !isNumber else { throw .badDomain }
    }
}
