import Foundation
import Store

/// Entities as the bytes that a server sends and takes.
public enum BSON {
    /// - Parameter now: the stamps of an entity that has none.
    public static func bytes<E: Entity>(of entity: E, now: Date) throws -> [UInt8] {
        var writer = BSONWriter()
        try writer.write(entity, now: now)
        return writer.bytes
    }

    /// Throws `StoreError.damaged` for bytes that are no document.
    public static func entity<E: Entity>(_ type: E.Type, of bytes: UnsafeRawBufferPointer) throws -> E {
        var reader = try BSONReader(bytes)
        return try reader.entity(blank: E())
    }
}
