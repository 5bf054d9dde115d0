/// The Saudi numbering plan (CST), and as much of the world's as can be told without a table of every country.
enum SaudiNumbering {
    private typealias Digits = ArraySlice<UInt8>

    static func read(_ typed: TypedDigits) -> PhoneNumber {
        var digits = typed.digits[...]
        var isInternational = typed.hasPlus
        if begins(digits, "00") {
            digits = digits.dropFirst(2)
            isInternational = true
        }
        if let saudi = afterCountryCode(digits, isInternational: isInternational) {
            return national(saudi) ?? number("", digits, .unknown)
        }
        if isInternational, isPlausibleAbroad(digits) { return number("+", digits, .international) }
        if let found = national(digits) { return found }
        if isNeighbour(digits) { return number("+", digits, .international) }
        return number("", typed.digits[...], .unknown)
    }

    private static func number(_ prefix: StaticString, _ digits: Digits, _ kind: PhoneNumber.Kind) -> PhoneNumber {
        PhoneNumber(e164: "\(prefix)" + String(decoding: digits, as: UTF8.self), kind: kind)
    }

    private static func begins(_ digits: Digits, _ prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { digits.starts(with: $0) }
    }

    private static func afterCountryCode(_ digits: Digits, isInternational: Bool) -> Digits? {
        guard begins(digits, "966"), isInternational || digits.count >= 11 else { return nil }
        let rest = digits.dropFirst(3)
        // "+966 00966 5…" and "966966…" come from a form that adds the code to what was typed with one.
        if begins(rest, "966"), rest.count >= 12 { return rest.dropFirst(3) }
        if begins(rest, "00966") { return rest.dropFirst(5) }
        return rest
    }

    /// The national significant number with its kind; one leading zero is the trunk prefix.
    private static func national(_ typed: Digits) -> PhoneNumber? {
        let hasTrunk = begins(typed, "0")
        let digits = hasTrunk ? typed.dropFirst() : typed
        let count = digits.count
        if count == 9 {
            if begins(digits, "5") { return number("+966", digits, .mobile) }
            if begins(digits, "92") { return number("+966", digits, .unified) }
            if begins(digits, "1"), isArea(digits.dropFirst().first) { return number("+966", digits, .landline) }
        }
        if count == 10, begins(digits, "800") || begins(digits, "811") { return number("+966", digits, .tollFree) }
        // Before 2013 the area codes were one digit shorter: 01 became 011, 02 became 012 …
        if count == 8, hasTrunk, isArea(digits.first), digits.dropFirst().contains(where: { $0 != 0x30 }) {
            return number("+9661", digits, .landline)
        }
        return nil
    }

    private static func isArea(_ digit: UInt8?) -> Bool {
        switch digit {
        case 0x31, 0x32, 0x33, 0x34, 0x36, 0x37: true
        default: false
        }
    }

    /// E.164: at most fifteen digits, no country code begins with zero.
    private static func isPlausibleAbroad(_ digits: Digits) -> Bool {
        (8...15).contains(digits.count) && !begins(digits, "0")
    }

    /// Numbers of the neighbours are often typed without a plus; only exact lengths are believed.
    private static func isNeighbour(_ digits: Digits) -> Bool {
        switch digits.count {
        case 11: ["971", "973", "974", "965", "968"].contains { begins(digits, $0) }
        case 12: ["971", "962", "963", "964", "967", "201"].contains { begins(digits, $0) }
        default: false
        }
    }
}
