import Foundation

/// An email address that can be written to, in its one normal form.
public struct EmailAddress: Hashable, Sendable {
    /// Lower-case, without name, angle brackets or `mailto:`.
    public let normalized: String
    public let domain: String
    /// info@, sales@ …: an address of a desk, not of a person.
    public let isRole: Bool
    /// An address at a provider where anybody has one; it says nothing about which company this is.
    public let isFreeMail: Bool

    /// RFC 5321 section 4.5.3.1: a local part of 64 octets, a path of 254 in all.
    private static let maxLocalBytes = 64
    private static let maxBytes = 254

    /// `nil` unless the text is one address of RFC 5321's dot-atom form; international domains are accepted.
    public init?(_ text: String) {
        let address = Self.bare(text)
        guard address.utf8.count <= Self.maxBytes else { return nil }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLocal(parts[0]), HostName.isValid(parts[1]) else { return nil }
        normalized = address
        domain = String(parts[1])
        isRole = MailDirectory.isRole(parts[0])
        isFreeMail = MailDirectory.isFree(domain)
    }

    /// The addresses of a cell, in order, without repeats; and what holds an "@" or stands alone and is none.
    public static func all(in cell: String) -> (valid: [EmailAddress], invalid: [String]) {
        var valid: [EmailAddress] = []
        var invalid: [String] = []
        let cleaned = FoldedText.clean(cell.replacing("\n", with: " ").replacing("\r", with: " "))
        for piece in cleaned.split(whereSeparator: { " /\\;؛,،|\t".contains($0) }) {
            if let address = EmailAddress(String(piece)) {
                if !valid.contains(address) { valid.append(address) }
            } else if piece.contains("@") {
                invalid.append(String(piece))
            }
        }
        if valid.isEmpty && invalid.isEmpty && !cleaned.isEmpty { invalid.append(cleaned) }
        return (valid, invalid)
    }

    private static func bare(_ text: String) -> String {
        var s = Substring(FoldedText.clean(text).precomposedStringWithCompatibilityMapping.lowercased())
        if let open = s.lastIndex(of: "<"), let close = s[open...].firstIndex(of: ">") {
            s = s[s.index(after: open)..<close]
        }
        s = trimmed(s)
        while s.hasPrefix("mailto:") { s = trimmed(s.dropFirst(7)) }
        if let query = s.firstIndex(of: "?"), s[..<query].contains("@") { s = s[..<query] }
        s = trimmed(s)
        return String(s)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let noise: (Character) -> Bool = { " \t\r\n\"'“”‘’«»()[]<>{},،;؛:.".contains($0) }
        var s = text.drop(while: noise)
        while let last = s.last, noise(last) { s = s.dropLast() }
        return s
    }

    private static func isLocal(_ local: Substring) -> Bool {
        guard (1...maxLocalBytes).contains(local.utf8.count), !local.hasPrefix("."), !local.hasSuffix("."),
            !local.contains("..")
        else { return false }
        return local.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7A, 0x30...0x39: true
            default: atomSigns.contains(byte)
            }
        }
    }

    private static let atomSigns = Set("!#$%&'*+-/=?^_`{|}~.".utf8)
}

/// Host names as RFC 1035 and IDNA write them.
enum HostName {
    /// At least two labels, each of 1–63 octets without a hyphen at its ends, the last one not a number.
    static func isValid(_ host: Substring) -> Bool {
        guard host.utf8.count <= 253 else { return false }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(isLabel), let top = labels.last else { return false }
        return top.unicodeScalars.count >= 2 && top.unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
            || top.hasPrefix("xn--")
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...63).contains(label.utf8.count), !label.hasPrefix("-"), !label.hasSuffix("-") else { return false }
        return label.unicodeScalars.allSatisfy { scalar in
            if scalar.isASCII {
                return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
            }
            let properties = scalar.properties
            return properties.isAlphabetic || properties.numericType == .decimal
                || properties.generalCategory == .nonspacingMark
        }
    }
}
