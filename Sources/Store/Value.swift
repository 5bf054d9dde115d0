import Foundation

/// A value of a document that no declared type holds: what a mixed field, an unknown field or a filter carries.
public indirect enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    /// Kept to the millisecond, as BSON does.
    case date(Date)
    case id(ObjectID)
    case array([Value])
    case object(Document)
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(arrayLiteral elements: Value...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(Document(elements.map { Document.Pair($0.0, $0.1) }))
    }
    public init(nilLiteral: ()) { self = .null }
}

extension Value {
    public init<E>(_ id: EntityID<E>) { self = .id(id.raw) }
    public init(_ choice: some Choice) { self = .string(choice.rawValue) }
    public init(_ strings: [String]) { self = .array(strings.map(Value.string)) }

    public var isNull: Bool { self == .null }
    public var string: String? { if case .string(let s) = self { s } else { nil } }
    public var bool: Bool? { if case .bool(let b) = self { b } else { nil } }
    public var array: [Value]? { if case .array(let a) = self { a } else { nil } }
    public var object: Document? { if case .object(let d) = self { d } else { nil } }
    public var id: ObjectID? { if case .id(let i) = self { i } else { nil } }
    public var date: Date? { if case .date(let d) = self { d } else { nil } }

    /// A whole number, also where it is stored as a double, as programs in JavaScript do.
    public var int: Int? {
        switch self {
        case .int(let i): i
        case .double(let d): Int(exactly: d)
        default: nil
        }
    }

    public var double: Double? {
        switch self {
        case .double(let d): d
        case .int(let i): Double(i)
        default: nil
        }
    }
}

/// Keys and values in the order in which they are stored.
public struct Document: Hashable, Sendable {
    public private(set) var pairs: [Pair]

    public struct Pair: Hashable, Sendable {
        public var key: String
        public var value: Value

        public init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    public init() { pairs = [] }
    public init(_ pairs: [Pair]) { self.pairs = pairs }

    public var isEmpty: Bool { pairs.isEmpty }
    public var keys: [String] { pairs.map(\.key) }

    /// Setting `nil` removes the key; setting a new key appends it.
    public subscript(key: String) -> Value? {
        get { pairs.first { $0.key == key }?.value }
        set {
            let index = pairs.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let i?, let value?): pairs[i].value = value
            case (let i?, nil): pairs.remove(at: i)
            case (nil, let value?): pairs.append(Pair(key, value))
            case (nil, nil): break
            }
        }
    }

    /// Appends without looking for the key: for builders that know it is new.
    public mutating func append(_ key: String, _ value: Value) {
        pairs.append(Pair(key, value))
    }
}

extension Document: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) {
        pairs = elements.map { Pair($0.0, $0.1) }
    }
}
