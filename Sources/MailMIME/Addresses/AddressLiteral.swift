/// An address of a machine in place of a domain: `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3).
enum AddressLiteral {
    static func checked(_ literal: [UInt8]) throws(AddressError) -> String {
        guard literal.count <= MailLimits.maxDomainBytes else { throw .domainTooLong }
        let text = String(decoding: literal.dropFirst().dropLast(), as: UTF8.self)
        if text.lowercased().hasPrefix("ipv6:") {
            guard isIPv6(text.dropFirst(5)) else { throw .badLiteral }
            return "[IPv6:\(text.dropFirst(5).lowercased())]"
        }
        guard isIPv4(text[...]) else { throw .badLiteral }
        return "[\(text)]"
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                    && Int(part).map { $0 <= 255 } == true
            }
    }

    /// Eight groups, fewer with one `::`; an IPv4 address stands for the last two.
    private static func isIPv6(_ text: Substring) -> Bool {
        guard !text.contains(":::"), !text.isEmpty else { return false }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            guard let count = groupCount(half, mayEndInIPv4: index == halves.count - 1) else { return false }
            groups += count
        }
        // RFC 5321 lets "::" stand for two groups or more.
        return halves.count == 1 ? groups == 8 : groups <= 6
    }

    private static func groupCount(_ text: Substring, mayEndInIPv4: Bool) -> Int? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        var count = 0
        for (index, group) in groups.enumerated() {
            if mayEndInIPv4 && index == groups.count - 1 && group.contains(".") {
                guard isIPv4(group) else { return nil }
                count += 2
            } else {
                guard (1...4).contains(group.utf8.count), group.allSatisfy(\.isHexDigit),
                    group.utf8.count == group.count
                else { return nil }
                count += 1
            }
        }
        return count
    }
}
