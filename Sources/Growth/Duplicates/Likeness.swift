import Matching

/// How sure it is that two records are the same, and what that rests on.
public struct Likeness: Sendable, Hashable {
    /// One thing that speaks for it or against it.
    public struct Reason: Sendable, Hashable {
        /// A word of the matching (`sameEmail`), or of people: `sameMobile`, `sameCompany`, `differentCompany`.
        public var code: String
        /// In bits: +1 doubles the odds that the two are the same, −1 halves them.
        public var weight: Double
        /// 0…1, for names only.
        public var likeness: Double?
    }

    /// 0…1.
    public var score: Double
    /// The strongest first.
    public var reasons: [Reason]

    init(score: Double, reasons: [Reason]) {
        self.score = score
        self.reasons = reasons
    }

    init(_ match: CompanyMatch) {
        self.init(
            score: match.score,
            reasons: match.reasons.map { Reason(code: $0.kind.rawValue, weight: $0.weight, likeness: $0.likeness) })
    }

    /// From this score on merging is recommended; below, a look.
    static let sure = 0.95

    public static func recommended(_ score: Double) -> DuplicateReview.RecommendedAction {
        score >= sure ? .merge : .reviewManually
    }

    public var recommended: DuplicateReview.RecommendedAction { Self.recommended(score) }

    /// Every code that there is, for the pages' words.
    public static let codes =
        Matching.Reason.Kind.allCases.map(\.rawValue) + ["sameMobile", "sameCompany", "differentCompany"]
}
