/// The bytes of one whole response, read from the left.
struct IMAPLine {
    private var rest: ArraySlice<UInt8>

    /// - Parameter bytes: with the line end.
    init(_ bytes: [UInt8]) {
        rest = bytes[...]
        if rest.last == 0x0A { rest = rest.dropLast() }
        if rest.last == 0x0D { rest = rest.dropLast() }
    }

    /// Whether the line is data: where a person is spoken to, braces are just text.
    static func mayHoldLiterals(_ line: some Collection<UInt8>) -> Bool {
        guard line.starts(with: [UInt8(ascii: "*"), 0x20]) else { return false }
        let word = line.dropFirst(2).prefix { $0 > 0x20 }
        return IMAPStatus.Kind(rawValue: String(decoding: word, as: UTF8.self).uppercased()) == nil
    }

    /// `nil` for what is no response.
    var response: IMAPResponse? {
        var line = self
        return line.read()
    }

    private mutating func read() -> IMAPResponse? {
        if rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
            return .goOn(text())
        }
        guard let tag = word(), take(0x20), let name = word()?.uppercased() else { return nil }
        if let kind = IMAPStatus.Kind(rawValue: name) {
            return status(kind).map { .status(tag: tag == "*" ? nil : tag, $0) }
        }
        guard tag == "*" else { return nil }
        guard name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return data(name, number: nil) }
        guard let number = UInt32(name), take(0x20), let name = word()?.uppercased() else { return nil }
        return data(name, number: number)
    }

    private mutating func status(_ kind: IMAPStatus.Kind) -> IMAPStatus? {
        var status = IMAPStatus(kind)
        guard !rest.isEmpty else { return status }
        guard take(0x20) else { return nil }
        if take(UInt8(ascii: "[")) {
            guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let parts = Self.plain(rest[..<close]).split(separator: " ", maxSplits: 1).map(String.init)
            guard let name = parts.first else { return nil }
            status.code = .init(name: name.uppercased(), argument: parts.count > 1 ? parts[1] : "")
            rest = rest[(close + 1)...]
        }
        status.text = text()
        return status
    }

    private mutating func data(_ name: String, number: UInt32?) -> IMAPResponse? {
        var values: [IMAPValue] = []
        while take(0x20) {
            // Some servers end a line with a blank.
            if rest.isEmpty { break }
            guard let value = value(depth: 0) else { return nil }
            values.append(value)
        }
        return rest.isEmpty ? .data(name, number: number, values) : nil
    }

    private mutating func value(depth: Int) -> IMAPValue? {
        switch rest.first {
        case UInt8(ascii: "("): list(depth: depth)
        case UInt8(ascii: "\""): quoted()
        case UInt8(ascii: "{"): literal()
        case nil: nil
        default: word().map { $0.uppercased() == "NIL" ? .none : .atom($0) }
        }
    }

    private mutating func list(depth: Int) -> IMAPValue? {
        guard depth < IMAPLimits.maxDepth, take(UInt8(ascii: "(")) else { return nil }
        var values: [IMAPValue] = []
        while !take(UInt8(ascii: ")")) {
            // Lists may stand side by side without a blank, as the parts of a mail do.
            _ = take(0x20)
            if rest.first == UInt8(ascii: ")") { continue }
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
        }
        return .list(values)
    }

    private mutating func quoted() -> IMAPValue? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return .string(bytes) }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            bytes.append(escaped)
        }
        return nil
    }

    private mutating func literal() -> IMAPValue? {
        guard let end = rest.firstIndex(of: 0x0A), let close = rest[..<end].lastIndex(of: UInt8(ascii: "}")),
            let size = Int(String(decoding: rest[(rest.startIndex + 1)..<close], as: UTF8.self)), size >= 0
        else { return nil }
        rest = rest[(end + 1)...]
        guard size <= rest.count else { return nil }
        let bytes = rest.prefix(size)
        rest = rest.dropFirst(size)
        return .string(Array(bytes))
    }

    /// A word up to a blank or a bracket of a list; what stands in square brackets belongs to it: `BODY[HEADER.FIELDS (DATE)]`.
    private mutating func word() -> String? {
        var depth = 0
        let end = rest.firstIndex { byte in
            switch byte {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case 0x20, UInt8(ascii: "("), UInt8(ascii: ")"): return depth <= 0
            default: return byte < 0x20
            }
            return false
        }
        let word = rest[..<(end ?? rest.endIndex)]
        guard !word.isEmpty else { return nil }
        rest = rest[word.endIndex...]
        return Self.plain(word)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func text() -> String {
        defer { rest = [] }
        let text = Self.plain(rest.prefix(IMAPLimits.maxKeptText))
        return text.hasPrefix(" ") ? String(text.dropFirst()) : text
    }

    private static func plain(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
