import Foundation
import Store

/// Reads one document of BSON, whose bytes outlive the reader.
///
/// As a visitor it gives each declared field what the document holds under its name. Documents mostly hold their fields
/// in the order of `visit`, so each is looked for behind the one before. Every length is checked: a server may be hostile.
struct BSONReader {
    /// An element: where its name and its value lie.
    private struct Element {
        var tag: UInt8
        var name: Range<Int>
        var value: Range<Int>
        var isTaken = false
    }

    private let bytes: UnsafeRawBufferPointer
    private var elements: [Element] = []
    private var next = 0

    /// Throws `StoreError.damaged` for bytes that are no document.
    init(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        self.bytes = bytes
        elements.reserveCapacity(40)
        guard let length = Self.int32(bytes, 0), length == bytes.count, length >= 5, bytes[length - 1] == 0 else {
            throw Self.damage
        }
        var at = 4
        while at < length - 1 {
            let tag = bytes[at]
            let start = at + 1
            guard let end = bytes[start..<length].firstIndex(of: 0) else { throw Self.damage }
            let size = try Self.size(of: tag, bytes, end + 1)
            guard size >= 0, end + 1 + size <= length - 1 else { throw Self.damage }
            elements.append(Element(tag: tag, name: start..<end, value: (end + 1)..<(end + 1 + size)))
            at = end + 1 + size
        }
    }

    private static let damage = StoreError.damaged("a document is no BSON")

    /// How many bytes a value takes.
    private static func size(of tag: UInt8, _ bytes: UnsafeRawBufferPointer, _ at: Int) throws(StoreError) -> Int {
        switch tag {
        case 0x01, 0x09, 0x11, 0x12: return 8
        case 0x06, 0x0A, 0x7F, 0xFF: return 0
        case 0x07: return 12
        case 0x08: return 1
        case 0x10: return 4
        case 0x13: return 16
        case 0x02, 0x0D, 0x0E:
            guard let length = int32(bytes, at), length >= 1 else { throw damage }
            return 4 + length
        case 0x03, 0x04, 0x0F:
            guard let length = int32(bytes, at), length >= 5 else { throw damage }
            return length
        case 0x05:
            guard let length = int32(bytes, at), length >= 0 else { throw damage }
            return 5 + length
        case 0x0B:
            guard let first = bytes[at...].firstIndex(of: 0), let second = bytes[(first + 1)...].firstIndex(of: 0)
            else {
                throw damage
            }
            return second + 1 - at
        case 0x0C:
            guard let length = int32(bytes, at), length >= 1 else { throw damage }
            return 4 + length + 12
        default: throw damage
        }
    }

    // MARK: Whole documents

    func document(depth: Int = 0) throws(StoreError) -> Document {
        var document = Document()
        for element in elements { document.append(name(of: element), try value(of: element, depth)) }
        return document
    }

    /// The entity that the document holds; what no field took is its `extra`.
    mutating func entity<E: Entity>(_ type: E.Type = E.self, blank: E) throws -> E {
        var entity = blank
        var id: ObjectID?
        self.id("_id", &id)
        try entity.visit(&self)
        var (createdAt, updatedAt): (Date?, Date?)
        date("createdAt", &createdAt)
        date("updatedAt", &updatedAt)
        if let id { entity.id = EntityID(id) }
        (entity.createdAt, entity.updatedAt) = (createdAt, updatedAt)
        for element in elements where !element.isTaken {
            entity.extra.append(name(of: element), try value(of: element, 0))
        }
        return entity
    }

    // MARK: Values

    private func name(of element: Element) -> String { text(element.name) }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    private func value(of element: Element, _ depth: Int) throws(StoreError) -> Value {
        guard depth < BSONWriter.maxDepth else { throw StoreError.damaged("a document is nested too deep") }
        switch element.tag {
        case 0x01: return .double(Double(bitPattern: word(element)))
        case 0x02: return .string(string(element))
        case 0x03: return .object(try part(element).document(depth: depth + 1))
        case 0x04:
            let part = try part(element)
            var values: [Value] = []
            values.reserveCapacity(part.elements.count)
            for item in part.elements { values.append(try part.value(of: item, depth + 1)) }
            return .array(values)
        case 0x07: return .id(objectID(element))
        case 0x08: return .bool(bytes[element.value.lowerBound] != 0)
        case 0x09: return .date(Date(milliseconds: Int64(bitPattern: word(element))))
        case 0x0A: return .null
        case 0x10: return .int(Self.int32(bytes, element.value.lowerBound) ?? 0)
        case 0x12: return .int(Int(Int64(bitPattern: word(element))))
        default: return BSONExotic(tag: element.tag, bytes: Array(bytes[element.value])).value ?? .null
        }
    }

    /// The document below a name; `nil` when there is none.
    func part(named name: String) throws(StoreError) -> BSONReader? {
        guard let index = index(of: name), elements[index].tag == 0x03 else { return nil }
        return try part(elements[index])
    }

    private func part(_ element: Element) throws(StoreError) -> BSONReader {
        try BSONReader(UnsafeRawBufferPointer(rebasing: bytes[element.value]))
    }

    private func string(_ element: Element) -> String {
        text((element.value.lowerBound + 4)..<(element.value.upperBound - 1))
    }

    private func word(_ element: Element) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: element.value.lowerBound, as: UInt64.self))
    }

    private func objectID(_ element: Element) -> ObjectID {
        let at = element.value.lowerBound
        return ObjectID(
            high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)),
            low: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt32.self)))
    }

    private static func int32(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        guard at >= 0, at + 4 <= bytes.count else { return nil }
        return Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)))
    }

    // MARK: Fields

    /// The element of a name, which counts as taken from then on.
    private mutating func take(_ name: String) -> Element? {
        guard let index = index(of: name) else { return nil }
        elements[index].isTaken = true
        next = index + 1
        return elements[index]
    }

    private func index(of name: String) -> Int? {
        var name = name
        return name.withUTF8 { wanted in
            let wanted = UnsafeRawBufferPointer(wanted)
            if next < elements.count, isNamed(next, wanted) { return next }
            return elements.indices.first { isNamed($0, wanted) }
        }
    }

    private func isNamed(_ index: Int, _ wanted: UnsafeRawBufferPointer) -> Bool {
        let range = elements[index].name
        guard range.count == wanted.count else { return false }
        guard let a = bytes.baseAddress, let b = wanted.baseAddress else { return true }
        return memcmp(a + range.lowerBound, b, wanted.count) == 0
    }

    private func number(_ element: Element) -> Value? {
        switch element.tag {
        case 0x01: .double(Double(bitPattern: word(element)))
        case 0x10: .int(Self.int32(bytes, element.value.lowerBound) ?? 0)
        case 0x12: .int(Int(Int64(bitPattern: word(element))))
        default: nil
        }
    }
}

/// A field of another type than declared reads as absent.
extension BSONReader: FieldVisitor {
    mutating func string(_ name: String, _ value: inout String?) {
        value = take(name).flatMap { $0.tag == 0x02 ? string($0) : nil }
    }

    mutating func int(_ name: String, _ value: inout Int?) { value = take(name).flatMap { number($0)?.int } }
    mutating func double(_ name: String, _ value: inout Double?) { value = take(name).flatMap { number($0)?.double } }

    mutating func bool(_ name: String, _ value: inout Bool?) {
        value = take(name).flatMap { $0.tag == 0x08 ? bytes[$0.value.lowerBound] != 0 : nil }
    }

    mutating func date(_ name: String, _ value: inout Date?) {
        value = take(name).flatMap { $0.tag == 0x09 ? Date(milliseconds: Int64(bitPattern: word($0))) : nil }
    }

    mutating func id(_ name: String, _ value: inout ObjectID?) {
        value = take(name).flatMap { $0.tag == 0x07 ? objectID($0) : nil }
    }

    mutating func strings(_ name: String, _ value: inout [String]?) throws {
        guard let element = take(name), element.tag == 0x04 else { return value = nil }
        let part = try part(element)
        value = part.elements.compactMap { $0.tag == 0x02 ? part.string($0) : nil }
    }

    mutating func value(_ name: String, _ value: inout Value?) throws {
        guard let element = take(name), element.tag != 0x0A else { return value = nil }
        value = try self.value(of: element, 0)
    }
}
