/// The digits of a cell as a person meant them, before any numbering plan is asked.
struct TypedDigits {
    /// ASCII digits, at most 40.
    var digits: [UInt8] = []
    /// Typed with a plus sign (also at the wrong end, where right-to-left text shows it).
    var hasPlus = false

    private static let maxDigits = 40

    init?(_ text: String) {
        if Self.isPlain(text) {
            take(text.utf8)
        } else {
            let plain = FoldedText.latinDigits(FoldedText.clean(text)).lowercased()
            let body = Self.withoutExtension(Array(plain.replacingFullWidthPlus.utf8))
            if let expanded = Self.fromScientific(body) {
                digits = expanded
            } else {
                take(Self.withoutFraction(body))
            }
        }
        if digits.isEmpty { return nil }
    }

    private mutating func take(_ bytes: some Sequence<UInt8>) {
        digits.reserveCapacity(16)
        for byte in bytes {
            if byte == 0x2B { hasPlus = true }
            if Self.isDigit(byte), digits.count < Self.maxDigits { digits.append(byte) }
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Only digits, blanks, brackets, dashes and plus signs: most cells.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { isDigit($0) || $0 == 0x20 || $0 == 0x2B || $0 == 0x2D || $0 == 0x28 || $0 == 0x29 }
    }

    private static let extensionMarks = ["ext", "x", "#", "تحويل", "داخلي", ";ext"].map { Array($0.utf8) }

    /// Cuts "ext 12", "x12", "تحويلة 12", "#12" off, if at least seven digits stand before.
    private static func withoutExtension(_ text: [UInt8]) -> ArraySlice<UInt8> {
        var seen = 0
        for i in text.indices {
            if isDigit(text[i]) {
                seen += 1
            } else if seen >= 7, extensionMarks.contains(where: { text[i...].starts(with: $0) }) {
                return text[..<i]
            }
        }
        return text[...]
    }

    /// "5.01234567e+8" as a spreadsheet shows a number: mantissa digits, padded to the exponent.
    private static func fromScientific(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.filter { $0 != 0x20 }.split(separator: UInt8(ascii: "e"), omittingEmptySubsequences: false)
        guard parts.count == 2, let exponent = Int(String(decoding: parts[1], as: UTF8.self)),
            (6...18).contains(exponent)
        else { return nil }
        let mantissa = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard mantissa.count <= 2, let whole = mantissa.first, whole.count == 1 else { return nil }
        let fraction = mantissa.count == 2 ? mantissa[1] : []
        guard (whole + fraction).allSatisfy(isDigit), fraction.count <= exponent else { return nil }
        return Array(whole + fraction) + Array(repeating: 0x30, count: exponent - fraction.count)
    }

    /// "966501234567.0": what is left when a number cell was written as text.
    private static func withoutFraction(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let dot = text.lastIndex(of: UInt8(ascii: ".")), text[..<dot].allSatisfy(isDigit) else { return text }
        let tail = text[(dot + 1)...]
        return (1...2).contains(tail.count) && tail.allSatisfy { $0 == 0x30 } ? text[..<dot] : text
    }
}

extension String {
    fileprivate var replacingFullWidthPlus: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\u{FF0B}" ? "+" : $0 }))
    }
}
