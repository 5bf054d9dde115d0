import Foundation
import Matching
import Store

/// A search text that is an address, a number or a domain rather than words of a name.
public struct ContactQuery: Hashable, Sendable {
    /// What `normalizedValue` begins with, in each spelling that it may have been stored in.
    let beginnings: [String]
    /// The whole value as a key of `matchKeys`, where the text is whole.
    let keys: [String]

    /// A text shorter than this could be anything, unless it begins as numbers here do.
    private static let minDigits = 5, minDigitsOfNumber = 3

    /// `nil` for plain words.
    public init?(_ text: String) {
        let plain = FoldedText.latinDigits(FoldedText.clean(text)).lowercased()
        if plain.contains("@") {
            guard let read = Self.email(plain) else { return nil }
            self = read
        } else if let read = Self.phone(plain) ?? Self.domain(plain) {
            self = read
        } else {
            return nil
        }
    }

    private init(_ beginnings: [String], keys: [String]) {
        self.beginnings = beginnings
        self.keys = keys
    }

    private static func email(_ text: String) -> ContactQuery? {
        if text.hasPrefix("@") { return domain(String(text.dropFirst())) }
        guard !text.contains(" ") else { return nil }
        return ContactQuery([text], keys: EmailAddress(text).map { ["e:" + $0.normalized] } ?? [])
    }

    private static func phone(_ text: String) -> ContactQuery? {
        guard text.unicodeScalars.allSatisfy({ ("0"..."9").contains($0) || "+-() ./".unicodeScalars.contains($0) })
        else { return nil }
        let digits = text.filter { $0.isASCII && $0.isNumber }
        let isBegun = plainBeginnings.contains { text.hasPrefix($0) }
        guard digits.utf8.count >= (isBegun ? minDigitsOfNumber : minDigits) else { return nil }
        var beginnings = [digits, "+" + digits]
        if digits.hasPrefix("00") { beginnings.append("+" + digits.dropFirst(2)) }
        // As one types a Saudi number: 05…, 5…, 011….
        beginnings.append("+966" + (digits.hasPrefix("0") ? String(digits.dropFirst()) : digits))
        var keys: [String] = []
        if let number = PhoneNumber(text), number.isValid {
            beginnings.append(number.e164)
            keys = ["p:" + number.e164, "m:" + number.e164]
        }
        return ContactQuery(Array(Set(beginnings)).sorted(), keys: keys)
    }

    private static let plainBeginnings = ["0", "5", "+", "966", "9200"]

    private static func domain(_ text: String) -> ContactQuery? {
        guard !text.contains(" "), text.contains("."), let domain = WebDomain(text) else { return nil }
        return ContactQuery([domain.host], keys: ["d:" + domain.registrable])
    }

    /// The contact points themselves.
    public var filter: Filter { .or(beginnings.map { .startsWith("normalizedValue", $0) }) }
}

extension ContactPoints {
    /// More owners than this tell no one apart.
    private static let maxOwners = 2_000

    /// The companies that `query` finds: by their keys, their contact points and those of their people.
    public func companies(_ query: ContactQuery) async throws -> Filter {
        let points = try await owners(query)
        let ids = points.compactMap { $0.entityType == .company ? $0.entityId : $0.companyId?.raw }
        return .or([.hasAny("matchKeys", query.keys.map(Value.string)), .isIn("_id", Array(Set(ids)).map(Value.id))])
    }

    public func people(_ query: ContactQuery) async throws -> Filter {
        let points = try await owners(query)
        let ids = points.compactMap { $0.entityType == .person ? $0.entityId : $0.personId?.raw }
        // `phone` has no index: the two that have one, and the contact points, find nearly all.
        let own = ["email", "mobile"].flatMap { field in query.beginnings.map { Filter.startsWith(field, $0) } }
        return .or([.isIn("_id", Array(Set(ids)).map(Value.id))] + own)
    }

    private func owners(_ query: ContactQuery) async throws -> [ContactPoint] {
        var found: [ContactPoint] = []
        // One after the other, so that each is a walk along the index.
        for beginning in query.beginnings where found.count < Self.maxOwners {
            let limit = Self.maxOwners - found.count
            found += try await store.find(Query<ContactPoint>(.startsWith("normalizedValue", beginning), limit: limit))
        }
        return found
    }
}
