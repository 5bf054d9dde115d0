import Foundation

/// The spellings of a field in `visit`: `try fields("nameAr", &nameAr)`.
extension FieldVisitor {
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout String?) throws { try string(name, &v) }
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Int?) throws { try int(name, &v) }
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Double?) throws { try double(name, &v) }
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Bool?) throws { try bool(name, &v) }
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Date?) throws { try date(name, &v) }
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout [String]?) throws {
        try strings(name, &v)
    }
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Value?) throws { try value(name, &v) }

    // A field that is not optional keeps its default where the document lacks it.
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout String) throws {
        required(name)
        var optional: String? = v
        try string(name, &optional)
        if let optional { v = optional }
    }

    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Int) throws {
        required(name)
        var optional: Int? = v
        try int(name, &optional)
        if let optional { v = optional }
    }

    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Double) throws {
        required(name)
        var optional: Double? = v
        try double(name, &optional)
        if let optional { v = optional }
    }

    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Bool) throws {
        required(name)
        var optional: Bool? = v
        try bool(name, &optional)
        if let optional { v = optional }
    }

    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Date) throws {
        required(name)
        var optional: Date? = v
        try date(name, &optional)
        if let optional { v = optional }
    }

    /// An array that is not optional is stored only when it has elements.
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout [String]) throws {
        var optional: [String]? = v.isEmpty ? nil : v
        try strings(name, &optional)
        v = optional ?? []
    }

    @inlinable public mutating func callAsFunction<E>(_ name: String, _ v: inout EntityID<E>?) throws {
        var raw = v?.raw
        try id(name, &raw)
        v = raw.map(EntityID.init)
    }

    @inlinable public mutating func callAsFunction<E>(_ name: String, _ v: inout EntityID<E>) throws {
        required(name)
        var raw: ObjectID? = v.raw
        try id(name, &raw)
        if let raw { v = EntityID(raw) }
    }

    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout ObjectID?) throws { try id(name, &v) }

    @inlinable public mutating func callAsFunction<C: Choice>(_ name: String, _ v: inout C?) throws {
        var raw = v?.rawValue
        try string(name, &raw)
        v = raw.map(C.init(rawValue:))
    }

    @inlinable public mutating func callAsFunction<C: Choice>(_ name: String, _ v: inout C) throws {
        required(name)
        var raw: String? = v.rawValue
        try string(name, &raw)
        if let raw { v = C(rawValue: raw) }
    }

    /// An object without any field is not stored.
    @inlinable public mutating func callAsFunction(_ name: String, _ v: inout Document) throws {
        var optional: Value? = v.isEmpty ? nil : .object(v)
        try value(name, &optional)
        v = optional?.object ?? Document()
    }

    @inlinable public mutating func callAsFunction<P: Part>(_ name: String, _ v: inout P?) throws {
        var optional: Value? = try v.map { .object(try Document(part: $0)) }
        try value(name, &optional)
        v = try optional?.object.map { try $0.part(P.self) }
    }

    /// An array that is not optional is stored only when it has elements.
    @inlinable public mutating func callAsFunction<P: Part>(_ name: String, _ v: inout [P]) throws {
        var optional: Value? = v.isEmpty ? nil : .array(try v.map { .object(try Document(part: $0)) })
        try value(name, &optional)
        v = try optional?.array?.compactMap { try $0.object?.part(P.self) } ?? []
    }

    /// An array of ids that is not optional is stored only when it has elements.
    @inlinable public mutating func callAsFunction<E>(_ name: String, _ v: inout [EntityID<E>]) throws {
        var optional: Value? = v.isEmpty ? nil : .array(v.map { .id($0.raw) })
        try value(name, &optional)
        v = optional?.array?.compactMap { $0.id.map(EntityID.init) } ?? []
    }
}
