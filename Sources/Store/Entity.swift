import Foundation

/// A stored value: a plain struct with its collection, fields and indexes at the top.
///
/// The fields are listed once, in `visit`; reading, writing, comparing, JSON and the schema all walk that list.
/// `_id`, `createdAt`, `updatedAt` and the fields nobody declared are the store's and are not listed.
public protocol Entity: Sendable, Hashable, Identifiable where ID == EntityID<Self> {
    static var collection: String { get }
    static var indexes: [Index] { get }

    var id: EntityID<Self> { get set }
    /// Set by the store on insert when `nil`.
    var createdAt: Date? { get set }
    /// Set by the store on every write that does not set it itself: to now, or a millisecond later than it was.
    var updatedAt: Date? { get set }
    /// Fields of the document that this program does not declare. Kept as they are.
    var extra: Document { get set }

    /// An entity with every field absent or at its default.
    init()

    /// Shows each declared field to `fields`, always all of them and always in the same order.
    mutating func visit(_ fields: inout some FieldVisitor) throws
}

/// The part of an entity, or of another part, that is stored as an object.
public protocol Part: Sendable, Hashable {
    init()
    mutating func visit(_ fields: inout some FieldVisitor) throws
}

/// What walks over the fields of an entity: one requirement for each type a document can hold.
///
/// A visitor either reads the value it is shown or replaces it. `nil` means absent; absent is never stored as null.
public protocol FieldVisitor {
    mutating func string(_ name: String, _ value: inout String?) throws
    mutating func int(_ name: String, _ value: inout Int?) throws
    mutating func double(_ name: String, _ value: inout Double?) throws
    mutating func bool(_ name: String, _ value: inout Bool?) throws
    mutating func date(_ name: String, _ value: inout Date?) throws
    mutating func id(_ name: String, _ value: inout ObjectID?) throws
    mutating func strings(_ name: String, _ value: inout [String]?) throws
    /// A mixed value, an array of parts or an object.
    mutating func value(_ name: String, _ value: inout Value?) throws
    /// Told before a field that is not optional, with nothing to read or write.
    mutating func required(_ name: String)
}

extension FieldVisitor {
    public mutating func required(_ name: String) {}
}
