import Foundation

extension Value {
    /// Reads one JSON text (RFC 8259, strict). Equal keys: the last wins. Whole numbers beyond 64 bits become doubles.
    public init(
        json bytes: some Collection<UInt8>, form: JSONForm = .plain, maxDepth: Int = 64
    ) throws(JSONError) {
        let result = bytes.withContiguousStorageIfAvailable { Self.parse($0, form, maxDepth) }
        self = try (result ?? Array(bytes).withUnsafeBufferPointer { Self.parse($0, form, maxDepth) }).get()
    }

    public init(json text: String, form: JSONForm = .plain, maxDepth: Int = 64) throws(JSONError) {
        var text = text
        self = try text.withUTF8 { Self.parse($0, form, maxDepth) }.get()
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ form: JSONForm, _ maxDepth: Int
    ) -> Result<Value, JSONError> {
        Result { () throws(JSONError) in
            var parser = JSONParser(bytes, form: form, maxDepth: maxDepth)
            return try parser.parseText()
        }
    }

    /// Compact JSON for other programs.
    public var json: String { json(.plain) }

    public func json(_ form: JSONForm) -> String {
        var writer = JSONWriter(form: form)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Appends compact JSON to a buffer that its owner may use again.
public struct JSONWriter {
    /// What an engine keeps may not be nested deeper, as in MongoDB.
    public static let maxDepth = 100

    public let form: JSONForm
    public var bytes: [UInt8] = []
    /// Of the deepest array or object written so far; the outermost one is 1.
    public private(set) var deepest = 0
    private var depth = 0

    public init(form: JSONForm) { self.form = form }

    /// For the next value, in the same memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        (depth, deepest) = (0, 0)
    }

    public mutating func write(_ value: Value) {
        switch value {
        case .null: put("null")
        case .bool(let bool): put(bool ? "true" : "false")
        case .int(let int): write(number: int)
        case .double(let double): write(double)
        case .string(let string): write(string: string)
        case .date(let date): write(date)
        case .id(let id): write(id)
        case .array(let elements): write(elements)
        case .object(let document): write(document)
        }
    }

    public mutating func write(strings: [String]) {
        bytes.append(UInt8(ascii: "["))
        for (i, string) in strings.enumerated() {
            if i > 0 { bytes.append(UInt8(ascii: ",")) }
            write(string: string)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    public mutating func write(string: String) {
        bytes.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var start = 0
            for i in 0..<utf8.count {
                let byte = utf8[i]
                if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
                bytes.append(contentsOf: utf8[start..<i])
                escape(byte)
                start = i + 1
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            put("u00")
            bytes.append(0x30 + byte >> 4)
            bytes.append((byte & 15) < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
        }
    }

    private mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func write(number: some BinaryInteger) { bytes.append(contentsOf: String(number).utf8) }

    private mutating func write(_ double: Double) {
        if double.isFinite {
            // Swift prints the shortest text that reads back as the same double, always with a point or an exponent.
            bytes.append(contentsOf: double.description.utf8)
        } else if form == .plain {
            put("null")
        } else {
            put("{\"$number\":\"")
            put(double.isNaN ? "nan" : double > 0 ? "inf" : "-inf")
            put("\"}")
        }
    }

    private mutating func write(_ date: Date) {
        switch form {
        case .plain: write(string: date.iso8601)
        case .extended:
            put("{\"$date\":")
            write(number: date.milliseconds)
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func write(_ id: ObjectID) {
        if form == .extended { put("{\"$oid\":") }
        write(string: id.description)
        if form == .extended { bytes.append(UInt8(ascii: "}")) }
    }

    private mutating func write(_ elements: [Value]) {
        bytes.append(UInt8(ascii: "["))
        descend()
        for (i, element) in elements.enumerated() {
            if i > 0 { bytes.append(UInt8(ascii: ",")) }
            write(element)
        }
        depth -= 1
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ document: Document) {
        bytes.append(UInt8(ascii: "{"))
        descend()
        for (i, pair) in document.pairs.enumerated() {
            if i > 0 { bytes.append(UInt8(ascii: ",")) }
            let isEscaped = form == .extended && pair.key.utf8.first == UInt8(ascii: "$")
            write(string: isEscaped ? "$" + pair.key : pair.key)
            bytes.append(UInt8(ascii: ":"))
            write(pair.value)
        }
        depth -= 1
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func descend() {
        depth += 1
        deepest = max(deepest, depth)
    }
}
