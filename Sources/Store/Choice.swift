/// An enumeration as documents store it: a word.
///
/// Open, so that a value that a later or earlier program wrote is read, shown as it stands and survives an update;
/// only new writes are held to `known`.
public protocol Choice: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral where RawValue == String {
    /// The values that may be written, in the order in which a person reads them.
    static var known: [Self] { get }
    init(rawValue: String)
}

extension Choice {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var isKnown: Bool { Self.known.contains(self) }

    /// `nil` for a word that may not be written.
    public init?(known word: String) {
        self.init(rawValue: word)
        if !isKnown { return nil }
    }
}
