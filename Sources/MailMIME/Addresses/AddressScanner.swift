/// Reads the words that addresses are made of (RFC 5322 sections 3.2 and 3.4, and the obsolete forms of section 4).
///
/// It goes forward only and calls itself nowhere, so that no input makes it deep or slow.
struct AddressScanner {
    let bytes: [UInt8]
    var position = 0
    /// Whether comments, blanks or obsolete forms were met: legal to read, not to send.
    private(set) var isObsolete = false

    private static let maxCommentDepth = 1_000

    init(_ text: some Sequence<UInt8>) { bytes = Array(text) }

    var isAtEnd: Bool { position >= bytes.count }
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// local-part "@" domain, with what may stand around them.
    mutating func addressSpec() throws(AddressError) -> (local: [UInt8], domain: [UInt8]) {
        try skipBlanks()
        if isAtEnd { throw .empty }
        if peek == UInt8(ascii: "@") { throw .noLocal }
        let local = try dotted(isDomain: false)
        guard take(UInt8(ascii: "@")) else { throw isAtEnd ? .noAt : .unexpectedCharacter }
        return (local, try domain())
    }

    /// What stands behind "@".
    mutating func domain() throws(AddressError) -> [UInt8] {
        try skipBlanks()
        if isAtEnd { throw .noDomain }
        let domain = peek == UInt8(ascii: "[") ? try literal() : try dotted(isDomain: true)
        try skipBlanks()
        return domain
    }

    /// Words with dots between them.
    private mutating func dotted(isDomain: Bool) throws(AddressError) -> [UInt8] {
        var result: [UInt8] = []
        var words = 0
        while true {
            try skipBlanks()
            let isQuoted = !isDomain && peek == UInt8(ascii: "\"")
            let word = isQuoted ? try quotedString() : atom()
            guard isQuoted || !word.isEmpty else { throw .unexpectedCharacter }
            words += 1
            // Several words of which one is quoted: obs-local-part.
            if isQuoted && words > 1 { isObsolete = true }
            let wasQuoted = isQuoted
            result += word
            try skipBlanks()
            guard take(UInt8(ascii: ".")) else { return result }
            if wasQuoted { isObsolete = true }
            result.append(UInt8(ascii: "."))
        }
    }

    mutating func atom() -> [UInt8] {
        let start = position
        while let byte = peek, CharacterClass.isAtom(byte) { position += 1 }
        return Array(bytes[start..<position])
    }

    /// The text between quotes, backslashes resolved.
    mutating func quotedString() throws(AddressError) -> [UInt8] {
        guard take(UInt8(ascii: "\"")) else { throw .unexpectedCharacter }
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text.append(try quotedPair())
            case 0x0D:
                try foldedBlank()
                text.append(0x20)
            default:
                text.append(try visible(byte))
            }
        }
        throw .unclosed
    }

    private mutating func literal() throws(AddressError) -> [UInt8] {
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "["):
                guard text.isEmpty else { throw .badLiteral }
                position += 1
                text.append(byte)
            case UInt8(ascii: "]"):
                position += 1
                return text + [byte]
            case UInt8(ascii: "\\"):
                isObsolete = true
                text.append(try quotedPair())
            case 0x0D, 0x20, 0x09:
                isObsolete = true
                try foldedBlank()
            default:
                text.append(try visible(byte))
            }
        }
        throw .unclosed
    }

    private mutating func quotedPair() throws(AddressError) -> UInt8 {
        position += 1
        guard let byte = peek else { throw .unclosed }
        guard byte != 0x0D, byte != 0x0A || position > 1 else { throw .unexpectedCharacter }
        if byte < 0x20 && byte != 0x09 || byte == 0x7F { isObsolete = true }
        position += 1
        return byte
    }

    /// A printing character, a blank, or one of the controls that the obsolete syntax let stand.
    private mutating func visible(_ byte: UInt8) throws(AddressError) -> UInt8 {
        guard byte != 0, byte != 0x0A, byte != 0x0D else { throw .unexpectedCharacter }
        if byte < 0x20 && byte != 0x09 || byte == 0x7F { isObsolete = true }
        position += 1
        return byte
    }

    /// Blanks, folds and comments.
    mutating func skipBlanks() throws(AddressError) {
        while let byte = peek {
            switch byte {
            case 0x20, 0x09, 0x0D: try foldedBlank()
            case UInt8(ascii: "("): try comment()
            default: return
            }
            isObsolete = true
        }
    }

    /// One blank, or a line break that a blank follows.
    private mutating func foldedBlank() throws(AddressError) {
        if peek == 0x0D {
            let blank = position + 2
            guard blank < bytes.count, bytes[position + 1] == 0x0A, CharacterClass.isBlank(bytes[blank]) else {
                throw .unexpectedCharacter
            }
            position = blank
        }
        position += 1
        isObsolete = true
    }

    private mutating func comment() throws(AddressError) {
        var depth = 0
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "("):
                depth += 1
                guard depth <= Self.maxCommentDepth else { throw .tooDeep }
                position += 1
            case UInt8(ascii: ")"):
                depth -= 1
                position += 1
                if depth == 0 { return }
            case UInt8(ascii: "\\"): _ = try quotedPair()
            case 0x0D: try foldedBlank()
            default: _ = try visible(byte)
            }
        }
        throw .unclosed
    }
}
