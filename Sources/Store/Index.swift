/// An index that a collection declares.
public struct Index: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// Ordered by the fields' values.
        case ordered
        /// One entry for each element of an array of strings.
        case elements
        /// Folded words of an array of strings, found whole or by their beginning (`Filter.search`).
        case words
        /// MongoDB's own text index, as the schema document declares it. Nothing here reads through it.
        case text
    }

    public var fields: [String]
    public var kind: Kind
    public var isUnique: Bool
    /// Documents that lack every field are left out, so that a unique index takes many of them.
    public var isSparse: Bool

    public var name: String { (fields + (kind == .ordered ? [] : [kind.rawValue])).joined(separator: "_") }

    public static func on(_ fields: String..., unique: Bool = false, sparse: Bool = false) -> Index {
        Index(fields: fields, kind: .ordered, isUnique: unique, isSparse: sparse)
    }

    public static func elements(of field: String) -> Index {
        Index(fields: [field], kind: .elements, isUnique: false, isSparse: false)
    }

    public static func words(of field: String) -> Index {
        Index(fields: [field], kind: .words, isUnique: false, isSparse: false)
    }

    public static func text(_ fields: String...) -> Index {
        Index(fields: fields, kind: .text, isUnique: false, isSparse: false)
    }
}
