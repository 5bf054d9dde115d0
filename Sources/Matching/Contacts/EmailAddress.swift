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
        var typed = text
        let plain = typed.withUTF8 { utf8 in Self.isBare(utf8) ? Self.read(bare: utf8, text) : nil }
        if let plain {
            self = plain
            return
        }
        guard let found = Self.bare(text).withUnsafeBufferPointer({ Self.read($0, text: nil) }) else { return nil }
        self = found
    }

    /// Lower-case UTF-8 of an address; `text` if it is the same.
    private static func read(_ address: HostName.Bytes, text: String?) -> EmailAddress? {
        guard address.count <= maxBytes, let at = address.firstIndex(of: 0x40) else { return nil }
        let local = HostName.Bytes(rebasing: address[..<at])
        let host = HostName.Bytes(rebasing: address[(at + 1)...])
        guard isLocal(local), HostName.isValid(host) else { return nil }
        return EmailAddress(
            normalized: text ?? String(decoding: address, as: UTF8.self), domain: String(decoding: host, as: UTF8.self),
            isRole: MailDirectory.isRole(local), isFreeMail: MailDirectory.isFree(host))
    }

    private init(normalized: String, domain: String, isRole: Bool, isFreeMail: Bool) {
        self.normalized = normalized
        self.domain = domain
        self.isRole = isRole
        self.isFreeMail = isFreeMail
    }

    /// Nothing around the address that has to be taken off.
    private static func isBare(_ utf8: HostName.Bytes) -> Bool {
        guard let first = utf8.first, let last = utf8.last, isAlphanumeric(first | 0x20), isAlphanumeric(last | 0x20)
        else { return false }
        return utf8.allSatisfy { ($0 == 0x40 || isAtom($0) || $0 >= 0x41 && $0 <= 0x5A) && $0 != 0x3F }
    }

    private static func read(bare utf8: HostName.Bytes, _ text: String) -> EmailAddress? {
        guard utf8.count <= maxBytes else { return nil }
        guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return read(utf8, text: text) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maxBytes) { out in
            for (i, byte) in utf8.enumerated() { out[i] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
            return read(HostName.Bytes(rebasing: out[..<utf8.count]), text: nil)
        }
    }

    /// The addresses of a cell, in order, without repeats; and what holds an "@" or stands alone and is none.
    public static func all(in cell: String) -> (valid: [EmailAddress], invalid: [String]) {
        if cell.isEmpty { return ([], []) }
        if isPlain(cell), let address = EmailAddress(cell) { return ([address], []) }
        var valid: [EmailAddress] = []
        var invalid: [String] = []
        let cleaned = FoldedText.clean(cell)
        for piece in cleaned.unicodeScalars.split(whereSeparator: isSeparator) {
            let text = String(piece)
            if let address = EmailAddress(text) {
                if !valid.contains(address) { valid.append(address) }
            } else if text.contains("@") {
                invalid.append(text)
            }
        }
        if valid.isEmpty && invalid.isEmpty && !cleaned.isEmpty { invalid.append(cleaned) }
        return (valid, invalid)
    }

    /// Only what can stand in one address: no blank or separator, so no second one.
    private static func isPlain(_ cell: String) -> Bool {
        var typed = cell
        return typed.withUTF8 { utf8 in
            utf8.allSatisfy { (isAtom($0 | 0x20) || isAtom($0) || $0 == 0x40) && $0 != 0x2F }
        }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "/", "\\", ";", "؛", ",", "،", "|", "\t": true
        default: false
        }
    }

    /// Lower-case UTF-8 of the address without what is around it.
    private static func bare(_ text: String) -> [UInt8] {
        var s: ArraySlice<UInt8>
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 >= 0x20 }) {
            s = text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }[...]
        } else {
            s = Array(FoldedText.clean(text).precomposedStringWithCompatibilityMapping.lowercased().utf8)[...]
        }
        if let open = s.lastIndex(of: 0x3C), let close = s[open...].firstIndex(of: 0x3E) { s = s[(open + 1)..<close] }
        s = trimmed(s)
        while s.starts(with: "mailto:".utf8) { s = trimmed(s.dropFirst(7)) }
        if let query = s.firstIndex(of: 0x3F), s[..<query].contains(0x40) { s = s[..<query] }
        return Array(trimmed(s))
    }

    /// Quotes, brackets and stops that lists put around an address, the Arabic and typographic ones included.
    private static let noise: [[UInt8]] =
        " \t\r\n\"'“”‘’«»()[]<>{},،;؛:.".unicodeScalars.map { Array(String($0).utf8) }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var s = text
        while let first = s.first, first != 0x2E, !isAlphanumeric(first),
            let mark = noise.first(where: { s.starts(with: $0) })
        {
            s = s.dropFirst(mark.count)
        }
        while let last = s.last, !isAlphanumeric(last),
            let mark = noise.first(where: { s.suffix($0.count).elementsEqual($0) })
        {
            s = s.dropLast(mark.count)
        }
        return s
    }

    private static func isLocal(_ local: HostName.Bytes) -> Bool {
        guard (1...maxLocalBytes).contains(local.count), local.first != 0x2E, local.last != 0x2E else { return false }
        var previous: UInt8 = 0
        for byte in local {
            if !isAtom(byte) || byte == 0x2E && previous == 0x2E { return false }
            previous = byte
        }
        return true
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39
    }

    /// RFC 5322 atext in lower case, and the dot.
    private static func isAtom(_ byte: UInt8) -> Bool {
        if isAlphanumeric(byte) { return true }
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D...0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: return true
        default: return false
        }
    }
}
