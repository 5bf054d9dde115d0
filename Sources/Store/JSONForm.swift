import Foundation

/// How a value is spelled as JSON.
public enum JSONForm: Sendable {
    /// For other programs: dates as ISO 8601 with milliseconds and `Z`, ids as 24 digits, a number that JSON lacks as null.
    case plain
    /// For keeping: `{"$date": milliseconds}`, `{"$oid": "24 digits"}`, `{"$number": "nan"}`; a key that begins with `$`
    /// gets one more. Reading gives back exactly what was written.
    case extended

    /// The value of an object that was read whole.
    func decoded(_ pairs: [Document.Pair]) -> Value {
        guard self == .extended, pairs.contains(where: { $0.key.utf8.first == UInt8(ascii: "$") }) else {
            return .object(Document(pairs))
        }
        if pairs.count == 1, let special = Self.special(pairs[0]) { return special }
        return .object(
            Document(
                pairs.map { pair in
                    Document.Pair(pair.key.hasPrefix("$$") ? String(pair.key.dropFirst()) : pair.key, pair.value)
                }))
    }

    private static func special(_ pair: Document.Pair) -> Value? {
        switch (pair.key, pair.value) {
        case ("$date", .int(let ms)): .date(Date(milliseconds: Int64(ms)))
        case ("$oid", .string(let hex)): ObjectID(hex).map(Value.id)
        case ("$number", .string("nan")): .double(.nan)
        case ("$number", .string("inf")): .double(.infinity)
        case ("$number", .string("-inf")): .double(-.infinity)
        default: nil
        }
    }
}

extension Date {
    /// Both engines keep dates to the millisecond.
    public init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Since 1970, rounded; a date beyond what 64 bits of milliseconds hold is the last of them.
    public var milliseconds: Int64 {
        let ms = (timeIntervalSince1970 * 1000).rounded()
        if let exact = Int64(exactly: ms) { return exact }
        return ms < 0 ? Int64.min : Int64.max
    }
}
