/// A piece of HTML as a template holds it.
enum MarkupToken: Hashable {
    case text(String)
    case merge(String)
    case start(Element)
    case end(String)
    /// A comment, a declaration or the content of `style`: goes out as it is.
    case verbatim(String)
    case problem(TemplateProblem)

    struct Element: Hashable {
        /// In lower case.
        var name: String
        var attributes: [Attribute] = []
        var closesItself = false

        func has(_ name: String) -> Bool { attributes.contains { $0.name == name } }
    }

    struct Attribute: Hashable {
        /// In lower case.
        var name: String
        /// `nil`: the attribute stands alone.
        var value: [Part]?

        enum Part: Hashable {
            /// As it was written, references (`&amp;`) and all.
            case text(String)
            case merge(String)
        }
    }
}

/// Reads HTML as browsers do in the main, with `{{…}}` as units of their own. Never fails: what is no tag is text.
struct MarkupTokens {
    private let bytes: [UInt8]
    private var index = 0
    private(set) var tokens: [MarkupToken] = []

    static func read(_ html: String) -> [MarkupToken] {
        var reader = MarkupTokens(bytes: Array(html.utf8))
        reader.readAll()
        return reader.tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func readAll() {
        var text = index
        while index < bytes.count {
            let begin = index
            if starts("{{") {
                flush(text..<begin)
                readMerge()
            } else if bytes[index] == UInt8(ascii: "<"), let token = readMarkup() {
                flush(text..<begin)
                tokens.append(token)
                if case .start(let element) = token { readRaw(element) }
            } else {
                index += 1
                continue
            }
            text = index
        }
        flush(text..<bytes.count)
    }

    private mutating func flush(_ range: Range<Int>) {
        if !range.isEmpty { tokens.append(.text(string(range))) }
    }

    private mutating func readMerge() {
        guard let end = find("}}", from: index + 2) else {
            tokens.append(.problem(TemplateProblem(.unclosedTag, string(index..<min(index + 40, bytes.count)))))
            index = bytes.count
            return
        }
        tokens.append(.merge(string((index + 2)..<end)))
        index = end + 2
    }

    /// Moves behind what begins with "<"; `nil`, and moves nowhere, when nothing does.
    private mutating func readMarkup() -> MarkupToken? {
        let begin = index
        if starts("<!--") {
            index = find("-->", from: index + 4).map { $0 + 3 } ?? bytes.count
            return verbatim(begin)
        }
        if starts("<!") || starts("<?") {
            index = find(">", from: index).map { $0 + 1 } ?? bytes.count
            return verbatim(begin)
        }
        let isEnd = starts("</")
        let nameBegin = index + (isEnd ? 2 : 1)
        guard nameBegin < bytes.count, Self.isLetter(bytes[nameBegin]) else { return nil }
        var at = nameBegin
        while at < bytes.count, !Self.isBlank(bytes[at]), bytes[at] != UInt8(ascii: ">"),
            bytes[at] != UInt8(ascii: "/"),
            bytes[at] != UInt8(ascii: "{")
        { at += 1 }
        let name = string(nameBegin..<at).lowercased()
        index = at
        if isEnd {
            index = find(">", from: at).map { $0 + 1 } ?? bytes.count
            return .end(name)
        }
        return .start(readAttributes(of: name))
    }

    private func verbatim(_ begin: Int) -> MarkupToken {
        let text = string(begin..<index)
        return text.contains("{{") ? .problem(TemplateProblem(.fieldInMarkup, text)) : .verbatim(text)
    }

    private mutating func readAttributes(of name: String) -> MarkupToken.Element {
        var element = MarkupToken.Element(name: name)
        while true {
            skipBlanks()
            guard index < bytes.count else { return element }
            if bytes[index] == UInt8(ascii: ">") {
                index += 1
                return element
            }
            if bytes[index] == UInt8(ascii: "/") {
                index += 1
                element.closesItself = index < bytes.count && bytes[index] == UInt8(ascii: ">")
                continue
            }
            if starts("{{") {
                let end = find("}}", from: index).map { $0 + 2 } ?? bytes.count
                tokens.append(.problem(TemplateProblem(.fieldInMarkup, string(index..<end))))
                index = end
                continue
            }
            element.attributes.append(readAttribute())
        }
    }

    private mutating func readAttribute() -> MarkupToken.Attribute {
        let begin = index
        while index < bytes.count, !Self.isBlank(bytes[index]), bytes[index] != UInt8(ascii: "="),
            bytes[index] != UInt8(ascii: ">"), bytes[index] != UInt8(ascii: "/") || index == begin
        { index += 1 }
        var attribute = MarkupToken.Attribute(name: string(begin..<index).lowercased())
        skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return attribute }
        index += 1
        skipBlanks()
        guard index < bytes.count else { return attribute }
        let quote = bytes[index]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            index += 1
            attribute.value = readValue { $0 == quote }
            index = min(index + 1, bytes.count)
        } else {
            attribute.value = readValue { Self.isBlank($0) || $0 == UInt8(ascii: ">") }
        }
        return attribute
    }

    private mutating func readValue(until isEnd: (UInt8) -> Bool) -> [MarkupToken.Attribute.Part] {
        var parts: [MarkupToken.Attribute.Part] = []
        var begin = index
        while index < bytes.count, !isEnd(bytes[index]) {
            guard starts("{{"), let end = find("}}", from: index + 2) else {
                index += 1
                continue
            }
            if index > begin { parts.append(.text(string(begin..<index))) }
            parts.append(.merge(string((index + 2)..<end)))
            index = end + 2
            begin = index
        }
        if index > begin { parts.append(.text(string(begin..<index))) }
        return parts
    }

    /// What stands in `style`, `script` and the like is no markup.
    private mutating func readRaw(_ element: MarkupToken.Element) {
        guard ["style", "script", "textarea", "title", "xmp", "iframe", "noscript"].contains(element.name),
            element.name != "title", !element.closesItself
        else { return }
        let begin = index
        while index < bytes.count, !startsIgnoringCase("</\(element.name)") { index += 1 }
        if index > begin { tokens.append(verbatim(begin)) }
    }

    // MARK: Bytes

    private mutating func skipBlanks() { while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 } }

    private func starts(_ text: StaticString) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { wanted in
            for (offset, byte) in wanted.enumerated() where bytes[index + offset] != byte { return false }
            return true
        }
    }

    private func startsIgnoringCase(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard index + wanted.count <= bytes.count else { return false }
        for (offset, byte) in wanted.enumerated() {
            let own = bytes[index + offset]
            if own != byte && own | 0x20 != byte { return false }
        }
        return true
    }

    private func find(_ text: String, from begin: Int) -> Int? {
        let wanted = Array(text.utf8)
        var at = begin
        while at + wanted.count <= bytes.count {
            if bytes[at] == wanted[0], bytes[at..<(at + wanted.count)].elementsEqual(wanted) { return at }
            at += 1
        }
        return nil
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
