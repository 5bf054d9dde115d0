import Foundation
import Store

/// What a lead is judged by and how much each thing counts: `SystemSettings.scoreWeights`.
public struct ScoreWeights: Hashable, Sendable {
    /// One thing that a lead is judged by, in the order in which people read them.
    public enum Factor: String, CaseIterable, Sendable {
        case decisionMaker, seniority, email, mobile, serviceFit, priority, temperature, activity, companyScore
        case dataConfidence, market

        var standard: Double {
            switch self {
            case .decisionMaker, .serviceFit, .activity: 15
            case .seniority, .email, .mobile, .priority, .temperature: 10
            case .companyScore, .market: 10
            case .dataConfidence: 5
            }
        }
    }

    /// How much each counts beside the others; 0 leaves it out.
    public var points: [Factor: Double]
    /// Sectors and cities that the team prefers; the market counts only where some are named.
    public var sectors: [String] = []
    public var cities: [String] = []
    /// From which score on a lead is hot, and warm, unless somebody says otherwise.
    public var hotFrom = 65.0
    public var warmFrom = 35.0

    public static let limits = 0.0...100.0
    private static let maxNames = 100

    public init() {
        points = Dictionary(uniqueKeysWithValues: Factor.allCases.map { ($0, $0.standard) })
    }

    /// What is missing, or cannot be read, is as in a new installation.
    public init(_ stored: Value?) {
        self.init()
        guard let document = stored?.object else { return }
        for factor in Factor.allCases {
            if let number = document[factor.rawValue]?.double, Self.limits.contains(number) { points[factor] = number }
        }
        sectors = Self.names(document["preferredSectors"])
        cities = Self.names(document["preferredCities"])
        if let hot = document["hotFrom"]?.double, Self.limits.contains(hot) { hotFrom = hot }
        if let warm = document["warmFrom"]?.double, Self.limits.contains(warm) { warmFrom = warm }
    }

    public var document: Document {
        var document = Document()
        for factor in Factor.allCases { document[factor.rawValue] = .double(points[factor] ?? 0) }
        if !sectors.isEmpty { document["preferredSectors"] = Value(sectors) }
        if !cities.isEmpty { document["preferredCities"] = Value(cities) }
        document["hotFrom"] = .double(hotFrom)
        document["warmFrom"] = .double(warmFrom)
        return document
    }

    /// Takes over what somebody sent, by the names of `document`. Throws `InvalidFields`.
    public mutating func apply(_ fields: [String: String?]) throws {
        var reader = FieldReader()
        for (name, text) in fields {
            if let factor = Factor(rawValue: name) {
                points[factor] = reader.score(text, name) ?? 0
            } else {
                switch name {
                case "preferredSectors": sectors = Self.names(text, name, &reader)
                case "preferredCities": cities = Self.names(text, name, &reader)
                case "hotFrom": hotFrom = reader.score(text, name) ?? 0
                case "warmFrom": warmFrom = reader.score(text, name) ?? 0
                default: reader.refuse(name, .unknownField)
                }
            }
        }
        if hotFrom <= warmFrom { reader.refuse("hotFrom", .outOfRange(CellValues.shortest(warmFrom), "100")) }
        if points.values.allSatisfy({ $0 == 0 }) { reader.refuse(Factor.decisionMaker.rawValue, .required) }
        try reader.throwIfAny()
    }

    private static func names(_ text: String?, _ field: String, _ reader: inout FieldReader) -> [String] {
        let names = CellValues.list(text ?? "")
        if names.count > maxNames { reader.refuse(field, .tooLong(maxNames)) }
        return names.compactMap { reader.line($0, field) }
    }

    private static func names(_ value: Value?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
}
