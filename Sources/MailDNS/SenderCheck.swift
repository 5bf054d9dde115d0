/// What the names of a sender's domain say to whoever receives the mail.
public struct SenderFinding: Hashable, Sendable {
    public enum Check: String, Sendable, CaseIterable { case spf, dkim, dmarc, mx, ptr }

    public enum Code: String, Sendable, CaseIterable {
        case fine
        case missing
        /// More than one where one must be.
        case several
        case unreadable
        /// SPF that lets everybody send.
        case open
        /// SPF that says nothing of others, or that only watches.
        case undecided
        /// SPF that does not name the provider that sends.
        case providerNotNamed = "provider_not_named"
        /// SPF that needs more than ten look-ups (RFC 7208 section 4.6.4).
        case tooManyLookUps = "too_many_look_ups"
        /// DKIM under a selector whose key was taken back.
        case revoked
        /// DKIM under a selector with another key than the one that signs.
        case differs
        /// DKIM under none of the usual selectors; it may stand under another.
        case notFound = "not_found"
        /// DMARC that only watches.
        case watchesOnly = "watches_only"
        /// An address whose name does not lead back to it.
        case notConfirmed = "not_confirmed"
        case notAnswered = "not_answered"
    }

    public enum Weight: String, Sendable { case fine, advice, problem, unknown }

    public var check: Check
    public var code: Code
    public var weight: Weight
    /// The record, the selector or the name in question.
    public var detail: String

    init(_ check: Check, _ code: Code, _ weight: Weight, _ detail: String = "") {
        (self.check, self.code, self.weight, self.detail) = (check, code, weight, detail)
    }
}

/// Looks at a sender's domain as the receivers of its mail do.
public struct SenderCheck: Sendable {
    let dns: DNSClient

    public init(dns: DNSClient) { self.dns = dns }

    /// Where common providers keep their keys.
    public static let usualSelectors = [
        "google", "selector1", "selector2", "zoho", "zmail", "default", "dkim", "mail", "k1", "s1", "s2", "sig1",
    ]

    /// - Parameters:
    ///   - selectors: those of DKIM; empty: the usual ones.
    ///   - signing: what this installation signs with; looked at instead of the selectors.
    ///   - host: the server that takes the mails; its name and address are looked at.
    public func findings(
        _ domain: String, selectors: [String] = [], signing: SigningKey? = nil, host: String? = nil
    ) async -> [SenderFinding] {
        let dkim = if let signing { await published(signing) } else { await dkim(domain, selectors) }
        var findings = [
            await spf(domain, host: host), dkim, await dmarc(domain), await mx(domain),
        ]
        if let host { findings.append(await ptr(host)) }
        let isNothingThere = findings.allSatisfy { $0.code == .missing || $0.code == .notFound }
        if isNothingThere, await isCutOff() {
            return findings.map { SenderFinding($0.check, .notAnswered, .unknown) }
        }
        return findings
    }

    /// Whether the name server knows nothing of the world: within closed networks some say of every name that there is none.
    private func isCutOff() async -> Bool {
        do { return try await dns.look(up: "a.root-servers.net", .a).isEmpty } catch { return true }
    }

    private func asked(
        _ check: SenderFinding.Check, _ body: () async throws(DNSError) -> SenderFinding
    ) async -> SenderFinding {
        do throws(DNSError) { return try await body() } catch { return SenderFinding(check, .notAnswered, .unknown) }
    }

    private func texts(_ name: String, _ version: String) async throws(DNSError) -> [String] {
        try await dns.look(up: name, .txt).filter { text in
            let head = text.prefix(version.count).lowercased()
            let next = text.dropFirst(version.count).first
            return head == version && (next == nil || next == " " || next == ";")
        }
    }

    // MARK: SPF

    private static let includes = [
        (".gmail.com", "_spf.google.com"), (".office365.com", "spf.protection.outlook.com"), (".zoho.com", "zoho"),
    ]

    private func spf(_ domain: String, host: String?) async -> SenderFinding {
        await asked(.spf) { () throws(DNSError) in
            let records = try await texts(domain, "v=spf1")
            guard let record = records.first else { return SenderFinding(.spf, .missing, .problem, domain) }
            guard records.count == 1 else { return SenderFinding(.spf, .several, .problem, domain) }
            let terms = record.lowercased().split(separator: " ").map(String.init)
            if terms.contains("+all") || terms.contains("all") { return SenderFinding(.spf, .open, .problem, record) }
            var seen: Set<String> = [domain]
            if try await lookUps(record, &seen) > 10 {
                return SenderFinding(.spf, .tooManyLookUps, .problem, record)
            }
            let wanted = Self.includes.first { host?.hasSuffix($0.0) ?? false }?.1
            if let wanted, !seen.contains(where: { $0.contains(wanted) }) {
                return SenderFinding(.spf, .providerNotNamed, .problem, wanted)
            }
            let isDecided = terms.contains { $0 == "-all" || $0 == "~all" || $0.hasPrefix("redirect=") }
            return SenderFinding(.spf, isDecided ? .fine : .undecided, isDecided ? .fine : .advice, record)
        }
    }

    /// How many names a receiver must ask for; records that lead in a circle end it.
    private func lookUps(_ record: String, _ seen: inout Set<String>) async throws(DNSError) -> Int {
        var count = 0
        for term in record.lowercased().split(separator: " ").dropFirst() {
            let plain = term.drop { "+-~?".contains($0) }
            let name = plain.prefix { !":/=".contains($0) }
            guard ["include", "a", "mx", "ptr", "exists", "redirect"].contains(name) else { continue }
            count += 1
            guard name == "include" || name == "redirect", count + seen.count < 30 else { continue }
            let target = String(plain.dropFirst(name.count + 1))
            guard seen.insert(target).inserted, !target.contains("%") else { continue }
            if let next = try await texts(target, "v=spf1").first { count += try await lookUps(next, &seen) }
        }
        return count
    }

    // MARK: DKIM, DMARC

    private func dkim(_ domain: String, _ selectors: [String]) async -> SenderFinding {
        await asked(.dkim) { () throws(DNSError) in
            for selector in selectors.isEmpty ? Self.usualSelectors : selectors {
                let records = try await dns.look(up: "\(selector)._domainkey.\(domain)", .txt)
                guard let record = records.first(where: { $0.contains("p=") }) else { continue }
                let key = Self.tag("p", in: record) ?? ""
                return SenderFinding(.dkim, key.isEmpty ? .revoked : .fine, key.isEmpty ? .problem : .fine, selector)
            }
            if selectors.isEmpty { return SenderFinding(.dkim, .notFound, .advice) }
            return SenderFinding(.dkim, .missing, .problem, selectors.joined(separator: " "))
        }
    }

    /// A key that mails are signed with: where it has to stand, and what the record says.
    public struct SigningKey: Sendable {
        let name: String
        let record: String

        public init(name: String, record: String) { (self.name, self.record) = (name, record) }
    }

    private func published(_ signing: SigningKey) async -> SenderFinding {
        await asked(.dkim) { () throws(DNSError) in
            let records = try await dns.look(up: signing.name, .txt)
            guard let record = records.first(where: { $0.contains("p=") }) else {
                return SenderFinding(.dkim, .missing, .problem, signing.name)
            }
            let key = Self.tag("p", in: record) ?? ""
            if key.isEmpty { return SenderFinding(.dkim, .revoked, .problem, signing.name) }
            let isSame = key == Self.tag("p", in: signing.record)
            return SenderFinding(.dkim, isSame ? .fine : .differs, isSame ? .fine : .problem, signing.name)
        }
    }

    /// Of the domain, else of the one above it (RFC 7489 section 6.6.3).
    private func dmarc(_ domain: String) async -> SenderFinding {
        await asked(.dmarc) { () throws(DNSError) in
            var labels = domain.split(separator: ".")
            while labels.count >= 2 {
                let records = try await texts("_dmarc." + labels.joined(separator: "."), "v=dmarc1")
                if records.count > 1 { return SenderFinding(.dmarc, .several, .problem) }
                if let record = records.first {
                    switch Self.tag("p", in: record)?.lowercased() {
                    case "none": return SenderFinding(.dmarc, .watchesOnly, .advice, record)
                    case "quarantine", "reject": return SenderFinding(.dmarc, .fine, .fine, record)
                    default: return SenderFinding(.dmarc, .unreadable, .problem, record)
                    }
                }
                labels.removeFirst()
            }
            return SenderFinding(.dmarc, .missing, .problem, "_dmarc.\(domain)")
        }
    }

    private static func tag(_ name: String, in record: String) -> String? {
        for part in record.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0].filter({ !$0.isWhitespace }).lowercased() == name else { continue }
            return String(pair[1].filter { !$0.isWhitespace })
        }
        return nil
    }

    // MARK: Servers

    private func mx(_ domain: String) async -> SenderFinding {
        await asked(.mx) { () throws(DNSError) in
            // A dot alone says that the domain takes no mail (RFC 7505).
            let hosts = try await dns.look(up: domain, .mx).filter { !$0.isEmpty }
            return hosts.isEmpty
                ? SenderFinding(.mx, .missing, .problem, domain)
                : SenderFinding(.mx, .fine, .fine, hosts.joined(separator: " "))
        }
    }

    /// Whether the server's address leads to a name, and that name back to the address.
    private func ptr(_ host: String) async -> SenderFinding {
        await asked(.ptr) { () throws(DNSError) in
            guard let address = try await dns.look(up: host, .a).first else {
                return SenderFinding(.ptr, .missing, .advice, host)
            }
            let reverse = address.split(separator: ".").reversed().joined(separator: ".") + ".in-addr.arpa"
            guard let name = try await dns.look(up: reverse, .ptr).first else {
                return SenderFinding(.ptr, .missing, .advice, address)
            }
            let isConfirmed = try await dns.look(up: name, .a).contains(address)
            return SenderFinding(
                .ptr, isConfirmed ? .fine : .notConfirmed, isConfirmed ? .fine : .advice, "\(address) \(name)")
        }
    }
}
