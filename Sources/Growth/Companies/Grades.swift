import Store

/// How sure the source of a value is.
public struct Confidence: Choice {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let high: Self = "high"
    public static let medium: Self = "medium"
    public static let low: Self = "low"
    public static let unknown: Self = "unknown"
    public static let known: [Self] = [.high, .medium, .low, .unknown]

    /// Greater is surer; absent and unknown are 0.
    public static func rank(_ confidence: Self?) -> Int {
        switch confidence {
        case .high: 3
        case .medium: 2
        case .low: 1
        default: 0
        }
    }
}

/// How much a record matters to the team.
public struct Priority: Choice {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let known: [Self] = ["very_high", "high", "medium", "low", "unknown"]
}
