/// A phone number by the Saudi numbering plan, or an international one.
public struct PhoneNumber: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case mobile, landline
        /// 9200xxxxx: one number for all branches of a company.
        case unified
        /// 800xxxxxxx and 811xxxxxxx.
        case tollFree
        case international
        case unknown
    }

    /// "+9665…"; the bare digits as typed when the number is not valid, so that it can still serve as a key.
    public let e164: String
    public let isValid: Bool
    public let kind: Kind

    /// Reads one number: spaces, signs, Arabic digits, a spreadsheet's "5.01234567E+8" and an extension are seen
    /// through. `nil` when the text holds no digit at all.
    public init?(_ text: String) {
        guard let typed = TypedDigits(text) else { return nil }
        self = SaudiNumbering.read(typed)
    }

    init(e164: String, kind: Kind) {
        self.e164 = e164
        self.isValid = kind != .unknown
        self.kind = kind
    }
}

/// The digits of a cell as a person meant them, before any numbering plan is asked.
struct TypedDigits {
    /// ASCII digits, at most 40.
    var digits: String
    /// Typed with a plus sign (also at the wrong end, where right-to-left text shows it).
    var hasPlus: Bool

    private static let maxDigits = 40

    init?(_ text: String) {
        let plain = FoldedText.latinDigits(FoldedText.clean(text)).lowercased()
        let body = Self.withoutExtension(plain)
        if let expanded = Self.fromScientific(body) {
            digits = expanded
            hasPlus = false
            return
        }
        var digits = ""
        var hasPlus = false
        for scalar in Self.withoutFraction(body).unicodeScalars {
            if scalar == "+" || scalar == "\u{FF0B}" { hasPlus = true }
            if ("0"..."9").contains(scalar), digits.utf8.count < Self.maxDigits { digits.unicodeScalars.append(scalar) }
        }
        if digits.isEmpty { return nil }
        self.digits = digits
        self.hasPlus = hasPlus
    }

    /// Cuts "ext 12", "x12", "تحويلة 12", "#12" off, if at least seven digits stand before.
    private static func withoutExtension(_ text: String) -> Substring {
        var seen = 0
        for i in text.indices {
            if text[i].isASCII && text[i].isNumber { seen += 1 }
            guard seen >= 7 else { continue }
            let rest = text[i...]
            for mark in ["ext", "x", "#", "تحويل", "داخلي", ";ext"] where rest.hasPrefix(mark) { return text[..<i] }
        }
        return text[...]
    }

    /// "5.01234567e+8" as a spreadsheet shows a number: mantissa digits, padded to the exponent.
    private static func fromScientific(_ text: Substring) -> String? {
        let parts = text.filter { $0 != " " }.split(separator: "e", omittingEmptySubsequences: false)
        guard parts.count == 2, let exponent = Int(parts[1]), (6...18).contains(exponent) else { return nil }
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard mantissa.count <= 2, let whole = mantissa.first, whole.count == 1 else { return nil }
        let fraction = mantissa.count == 2 ? mantissa[1] : ""
        guard (whole + fraction).allSatisfy({ $0.isASCII && $0.isNumber }), fraction.count <= exponent else { return nil }
        return whole + fraction + String(repeating: "0", count: exponent - fraction.count)
    }

    /// "966501234567.0": what is left when a number cell was written as text.
    private static func withoutFraction(_ text: Substring) -> Substring {
        guard let dot = text.lastIndex(of: "."), text[..<dot].allSatisfy({ $0.isASCII && $0.isNumber }) else { return text }
        let tail = text[text.index(after: dot)...]
        return !tail.isEmpty && tail.count <= 2 && tail.allSatisfy({ $0 == "0" }) ? text[..<dot] : text
    }
}
