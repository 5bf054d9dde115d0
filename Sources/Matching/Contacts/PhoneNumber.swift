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
