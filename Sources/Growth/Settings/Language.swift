import Store

/// A language of the interface.
public struct Language: Choice {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let arabic: Self = "ar"
    public static let english: Self = "en"
    public static let known: [Self] = [.arabic, .english]
}
