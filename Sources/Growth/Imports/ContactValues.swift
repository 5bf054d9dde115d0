import Foundation
import Matching
import Store

/// Contact points in a cell's text.
enum ContactValues {
    struct Value {
        var type: ContactPoint.Kind
        var text: String
        var normalized: String
        var isValid: Bool
    }

    /// What the cell holds, read as `type`; a number's own kind decides between mobile and phone.
    static func read(_ text: String, as type: ContactPoint.Kind) -> (values: [Value], invalid: [String]) {
        switch type {
        case .email:
            let found = EmailAddress.all(in: text)
            let isOne = found.valid.count == 1 && found.invalid.isEmpty && !text.lowercased().hasPrefix("mailto:")
            return (
                found.valid.map {
                    Value(type: .email, text: isOne ? text : $0.normalized, normalized: $0.normalized, isValid: true)
                }, found.invalid
            )
        case .mobile, .phone, .whatsapp:
            let found = PhoneNumber.all(in: text)
            let values = found.map { number in
                Value(
                    type: kind(of: number, in: type), text: found.count == 1 ? text : number.e164,
                    normalized: number.e164,
                    isValid: number.isValid)
            }
            return (values, found.isEmpty ? [text] : [])
        case .website:
            guard let domain = WebDomain(text) else { return ([], [text]) }
            return ([Value(type: .website, text: domain.url, normalized: domain.host, isValid: true)], [])
        case .linkedin:
            let url = LinkedInAddress(text)?.url ?? text
            return ([Value(type: .linkedin, text: url, normalized: url.lowercased(), isValid: true)], [])
        default:
            return ([Value(type: type, text: text, normalized: FoldedText.fold(text), isValid: true)], [])
        }
    }

    /// The kind of a value whose kind nobody named.
    static func guess(_ text: String) -> ContactPoint.Kind {
        if text.contains("@"), EmailAddress(text) != nil { return .email }
        if LinkedInAddress(text) != nil { return .linkedin }
        if let number = PhoneNumber(text), number.isValid { return number.kind == .mobile ? .mobile : .phone }
        return WebDomain(text) != nil ? .website : .other
    }

    private static func kind(of number: PhoneNumber, in column: ContactPoint.Kind) -> ContactPoint.Kind {
        if column == .whatsapp { return .whatsapp }
        switch number.kind {
        case .mobile: return .mobile
        case .landline, .unified, .tollFree: return .phone
        default: return column
        }
    }
}
