/// An address that mail can be sent to, in the form of RFC 5321 section 4.1.2 with the letters of RFC 6531.
///
/// Who compares addresses of people wants `Matching.EmailAddress`; this one keeps the local part as it was written, because only
/// the receiving server may say which spellings of it are one.
public struct MailAddress: Hashable, Sendable {
    /// Without the quotes that it may need in a mail.
    public let local: String
    /// Lower case, with international labels in their ASCII form (`xn--…`), or an address in brackets.
    public let domain: String
    /// As it stands in an envelope and a header, with quotes where the local part needs them.
    public let description: String

    /// One address and nothing else. Comments, blanks and the obsolete forms of RFC 5322 are refused.
    public init(_ text: String) throws(AddressError) {
        if let plain = Self(plain: text) {
            self = plain
            return
        }
        var scanner = AddressScanner(text.utf8)
        let (local, domain) = try scanner.addressSpec()
        guard scanner.isAtEnd else { throw .unexpectedCharacter }
        guard !scanner.isObsolete else { throw .obsolete }
        try self.init(local: local, domain: domain)
    }

    /// Quickly: what nearly every address is, letters and digits of ASCII with a dot in the domain and nothing to change.
    private init?(plain text: String) {
        var text = text
        let at = text.withUTF8 { Self.plainAt($0) }
        guard let at else { return nil }
        let index = text.utf8.index(text.utf8.startIndex, offsetBy: at)
        local = String(text.utf8[..<index]) ?? ""
        domain = String(text.utf8[text.utf8.index(after: index)...]) ?? ""
        description = text
    }

    /// Where "@" stands; `nil` if the address needs a closer look.
    private static func plainAt(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.count <= MailLimits.maxAddressBytes else { return nil }
        var at: Int?, label = 0, hasLetter = false, previous: UInt8 = 0x2E
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x61...0x7A, 0x30...0x39:
                label += 1
                if byte >= 0x61 { hasLetter = true }
            case 0x2E:
                guard previous != 0x2E, previous != 0x2D, previous != 0x40 else { return nil }
                (label, hasLetter) = (0, false)
            case 0x40:
                guard at == nil, previous != 0x2E, index <= MailLimits.maxLocalBytes else { return nil }
                at = index
                (label, hasLetter) = (0, false)
            case 0x2D where at != nil:
                guard label > 0 else { return nil }
                label += 1
            default: return nil
            }
            guard at == nil || label <= MailLimits.maxLabelBytes else { return nil }
            previous = byte
        }
        return hasLetter && previous != 0x2D ? at : nil
    }

    init(local: [UInt8], domain: [UInt8]) throws(AddressError) {
        guard let local = String(validating: local, as: UTF8.self),
            !HeaderText.mayShowNothing(local.utf8) || !local.unicodeScalars.contains(where: HeaderText.showsNothing)
        else { throw .unexpectedCharacter }
        self.local = local
        self.domain =
            if domain.first == UInt8(ascii: "[") { try AddressLiteral.checked(domain) } else {
                try DomainName.ascii(domain)
            }
        let quoted = Self.quoted(local)
        description = "\(quoted)@\(self.domain)"
        guard quoted.utf8.count <= MailLimits.maxLocalBytes else { throw .localTooLong }
        guard description.utf8.count <= MailLimits.maxAddressBytes else { throw .tooLong }
    }

    /// Only a server that offers SMTPUTF8 (RFC 6531) can be given this address.
    public var needsSMTPUTF8: Bool { local.utf8.contains { $0 >= 0x80 } }
}

extension MailAddress: CustomStringConvertible {
    private static func quoted(_ local: String) -> String {
        var previous: UInt8 = 0x2E
        for byte in local.utf8 {
            guard CharacterClass.isAtom(byte) || byte == 0x2E && previous != 0x2E else {
                return QuotedString.text(local)
            }
            previous = byte
        }
        // Empty, or a dot at the end.
        return previous == 0x2E ? QuotedString.text(local) : local
    }
}

/// Why a text is no address.
public enum AddressError: Error, Hashable {
    case empty, noAt, noLocal, noDomain, badDomain, badLiteral
    case unexpectedCharacter, unclosed
    /// Legal in a mail of 1982, and nothing that a server takes today.
    case obsolete
    case localTooLong, domainTooLong, tooLong
    /// Brackets or comments deeper than anybody means them.
    case tooDeep
}

/// An address with the name of whom it belongs to.
public struct NamedAddress: Hashable, Sendable {
    public var name: String?
    public var address: MailAddress

    public init(_ name: String? = nil, _ address: MailAddress) {
        self.name = name
        self.address = address
    }
}
