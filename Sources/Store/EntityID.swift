/// The id of one kind of entity, so that a person's id cannot be given where a company's is meant.
public struct EntityID<E>: Hashable, Comparable, Sendable {
    public var raw: ObjectID

    public init() { raw = ObjectID() }
    public init(_ raw: ObjectID) { self.raw = raw }

    /// `nil` unless `hex` is exactly 24 hexadecimal digits.
    public init?(_ hex: some StringProtocol) {
        guard let raw = ObjectID(hex) else { return nil }
        self.raw = raw
    }

    public static func < (a: Self, b: Self) -> Bool { a.raw < b.raw }
}

extension EntityID: CustomStringConvertible {
    public var description: String { raw.description }
}
