/// The Saudi numbering plan (CST), and as much of the world's as can be told without a table of every country.
enum SaudiNumbering {
    static func read(_ typed: TypedDigits) -> PhoneNumber {
        var digits = Substring(typed.digits)
        var isInternational = typed.hasPlus
        if digits.hasPrefix("00") {
            digits = digits.dropFirst(2)
            isInternational = true
        }
        if let saudi = afterCountryCode(digits, isInternational: isInternational) {
            return national(saudi).map { PhoneNumber(e164: "+966" + $0.digits, kind: $0.kind) }
                ?? PhoneNumber(e164: String(digits), kind: .unknown)
        }
        if isInternational, isPlausibleAbroad(digits) { return PhoneNumber(e164: "+" + digits, kind: .international) }
        if let found = national(digits) { return PhoneNumber(e164: "+966" + found.digits, kind: found.kind) }
        if isNeighbour(digits) { return PhoneNumber(e164: "+" + digits, kind: .international) }
        return PhoneNumber(e164: typed.digits, kind: .unknown)
    }

    private static func afterCountryCode(_ digits: Substring, isInternational: Bool) -> Substring? {
        guard digits.hasPrefix("966"), isInternational || digits.utf8.count >= 11 else { return nil }
        let rest = digits.dropFirst(3)
        // "+966 00966 5…" and "966966…" come from a form that adds the code to what was typed with one.
        if rest.hasPrefix("966"), rest.utf8.count >= 12 { return rest.dropFirst(3) }
        if rest.hasPrefix("00966") { return rest.dropFirst(5) }
        return rest
    }

    /// The national significant number with its kind; one leading zero is the trunk prefix.
    private static func national(_ typed: Substring) -> (digits: String, kind: PhoneNumber.Kind)? {
        let digits = typed.hasPrefix("0") ? typed.dropFirst() : typed
        let count = digits.utf8.count
        if digits.hasPrefix("5"), count == 9 { return (String(digits), .mobile) }
        if digits.hasPrefix("92"), count == 9 { return (String(digits), .unified) }
        if digits.hasPrefix("800") || digits.hasPrefix("811"), count == 10 { return (String(digits), .tollFree) }
        if count == 9, digits.hasPrefix("1"), isArea(digits.dropFirst().first) { return (String(digits), .landline) }
        // Before 2013 the area codes were one digit shorter: 01 became 011, 02 became 012 …
        if count == 8, typed.hasPrefix("0"), isArea(digits.first), !digits.hasSuffix("0000000") {
            return ("1" + digits, .landline)
        }
        return nil
    }

    private static func isArea(_ digit: Character?) -> Bool {
        guard let digit else { return false }
        return "123467".contains(digit)
    }

    /// E.164: at most fifteen digits, no country code begins with zero.
    private static func isPlausibleAbroad(_ digits: Substring) -> Bool {
        (8...15).contains(digits.utf8.count) && !digits.hasPrefix("0")
    }

    /// Numbers of the neighbours are often typed without a plus; only exact lengths are believed.
    private static func isNeighbour(_ digits: Substring) -> Bool {
        switch digits.prefix(3) {
        case "971": (11...12).contains(digits.utf8.count)
        case "973", "974", "965", "968": digits.utf8.count == 11
        case "962", "963", "964", "967": digits.utf8.count == 12
        default: digits.hasPrefix("201") && digits.utf8.count == 12
        }
    }
}
