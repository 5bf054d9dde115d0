/// Reads number formats (ECMA-376 18.8.30, 18.8.31) for one question: does it show a date?
package enum NumberFormat {
    /// Formats known by number alone; 27 to 36 and 50 to 58 are dates in East Asian versions.
    package static func kind(builtIn id: Int) -> NumberKind {
        switch id {
        case 14...17, 22, 27...31, 36, 50...54, 57, 58: .date
        case 18...21, 32...35, 45, 47, 55, 56: .time
        case 46: .duration
        default: .plain
        }
    }

    /// The kind of a format's first section, which is the one for positive numbers.
    package static func kind(code: String) -> NumberKind {
        var hasDate = false
        var hasTime = false
        var hasMonthOrMinute = false
        var characters = Array(code.utf8)[...]
        while let byte = characters.popFirst() {
            switch byte {
            case UInt8(ascii: ";"): characters = []
            case UInt8(ascii: "\""): characters = characters.drop { $0 != UInt8(ascii: "\"") }.dropFirst()
            case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): characters = characters.dropFirst()
            case UInt8(ascii: "["):
                let inside = characters.prefix { $0 != UInt8(ascii: "]") }.map { $0 | 0x20 }
                characters = characters.dropFirst(inside.count + 1)
                if let letter = inside.first, "hms".utf8.contains(letter), inside.allSatisfy({ $0 == letter }) {
                    return .duration
                }
            case UInt8(ascii: "G"), UInt8(ascii: "g"):
                // "General" is no date for all its letters.
                if characters.prefix(6).map({ $0 | 0x20 }) == Array("eneral".utf8) {
                    characters = characters.dropFirst(6)
                }
            default:
                switch byte | 0x20 {
                case UInt8(ascii: "d"), UInt8(ascii: "y"): hasDate = true
                case UInt8(ascii: "h"), UInt8(ascii: "s"): hasTime = true
                case UInt8(ascii: "m"): hasMonthOrMinute = true
                default: break
                }
            }
        }
        if hasDate { return .date }
        if hasTime { return .time }
        return hasMonthOrMinute ? .date : .plain
    }
}
