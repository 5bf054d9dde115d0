import Glibc

/// The text of numbers: the shortest decimal form that reads back as the same binary number.
package enum NumberText {
    /// Longest result of `shortest`.
    static let maxCount = 32

    /// `501234567` for 5.01234567E+8, `0.1`, `1e+300`: without an exponent from 0.000001 to below 1e21, as JavaScript
    /// (ECMA-262 Number::toString) writes numbers. `nil` for infinities and NaN, which no spreadsheet holds.
    package static func shortest(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return "0" }
        if abs(value) < 1e15, value == value.rounded() { return String(Int64(value)) }
        let (digits, point) = digits(of: abs(value))
        let sign = value < 0 ? "-" : ""
        if point > 21 || point <= -6 {
            let exponent = point - 1
            let mantissa = digits.count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
            return sign + mantissa + (exponent < 0 ? "e-" : "e+") + String(abs(exponent))
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// The significant digits, and where the point stands: 0.0012 is ("12", -2).
    private static func digits(of value: Double) -> (String, Int) {
        var digits = ""
        var point = 0
        var exponent = 0
        let parts = value.description.split(separator: "e")
        if parts.count == 2 { exponent = Int(parts[1]) ?? 0 }
        let mantissa = parts.first ?? "0"
        for character in mantissa {
            if character == "." {
                point = digits.count
            } else {
                digits.append(character)
            }
        }
        if !mantissa.contains(".") { point = digits.count }
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        while digits.last == "0" { digits.removeLast() }
        return (digits, point - leading + exponent)
    }

    /// Whether `text` is already what `shortest` would give: at most 15 significant digits, no needless zero, no sign
    /// but `-`, no exponent. Such digits survive the way through a binary number.
    @inline(__always)
    static func isShortest(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
        var at = 0
        if count > 0, text[0] == UInt8(ascii: "-") { at = 1 }
        let first = at
        while at < count, text[at] &- 0x30 < 10 { at += 1 }
        let whole = at - first
        guard whole > 0, whole <= 15, whole == 1 || text[first] != 0x30 else { return false }
        // "-0" is 0.
        if at == count { return !(first == 1 && whole == 1 && text[1] == 0x30) }
        guard text[at] == UInt8(ascii: ".") else { return false }
        let point = at
        at += 1
        while at < count, text[at] &- 0x30 < 10 { at += 1 }
        let fraction = at - point - 1
        guard at == count, fraction > 0, whole + fraction <= 15, text[at - 1] != 0x30 else { return false }
        // Below 0.000001 an exponent is shorter; what has that many places goes the long way.
        return !(whole == 1 && text[first] == 0x30 && fraction > 6)
    }

    /// The number that a cell's text stands for; `nil` when it is none.
    static func value(_ text: UnsafePointer<UInt8>, count: Int) -> Double? {
        let (start, length) = XMLText.trimmed(text, count)
        guard length > 0, length <= 400 else { return nil }
        // strtod would accept these, a spreadsheet does not.
        for index in 0..<length {
            switch start[index] {
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"),
                UInt8(ascii: "E"):
                continue
            default: return nil
            }
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length + 1) { copy -> Double? in
            guard let base = copy.baseAddress else { return nil }
            for index in 0..<length { base[index] = CChar(bitPattern: start[index]) }
            base[length] = 0
            var stop: UnsafeMutablePointer<CChar>?
            let value = strtod(base, &stop)
            return stop == base + length && value.isFinite ? value : nil
        }
    }
}
