import Foundation

extension Document {
    /// The whole document of `entity`, as MongoDB would hold it: `_id` first, then declared fields, stamps, unknown ones.
    public init<E: Entity>(_ entity: E) throws {
        var writer = DocumentWriter()
        writer.document.append("_id", .id(entity.id.raw))
        var copy = entity
        try copy.visit(&writer)
        self = writer.document
        if let at = entity.createdAt { append("createdAt", .date(at)) }
        if let at = entity.updatedAt { append("updatedAt", .date(at)) }
        for pair in entity.extra.pairs { append(pair.key, pair.value) }
    }

    public init(part: some Part) throws {
        var writer = DocumentWriter()
        var copy = part
        try copy.visit(&writer)
        self = writer.document
    }

    /// The entity that this document holds. A field of another type than declared reads as absent.
    public func entity<E: Entity>(_ type: E.Type = E.self) throws -> E {
        var reader = DocumentReader(document: self)
        var entity = E()
        try entity.visit(&reader)
        if let id = self["_id"]?.id { entity.id = EntityID(id) }
        entity.createdAt = self["createdAt"]?.date
        entity.updatedAt = self["updatedAt"]?.date
        let declared = Set(Schema(of: E.self).fields.map(\.name) + ["_id", "createdAt", "updatedAt"])
        entity.extra = Document(pairs.filter { !declared.contains($0.key) })
        return entity
    }

    public func part<P: Part>(_ type: P.Type = P.self) throws -> P {
        var reader = DocumentReader(document: self)
        var part = P()
        try part.visit(&reader)
        return part
    }
}

/// Appends each present field to a document.
struct DocumentWriter: FieldVisitor {
    var document = Document()

    mutating func string(_ name: String, _ v: inout String?) { if let v { document.append(name, .string(v)) } }
    mutating func int(_ name: String, _ v: inout Int?) { if let v { document.append(name, .int(v)) } }
    mutating func double(_ name: String, _ v: inout Double?) { if let v { document.append(name, .double(v)) } }
    mutating func bool(_ name: String, _ v: inout Bool?) { if let v { document.append(name, .bool(v)) } }
    mutating func date(_ name: String, _ v: inout Date?) { if let v { document.append(name, .date(v)) } }
    mutating func id(_ name: String, _ v: inout ObjectID?) { if let v { document.append(name, .id(v)) } }
    mutating func strings(_ name: String, _ v: inout [String]?) { if let v { document.append(name, Value(v)) } }
    mutating func value(_ name: String, _ v: inout Value?) { if let v { document.append(name, v) } }
}

/// Replaces each field by what the document holds under its name.
struct DocumentReader: FieldVisitor {
    let document: Document

    mutating func string(_ name: String, _ v: inout String?) { v = document[name]?.string }
    mutating func int(_ name: String, _ v: inout Int?) { v = document[name]?.int }
    mutating func double(_ name: String, _ v: inout Double?) { v = document[name]?.double }
    mutating func bool(_ name: String, _ v: inout Bool?) { v = document[name]?.bool }
    mutating func date(_ name: String, _ v: inout Date?) { v = document[name]?.date }
    mutating func id(_ name: String, _ v: inout ObjectID?) { v = document[name]?.id }
    mutating func strings(_ name: String, _ v: inout [String]?) {
        v = document[name]?.array.map { $0.compactMap(\.string) }
    }
    mutating func value(_ name: String, _ v: inout Value?) { v = document[name] }
}
