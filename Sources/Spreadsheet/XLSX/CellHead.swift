/// The attributes of a cell.
struct CellHead {
    enum ContentType {
        case number
        case shared
        case bool
        case error
        /// The text result of a formula.
        case text
        case inlineString
        case date
    }

    /// 0-based.
    var column: Int
    var style = 0
    var type = ContentType.number

    /// - Parameter last: the column before, which a cell without an address follows.
    init(_ scanner: XMLScanner, following last: Int) throws(XMLFault) {
        var column: Int? = last + 1
        var style = 0
        var type = ContentType.number
        try scanner.forEachAttribute { name, value in
            guard name.count == 1 else { return }
            switch name[0] {
            case UInt8(ascii: "r"): column = CellReference(value)?.column
            case UInt8(ascii: "s"): style = DecimalDigits.value(value) ?? 0
            case UInt8(ascii: "t"): type = Self.type(value)
            default: return
            }
        }
        guard let column else { throw .malformed }
        self.column = column
        self.style = style
        self.type = type
    }

    private static func type(_ value: UnsafeBufferPointer<UInt8>) -> ContentType {
        if value.elementsEqual("s".utf8) { return .shared }
        if value.elementsEqual("str".utf8) { return .text }
        if value.elementsEqual("inlineStr".utf8) { return .inlineString }
        if value.elementsEqual("b".utf8) { return .bool }
        if value.elementsEqual("e".utf8) { return .error }
        if value.elementsEqual("d".utf8) { return .date }
        return .number
    }
}

extension XMLText {
    /// A whole number with white space around it.
    static func trimmedDigits(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = text.baseAddress else { return nil }
        let (start, count) = trimmed(base, text.count)
        return DecimalDigits.value(UnsafeBufferPointer(start: start, count: count))
    }
}
