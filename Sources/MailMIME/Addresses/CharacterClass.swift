/// The classes of RFC 5322 section 3.2.3 that addresses and headers are made of.
enum CharacterClass {
    /// atext, and with RFC 6532 whatever is not ASCII.
    static func isAtom(_ byte: UInt8) -> Bool {
        if byte >= 0x80 { return true }
        return isAlphanumeric(byte) || isAtomMark(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= 0x61 && lower <= 0x7A || byte >= 0x30 && byte <= 0x39
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isAtomMark(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}

enum QuotedString {
    /// In quotes, with a backslash before what needs one (RFC 5322 section 3.2.4).
    static func text(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
