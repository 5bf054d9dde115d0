import Foundation
import Store

/// Writes documents as BSON (bsonspec.org, version 1.1) into a buffer that its owner may use again.
///
/// As a visitor it appends the fields of an entity to the document that is open. Whole numbers are written as 32 bits
/// where they fit, as programs in JavaScript do. Types that `Value` does not have come and go as extended JSON
/// (`BSONExotic`).
struct BSONWriter {
    /// What a server takes, in levels of nesting.
    static let maxDepth = 100

    private(set) var bytes: [UInt8] = []
    private var starts: [Int] = []

    init() { bytes.reserveCapacity(1_024) }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
    }

    static func bytes(of document: Document) throws(StoreError) -> [UInt8] {
        var writer = BSONWriter()
        try writer.write(document)
        return writer.bytes
    }

    // MARK: Whole documents

    mutating func write(_ document: Document) throws(StoreError) {
        try open()
        for pair in document.pairs { try write(pair.value, pair.key) }
        close()
    }

    mutating func write<E: Entity>(_ entity: E, now: Date) throws {
        try open()
        put(ObjectIDTag, "_id")
        put(entity.id.raw)
        var copy = entity
        try copy.visit(&self)
        try date("createdAt", entity.createdAt ?? now)
        try date("updatedAt", entity.updatedAt ?? now)
        for pair in entity.extra.pairs { try write(pair.value, pair.key) }
        close()
    }

    private mutating func open() throws(StoreError) {
        guard starts.count < Self.maxDepth else { throw StoreError.unsupported("a value is nested too deep") }
        starts.append(bytes.count)
        put(Int32(0))
    }

    private mutating func close() {
        bytes.append(0)
        guard let start = starts.popLast() else { return }
        let length = Int32(truncatingIfNeeded: bytes.count - start).littleEndian
        withUnsafeBytes(of: length) { length in
            for i in 0..<4 { bytes[start + i] = length[i] }
        }
    }

    // MARK: Elements

    mutating func write(_ value: Value, _ key: String) throws(StoreError) {
        try check(key)
        switch value {
        case .null: put(0x0A, key)
        case .bool(let bool):
            put(0x08, key)
            bytes.append(bool ? 1 : 0)
        case .int(let int): write(int, key)
        case .double(let double):
            put(0x01, key)
            put(double.bitPattern)
        case .string(let text):
            put(0x02, key)
            put(text)
        case .date(let date):
            put(0x09, key)
            put(UInt64(bitPattern: date.milliseconds))
        case .id(let id):
            put(ObjectIDTag, key)
            put(id)
        case .array(let elements):
            put(0x04, key)
            try open()
            for (i, element) in elements.enumerated() { try write(element, String(i)) }
            close()
        case .object(let document):
            if let exotic = BSONExotic(document) {
                put(exotic.tag, key)
                bytes += exotic.bytes
            } else {
                put(0x03, key)
                try write(document)
            }
        }
    }

    private mutating func write(_ int: Int, _ key: String) {
        if let small = Int32(exactly: int) {
            put(0x10, key)
            put(small)
        } else {
            put(0x12, key)
            put(UInt64(bitPattern: Int64(int)))
        }
    }

    private func check(_ key: String) throws(StoreError) {
        if key.utf8.contains(0) { throw StoreError.unsupported("a name of a field holds a NUL") }
    }

    private mutating func date(_ name: String, _ date: Date) throws {
        put(0x09, name)
        put(UInt64(bitPattern: date.milliseconds))
    }

    // MARK: Bytes

    private let ObjectIDTag: UInt8 = 0x07

    private mutating func put(_ tag: UInt8, _ key: String) {
        bytes.append(tag)
        bytes.append(contentsOf: key.utf8)
        bytes.append(0)
    }

    private mutating func put(_ text: String) {
        put(Int32(truncatingIfNeeded: text.utf8.count + 1))
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    private mutating func put(_ number: Int32) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func put(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func put(_ id: ObjectID) {
        withUnsafeBytes(of: id.high.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: id.low.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension BSONWriter: FieldVisitor {
    mutating func string(_ name: String, _ value: inout String?) {
        guard let value else { return }
        put(0x02, name)
        put(value)
    }

    mutating func int(_ name: String, _ value: inout Int?) {
        if let value { write(value, name) }
    }

    mutating func double(_ name: String, _ value: inout Double?) {
        guard let value else { return }
        put(0x01, name)
        put(value.bitPattern)
    }

    mutating func bool(_ name: String, _ value: inout Bool?) {
        guard let value else { return }
        put(0x08, name)
        bytes.append(value ? 1 : 0)
    }

    mutating func date(_ name: String, _ value: inout Date?) throws {
        if let value { try date(name, value) }
    }

    mutating func id(_ name: String, _ value: inout ObjectID?) {
        guard let value else { return }
        put(ObjectIDTag, name)
        put(value)
    }

    mutating func strings(_ name: String, _ value: inout [String]?) throws {
        guard let value else { return }
        put(0x04, name)
        try open()
        for (i, text) in value.enumerated() {
            put(0x02, String(i))
            put(text)
        }
        close()
    }

    mutating func value(_ name: String, _ value: inout Value?) throws {
        if let value { try write(value, name) }
    }
}
