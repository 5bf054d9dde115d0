import CMongoC
import Store

/// A document in libbson's form, for a call that reads it.
///
/// Swift sees `bson_t` as an opaque type, because C aligns it to 128 bytes.
final class BSONBox {
    let pointer: OpaquePointer

    init(_ bytes: [UInt8]) throws(StoreError) {
        guard let made = bson_new_from_data(bytes, bytes.count) else { throw StoreError.unsupported("no BSON") }
        pointer = made
    }

    convenience init(_ document: Document) throws(StoreError) { try self.init(BSONWriter.bytes(of: document)) }

    /// A pipeline: libmongoc takes the stages as a document with the keys 0, 1, ….
    convenience init(stages: [Value]) throws(StoreError) {
        try self.init(Document(stages.enumerated().map { Document.Pair(String($0.offset), $0.element) }))
    }

    deinit { bson_destroy(pointer) }
}

/// Room for a document that libmongoc fills in.
final class BSONReply {
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
    let pointer: OpaquePointer

    init() {
        pointer = OpaquePointer(memory)
        bson_init(pointer)
    }

    var bytes: UnsafeRawBufferPointer { pointer.bsonBytes }

    func document() throws(StoreError) -> Document { try BSONReader(bytes).document() }

    deinit {
        bson_destroy(pointer)
        memory.deallocate()
    }
}

extension OpaquePointer {
    /// Of a `bson_t`; valid as long as it is. The bytes begin with their own length.
    var bsonBytes: UnsafeRawBufferPointer {
        guard let data = bson_get_data(self) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let length = UnsafeRawPointer(data).loadUnaligned(as: Int32.self)
        return UnsafeRawBufferPointer(start: data, count: Int(Int32(littleEndian: length)))
    }
}
