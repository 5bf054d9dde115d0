import Foundation

/// A strict parser of RFC 8259 over bytes: one pass, no copies but the strings.
///
/// The bytes must stay in place while the parser lives; every read is bounded by `end`.
struct JSONParser {
    /// How documents tell dates and ids from strings.
    let form: JSONForm
    let bytes: UnsafeBufferPointer<UInt8>
    let maxDepth: Int
    var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, form: JSONForm, maxDepth: Int) {
        self.bytes = bytes
        self.form = form
        self.maxDepth = maxDepth
    }

    mutating func parseText() throws(JSONError) -> Value {
        skipSpace()
        let value = try parseValue(depth: 0)
        skipSpace()
        if offset != bytes.count { throw fail(.trailingBytes) }
        return value
    }

    func fail(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: offset < bytes.count || reason != .unexpectedByte ? reason : .unexpectedEnd, offset: offset)
    }

    /// The next byte, or 0, which no rule of the grammar takes, at the end.
    var peek: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    mutating func parseValue(depth: Int) throws(JSONError) -> Value {
        switch peek {
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
        case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw fail(.unexpectedByte)
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
        let length = word.utf8CodeUnitCount
        for i in 0..<length {
            guard peek == word.utf8Start[i] else { throw fail(.unexpectedByte) }
            offset += 1
        }
        return value
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> Value {
        if depth > maxDepth { throw fail(.tooDeep) }
        offset += 1
        var elements: [Value] = []
        skipSpace()
        if peek == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            skipSpace()
            elements.append(try parseValue(depth: depth))
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "]"):
                offset += 1
                return .array(elements)
            default: throw fail(.unexpectedByte)
            }
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> Value {
        if depth > maxDepth { throw fail(.tooDeep) }
        offset += 1
        var pairs: [Document.Pair] = []
        var places: [[UInt8]: Int]?
        skipSpace()
        if peek == UInt8(ascii: "}") {
            offset += 1
            return .object(Document())
        }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw fail(.unexpectedByte) }
            let key = try parseString()
            skipSpace()
            guard peek == UInt8(ascii: ":") else { throw fail(.unexpectedByte) }
            offset += 1
            skipSpace()
            Self.put(try parseValue(depth: depth), at: key, in: &pairs, &places)
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "}"):
                offset += 1
                return form.decoded(pairs)
            default: throw fail(.unexpectedByte)
            }
        }
    }

    /// The last of several keys with the same bytes wins, at the place of the first. A table is kept once there are many.
    private static func put(
        _ value: Value, at key: String, in pairs: inout [Document.Pair], _ places: inout [[UInt8]: Int]?
    ) {
        if places == nil, pairs.count == 16 {
            places = Dictionary(pairs.enumerated().map { (Array($1.key.utf8), $0) }, uniquingKeysWith: { a, _ in a })
        }
        let known = places.map { $0[Array(key.utf8)] } ?? pairs.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
        if let known {
            pairs[known].value = value
            return
        }
        places?[Array(key.utf8)] = pairs.count
        pairs.append(Document.Pair(key, value))
    }

    private mutating func parseNumber() throws(JSONError) -> Value {
        let start = offset
        let isNegative = peek == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        var magnitude: UInt64 = 0
        var overflows = false
        if peek == UInt8(ascii: "0") {
            offset += 1
        } else {
            guard Self.isDigit(peek) else { throw fail(.badNumber) }
            while Self.isDigit(peek) {
                let (tens, over) = magnitude.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(UInt64(peek - 0x30))
                overflows = overflows || over || carry
                magnitude = sum
                offset += 1
            }
        }
        var isWhole = true
        if peek == UInt8(ascii: ".") {
            isWhole = false
            offset += 1
            try skipDigits()
        }
        if peek | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            offset += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
        }
        if isWhole, !overflows {
            if !isNegative, let whole = Int(exactly: magnitude) { return .int(whole) }
            if isNegative, magnitude == 0 { return .double(-0.0) }
            if isNegative, magnitude <= UInt64(Int.max) + 1 { return .int(Int(truncatingIfNeeded: 0 &- magnitude)) }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let number = Double(text) else { throw fail(.badNumber) }
        return .double(number)
    }

    private mutating func skipDigits() throws(JSONError) {
        guard Self.isDigit(peek) else { throw fail(.badNumber) }
        while Self.isDigit(peek) { offset += 1 }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
