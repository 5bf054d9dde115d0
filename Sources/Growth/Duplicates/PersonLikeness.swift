import Foundation
import Matching
import Store

/// What two people are compared by.
struct PersonProfile: Sendable {
    var name: String
    var company: ObjectID?
    /// Their own address; one of a role, such as `info@`, tells nobody apart.
    var email: String?
    var mobile: String?
    var phone: String?

    init(_ person: Person) {
        name = person.fullName
        company = person.companyId?.raw
        email = person.email.flatMap { EmailAddress($0)?.isRole == true ? nil : $0.lowercased() }
        mobile = person.mobile.map { PhoneNumber($0)?.e164 ?? $0 }
        phone = person.phone.map { PhoneNumber($0)?.e164 ?? $0 }
    }

    /// By which those meet who may be the same.
    var keys: [String] {
        var keys: [String] = []
        if let email { keys.append("e:" + email) }
        // A mobile number that one file calls a phone is the same number.
        for number in Set([mobile, phone].compactMap { $0 }) { keys.append("p:" + number) }
        let name = NameKey.personKey(name)
        if let company, !name.isEmpty { keys.append("n:\(company):\(name)") }
        return keys
    }
}

/// Weighs whether two people are one: evidence in bits, as the matching of companies has it, with fewer kinds.
///
/// An own address or mobile counts only beside a name that fits, since families and offices share both. The same name
/// decides only within one company.
enum PersonLikeness {
    private static let prior = 12.0
    private static let sameEmail = 18.0, sameMobile = 15.0, samePhone = 8.0
    /// Of colleagues: the switchboard.
    private static let sharedPhone = 2.0
    private static let sameCompany = 6.0, differentCompany = -2.0

    static func of(_ a: PersonProfile, _ b: PersonProfile) -> Likeness {
        var reasons: [Likeness.Reason] = []
        func add(_ code: String, _ weight: Double, _ likeness: Double? = nil) {
            reasons.append(.init(code: code, weight: weight, likeness: likeness))
        }
        let isColleague = a.company != nil && a.company == b.company
        if let email = a.email, email == b.email { add("sameEmail", sameEmail) }
        if let mobile = a.mobile, mobile == b.mobile {
            add("sameMobile", sameMobile)
        } else if !Set([a.mobile, a.phone].compactMap { $0 }).isDisjoint(with: [b.mobile, b.phone].compactMap { $0 }) {
            add("samePhone", isColleague ? sharedPhone : samePhone)
        }
        let name = weigh(a.name, b.name)
        add(name.code, name.weight, name.likeness)
        if isColleague {
            add("sameCompany", sameCompany)
        } else if a.company != nil, b.company != nil {
            add("differentCompany", differentCompany)
        }
        let bits = reasons.reduce(-prior) { $0 + $1.weight }
        return Likeness(score: 1 / (1 + exp2(-bits)), reasons: reasons.sorted { abs($0.weight) > abs($1.weight) })
    }

    private static func weigh(_ a: String, _ b: String) -> (code: String, weight: Double, likeness: Double) {
        let likeness = NameKey.similarity(a, b)
        let words = min(wordCount(a), wordCount(b))
        switch likeness {
        case 0.94...:
            let isOtherScript = FoldedText.fold(a) != FoldedText.fold(b) && likeness < 0.96
            return (isOtherScript ? "transliteratedName" : "sameName", words < 2 ? 4 : words == 2 ? 9 : 11, likeness)
        case 0.85...: return ("similarName", 3, likeness)
        case 0.7...: return ("similarName", 0, likeness)
        case 0.6...: return ("similarName", -3, likeness)
        default: return ("differentName", -10, likeness)
        }
    }

    private static func wordCount(_ name: String) -> Int { name.split(separator: " ").count }
}
