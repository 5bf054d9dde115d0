import Glibc

/// What makes XML unreadable, without the name of the part: the caller knows it.
enum XMLFault: Error {
    /// The window ends within a token; read on and scan anew.
    case needsMore
    case malformed
    case forbidden
    case tooDeep
    case tooManyAttributes
    case tooManyColumns

    func error(part: String, row: Int? = nil) -> SpreadsheetError {
        switch self {
        case .needsMore, .malformed: .damaged(part: part, row: row)
        case .forbidden: .forbiddenXML(part: part)
        case .tooDeep: .tooDeep(part: part)
        case .tooManyAttributes: .tooManyAttributes(part: part)
        case .tooManyColumns: .tooLarge(limit: .columns)
        }
    }
}

/// A pull scanner over a window of well-formed UTF-8. Knows no document type, no entities of a document's own, and
/// names only without their prefix.
struct XMLScanner {
    typealias Bytes = UnsafePointer<UInt8>

    enum Token {
        /// `name`, the attributes and `isEmptyElement` describe it; an empty element has no end token.
        case start
        case end
        /// `text` lies between `textStart` and `textEnd`, entities not yet decoded.
        case text
        /// As `text`, but literal.
        case cdata
        case finished
    }

    var position: Bytes
    let end: Bytes
    let isFinal: Bool
    var depth: Int

    private(set) var nameStart: Bytes
    private(set) var nameCount = 0
    private(set) var attributesStart: Bytes
    private(set) var attributesEnd: Bytes
    private(set) var isEmptyElement = false
    private(set) var textStart: Bytes
    private(set) var textEnd: Bytes

    init(start: Bytes, end: Bytes, isFinal: Bool, depth: Int = 0) {
        position = start
        self.end = end
        self.isFinal = isFinal
        self.depth = depth
        nameStart = start
        attributesStart = start
        attributesEnd = start
        textStart = start
        textEnd = start
    }

    mutating func next() throws(XMLFault) -> Token {
        while position < end {
            guard position[0] == UInt8(ascii: "<") else { return try scanText() }
            guard end - position > 1 else { throw lacking() }
            switch position[1] {
            case UInt8(ascii: "/"): return try scanEnd()
            case UInt8(ascii: "?"): position = try find("?>", from: position + 2)
            case UInt8(ascii: "!"): if let token = try scanDeclaration() { return token }
            default: return try scanStart()
            }
        }
        guard isFinal else { throw .needsMore }
        guard depth == 0 else { throw .malformed }
        return .finished
    }

    /// Whether the current element has this name, whatever its prefix.
    @inline(__always)
    func isNamed(_ name: StaticString) -> Bool {
        nameCount == name.utf8CodeUnitCount && memcmp(nameStart, name.utf8Start, nameCount) == 0
    }

    /// Skips the rest of the element whose start was just returned.
    mutating func skipElement() throws(XMLFault) {
        if isEmptyElement { return }
        let outside = depth - 1
        while depth > outside {
            if case .finished = try next() { throw .malformed }
        }
    }

    private func lacking() -> XMLFault { isFinal ? .malformed : .needsMore }

    /// The position behind `mark`.
    private func find(_ mark: StaticString, from start: Bytes) throws(XMLFault) -> Bytes {
        let count = mark.utf8CodeUnitCount
        var at = start
        while end - at >= count, let found = memchr(at, Int32(mark.utf8Start[0]), end - at - count + 1) {
            at = Bytes(found.assumingMemoryBound(to: UInt8.self))
            if memcmp(at, mark.utf8Start, count) == 0 { return at + count }
            at += 1
        }
        throw lacking()
    }

    private mutating func scanText() throws(XMLFault) -> Token {
        textStart = position
        if let found = memchr(position, Int32(UInt8(ascii: "<")), end - position) {
            textEnd = Bytes(found.assumingMemoryBound(to: UInt8.self))
        } else {
            guard isFinal else { throw .needsMore }
            textEnd = end
        }
        position = textEnd
        return .text
    }

    private mutating func scanEnd() throws(XMLFault) -> Token {
        let close = try find(">", from: position + 2)
        setName(from: position + 2, to: close - 1)
        guard depth > 0 else { throw .malformed }
        depth -= 1
        position = close
        return .end
    }

    /// Comment, CDATA section or document type.
    private mutating func scanDeclaration() throws(XMLFault) -> Token? {
        let rest = end - position
        if rest >= 4, position[2] == UInt8(ascii: "-"), position[3] == UInt8(ascii: "-") {
            position = try find("-->", from: position + 4)
            return nil
        }
        if rest >= 9, memcmp(position, "<![CDATA[", 9) == 0 {
            textStart = position + 9
            position = try find("]]>", from: textStart)
            textEnd = position - 3
            return .cdata
        }
        if rest < 9, !isFinal { throw .needsMore }
        throw .forbidden
    }

    private mutating func scanStart() throws(XMLFault) -> Token {
        var at = position + 1
        while at < end, at[0] > 0x20, at[0] != UInt8(ascii: ">"), at[0] != UInt8(ascii: "/") { at += 1 }
        setName(from: position + 1, to: at)
        guard nameCount > 0 || at == end else { throw .malformed }
        attributesStart = at
        var attributes = 0
        while true {
            guard at < end else { throw lacking() }
            let byte = at[0]
            if byte == UInt8(ascii: ">") { break }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                attributes += 1
                guard attributes <= SpreadsheetLimits.maxAttributes else { throw .tooManyAttributes }
                guard let close = memchr(at + 1, Int32(byte), end - at - 1) else { throw lacking() }
                at = Bytes(close.assumingMemoryBound(to: UInt8.self))
            } else if byte == UInt8(ascii: "<") {
                throw .malformed
            }
            at += 1
        }
        isEmptyElement = at > attributesStart && at[-1] == UInt8(ascii: "/")
        attributesEnd = isEmptyElement ? at - 1 : at
        position = at + 1
        if !isEmptyElement {
            depth += 1
            guard depth <= SpreadsheetLimits.maxXMLDepth else { throw .tooDeep }
        }
        return .start
    }

    private mutating func setName(from start: Bytes, to stop: Bytes) {
        var first = start
        var last = stop
        while last > start, last[-1] <= 0x20 { last -= 1 }
        var at = start
        while at < last {
            if at[0] == UInt8(ascii: ":") { first = at + 1 }
            at += 1
        }
        nameStart = first
        nameCount = last - first
    }
}
