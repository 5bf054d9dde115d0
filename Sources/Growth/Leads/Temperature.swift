import Store

/// How near someone is to buying.
public struct Temperature: Choice {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let hot: Self = "hot"
    public static let warm: Self = "warm"
    public static let cold: Self = "cold"
    public static let unknown: Self = "unknown"
    public static let known: [Self] = [.hot, .warm, .cold, .unknown]
}
